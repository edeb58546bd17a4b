//! Webhooks: providers are told what happens in the rooms they are installed in (§19, HipChat Connect §7).
//!
//! The write that stores an event notes it for webhooks. From there everything is durable and nothing waits for a
//! provider (HOOK-07): the [`Dispatcher`] turns noted events into deliveries, one for each webhook that wants them
//! (`hooks`); the [`Courier`] makes the calls that are due (`visit`), again and again for a day (`patience`), one at a
//! time for each address, so that order is kept. Decision 10 says why.

mod courier;
mod dispatcher;
mod hooks;
mod occasion;
mod patience;
mod payload;
mod visit;

use std::sync::Arc;

use roomglass_storage::Change;
use tokio::{sync::Notify, task::JoinSet};

pub use courier::Courier;
pub use dispatcher::Dispatcher;
pub(crate) use hooks::{number, offered};

use crate::state::AppState;

/// Wakes the tasks that tell providers; clones wake the same ones. All they work on is in storage.
#[derive(Clone, Default)]
pub struct Webhooks {
    events: Arc<Notify>,
    deliveries: Arc<Notify>,
}

impl Webhooks {
    /// Notes a committed change. Returns at once, whatever state providers are in.
    pub fn tell(&self, change: &Change) {
        match change {
            Change::EventAppended { .. } | Change::RoomDeleted { .. } => self.events.notify_one(),
            Change::IntegrationsChanged { .. }
            | Change::RoomWebhooksChanged { .. }
            | Change::UpdateWaiting { .. }
            | Change::MemberJoined { .. }
            | Change::MemberLeft { .. }
            | Change::RoomChanged { .. }
            | Change::ReadMoved { .. }
            | Change::PersonChanged { .. }
            | Change::SessionsRevoked { .. } => {}
        }
    }

    /// Something was queued or is due earlier than it was.
    pub(crate) fn queued(&self) {
        self.deliveries.notify_one();
    }
}

/// Starts with what an earlier run left, and works until storage is closed.
pub async fn run(app: AppState) {
    let mut tasks = JoinSet::new();
    tasks.spawn(Dispatcher::new(app.clone()).run());
    tasks.spawn(Courier::new(app).run());
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "providers are told nothing more until the next start");
        }
    }
}
