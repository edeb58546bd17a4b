//! Who is in which room, and how far they have read.

use roomglass_protocol::{Membership, Person, RoomId, Sequence, Timestamp, UserId};

use crate::{Reader, StorageError, WriteTransaction};

impl Reader {
    /// All rooms of a person: named ones by name, then conversations. Two queries, however many rooms (DATA-11).
    pub async fn rooms_of(&mut self, user_id: UserId) -> Result<Vec<Membership>, StorageError> {
        let _ = user_id;
        todo!()
    }

    /// A room as a person sees it; `None` when they are not a member.
    pub async fn membership(&mut self, room: RoomId, user: UserId) -> Result<Option<Membership>, StorageError> {
        let _ = (room, user);
        todo!()
    }

    /// Whether a person is a member of a room.
    pub async fn is_member(&mut self, room: RoomId, user: UserId) -> Result<bool, StorageError> {
        let _ = (room, user);
        todo!()
    }

    /// Members of a room in order of joining (DATA-11).
    pub async fn members(&mut self, room: RoomId) -> Result<Vec<UserId>, StorageError> {
        let _ = room;
        todo!()
    }

    /// As [`Reader::members`], with everything that may be known of them.
    pub async fn member_people(&mut self, room: RoomId) -> Result<Vec<Person>, StorageError> {
        let _ = room;
        todo!()
    }
}

impl WriteTransaction {
    /// Makes a person a member at their own wish. Whether they may is the caller's to check. Members stay members:
    /// nothing happens. Whoever enters an empty room becomes its owner.
    ///
    /// # Errors
    /// No such room or person; [`crate::Conflict::ConversationIsFixed`].
    pub async fn join_room(&mut self, room: RoomId, user: UserId, now: Timestamp) -> Result<Membership, StorageError> {
        let _ = (room, user, now);
        todo!()
    }

    /// As [`WriteTransaction::join_room`], at the wish of another.
    ///
    /// # Errors
    /// No such room or person; [`crate::Conflict::ConversationIsFixed`].
    pub async fn add_member(
        &mut self,
        room: RoomId,
        user: UserId,
        by: UserId,
        now: Timestamp,
    ) -> Result<Membership, StorageError> {
        let _ = (room, user, by, now);
        todo!()
    }

    /// Ends a membership at the member's own wish. An owner is followed by the member who joined first. An empty room
    /// keeps its log, its name and its last owner on record.
    ///
    /// # Errors
    /// [`crate::Noun::Member`]; [`crate::Conflict::ConversationIsFixed`].
    pub async fn leave_room(&mut self, room: RoomId, user: UserId, now: Timestamp) -> Result<(), StorageError> {
        let _ = (room, user, now);
        todo!()
    }

    /// As [`WriteTransaction::leave_room`], at the wish of another.
    ///
    /// # Errors
    /// [`crate::Noun::Member`]; [`crate::Conflict::ConversationIsFixed`].
    pub async fn remove_member(
        &mut self,
        room: RoomId,
        user: UserId,
        by: UserId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let _ = (room, user, by, now);
        todo!()
    }

    /// Moves a read position forward; never back, never beyond the newest event.
    ///
    /// # Errors
    /// [`crate::Noun::Room`] when they are not a member.
    pub async fn mark_read(&mut self, room: RoomId, user: UserId, seq: Sequence) -> Result<(), StorageError> {
        let _ = (room, user, seq);
        todo!()
    }
}
