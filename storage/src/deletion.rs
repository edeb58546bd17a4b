//! Deleting messages (MSG-21).

use roomglass_protocol::{Event, EventBody, FileId, Message, MessageId, RoomId, Timestamp, UserId};

use crate::{Change, Noun, StorageError, WriteTransaction, log::body_text};

impl WriteTransaction {
    /// Takes away what a message said, for everybody and for good. Its place in the log stays, and a new entry tells those
    /// who hold the old one. Names the files it had: their bytes can go after the commit. Nothing happens to a message
    /// that was deleted before.
    ///
    /// # Errors
    /// [`Noun::Message`] when the room has no such message.
    pub async fn delete_message(
        &mut self,
        room: RoomId,
        id: MessageId,
        by: UserId,
        now: Timestamp,
    ) -> Result<Vec<FileId>, StorageError> {
        let missing = StorageError::NotFound(Noun::Message);
        let event = self.message(room, id).await?.ok_or_else(|| missing.clone())?;
        let message = event.message().cloned().ok_or(missing)?;
        if message.deleted {
            return Ok(Vec::new());
        }
        let entry = self.bury(event, message).await?;
        let files = self.remove_files_of(id).await?;
        let event = self.store_event(room, EventBody::Deleted { by, entry: Box::new(entry) }, now).await?;
        self.record(Change::EventAppended { event });
        Ok(files)
    }

    async fn bury(&mut self, event: Event, message: Message) -> Result<Event, StorageError> {
        let entry = Event { body: EventBody::Message(message.into_tombstone()), ..event };
        let statement = sqlx::query("UPDATE events SET kind = 'tombstone', body = $3 WHERE room_id = $1 AND seq = $2");
        let statement = statement.bind(entry.room_id.0).bind(entry.seq.0).bind(body_text(&entry.body)?);
        self.execute(statement).await?;
        Ok(entry)
    }
}
