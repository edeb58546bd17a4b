//! What storage tells after a commit.

use roomglass_protocol::{
    Event, IntegrationKey, Membership, Person, RoomId, RoomRef, Sequence, UserId, push::Revision,
    sync::ChangedIntegration,
};

use crate::SessionId;

/// One thing that changed, with all that is needed to tell those concerned: delivering it takes no query.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A room's log has a new entry: for all members. A message moves its author's read position to itself; no
    /// [`Change::ReadMoved`] says so again.
    EventAppended {
        /// The entry.
        event: Event,
    },
    /// Somebody is a member now, by joining, by being added, or because the room or conversation was just made: for
    /// that person alone. Comes before the event that says so, and `membership` includes that event.
    MemberJoined {
        /// Who.
        user_id: UserId,
        /// The room as they see it.
        membership: Membership,
    },
    /// Somebody is no longer a member: for that person alone. Comes before the event that says so, which is no longer
    /// for them.
    MemberLeft {
        /// Who.
        user_id: UserId,
        /// From where.
        room_id: RoomId,
    },
    /// Topic, name, privacy or owner of a room changed, or it was archived or brought back: for all members, each with their own read position.
    RoomChanged {
        /// The room as each member sees it.
        memberships: Vec<(UserId, Membership)>,
    },
    /// Somebody has read further: for all clients of that person.
    ReadMoved {
        /// Who.
        user_id: UserId,
        /// Where.
        room_id: RoomId,
        /// Newest event read.
        seq: Sequence,
        /// How many messages the log holds up to it.
        messages: i64,
    },
    /// A person is new or changed: for everybody who may see them.
    PersonChanged {
        /// The person as they are now.
        person: Person,
    },
    /// An integration was installed, updated or removed: for the members of the places, everybody for the global one.
    IntegrationsChanged {
        /// Where, sorted.
        places: Vec<RoomRef>,
        /// What became of it there; a present one with all its extensions (SSYNC-10).
        change: ChangedIntegration,
    },
    /// A version of an integration waits for a review, or does not any more: for those who may decide.
    UpdateWaiting {
        /// Of which.
        integration: IntegrationKey,
        /// Whether one waits now.
        waiting: bool,
        /// Who may decide.
        may_decide: Vec<UserId>,
    },
    /// A provider made or removed a webhook of a room: for those who tell providers, nobody else.
    RoomWebhooksChanged {
        /// Where.
        room_id: RoomId,
    },
    /// A room is gone with its log: for those who tell providers. Its members were told that they left.
    RoomDeleted {
        /// Which.
        room_id: RoomId,
    },
    /// Sessions ended: their sockets are to be closed.
    SessionsRevoked {
        /// Whose.
        user_id: UserId,
        /// Which.
        sessions: Vec<SessionId>,
    },
}

/// Changes that are on stable storage. Only the writer can make one, so telling before that does not compile.
#[derive(Debug)]
#[must_use = "those concerned have to be told"]
pub struct Committed {
    changes: Vec<(Revision, Change)>,
}

impl Committed {
    pub(crate) fn new(changes: Vec<(Revision, Change)>) -> Self {
        Self { changes }
    }

    /// The changes in commit order; each revision is the one before plus one.
    pub fn changes(&self) -> &[(Revision, Change)] {
        &self.changes
    }

    /// As [`Committed::changes`], by value.
    pub fn into_changes(self) -> Vec<(Revision, Change)> {
        self.changes
    }
}
