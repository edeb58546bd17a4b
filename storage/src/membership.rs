//! Who is in which room, and how far they have read.

use std::collections::BTreeMap;

use roomglass_protocol::{Event, EventBody, Membership, Person, Room, RoomId, RoomKind, Sequence, Timestamp, UserId};

use crate::{Change, Noun, Reader, StorageError, WriteTransaction, person::person_of, room::room_of, row::Row};

impl Reader {
    /// All rooms of a person: named ones by name, then conversations. Two queries, however many rooms (DATA-11).
    pub async fn rooms_of(&mut self, user_id: UserId) -> Result<Vec<Membership>, StorageError> {
        let statement = sqlx::query(
            "SELECT r.id, r.kind, r.name, r.privacy, r.owner_id, r.topic, r.seq, r.messages, r.archived, m.read_seq,
                 m.read_messages
             FROM memberships AS m JOIN rooms AS r ON r.id = m.room_id WHERE m.user_id = $1",
        );
        let rows = self.all(statement.bind(user_id.0)).await?;
        let mut memberships: Vec<Membership> = rows.iter().map(membership_of).collect::<Result<_, _>>()?;
        if memberships.iter().any(|membership| membership.room.kind == RoomKind::Conversation) {
            let mut others = self.others_in_conversations(user_id).await?;
            for membership in &mut memberships {
                membership.with = others.remove(&membership.room.id).unwrap_or_default();
            }
        }
        memberships.sort_by_cached_key(|Membership { room, .. }| {
            (room.kind == RoomKind::Conversation, room.name.to_lowercase(), room.id)
        });
        Ok(memberships)
    }

    async fn others_in_conversations(&mut self, user: UserId) -> Result<BTreeMap<RoomId, Vec<UserId>>, StorageError> {
        let statement = sqlx::query(
            "SELECT theirs.room_id, theirs.user_id FROM memberships AS mine
             JOIN rooms AS r ON r.id = mine.room_id AND r.people_key IS NOT NULL
             JOIN memberships AS theirs ON theirs.room_id = mine.room_id AND theirs.user_id <> mine.user_id
             WHERE mine.user_id = $1 ORDER BY theirs.room_id, theirs.user_id",
        );
        let mut others = BTreeMap::<RoomId, Vec<UserId>>::new();
        for row in self.all(statement.bind(user.0)).await? {
            others.entry(row.room("room_id")?).or_default().push(row.user("user_id")?);
        }
        Ok(others)
    }

    /// A room as a person sees it; `None` when they are not a member.
    pub async fn membership(&mut self, room: RoomId, user: UserId) -> Result<Option<Membership>, StorageError> {
        let statement = sqlx::query(
            "SELECT r.id, r.kind, r.name, r.privacy, r.owner_id, r.topic, r.seq, r.messages, r.archived, m.read_seq,
                 m.read_messages
             FROM memberships AS m JOIN rooms AS r ON r.id = m.room_id WHERE m.room_id = $1 AND m.user_id = $2",
        );
        let Some(row) = self.first(statement.bind(room.0).bind(user.0)).await? else { return Ok(None) };
        let mut membership = membership_of(&row)?;
        if membership.room.kind == RoomKind::Conversation {
            membership.with = self.members(room).await?;
            membership.with.retain(|member| *member != user);
        }
        Ok(Some(membership))
    }

    /// Whether a person is a member of a room.
    pub async fn is_member(&mut self, room: RoomId, user: UserId) -> Result<bool, StorageError> {
        let statement = sqlx::query("SELECT room_id FROM memberships WHERE room_id = $1 AND user_id = $2");
        Ok(self.first(statement.bind(room.0).bind(user.0)).await?.is_some())
    }

    /// Members of a room in order of joining (DATA-11).
    pub async fn members(&mut self, room: RoomId) -> Result<Vec<UserId>, StorageError> {
        let statement = sqlx::query("SELECT user_id FROM memberships WHERE room_id = $1 ORDER BY joined_seq, user_id");
        let rows = self.all(statement.bind(room.0)).await?;
        rows.iter().map(|row| row.user("user_id")).collect()
    }

    /// As [`Reader::members`], with everything that may be known of them.
    pub async fn member_people(&mut self, room: RoomId) -> Result<Vec<Person>, StorageError> {
        let statement = sqlx::query(
            "SELECT u.id AS user_id, u.name, u.mention, u.role
             FROM memberships AS m JOIN users AS u ON u.id = m.user_id
             WHERE m.room_id = $1 ORDER BY m.joined_seq, m.user_id",
        );
        let rows = self.all(statement.bind(room.0)).await?;
        rows.iter().map(person_of).collect()
    }
}

impl WriteTransaction {
    /// Makes a person a member at their own wish. Whether they may is the caller's to check. Members stay members:
    /// nothing happens. Whoever enters an empty room becomes its owner.
    ///
    /// # Errors
    /// No such room or person; [`crate::Conflict::ConversationIsFixed`].
    pub async fn join_room(&mut self, room: RoomId, user: UserId, now: Timestamp) -> Result<Membership, StorageError> {
        self.enter(room, EventBody::Joined { user_id: user, by: None }, user, now).await
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
        self.enter(room, EventBody::Joined { user_id: user, by: Some(by) }, user, now).await
    }

    async fn enter(
        &mut self,
        room: RoomId,
        joined: EventBody,
        user: UserId,
        now: Timestamp,
    ) -> Result<Membership, StorageError> {
        self.changeable_room(room).await?;
        if let Some(membership) = self.membership(room, user).await? {
            return Ok(membership);
        }
        self.person(user).await?.ok_or(StorageError::NotFound(Noun::Person))?;
        if self.oldest_member(room).await?.is_none() {
            self.set_owner(room, user).await?;
        }
        let event = self.store_event(room, joined, now).await?;
        let membership = self.add_membership(user, &event).await?;
        self.record(Change::EventAppended { event });
        Ok(membership)
    }

    /// Ends a membership at the member's own wish. An owner is followed by the member who joined first. An empty room
    /// keeps its log, its name and its last owner on record.
    ///
    /// # Errors
    /// [`Noun::Member`]; [`crate::Conflict::ConversationIsFixed`].
    pub async fn leave_room(&mut self, room: RoomId, user: UserId, now: Timestamp) -> Result<(), StorageError> {
        self.exit(room, EventBody::Left { user_id: user, by: None }, user, now).await
    }

    /// As [`WriteTransaction::leave_room`], at the wish of another.
    ///
    /// # Errors
    /// [`Noun::Member`]; [`crate::Conflict::ConversationIsFixed`].
    pub async fn remove_member(
        &mut self,
        room: RoomId,
        user: UserId,
        by: UserId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.exit(room, EventBody::Left { user_id: user, by: Some(by) }, user, now).await
    }

    async fn exit(&mut self, room: RoomId, left: EventBody, user: UserId, now: Timestamp) -> Result<(), StorageError> {
        let before: Room = self.changeable_room(room).await?;
        let statement = sqlx::query("DELETE FROM memberships WHERE room_id = $1 AND user_id = $2");
        if self.execute(statement.bind(room.0).bind(user.0)).await? == 0 {
            return Err(StorageError::NotFound(Noun::Member));
        }
        let event = self.store_event(room, left, now).await?;
        self.record(Change::MemberLeft { user_id: user, room_id: room });
        self.record(Change::EventAppended { event });
        if before.owner_id == user
            && let Some(successor) = self.oldest_member(room).await?
        {
            self.set_owner(room, successor).await?;
            self.record_room_changed(room).await?;
        }
        Ok(())
    }

    /// Gives a room to another of its members. The log does not tell it; every member is shown the room as it is now.
    ///
    /// # Errors
    /// No such room; [`Noun::Member`]; [`crate::Conflict::ConversationIsFixed`].
    pub async fn hand_over_room(&mut self, room: RoomId, owner: UserId) -> Result<(), StorageError> {
        let before: Room = self.changeable_room(room).await?;
        if !self.is_member(room, owner).await? {
            return Err(StorageError::NotFound(Noun::Member));
        }
        if before.owner_id != owner {
            self.set_owner(room, owner).await?;
            self.record_room_changed(room).await?;
        }
        Ok(())
    }

    async fn oldest_member(&mut self, room: RoomId) -> Result<Option<UserId>, StorageError> {
        let statement =
            sqlx::query("SELECT user_id FROM memberships WHERE room_id = $1 ORDER BY joined_seq, user_id LIMIT 1");
        self.first(statement.bind(room.0)).await?.map(|row| row.user("user_id")).transpose()
    }

    async fn set_owner(&mut self, room: RoomId, owner: UserId) -> Result<(), StorageError> {
        let statement = sqlx::query("UPDATE rooms SET owner_id = $2 WHERE id = $1");
        self.execute(statement.bind(room.0).bind(owner.0)).await.map(drop)
    }

    /// Makes a person a member from an event on, which counts as read, and tells them. The event is not yet told.
    pub(crate) async fn add_membership(&mut self, user_id: UserId, event: &Event) -> Result<Membership, StorageError> {
        self.insert_membership(user_id, event).await?;
        let membership = self.membership(event.room_id, user_id).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        self.record(Change::MemberJoined { user_id, membership: membership.clone() });
        Ok(membership)
    }

    pub(crate) async fn insert_membership(&mut self, user: UserId, event: &Event) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "INSERT INTO memberships (room_id, user_id, joined_seq, read_seq, read_messages)
             VALUES ($1, $2, $3, $3, $4)",
        );
        let statement = statement.bind(event.room_id.0).bind(user.0).bind(event.seq.0);
        self.execute(statement.bind(event.messages)).await.map(drop)
    }

    /// Moves a read position forward; never back, never beyond the newest event.
    ///
    /// # Errors
    /// [`Noun::Room`] when they are not a member.
    pub async fn mark_read(&mut self, room: RoomId, user: UserId, seq: Sequence) -> Result<(), StorageError> {
        let membership = self.membership(room, user).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        let seq = seq.min(membership.room.seq);
        if seq <= membership.read_seq {
            return Ok(());
        }
        let statement = sqlx::query("SELECT messages FROM events WHERE room_id = $1 AND seq = $2");
        let row = self.first(statement.bind(room.0).bind(seq.0)).await?;
        let messages = row.ok_or_else(|| crate::row::damaged("events", "seq", room))?.number("messages")?;
        self.move_read_position(room, user, seq, messages).await?;
        self.record(Change::ReadMoved { user_id: user, room_id: room, seq, messages });
        Ok(())
    }

    pub(crate) async fn move_read_position(
        &mut self,
        room: RoomId,
        user: UserId,
        seq: Sequence,
        messages: i64,
    ) -> Result<(), StorageError> {
        let statement =
            sqlx::query("UPDATE memberships SET read_seq = $3, read_messages = $4 WHERE room_id = $1 AND user_id = $2");
        self.execute(statement.bind(room.0).bind(user.0).bind(seq.0).bind(messages)).await.map(drop)
    }
}

/// Reads what [`room_of`] reads, and `read_seq, read_messages`; the people of a conversation are not among it.
fn membership_of(row: &Row) -> Result<Membership, StorageError> {
    Ok(Membership {
        room: room_of(row)?,
        read_seq: row.sequence("read_seq")?,
        read_messages: row.number("read_messages")?,
        with: Vec::new(),
    })
}
