//! Where the requests of clients find their connection.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use roomglass_storage::SessionId;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Frames that wait for a connection that is busy; whoever sends more waits with their request.
const WAITING: usize = 16;

/// The mailbox of every connection without a WebSocket, under a name that only its client was told.
#[derive(Clone, Default)]
pub(in crate::push) struct Mailboxes(Arc<Mutex<HashMap<Uuid, Mailbox>>>);

struct Mailbox {
    session: SessionId,
    sender: mpsc::Sender<String>,
}

/// What clients post to one connection. Dropped, it is closed.
pub(super) struct Posts {
    name: Uuid,
    mailboxes: Mailboxes,
    receiver: mpsc::Receiver<String>,
}

impl Mailboxes {
    /// A mailbox that only `session` can post to.
    pub(super) fn open(&self, session: SessionId) -> (Uuid, Posts) {
        let (name, (sender, receiver)) = (Uuid::new_v4(), mpsc::channel(WAITING));
        self.lock().insert(name, Mailbox { session, sender });
        (name, Posts { name, mailboxes: self.clone(), receiver })
    }

    /// The way into a mailbox, for the session that opened it.
    pub(super) fn of(&self, name: Uuid, session: SessionId) -> Option<mpsc::Sender<String>> {
        self.lock().get(&name).filter(|mailbox| mailbox.session == session).map(|mailbox| mailbox.sender.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Mailbox>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Posts {
    /// The next one; never ends, because the mailbox holds a way in as long as this lives.
    pub(super) async fn next(&mut self) -> Option<String> {
        self.receiver.recv().await
    }
}

impl Drop for Posts {
    fn drop(&mut self) {
        self.mailboxes.lock().remove(&self.name);
    }
}
