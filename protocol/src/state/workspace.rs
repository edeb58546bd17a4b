//! People and rooms as one user sees them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Membership, Organisation, Person, Presence, RoomId, UserId,
    push::{Revision, ServerFrame},
    rest::snapshot::Snapshot,
};

/// Everything of [`Snapshot`], kept current by frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// State after this revision.
    pub rev: Revision,
    /// The organisation of the server.
    pub organisation: Organisation,
    /// Whose session it is.
    pub user: Person,
    /// Everybody the user may see.
    pub people: BTreeMap<UserId, Person>,
    /// Everybody who is not offline.
    pub presence: BTreeMap<UserId, Presence>,
    /// All rooms of the user.
    pub rooms: BTreeMap<RoomId, Membership>,
}

/// What a client has to do because of a frame, beyond redrawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A room is new: synchronise its integrations (SYNC-02).
    RoomJoined(RoomId),
    /// A room is gone: drop what is stored for it.
    RoomLeft(RoomId),
    /// The room's log has entries after the client's: fetch them.
    RoomBehind(RoomId),
}

impl From<Snapshot> for Workspace {
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { rev, organisation, user, people, presence, rooms } = snapshot;
        Self {
            rev,
            organisation,
            user,
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            presence: presence.into_iter().map(|p| (p.user_id, p.status)).collect(),
            rooms: rooms.into_iter().map(|room| (room.room.id, room)).collect(),
        }
    }
}

impl Workspace {
    /// Applies a frame. Frames that concern only timelines, integrations or tiles change at most `rev`.
    pub fn apply(&mut self, frame: &ServerFrame) -> Vec<Effect> {
        let _ = frame;
        todo!("written by the protocol author")
    }

    /// Presence of a person; offline when nothing is known.
    pub fn presence_of(&self, user: UserId) -> Presence {
        self.presence.get(&user).copied().unwrap_or_default()
    }

    /// What a room is called by this user: its name, or the names of the other people in a conversation.
    pub fn room_title(&self, room: &Membership) -> String {
        let _ = room;
        todo!("written by the protocol author")
    }
}
