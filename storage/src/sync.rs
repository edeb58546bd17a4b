//! What synchronising reads: tokens of rooms and integrations (Tables G and H).

use std::collections::BTreeMap;

use roomglass_protocol::{RoomRef, UserId, sync::RoomState, token::RoomToken};

use crate::{Reader, StorageError};

impl Reader {
    /// Tokens of all rooms of a person and of the global room, in one query; a room without integrations has the token
    /// of nothing. Input of [`roomglass_protocol::token::AccountToken::of`].
    pub async fn room_tokens_of(&mut self, user: UserId) -> Result<BTreeMap<RoomRef, RoomToken>, StorageError> {
        let _ = user;
        todo!()
    }

    /// State of those of the rooms that the person is a member of, and of the global room if it is among them.
    pub async fn room_states(
        &mut self,
        user: UserId,
        rooms: &[RoomRef],
    ) -> Result<BTreeMap<RoomRef, RoomState>, StorageError> {
        let _ = (user, rooms);
        todo!()
    }
}
