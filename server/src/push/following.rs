//! Which rooms connections follow: those of their snapshot, then what changes of membership say.

use std::{collections::HashSet, sync::Arc};

use roomglass_protocol::{RoomId, UserId, push::Revision};

use super::{
    Connection, ConnectionId, Connections,
    opening::Late,
    registry::{Entry, Registry, Sees},
};

impl Connections {
    /// Whether a connection follows a room.
    pub(super) fn follows(&self, id: ConnectionId, room: RoomId) -> bool {
        self.lock().entries.get(&id).is_some_and(|entry| entry.rooms.contains(&room))
    }

    /// Somebody is a member now: what is said in the room reaches them from here on.
    pub(super) fn joined(&self, user: UserId, room: RoomId, rev: Revision) {
        self.change_rooms(user, rev, Late::Joined(room, rev), |registry, id| {
            registry.follow(id, room);
            registry.tell_of_call(id, room);
        });
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

impl Registry {
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
        self.calls_after_opening(id);
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
            self.leave_call_of(id, room);
        }
    }

    /// Takes a connection out of all its rooms.
    pub(super) fn withdraw(&mut self, id: ConnectionId) {
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
}
