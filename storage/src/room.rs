//! Rooms: making, finding, changing.

use roomglass_protocol::{Membership, Privacy, Room, RoomId, Timestamp, UserId};

use crate::{Reader, StorageError, WriteTransaction};

/// A room to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoom {
    /// Unique without regard to letter case.
    pub name: String,
    /// Who may enter.
    pub privacy: Privacy,
    /// May be empty.
    pub topic: String,
}

/// What to change of a room; absent members stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomChange {
    /// New topic.
    pub topic: Option<String>,
    /// New name.
    pub name: Option<String>,
    /// New privacy.
    pub privacy: Option<Privacy>,
}

impl Reader {
    /// Finds a room or conversation, whoever asks.
    pub async fn room(&mut self, id: RoomId) -> Result<Option<Room>, StorageError> {
        let _ = id;
        todo!()
    }

    /// Finds a room by name, whatever its letter case.
    pub async fn room_by_name(&mut self, name: &str) -> Result<Option<Room>, StorageError> {
        let _ = name;
        todo!()
    }

    /// All rooms with a name, by name: what an integration of the whole organisation may see.
    pub async fn named_rooms(&mut self) -> Result<Vec<Room>, StorageError> {
        todo!()
    }

    /// Public rooms a person is not a member of, by name.
    pub async fn joinable_rooms(&mut self, user_id: UserId) -> Result<Vec<Room>, StorageError> {
        let _ = user_id;
        todo!()
    }
}

impl WriteTransaction {
    /// Makes a room whose maker is its owner and only member; its log begins with the event that says so.
    ///
    /// # Errors
    /// [`crate::Conflict::RoomNameTaken`].
    pub async fn create_room(
        &mut self,
        by: UserId,
        room: NewRoom,
        now: Timestamp,
    ) -> Result<Membership, StorageError> {
        let _ = (by, room, now);
        todo!()
    }

    /// Changes topic, name or privacy. Members that are as they were are left out of the event; nothing at all happens
    /// when all are.
    ///
    /// # Errors
    /// [`crate::Conflict::RoomNameTaken`], [`crate::Conflict::ConversationIsFixed`], or there is no such room.
    pub async fn change_room(
        &mut self,
        id: RoomId,
        by: UserId,
        change: RoomChange,
        now: Timestamp,
    ) -> Result<Room, StorageError> {
        let _ = (id, by, change, now);
        todo!()
    }
}
