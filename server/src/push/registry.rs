//! Who is connected, and to what (Table A).

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use roomglass_protocol::{
    ClientId, Presence, RoomId, UserId,
    push::{Revision, ServerFrame},
};
use roomglass_storage::SessionId;
use tokio::sync::Notify;

use super::{
    Close, Connection, ConnectionId, EncodedFrame,
    opening::{Backlog, Late},
    presence::Announced,
};
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
    users: HashMap<UserId, Vec<ConnectionId>>,
    /// Shared, so that delivering needs the lock only for as long as it takes to clone a pointer.
    rooms: HashMap<RoomId, Arc<Vec<Arc<Connection>>>>,
    /// Connections that wait for their snapshot: they are in no room yet and keep what happens meanwhile.
    opening: BTreeSet<ConnectionId>,
    pub(super) announced: Announced,
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

    /// Sends to the connected members of a room.
    pub fn send_to_members(&self, room: RoomId, frame: &ServerFrame) {
        self.deliver_to_room(room, None, &EncodedFrame::new(frame), None);
    }

    /// Sends to one person, if they are a member of the room.
    pub fn send_to_member(&self, room: RoomId, user: UserId, frame: &ServerFrame) {
        let frame = EncodedFrame::new(frame);
        let mut registry = self.lock();
        for id in registry.ids_of(user) {
            let Some(entry) = registry.entries.get_mut(&id) else { continue };
            match &mut entry.backlog {
                Some(backlog) => backlog.push(Late::InRoom(room, None, frame.clone())),
                None if entry.rooms.contains(&room) => entry.connection.send(&frame),
                None => {}
            }
        }
    }

    /// Sends to all clients of some people.
    pub fn send_to_users(&self, users: &[UserId], frame: &ServerFrame) {
        let frame = EncodedFrame::new(frame);
        for user in users {
            self.deliver_to_user(*user, None, &frame);
        }
    }

    /// Sends to everybody.
    pub fn send_to_everyone(&self, frame: &ServerFrame) {
        let frame = EncodedFrame::new(frame);
        for entry in self.lock().entries.values_mut() {
            entry.deliver(None, &frame);
        }
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

    /// Sends to the members of a room, but for one person. Writing happens outside the lock.
    pub(super) fn deliver_to_room(
        &self,
        room: RoomId,
        rev: Option<Revision>,
        frame: &EncodedFrame,
        except: Option<UserId>,
    ) {
        let members = {
            let mut registry = self.lock();
            registry.keep_for_opening(|entry| {
                (Some(entry.connection.user_id) != except).then(|| Late::InRoom(room, rev, frame.clone()))
            });
            registry.rooms.get(&room).cloned()
        };
        for member in members.iter().flat_map(|members| members.iter()) {
            if Some(member.user_id) != except {
                member.send_change(rev, frame);
            }
        }
    }

    pub(super) fn deliver_to_user(&self, user: UserId, rev: Option<Revision>, frame: &EncodedFrame) {
        let mut registry = self.lock();
        for id in registry.ids_of(user) {
            if let Some(entry) = registry.entries.get_mut(&id) {
                entry.deliver(rev, frame);
            }
        }
    }

    /// Sends something about people to those who may see them.
    pub(super) fn deliver_about(&self, rev: Option<Revision>, about: &[(UserId, EncodedFrame)]) {
        if about.is_empty() {
            return;
        }
        let frames: Vec<_> = about.iter().map(|(_, frame)| frame.clone()).collect();
        let all = EncodedFrame::joined(&frames);
        for entry in self.lock().entries.values_mut() {
            match (&mut entry.backlog, &entry.sees) {
                (Some(backlog), _) => {
                    backlog.extend(about.iter().map(|(who, frame)| Late::About(*who, rev, frame.clone())));
                }
                (None, Sees::Everybody) => entry.connection.send_change(rev, &all),
                (None, sees) => about
                    .iter()
                    .filter(|(who, _)| sees.sees(*who))
                    .for_each(|(_, frame)| entry.connection.send_change(rev, frame)),
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

    /// Whether a connection follows a room.
    pub(super) fn follows(&self, id: ConnectionId, room: RoomId) -> bool {
        self.lock().entries.get(&id).is_some_and(|entry| entry.rooms.contains(&room))
    }

    /// Somebody is a member now: what is said in the room reaches them from here on.
    pub(super) fn joined(&self, user: UserId, room: RoomId, rev: Revision) {
        self.change_rooms(user, rev, Late::Joined(room, rev), |registry, id| registry.follow(id, room));
    }

    /// Somebody is no longer a member: nothing that is said in the room reaches them from here on (I9).
    pub(super) fn left(&self, user: UserId, room: RoomId, rev: Revision) {
        self.change_rooms(user, rev, Late::Left(room, rev), |registry, id| registry.unfollow(id, room));
    }

    fn change_rooms(&self, user: UserId, rev: Revision, late: Late, change: impl Fn(&mut Registry, ConnectionId)) {
        let mut registry = self.lock();
        for id in registry.ids_of(user) {
            let Some(entry) = registry.entries.get_mut(&id) else { continue };
            match &mut entry.backlog {
                Some(backlog) => backlog.push(late.clone()),
                None if rev > entry.connection.since() => change(&mut registry, id),
                None => {}
            }
        }
    }

    /// Connections of guests for whom a room's membership matters: its members', and those of `user`. Those that are
    /// being opened find out by themselves.
    pub(super) fn guests_around(&self, room: RoomId, user: UserId, rev: Revision) -> Vec<Arc<Connection>> {
        let mut registry = self.lock();
        registry.keep_for_opening(|_| Some(Late::MembersChanged(room, rev)));
        let concerned = |entry: &&Entry| entry.rooms.contains(&room) || entry.connection.user_id == user;
        let guest = |entry: &&Entry| entry.backlog.is_none() && matches!(entry.sees, Sees::Only(_));
        registry.entries.values().filter(guest).filter(concerned).map(|entry| entry.connection.clone()).collect()
    }
}

impl Entry {
    /// Sends, or keeps for when the connection is opened.
    pub(super) fn deliver(&mut self, rev: Option<Revision>, frame: &EncodedFrame) {
        match &mut self.backlog {
            Some(backlog) => backlog.push(Late::ForUser(rev, frame.clone())),
            None => self.connection.send_change(rev, frame),
        }
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

    /// Takes a connection out of its rooms until its snapshot is there. Returns which opening this is.
    pub(super) fn begin_opening(&mut self, id: ConnectionId) -> Option<u64> {
        self.withdraw(id);
        let entry = self.entries.get_mut(&id)?;
        entry.openings += 1;
        entry.backlog.get_or_insert_default();
        self.opening.insert(id);
        Some(entry.openings)
    }

    pub(super) fn end_opening(&mut self, id: ConnectionId, rooms: HashSet<RoomId>) {
        self.opening.remove(&id);
        for room in rooms {
            self.follow(id, room);
        }
    }

    fn keep_for_opening(&mut self, late: impl Fn(&Entry) -> Option<Late>) {
        for id in &self.opening {
            let Some(entry) = self.entries.get_mut(id) else { continue };
            let late = late(entry);
            if let (Some(backlog), Some(late)) = (&mut entry.backlog, late) {
                backlog.push(late);
            }
        }
    }

    /// Who follows a room.
    pub(super) fn followers(&self, room: RoomId) -> impl Iterator<Item = &Arc<Connection>> {
        self.rooms.get(&room).into_iter().flat_map(|followers| followers.iter())
    }

    fn follow(&mut self, id: ConnectionId, room: RoomId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if entry.rooms.insert(room) {
            Arc::make_mut(self.rooms.entry(room).or_default()).push(entry.connection.clone());
        }
    }

    fn unfollow(&mut self, id: ConnectionId, room: RoomId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if entry.rooms.remove(&room) {
            self.drop_follower(id, room);
        }
    }

    fn withdraw(&mut self, id: ConnectionId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        for room in std::mem::take(&mut entry.rooms) {
            self.drop_follower(id, room);
        }
    }

    fn drop_follower(&mut self, id: ConnectionId, room: RoomId) {
        let Some(followers) = self.rooms.get_mut(&room) else { return };
        let followers = Arc::make_mut(followers);
        if let Some(place) = followers.iter().position(|follower| follower.id == id) {
            followers.swap_remove(place);
        }
        if followers.is_empty() {
            self.rooms.remove(&room);
        }
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
    }
}
