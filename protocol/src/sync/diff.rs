//! The server's half: what a client with these tokens must be told.

use std::collections::BTreeMap;

use super::{ChangedIntegrations, KnownIntegration};
use crate::{
    IntegrationKey, RoomRef,
    integration::Extensions,
    token::{IntegrationToken, RoomToken},
};

/// What the server has for one room, as read from storage in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoomState {
    /// Integrations of the room and their present versions.
    pub integrations: BTreeMap<IntegrationKey, IntegrationToken>,
    /// Table H.
    pub token: Option<RoomToken>,
}

/// Compares the rooms of a request (SYNC-09 … SYNC-17). `server` has an entry for each room the user is a member of;
/// a requested room without one is answered with everything listed flagged deleted (SYNC-28). `extensions` is asked
/// at most once for each version that goes into the answer; with `once`, a version is given in full only the first
/// time it occurs (rooms in order of [`RoomRef`]).
pub fn diff(
    client: &BTreeMap<RoomRef, Vec<KnownIntegration>>,
    server: &BTreeMap<RoomRef, RoomState>,
    once: bool,
    extensions: impl FnMut(&IntegrationKey) -> Option<Extensions>,
) -> ChangedIntegrations {
    let _ = (client, server, once);
    let _ = extensions;
    todo!("written by the protocol author")
}
