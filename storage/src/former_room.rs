//! Rooms that were deleted, as long as somebody waits to be told: what webhooks refer to otherwise, the log, went with them.

use roomglass_protocol::{Room, RoomId, Sequence, UserId};

use crate::{
    Reader, StorageError, WriteTransaction,
    row::{damaged, place_number},
};

/// Where notes and deliveries place what is told of a room as a whole: no log has an entry there.
pub const WHOLE_ROOM: Sequence = Sequence::START;

/// A room that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerRoom {
    /// As it was in the end.
    pub room: Room,
    /// Who deleted it.
    pub deleted_by: UserId,
}

impl Reader {
    /// A deleted room of which somebody has yet to be told.
    pub async fn former_room(&mut self, id: RoomId) -> Result<Option<FormerRoom>, StorageError> {
        let statement = sqlx::query("SELECT room, deleted_by FROM former_rooms WHERE room_id = $1");
        let Some(row) = self.first(statement.bind(id.0)).await? else { return Ok(None) };
        let room = serde_json::from_str(&row.text("room")?).map_err(|_| damaged("former_rooms", "room", id))?;
        Ok(Some(FormerRoom { room, deleted_by: row.user("deleted_by")? }))
    }
}

impl WriteTransaction {
    /// Notes for webhooks that a room is deleted. Nobody but what is installed everywhere can listen any more.
    pub(crate) async fn note_former_room(&mut self, room: &Room, by: UserId) -> Result<(), StorageError> {
        self.forget_former_rooms().await?;
        let text = serde_json::to_string(room).map_err(|_| damaged("former_rooms", "room", room.id))?;
        let statement = sqlx::query(
            "INSERT INTO former_rooms (room_id, room, deleted_by) SELECT $1, $2, $3 WHERE EXISTS (
                 SELECT 1 FROM room_integrations AS ri JOIN ui_extensions AS e ON e.integration_key = ri.integration_key
                 WHERE e.kind = 'webhook' AND ri.room_ref = 0)",
        );
        let statement = statement.bind(place_number(room.id.into())).bind(text).bind(by.0);
        match self.execute(statement).await? {
            0 => Ok(()),
            _ => self.note_for_webhooks(room.id, WHOLE_ROOM).await,
        }
    }

    /// Forgets deleted rooms of which nobody waits to be told any more.
    pub(crate) async fn forget_former_rooms(&mut self) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "DELETE FROM former_rooms WHERE NOT EXISTS (
                 SELECT 1 FROM webhook_events AS e WHERE e.room_id = former_rooms.room_id
             ) AND NOT EXISTS (
                 SELECT 1 FROM webhook_deliveries AS d
                 WHERE d.room_id = former_rooms.room_id AND d.seq = $1 AND d.state = 'waiting')",
        );
        self.execute(statement.bind(WHOLE_ROOM.0)).await.map(drop)
    }
}
