//! Calls, as far as they are remembered: that one began, and how long it took (MSG-19). Who is in a call is never stored.

use roomglass_protocol::{EventBody, RoomId, Timestamp, UserId};

use crate::{Change, StorageError, WriteTransaction};

impl WriteTransaction {
    /// Notes that somebody began a call. That they are a member is the caller's to check.
    ///
    /// # Errors
    /// There is no such room; [`crate::Conflict::RoomArchived`].
    pub async fn call_started(&mut self, room: RoomId, by: UserId, now: Timestamp) -> Result<(), StorageError> {
        self.open_room(room).await?;
        self.note_call(room, EventBody::CallStarted { by }, now).await
    }

    /// Notes that a call is over.
    ///
    /// # Errors
    /// There is no such room.
    pub async fn call_ended(&mut self, room: RoomId, seconds: i64, now: Timestamp) -> Result<(), StorageError> {
        self.note_call(room, EventBody::CallEnded { seconds }, now).await
    }

    async fn note_call(&mut self, room: RoomId, body: EventBody, now: Timestamp) -> Result<(), StorageError> {
        let event = self.store_event(room, body, now).await?;
        self.record(Change::EventAppended { event });
        Ok(())
    }
}
