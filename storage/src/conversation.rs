//! Conversations: rooms named after the exact set of people in them.

use std::collections::BTreeSet;

use roomglass_protocol::{Event, EventBody, IntegrationKey, Membership, Privacy, RoomId, RoomKind, Timestamp, UserId};

use crate::{Change, Noun, StorageError, WriteTransaction, word::Word};

/// The conversation somebody opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedConversation {
    /// As the person who opened it sees it.
    pub membership: Membership,
    /// Whether it was made by this.
    pub created: bool,
}

impl WriteTransaction {
    /// Finds the conversation among `by` and `others`, or makes it. There is never more than one for a set of people.
    ///
    /// # Errors
    /// [`Noun::Person`] when one of them does not exist, or when `others` names nobody but `by`.
    pub async fn open_conversation(
        &mut self,
        by: UserId,
        others: &BTreeSet<UserId>,
        now: Timestamp,
    ) -> Result<OpenedConversation, StorageError> {
        let mut people = others.clone();
        people.insert(by);
        for person in &people {
            self.person(*person).await?.ok_or(StorageError::NotFound(Noun::Person))?;
        }
        if people.len() < 2 {
            return Err(StorageError::NotFound(Noun::Person));
        }
        let created = match self.insert_conversation(by, &people, now).await? {
            Some(room) => {
                self.fill_conversation(room, by, &people, now).await?;
                true
            }
            None => false,
        };
        let room = self.conversation_of(&people).await?;
        let membership = self.membership(room, by).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        Ok(OpenedConversation { membership, created })
    }

    /// Finds the conversation in which an integration speaks to one person, or makes it. The person is its only member, and it is
    /// named like the integration was when it first spoke.
    ///
    /// # Errors
    /// [`Noun::Person`] when there is no such person.
    pub async fn conversation_with_integration(
        &mut self,
        integration: &IntegrationKey,
        name: &str,
        person: UserId,
        now: Timestamp,
    ) -> Result<RoomId, StorageError> {
        self.person(person).await?.ok_or(StorageError::NotFound(Noun::Person))?;
        // Other keys are numbers and commas.
        let key = format!("{person} {integration}");
        let statement = sqlx::query(
            "INSERT INTO rooms (kind, name, people_key, privacy, owner_id, topic, seq, messages, created_at)
             VALUES ($1, $2, $3, $4, $5, '', 0, 0, $6)
             ON CONFLICT (people_key) DO NOTHING RETURNING id",
        );
        let statement = statement.bind(RoomKind::Conversation.word()).bind(name).bind(&key);
        let statement = statement.bind(Privacy::Private.word()).bind(person.0).bind(now.0);
        if let Some(row) = self.first(statement).await? {
            let room = row.room("id")?;
            self.fill_conversation(room, person, &BTreeSet::from([person]), now).await?;
            return Ok(room);
        }
        let statement = sqlx::query("SELECT id FROM rooms WHERE people_key = $1").bind(key);
        self.first(statement).await?.ok_or(StorageError::NotFound(Noun::Room))?.room("id")
    }

    /// `None` when there is one already.
    async fn insert_conversation(
        &mut self,
        by: UserId,
        people: &BTreeSet<UserId>,
        now: Timestamp,
    ) -> Result<Option<RoomId>, StorageError> {
        let statement = sqlx::query(
            "INSERT INTO rooms (kind, name, people_key, privacy, owner_id, topic, seq, messages, created_at)
             VALUES ($1, '', $2, $3, $4, '', 0, 0, $5)
             ON CONFLICT (people_key) DO NOTHING RETURNING id",
        );
        let statement = statement.bind(RoomKind::Conversation.word()).bind(people_key(people));
        let statement = statement.bind(Privacy::Private.word()).bind(by.0).bind(now.0);
        self.first(statement).await?.map(|row| row.room("id")).transpose()
    }

    /// All are members before the first is told, so that each is told of all the others.
    async fn fill_conversation(
        &mut self,
        room: RoomId,
        by: UserId,
        people: &BTreeSet<UserId>,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let event: Event = self.store_event(room, EventBody::Created { by }, now).await?;
        for person in people {
            self.insert_membership(*person, &event).await?;
        }
        for user_id in people.iter().copied() {
            let membership = self.membership(room, user_id).await?.ok_or(StorageError::NotFound(Noun::Room))?;
            self.record(Change::MemberJoined { user_id, membership });
        }
        self.record(Change::EventAppended { event });
        Ok(())
    }

    async fn conversation_of(&mut self, people: &BTreeSet<UserId>) -> Result<RoomId, StorageError> {
        let statement = sqlx::query("SELECT id FROM rooms WHERE people_key = $1").bind(people_key(people));
        self.first(statement).await?.ok_or(StorageError::NotFound(Noun::Room))?.room("id")
    }
}

/// The same people, the same key, whoever opens the conversation.
fn people_key(people: &BTreeSet<UserId>) -> String {
    people.iter().map(UserId::to_string).collect::<Vec<_>>().join(",")
}
