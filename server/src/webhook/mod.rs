//! Webhooks: providers are told what happens in the rooms they are installed in (§19).
//!
//! The fan-out task hands every change to [`Webhooks::tell`], which never waits: messages are not delayed by providers
//! (HOOK-07). One [`Dispatcher`] finds the webhooks concerned (`hooks`), writes what they are told (`payload`), and
//! feeds a bounded queue for each address (`endpoint`).

mod dispatcher;
mod endpoint;
mod health;
mod hooks;
mod payload;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use roomglass_protocol::Event;
use roomglass_storage::Change;
use tokio::sync::mpsc::{self, error::TrySendError};

pub use dispatcher::Dispatcher;
pub(crate) use hooks::number;

/// Events that may wait for the dispatcher; those beyond are not told to anybody.
const QUEUE_LENGTH: usize = 4096;

/// The end of the queue that changes are put into; clones share it.
#[derive(Clone)]
pub struct Webhooks {
    queue: mpsc::Sender<Event>,
    changes: Arc<InstalledChanges>,
    dropped: Arc<AtomicU64>,
}

/// Counts changes of what is installed, so that the dispatcher knows when what it remembers is old.
#[derive(Default)]
struct InstalledChanges(AtomicU64);

impl InstalledChanges {
    fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// Both ends of a new queue.
pub fn channel() -> (Webhooks, Dispatcher) {
    let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
    let changes = Arc::<InstalledChanges>::default();
    let webhooks = Webhooks { queue: sender, changes: Arc::clone(&changes), dropped: Arc::default() };
    (webhooks, Dispatcher::new(receiver, changes))
}

impl Webhooks {
    /// Notes a committed change. Returns at once, whatever state providers are in.
    pub fn tell(&self, change: &Change) {
        match change {
            Change::IntegrationsChanged { .. } | Change::RoomWebhooksChanged { .. } => {
                self.changes.0.fetch_add(1, Ordering::Release);
            }
            Change::EventAppended { event } => self.pass(event),
            Change::MemberJoined { .. }
            | Change::MemberLeft { .. }
            | Change::RoomChanged { .. }
            | Change::ReadMoved { .. }
            | Change::PersonChanged { .. }
            | Change::SessionsRevoked { .. } => {}
        }
    }

    fn pass(&self, event: &Event) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(event.clone()) {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::warn!(dropped, "webhooks lag behind: an event is not told to providers");
        }
    }
}
