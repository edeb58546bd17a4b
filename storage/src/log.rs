//! The log of a room: messages and everything else that happens in it.

use roomglass_protocol::{
    Event, Message, MessageId, RoomId,
    rest::message::{Page, Query, Sent},
};

use crate::{Reader, StorageError, WriteTransaction};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Where and when it was stored: the first time it came.
    pub sent: Sent,
    /// Whether it was there already, so that nothing changed.
    pub repeated: bool,
}

impl Reader {
    /// A page of a room's messages. Whether the caller is a member is theirs to check, in this same transaction.
    pub async fn messages(&mut self, room: RoomId, query: Query) -> Result<Page, StorageError> {
        let _ = (room, query);
        todo!()
    }

    /// A page of a room's whole log.
    pub async fn events(&mut self, room: RoomId, query: Query) -> Result<Page, StorageError> {
        let _ = (room, query);
        todo!()
    }

    /// One message of a room.
    pub async fn message(&mut self, room: RoomId, id: MessageId) -> Result<Option<Event>, StorageError> {
        let _ = (room, id);
        todo!()
    }
}

impl WriteTransaction {
    /// Stores a message as the room's next event, of a person who is a member or of an integration, and moves the
    /// person's read position to it. The same id with the same author and text in the same room is the same message:
    /// nothing changes and the first answer is given again, also to somebody who has left meanwhile.
    ///
    /// # Errors
    /// [`crate::Noun::Room`] when the author is a person and no member; [`crate::Conflict::MessageIdTaken`].
    pub async fn append_message(&mut self, room: RoomId, message: Message) -> Result<Appended, StorageError> {
        let _ = (room, message);
        todo!()
    }
}
