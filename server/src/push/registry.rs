//! Who is connected, and to what (Table A).

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use roomglass_protocol::{ClientId, Presence, RoomId, UserId, push::Revision};
use roomglass_storage::SessionId;
use tokio::sync::Notify;

use super::{Close, Connection, ConnectionId, calls::Calls, events::Mailboxes, opening::Backlog, presence::Announced};
use crate::clock;

/// All connections of this server. Clones share them.
///
/// Rooms are followed by connection, kept current by the fan-out task from the changes themselves, so that delivering
/// a message asks the database nothing.
#[derive(Clone, Default)]
pub struct Connections(Arc<Shared>);

#[derive(Default)]
struct Shared {
    registry: Mutex<Registry>,
    /// Somebody's presence may have changed.
    presence: Notify,
    /// Somebody's connection has been opened.
    opened: Notify,
    /// Where clients without a socket post.
    mailboxes: Mailboxes,
    last_id: AtomicU64,
    last_push: AtomicI64,
}

/// One row of Table A (CONN-05).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableA {
    /// Whose.
    pub user_id: UserId,
    /// Browser profile or device.
    pub client_id: ClientId,
    /// The connection.
    pub connection: ConnectionId,
    /// Rooms whose interface is open.
    pub open_rooms: Vec<RoomId>,
}

#[derive(Default)]
pub(super) struct Registry {
    pub(super) entries: HashMap<ConnectionId, Entry>,
    pub(super) users: HashMap<UserId, Vec<ConnectionId>>,
    /// Shared, so that delivering needs the lock only for as long as it takes to clone a pointer.
    pub(super) rooms: HashMap<RoomId, Arc<Vec<Arc<Connection>>>>,
    /// Connections that wait for their snapshot: they are in no room yet and keep what happens meanwhile.
    pub(super) opening: BTreeSet<ConnectionId>,
    pub(super) announced: Announced,
    pub(super) calls: Calls,
}

/// What is known of one connection.
pub(super) struct Entry {
    pub(super) connection: Arc<Connection>,
    client_id: ClientId,
    open_rooms: Vec<RoomId>,
    pub(super) status: Presence,
    pub(super) rooms: HashSet<RoomId>,
    pub(super) sees: Sees,
    pub(super) backlog: Option<Backlog>,
    pub(super) openings: u64,
}

/// Whom a connection's user may know of. The one place that decides it after the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sees {
    /// Members of the organisation.
    Everybody,
    /// Guests: those they share a room with, as of their last snapshot. They get a new one when that changes.
    Only(HashSet<UserId>),
}

impl Sees {
    pub(super) fn sees(&self, person: UserId) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only(people) => people.contains(&person),
        }
    }
}

impl Connections {
    pub(super) fn next_id(&self) -> ConnectionId {
        ConnectionId(self.0.last_id.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Registry> {
        let registry = self.0.registry.lock().unwrap_or_else(PoisonError::into_inner);
        #[cfg(debug_assertions)]
        registry.check();
        registry
    }

    pub(super) fn mailboxes(&self) -> &Mailboxes {
        &self.0.mailboxes
    }

    /// Resolves when [`Connections::presence_may_have_changed`] was called since the last time.
    pub(super) async fn presence_changes(&self) {
        self.0.presence.notified().await;
    }

    pub(super) fn presence_may_have_changed(&self) {
        self.0.presence.notify_one();
    }

    /// Adds a connection that said hello; what happens is kept for it until it is opened. Returns which opening that is.
    pub(super) fn register(&self, connection: Arc<Connection>, client_id: ClientId, open_rooms: Vec<RoomId>) -> u64 {
        let mut registry = self.lock();
        let (id, user) = (connection.id, connection.user_id);
        registry.users.entry(user).or_default().push(id);
        let entry = Entry {
            connection,
            client_id,
            open_rooms,
            status: Presence::Online,
            rooms: HashSet::new(),
            sees: Sees::Only(HashSet::new()),
            backlog: None,
            openings: 0,
        };
        registry.entries.insert(id, entry);
        let opening = registry.begin_opening(id).unwrap_or_default();
        registry.announced.touch(user);
        drop(registry);
        self.presence_may_have_changed();
        opening
    }

    /// Forgets a connection; does nothing when it was never registered.
    pub(super) fn unregister(&self, id: ConnectionId) {
        let mut registry = self.lock();
        registry.withdraw(id);
        registry.leave_call(id);
        registry.opening.remove(&id);
        let Some(entry) = registry.entries.remove(&id) else { return };
        let user = entry.connection.user_id;
        if let Some(ids) = registry.users.get_mut(&user) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                registry.users.remove(&user);
            }
        }
        registry.announced.touch(user);
        drop(registry);
        self.presence_may_have_changed();
    }

    /// Resolves when a connection is in its rooms: at once, unless it is being opened anew.
    pub(super) async fn opened(&self, id: ConnectionId) {
        loop {
            let next = self.0.opened.notified();
            if !self.lock().opening.contains(&id) {
                return;
            }
            next.await;
        }
    }

    pub(super) fn somebody_is_open(&self) {
        self.0.opened.notify_waiters();
    }

    pub(super) fn set_open_rooms(&self, id: ConnectionId, rooms: Vec<RoomId>) {
        if let Some(entry) = self.lock().entries.get_mut(&id) {
            entry.open_rooms = rooms;
        }
    }

    pub(super) fn set_status(&self, id: ConnectionId, status: Presence) {
        let mut registry = self.lock();
        let Some(entry) = registry.entries.get_mut(&id) else { return };
        entry.status = status;
        let user = entry.connection.user_id;
        registry.announced.touch(user);
        drop(registry);
        self.presence_may_have_changed();
    }

    /// Table A.
    pub fn table(&self) -> Vec<TableA> {
        let registry = self.lock();
        let row = |entry: &Entry| TableA {
            user_id: entry.connection.user_id,
            client_id: entry.client_id.clone(),
            connection: entry.connection.id,
            open_rooms: entry.open_rooms.clone(),
        };
        registry.entries.values().map(row).collect()
    }

    /// How many clients are connected, those being closed left out.
    pub fn count(&self) -> usize {
        self.lock().entries.values().filter(|entry| !entry.connection.status().ended).count()
    }

    /// A revision for data that is not stored: larger than all before, also those before a restart (PUSH-19). Not
    /// comparable with the revisions of storage.
    pub fn next_push_revision(&self) -> Revision {
        let now = clock::now().0;
        let next = |last: i64| Some(now.max(last + 1));
        let last = self.0.last_push.fetch_update(Ordering::AcqRel, Ordering::Acquire, next).unwrap_or_default();
        Revision(now.max(last + 1))
    }

    /// Closes every connection: the server stops.
    pub fn close_all(&self) {
        for entry in self.lock().entries.values() {
            entry.connection.close(Close::GoingAway);
        }
    }

    pub(super) fn close_sessions(&self, user: UserId, sessions: &[SessionId]) {
        let registry = self.lock();
        for id in registry.ids_of(user) {
            if let Some(Entry { connection, .. }) = registry.entries.get(&id)
                && sessions.contains(&connection.session_id)
            {
                connection.close(Close::SignedOut);
            }
        }
    }

    /// Open connections of a person.
    pub(super) fn connections_of(&self, user: UserId) -> Vec<Arc<Connection>> {
        let registry = self.lock();
        let entries = registry.ids_of(user).into_iter().filter_map(|id| registry.entries.get(&id));
        entries.map(|entry| entry.connection.clone()).collect()
    }

    /// Whether somebody has a client connected.
    pub(super) fn is_connected(&self, user: UserId) -> bool {
        self.lock().users.contains_key(&user)
    }
}

impl Registry {
    pub(super) fn ids_of(&self, user: UserId) -> Vec<ConnectionId> {
        self.users.get(&user).cloned().unwrap_or_default()
    }

    pub(super) fn presence_of(&self, user: UserId) -> Presence {
        let statuses = self.users.get(&user).into_iter().flatten().filter_map(|id| self.entries.get(id));
        statuses.map(|entry| entry.status).fold(Presence::Offline, |sum, status| match (sum, status) {
            (Presence::Online, _) | (_, Presence::Online) => Presence::Online,
            _ => Presence::Away,
        })
    }

    /// What must hold whenever the lock is taken.
    #[cfg(debug_assertions)]
    fn check(&self) {
        let followed: usize = self.rooms.values().map(|followers| followers.len()).sum();
        let follows: usize = self.entries.values().map(|entry| entry.rooms.len()).sum();
        assert_eq!(followed, follows, "a room's followers and the followers' rooms differ");
        assert_eq!(self.users.values().map(Vec::len).sum::<usize>(), self.entries.len(), "a connection without user");
        for (id, entry) in &self.entries {
            assert_eq!(entry.backlog.is_some(), self.opening.contains(id), "an opening connection without backlog");
        }
        self.calls.check(|id| self.entries.contains_key(&id));
    }
}
