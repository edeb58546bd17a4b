//! Writing to those concerned: to sockets that are open at once, for those being opened into their backlog.

use roomglass_protocol::{
    RoomId, UserId,
    push::{Revision, ServerFrame},
};

use super::{
    Connections, EncodedFrame,
    opening::Late,
    registry::{Entry, Registry, Sees},
};

impl Connections {
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
    /// Keeps something for every connection that is being opened.
    pub(super) fn keep_for_opening(&mut self, late: impl Fn(&Entry) -> Option<Late>) {
        for id in &self.opening {
            let Some(entry) = self.entries.get_mut(id) else { continue };
            let late = late(entry);
            if let (Some(backlog), Some(late)) = (&mut entry.backlog, late) {
                backlog.push(late);
            }
        }
    }
}
