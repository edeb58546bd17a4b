//! Rooms: making, finding, changing.

use roomglass_protocol::{EventBody, Membership, Privacy, Room, RoomId, RoomKind, Timestamp, UserId};

use crate::{Change, Conflict, Noun, Reader, StorageError, WriteTransaction, row::Row, word::Word};

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
    /// Archive it, or bring it back.
    pub archived: Option<bool>,
}

impl Reader {
    /// Finds a room or conversation, whoever asks.
    pub async fn room(&mut self, id: RoomId) -> Result<Option<Room>, StorageError> {
        let statement = sqlx::query(
            "SELECT id, kind, name, privacy, owner_id, topic, seq, messages, archived FROM rooms WHERE id = $1",
        );
        self.first(statement.bind(id.0)).await?.as_ref().map(room_of).transpose()
    }

    /// A room in which something may be said.
    ///
    /// # Errors
    /// There is no such room; [`Conflict::RoomArchived`].
    pub async fn open_room(&mut self, id: RoomId) -> Result<Room, StorageError> {
        let room = self.room(id).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        if room.is_open() { Ok(room) } else { Err(Conflict::RoomArchived.into()) }
    }

    /// Finds a room by name, whatever its letter case.
    pub async fn room_by_name(&mut self, name: &str) -> Result<Option<Room>, StorageError> {
        let statement = sqlx::query(
            "SELECT id, kind, name, privacy, owner_id, topic, seq, messages, archived FROM rooms WHERE name_key = $1",
        );
        self.first(statement.bind(name_key(name))).await?.as_ref().map(room_of).transpose()
    }

    /// All rooms with a name, by name: what an integration of the whole organisation may see.
    pub async fn named_rooms(&mut self) -> Result<Vec<Room>, StorageError> {
        let rows = self
            .all(sqlx::query(
                "SELECT id, kind, name, privacy, owner_id, topic, seq, messages, archived FROM rooms
                 WHERE name_key IS NOT NULL",
            ))
            .await?;
        by_name(&rows)
    }

    /// Public rooms a person is not a member of, by name; archived ones are left out.
    pub async fn joinable_rooms(&mut self, user_id: UserId) -> Result<Vec<Room>, StorageError> {
        let statement = sqlx::query(
            "SELECT id, kind, name, privacy, owner_id, topic, seq, messages, archived FROM rooms
             WHERE name_key IS NOT NULL AND privacy = $2 AND archived = 0
             AND NOT EXISTS (SELECT 1 FROM memberships WHERE room_id = rooms.id AND user_id = $1)",
        );
        let rows = self.all(statement.bind(user_id.0).bind(Privacy::Public.word())).await?;
        by_name(&rows)
    }
}

impl WriteTransaction {
    /// Makes a room whose maker is its owner and only member; its log begins with the event that says so.
    ///
    /// # Errors
    /// [`Conflict::RoomNameTaken`].
    pub async fn create_room(&mut self, by: UserId, room: NewRoom, now: Timestamp) -> Result<Membership, StorageError> {
        let statement = sqlx::query(
            "INSERT INTO rooms (kind, name, name_key, privacy, owner_id, topic, seq, messages, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)
             ON CONFLICT (name_key) DO NOTHING RETURNING id",
        );
        let statement = statement.bind(RoomKind::Room.word()).bind(&room.name).bind(name_key(&room.name));
        let statement = statement.bind(room.privacy.word()).bind(by.0).bind(room.topic).bind(now.0);
        let id = self.first(statement).await?.ok_or(Conflict::RoomNameTaken)?.room("id")?;
        let created = self.store_event(id, EventBody::Created { by }, now).await?;
        let membership = self.add_membership(by, &created).await?;
        self.record(Change::EventAppended { event: created });
        Ok(membership)
    }

    /// Changes topic, name or privacy, archives a room or brings it back. What is as it was already is left out of the
    /// event; nothing at all happens when everything is.
    ///
    /// # Errors
    /// [`Conflict::RoomNameTaken`], [`Conflict::ConversationIsFixed`], or there is no such room.
    pub async fn change_room(
        &mut self,
        id: RoomId,
        by: UserId,
        change: RoomChange,
        now: Timestamp,
    ) -> Result<Room, StorageError> {
        let room = self.changeable_room(id).await?;
        let topic = change.topic.filter(|topic| *topic != room.topic);
        let name = change.name.filter(|name| *name != room.name);
        let privacy = change.privacy.filter(|privacy| *privacy != room.privacy);
        let archived = change.archived.filter(|archived| *archived != room.archived);
        if topic.is_none() && name.is_none() && privacy.is_none() && archived.is_none() {
            return Ok(room);
        }
        if let Some(name) = &name
            && self.room_by_name(name).await?.is_some_and(|other| other.id != id)
        {
            return Err(Conflict::RoomNameTaken.into());
        }
        let statement = sqlx::query(
            "UPDATE rooms SET topic = $2, name = $3, name_key = $4, privacy = $5, archived = $6 WHERE id = $1",
        );
        let present_name = name.as_ref().unwrap_or(&room.name);
        let statement = statement.bind(id.0).bind(topic.as_ref().unwrap_or(&room.topic)).bind(present_name);
        let privacy_word = privacy.unwrap_or(room.privacy).word();
        let statement = statement.bind(name_key(present_name)).bind(privacy_word);
        self.execute(statement.bind(i64::from(archived.unwrap_or(room.archived)))).await?;
        let event = self.store_event(id, EventBody::Changed { by, topic, name, privacy, archived }, now).await?;
        self.record(Change::EventAppended { event });
        self.record_room_changed(id).await
    }

    /// A room whose name, topic, privacy and members may change.
    pub(crate) async fn changeable_room(&mut self, id: RoomId) -> Result<Room, StorageError> {
        let room = self.room(id).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        match room.kind {
            RoomKind::Room => Ok(room),
            RoomKind::Conversation => Err(Conflict::ConversationIsFixed.into()),
        }
    }

    /// Tells all members how the room is now.
    pub(crate) async fn record_room_changed(&mut self, id: RoomId) -> Result<Room, StorageError> {
        let room = self.room(id).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        let statement = sqlx::query("SELECT user_id, read_seq, read_messages FROM memberships WHERE room_id = $1");
        let rows = self.all(statement.bind(id.0)).await?;
        let seen_by_member = |row: &Row| {
            let read_seq = row.sequence("read_seq")?;
            let read_messages = row.number("read_messages")?;
            let membership = Membership { room: room.clone(), read_seq, read_messages, with: Vec::new() };
            Ok((row.user("user_id")?, membership))
        };
        let memberships = rows.iter().map(seen_by_member).collect::<Result<_, StorageError>>()?;
        self.record(Change::RoomChanged { memberships });
        Ok(room)
    }
}

/// Reads `id, kind, name, privacy, owner_id, topic, seq, messages, archived`.
pub(crate) fn room_of(row: &Row) -> Result<Room, StorageError> {
    let id = row.room("id")?;
    Ok(Room {
        id,
        kind: row.word("rooms", "kind", id)?,
        name: row.text("name")?,
        privacy: row.word("rooms", "privacy", id)?,
        owner_id: row.user("owner_id")?,
        topic: row.text("topic")?,
        seq: row.sequence("seq")?,
        messages: row.number("messages")?,
        archived: row.flag("archived")?,
    })
}

/// Sorted here, because the databases disagree on the order of letters.
fn by_name(rows: &[Row]) -> Result<Vec<Room>, StorageError> {
    let mut rooms: Vec<Room> = rows.iter().map(room_of).collect::<Result<_, _>>()?;
    rooms.sort_by_cached_key(|room| name_key(&room.name));
    Ok(rooms)
}

fn name_key(name: &str) -> String {
    name.trim().to_lowercase()
}
