//! What synchronising reads: tokens of rooms and integrations (Tables G and H).

use std::collections::BTreeMap;

use roomglass_protocol::{OrderedMap, RoomId, RoomRef, UserId, sync::RoomState, token::RoomToken};
use sqlx::AssertSqlSafe;

use crate::{
    Reader, StorageError,
    integration::integration_key_of,
    reader::{LIST_CHUNK, placeholders},
    row::{Row, damaged, place_number},
};

impl Reader {
    /// Tokens of all rooms of a person and of the global room, in one query; a room without integrations has the token
    /// of nothing. Input of [`roomglass_protocol::token::AccountToken::of`].
    pub async fn room_tokens_of(&mut self, user: UserId) -> Result<OrderedMap<RoomRef, RoomToken>, StorageError> {
        let statement = sqlx::query(
            "SELECT m.room_id AS room_ref, t.token AS room_token
             FROM memberships AS m LEFT JOIN room_tokens AS t ON t.room_ref = m.room_id WHERE m.user_id = $1
             UNION ALL SELECT room_ref, token FROM room_tokens WHERE room_ref = $2",
        );
        let rows = self.all(statement.bind(user.0).bind(place_number(RoomRef::Global))).await?;
        let stored = rows.iter().map(|row| Ok((row.place("room_ref")?, room_token_of(row)?)));
        std::iter::once(Ok((RoomRef::Global, RoomToken::of([])))).chain(stored).collect()
    }

    /// State of those of the rooms that the person is a member of, and of the global room if it is among them. One
    /// query for every 500 rooms, and one for the global room.
    pub async fn room_states(
        &mut self,
        user: UserId,
        rooms: &[RoomRef],
    ) -> Result<BTreeMap<RoomRef, RoomState>, StorageError> {
        let mut states = BTreeMap::new();
        if rooms.contains(&RoomRef::Global) {
            states.insert(RoomRef::Global, RoomState { token: Some(RoomToken::of([])), ..RoomState::default() });
            gather_states(&mut states, &self.global_rows().await?)?;
        }
        let rooms: Vec<RoomId> = rooms.iter().filter_map(|room| room.room()).collect();
        for rooms in rooms.chunks(LIST_CHUNK) {
            gather_states(&mut states, &self.member_rows(user, rooms).await?)?;
        }
        Ok(states)
    }

    async fn global_rows(&mut self) -> Result<Vec<Row>, StorageError> {
        let statement = sqlx::query(
            "SELECT ri.room_ref, t.token AS room_token, ri.integration_key, i.token
             FROM room_integrations AS ri
             JOIN integrations AS i ON i.key = ri.integration_key
             LEFT JOIN room_tokens AS t ON t.room_ref = ri.room_ref
             WHERE ri.room_ref = $1",
        );
        self.all(statement.bind(place_number(RoomRef::Global))).await
    }

    async fn member_rows(&mut self, user: UserId, rooms: &[RoomId]) -> Result<Vec<Row>, StorageError> {
        let list = placeholders(2, rooms.len());
        let statement = sqlx::query(AssertSqlSafe(format!(
            "SELECT m.room_id AS room_ref, t.token AS room_token, ri.integration_key, i.token
             FROM memberships AS m
             LEFT JOIN room_tokens AS t ON t.room_ref = m.room_id
             LEFT JOIN room_integrations AS ri ON ri.room_ref = m.room_id
             LEFT JOIN integrations AS i ON i.key = ri.integration_key
             WHERE m.user_id = $1 AND m.room_id IN ({list})"
        )));
        let statement = statement.persistent(false).bind(user.0);
        self.all(rooms.iter().fold(statement, |statement, room| statement.bind(room.0))).await
    }
}

fn room_token_of(row: &Row) -> Result<RoomToken, StorageError> {
    match row.optional_text("room_token")? {
        Some(token) => token.parse().map_err(|_| damaged("room_tokens", "token", token)),
        None => Ok(RoomToken::of([])),
    }
}

fn gather_states(states: &mut BTreeMap<RoomRef, RoomState>, rows: &[Row]) -> Result<(), StorageError> {
    for row in rows {
        let state = states.entry(row.place("room_ref")?).or_default();
        state.token = Some(room_token_of(row)?);
        if row.optional_text("integration_key")?.is_some() {
            let key = integration_key_of(row)?;
            let token = row.parsed("integrations", "token", &key)?;
            state.integrations.insert(key, token);
        }
    }
    Ok(())
}
