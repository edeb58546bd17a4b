//! What every handler can reach.

use std::sync::Arc;

use roomglass_storage::Storage;

use crate::{
    clock::Clock, config::Config, egress::Egress, files::Files, push::Connections, session::PasswordHasher,
    throttle::SignInThrottle, webhook::Webhooks,
};

/// Shared by all requests; cloning shares.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of [`AppState`].
pub struct Parts {
    /// The operator's decisions.
    pub config: Config,
    /// Everything durable.
    pub storage: Storage,
    /// Bytes of files in messages.
    pub files: Files,
    /// Sockets of connected clients.
    pub connections: Connections,
    /// The only way out to providers.
    pub egress: Egress,
    /// Argon2id behind a gate.
    pub passwords: PasswordHasher,
    /// Wakes those who tell providers what happens.
    pub webhooks: Webhooks,
    /// For what waits for minutes and hours.
    pub clock: Clock,
    /// Limits attempts to sign in.
    pub sign_in_throttle: SignInThrottle,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
