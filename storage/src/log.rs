//! The log of a room: messages and everything else that happens in it.

use roomglass_protocol::{
    Author, Event, EventBody, FileId, Message, MessageId, RoomId, Sequence, Timestamp,
    rest::message::{DEFAULT_LIMIT, MAX_LIMIT, Page, Query, Sent},
};

use crate::{
    Change, Conflict, Noun, Reader, StorageError, WriteTransaction,
    row::{Row, damaged},
    webhook_event::listened,
};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Where and when it was stored: the first time it came.
    pub sent: Sent,
    /// Whether it was there already, so that nothing changed.
    pub repeated: bool,
}

const OLDEST_EVENTS: &str = "SELECT room_id, seq, messages, at, body FROM events \
     WHERE room_id = $1 AND seq > $2 AND seq < $3 ORDER BY seq LIMIT $4";
const NEWEST_EVENTS: &str = "SELECT room_id, seq, messages, at, body FROM events \
     WHERE room_id = $1 AND seq > $2 AND seq < $3 ORDER BY seq DESC LIMIT $4";
const OLDEST_MESSAGES: &str = "SELECT room_id, seq, messages, at, body FROM events \
     WHERE room_id = $1 AND seq > $2 AND seq < $3 AND message_id IS NOT NULL ORDER BY seq LIMIT $4";
const NEWEST_MESSAGES: &str = "SELECT room_id, seq, messages, at, body FROM events \
     WHERE room_id = $1 AND seq > $2 AND seq < $3 AND message_id IS NOT NULL ORDER BY seq DESC LIMIT $4";

impl Reader {
    /// A page of a room's messages. Whether the caller is a member is theirs to check, in this same transaction.
    pub async fn messages(&mut self, room: RoomId, query: Query) -> Result<Page, StorageError> {
        let statement = if query.after.is_some() { OLDEST_MESSAGES } else { NEWEST_MESSAGES };
        self.page(statement, room, query).await
    }

    /// A page of a room's whole log; see [`Reader::messages`].
    pub async fn events(&mut self, room: RoomId, query: Query) -> Result<Page, StorageError> {
        let statement = if query.after.is_some() { OLDEST_EVENTS } else { NEWEST_EVENTS };
        self.page(statement, room, query).await
    }

    /// One entry more than the page holds is read: it tells whether there are more.
    async fn page(&mut self, statement: &'static str, room: RoomId, query: Query) -> Result<Page, StorageError> {
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize;
        let after = query.after.unwrap_or(Sequence::START);
        let before = query.before.unwrap_or(Sequence(i64::MAX));
        let statement = sqlx::query(statement).bind(room.0).bind(after.0).bind(before.0).bind(limit as i64 + 1);
        let rows = self.all(statement).await?;
        let more = rows.len() > limit;
        let mut items: Vec<Event> = rows.iter().take(limit).map(event_of).collect::<Result<_, _>>()?;
        if query.after.is_none() {
            items.reverse();
        }
        Ok(Page { items, more })
    }

    /// One message of a room.
    pub async fn message(&mut self, room: RoomId, id: MessageId) -> Result<Option<Event>, StorageError> {
        Ok(self.message_anywhere(id).await?.filter(|event| event.room_id == room))
    }

    /// One entry of a room's log.
    pub async fn event(&mut self, room: RoomId, seq: Sequence) -> Result<Option<Event>, StorageError> {
        let statement =
            sqlx::query("SELECT room_id, seq, messages, at, body FROM events WHERE room_id = $1 AND seq = $2");
        self.first(statement.bind(room.0).bind(seq.0)).await?.as_ref().map(event_of).transpose()
    }

    async fn message_anywhere(&mut self, id: MessageId) -> Result<Option<Event>, StorageError> {
        let statement = sqlx::query("SELECT room_id, seq, messages, at, body FROM events WHERE message_id = $1")
            .bind(id.to_string());
        self.first(statement).await?.as_ref().map(event_of).transpose()
    }
}

impl WriteTransaction {
    /// Stores a message as the room's next event, of a person who is a member or of an integration, and moves the
    /// person's read position to it. The same id with the same author and text in the same room is the same message:
    /// nothing changes and the first answer is given again, also to somebody who has left meanwhile.
    ///
    /// # Errors
    /// [`Noun::Room`] when there is no such room, or the author is a person and not a member;
    /// [`Conflict::MessageIdTaken`]; [`Conflict::RoomArchived`].
    pub async fn append_message(&mut self, room: RoomId, message: Message) -> Result<Appended, StorageError> {
        let Some(event) = self.insert_message(room, &message).await? else {
            let files: Vec<FileId> = message.attachments.iter().map(|file| file.id).collect();
            return self.repeated_message(room, &message, &files).await;
        };
        let statement =
            sqlx::query(concat!("UPDATE rooms SET seq = $2, messages = $3 WHERE id = $1 RETURNING ", listened!()));
        let row = self.first(statement.bind(room.0).bind(event.seq.0).bind(event.messages)).await?;
        if row.map_or(Ok(false), |row| row.flag("listened"))? {
            self.note_for_webhooks(event.room_id, event.seq).await?;
        }
        if let Some(sender) = message.sender() {
            self.move_read_position(room, sender, event.seq, event.messages).await?;
        }
        let sent = Sent { id: message.id, seq: event.seq, sent_at: event.at };
        self.record(Change::EventAppended { event });
        Ok(Appended { sent, repeated: false })
    }

    /// As [`WriteTransaction::append_message`], with files that wait for their sender's message in this room.
    ///
    /// # Errors
    /// Also [`Noun::File`] when one of them does not; nothing is stored then.
    pub async fn append_message_with_files(
        &mut self,
        room: RoomId,
        mut message: Message,
        files: &[FileId],
    ) -> Result<Appended, StorageError> {
        if !files.is_empty() && self.message_anywhere(message.id).await?.is_some() {
            return self.repeated_message(room, &message, files).await;
        }
        message.attachments.clear();
        for file in files {
            let attachment = self.take_file(room, message.sender(), message.id, *file).await?;
            message.attachments.push(attachment);
        }
        self.append_message(room, message).await
    }

    /// `None` when the id is taken, the room is missing or archived, or the author may not write there: which of them is
    /// worth another query only then. Looking, checking and storing in one statement is what ingest speed rests on.
    async fn insert_message(&mut self, room_id: RoomId, message: &Message) -> Result<Option<Event>, StorageError> {
        let body = EventBody::Message(message.clone());
        let statement = sqlx::query(match message.from {
            Author::User { .. } => {
                "INSERT INTO events (room_id, seq, messages, kind, message_id, sender_id, at, body)
                 SELECT r.id, r.seq + 1, r.messages + 1, 'message', $2, $3, $4, $5
                 FROM rooms AS r JOIN memberships AS m ON m.room_id = r.id
                 WHERE r.id = $1 AND r.archived = 0 AND m.user_id = $3
                 ON CONFLICT (message_id) DO NOTHING RETURNING seq, messages"
            }
            Author::Integration { .. } => {
                "INSERT INTO events (room_id, seq, messages, kind, message_id, sender_id, at, body)
                 SELECT r.id, r.seq + 1, r.messages + 1, 'message', $2, $3, $4, $5
                 FROM rooms AS r WHERE r.id = $1 AND r.archived = 0
                 ON CONFLICT (message_id) DO NOTHING RETURNING seq, messages"
            }
        });
        let statement = statement.bind(room_id.0).bind(message.id.to_string()).bind(message.sender().map(|id| id.0));
        let statement = statement.bind(message.sent_at.0).bind(body_text(&body)?);
        let Some(row) = self.first(statement).await? else { return Ok(None) };
        let (seq, messages) = (row.sequence("seq")?, row.number("messages")?);
        Ok(Some(Event { room_id, seq, messages, at: message.sent_at, body }))
    }

    async fn repeated_message(
        &mut self,
        room: RoomId,
        message: &Message,
        files: &[FileId],
    ) -> Result<Appended, StorageError> {
        let stored = self.message_anywhere(message.id).await?;
        let may_write = match message.sender() {
            Some(sender) => self.is_member(room, sender).await?,
            None => self.room(room).await?.is_some(),
        };
        match stored {
            Some(event)
                if event.room_id == room && event.message().is_some_and(|first| is_same(first, message, files)) =>
            {
                let sent = Sent { id: message.id, seq: event.seq, sent_at: event.at };
                Ok(Appended { sent, repeated: true })
            }
            _ if !may_write => Err(StorageError::NotFound(Noun::Room)),
            Some(_) => Err(Conflict::MessageIdTaken.into()),
            None => Err(self.open_room(room).await.err().unwrap_or(StorageError::NotFound(Noun::Room))),
        }
    }

    /// Stores an event as the room's next. It is not yet told: the caller records it in its place among other changes.
    pub(crate) async fn store_event(
        &mut self,
        room_id: RoomId,
        body: EventBody,
        now: Timestamp,
    ) -> Result<Event, StorageError> {
        let statement =
            sqlx::query(concat!("UPDATE rooms SET seq = seq + 1 WHERE id = $1 RETURNING seq, messages, ", listened!()));
        let row = self.first(statement.bind(room_id.0)).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        let event = Event { room_id, seq: row.sequence("seq")?, messages: row.number("messages")?, at: now, body };
        let statement =
            sqlx::query("INSERT INTO events (room_id, seq, messages, kind, at, body) VALUES ($1, $2, $3, $4, $5, $6)");
        let statement = statement.bind(room_id.0).bind(event.seq.0).bind(event.messages);
        let statement = statement.bind(kind_word(&event.body)).bind(now.0).bind(body_text(&event.body)?);
        self.execute(statement).await?;
        if row.flag("listened")? {
            self.note_for_webhooks(event.room_id, event.seq).await?;
        }
        Ok(event)
    }
}

/// Whether a message that came again is the one that was stored. Names of people may have changed in between; of one that
/// was deleted nobody knows any more what it said.
fn is_same(stored: &Message, repeated: &Message, files: &[FileId]) -> bool {
    let same_author = match (&stored.from, &repeated.from) {
        (Author::User { id: stored, .. }, Author::User { id: repeated, .. }) => stored == repeated,
        (Author::Integration { key: stored, .. }, Author::Integration { key: repeated, .. }) => stored == repeated,
        _ => false,
    };
    let same_files = stored.attachments.iter().map(|file| &file.id).eq(files);
    same_author && (stored.deleted || stored.text == repeated.text && same_files)
}

/// Reads `room_id, seq, messages, at, body`.
pub(crate) fn event_of(row: &Row) -> Result<Event, StorageError> {
    let room_id = row.room("room_id")?;
    let seq = row.sequence("seq")?;
    let body = serde_json::from_str(&row.text("body")?)
        .map_err(|_| damaged("events", "body", format_args!("{room_id}/{seq}")))?;
    Ok(Event { room_id, seq, messages: row.number("messages")?, at: row.time("at")?, body })
}

pub(crate) fn body_text(body: &EventBody) -> Result<String, StorageError> {
    serde_json::to_string(body).map_err(|_| damaged("events", "body", "a new event"))
}

/// For people who look into the database, and for the history, which leaves out what was deleted.
fn kind_word(body: &EventBody) -> &'static str {
    match body {
        EventBody::Message(_) => "message",
        EventBody::Created { .. } => "created",
        EventBody::Joined { .. } => "joined",
        EventBody::Left { .. } => "left",
        EventBody::Changed { .. } => "changed",
        EventBody::Integration { .. } => "integration",
        EventBody::CallStarted { .. } => "call-started",
        EventBody::CallEnded { .. } => "call-ended",
        EventBody::Deleted { .. } => "deleted",
        EventBody::Unknown => "unknown",
    }
}
