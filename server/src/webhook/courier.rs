//! Who is called when: bounded in number, and never more than one call at a time to the same address.

use std::collections::HashMap;

use roomglass_protocol::Timestamp;
use roomglass_storage::{Due, OauthId, ReceiverId, StorageError};
use tokio::task::{Id, JoinError, JoinSet};

use super::visit;
use crate::state::AppState;

/// Calls at the same time.
const MAX_CALLS: usize = 128;
/// Of these, calls that failed before: however many receivers are dead, the others find room.
const MAX_RETRIES: usize = 64;
/// Of these, calls of one installation.
const MAX_CALLS_OF_ONE: usize = 8;
/// Receivers looked at together, besides those being called.
const LOOKED_AT: usize = 1000;
/// Pause after the database failed.
const PAUSE_MS: i64 = 1000;

/// The task that sends out calls.
pub struct Courier {
    app: AppState,
    calls: JoinSet<()>,
    busy: HashMap<Id, Busy>,
}

/// A call under way.
struct Busy {
    receiver: ReceiverId,
    installation: OauthId,
    is_retry: bool,
}

impl Courier {
    pub(super) fn new(app: AppState) -> Self {
        Self { app, calls: JoinSet::new(), busy: HashMap::new() }
    }

    /// Works until storage is closed. What is under way then is called again by the next run.
    pub async fn run(mut self) {
        loop {
            let next = match self.send_out().await {
                Ok(next) => next,
                Err(StorageError::Closed) => return,
                Err(error) => {
                    tracing::error!(%error, "webhooks wait to be called");
                    Some(Timestamp(self.app.clock.now().0 + PAUSE_MS))
                }
            };
            let clock = self.app.clock.clone();
            tokio::select! {
                () = self.app.webhooks.deliveries.notified() => {}
                Some(done) = self.calls.join_next_with_id() => self.came_back(done),
                () = clock.until(next.unwrap_or_default()), if next.is_some() => {}
            }
        }
    }

    /// Starts the calls that are due and may be made; returns when the next one is due.
    async fn send_out(&mut self) -> Result<Option<Timestamp>, StorageError> {
        let now = self.app.clock.now();
        let mut reader = self.app.storage.read().await?;
        let due = reader.due_receivers(now, self.busy.len() + LOOKED_AT).await?;
        let next = reader.next_receiver_due(now).await?;
        drop(reader);
        for due in due {
            if self.may_call(&due) {
                self.call(due);
            }
        }
        Ok(next)
    }

    fn may_call(&self, due: &Due) -> bool {
        let busy = self.busy.values();
        let of_one = busy.clone().filter(|busy| busy.installation == due.installation).count();
        let retries = busy.clone().filter(|busy| busy.is_retry).count();
        self.busy.len() < MAX_CALLS
            && of_one < MAX_CALLS_OF_ONE
            && (due.tries == 0 || retries < MAX_RETRIES)
            && busy.into_iter().all(|busy| busy.receiver != due.receiver)
    }

    fn call(&mut self, due: Due) {
        let (receiver, installation, is_retry) = (due.receiver, due.installation.clone(), due.tries > 0);
        let task = self.calls.spawn(visit::visit(self.app.clone(), due));
        self.busy.insert(task.id(), Busy { receiver, installation, is_retry });
    }

    /// After a panic the receiver stays busy until the next start: the same call would panic again.
    fn came_back(&mut self, done: Result<(Id, ()), JoinError>) {
        match done {
            Ok((id, ())) => drop(self.busy.remove(&id)),
            Err(error) => tracing::error!(%error, "a webhook's address is left alone until the next start"),
        }
    }
}
