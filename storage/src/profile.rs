//! What providers may be told of people and rooms beyond what chat clients know.

use std::collections::BTreeMap;

use roomglass_protocol::{Person, RoomId, Timestamp, UserId};
use sqlx::AssertSqlSafe;

use crate::{
    Reader, StorageError,
    person::person_of,
    reader::{LIST_CHUNK, placeholders},
    row::Row,
};

/// A person with their address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub person: Person,
    /// As they typed it.
    pub email: String,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When a session of theirs was last used, to the hour; absent when they have none.
    pub last_seen_at: Option<Timestamp>,
}

/// When something happened in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomActivity {
    /// When it was made.
    pub created_at: Timestamp,
    /// When the newest message was stored; absent when there is none.
    pub last_message_at: Option<Timestamp>,
}

impl Reader {
    /// Profiles of some people, in one query for every 500 of them. Who does not exist has no entry.
    pub async fn profiles(&mut self, people: &[UserId]) -> Result<BTreeMap<UserId, Profile>, StorageError> {
        let mut found = BTreeMap::new();
        for people in people.chunks(LIST_CHUNK) {
            let list = placeholders(1, people.len());
            let statement = sqlx::query(AssertSqlSafe(format!(
                "SELECT id AS user_id, name, mention, role, email, created_at,
                     (SELECT MAX(s.last_seen_at) FROM sessions AS s WHERE s.user_id = users.id) AS last_seen_at
                 FROM users WHERE id IN ({list})"
            )));
            let statement = people.iter().fold(statement.persistent(false), |statement, user| statement.bind(user.0));
            for row in self.all(statement).await? {
                let profile = profile_of(&row)?;
                found.insert(profile.person.id, profile);
            }
        }
        Ok(found)
    }

    /// Activity of some rooms, in one query for every 500 of them. What does not exist has no entry.
    pub async fn room_activity(&mut self, rooms: &[RoomId]) -> Result<BTreeMap<RoomId, RoomActivity>, StorageError> {
        let mut found = BTreeMap::new();
        for rooms in rooms.chunks(LIST_CHUNK) {
            let list = placeholders(1, rooms.len());
            let statement = sqlx::query(AssertSqlSafe(format!(
                "SELECT id, created_at, (SELECT e.at FROM events AS e
                     WHERE e.room_id = rooms.id AND e.message_id IS NOT NULL ORDER BY e.seq DESC LIMIT 1) AS last_at
                 FROM rooms WHERE id IN ({list})"
            )));
            let statement = rooms.iter().fold(statement.persistent(false), |statement, room| statement.bind(room.0));
            for row in self.all(statement).await? {
                let last_message_at = row.optional_number("last_at")?.map(Timestamp);
                found.insert(row.room("id")?, RoomActivity { created_at: row.time("created_at")?, last_message_at });
            }
        }
        Ok(found)
    }
}

/// Reads what [`person_of`] reads, and `email, created_at, last_seen_at`.
fn profile_of(row: &Row) -> Result<Profile, StorageError> {
    Ok(Profile {
        person: person_of(row)?,
        email: row.text("email")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.optional_number("last_seen_at")?.map(Timestamp),
    })
}
