//! Events that webhooks may want, noted in the write that stores them.
//!
//! One row for an event, whatever the number of webhooks, and only in rooms where an integration listens: which
//! webhooks want it is found out afterwards, outside the writer (decision 10).

use roomglass_protocol::{IntegrationKey, RoomId, Sequence};

use crate::{OauthId, Reader, StorageError, WriteTransaction, integration::integration_key_of, row::place_number};

/// `1` when an integration in the room being updated listens, for `RETURNING` of `UPDATE rooms`: no statement of its
/// own. Conversations have no listeners.
macro_rules! listened {
    () => {
        "CASE WHEN kind = 'room' AND EXISTS (
             SELECT 1 FROM room_integrations AS ri JOIN ui_extensions AS e ON e.integration_key = ri.integration_key
             WHERE e.kind = 'webhook' AND ri.room_ref IN (0, rooms.id)
             UNION ALL SELECT 1 FROM room_webhooks AS w WHERE w.room_id = rooms.id
         ) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS listened"
    };
}
pub(crate) use listened;

/// Names a noted event; later ones have greater numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebhookEventId(pub(crate) i64);

/// An event whose webhooks have yet to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Names the note.
    pub id: WebhookEventId,
    /// Room of the event.
    pub room: RoomId,
    /// Its place in the room's log, or [`crate::WHOLE_ROOM`].
    pub seq: Sequence,
}

/// An installation that covers a room, in the version that is there now: as long as all of a room's are the same, so
/// are its webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covering {
    /// Whose.
    pub integration: IntegrationKey,
    /// Which.
    pub installation: OauthId,
    /// Token of the version.
    pub version: String,
}

impl Reader {
    /// The oldest events whose webhooks have yet to be found.
    pub async fn webhook_events(&mut self, limit: usize) -> Result<Vec<WebhookEvent>, StorageError> {
        let statement =
            sqlx::query("SELECT id AS webhook_event, room_id, seq FROM webhook_events ORDER BY id LIMIT $1");
        let rows = self.all(statement.bind(limit as i64)).await?;
        rows.iter()
            .map(|row| {
                let id = WebhookEventId(row.number("webhook_event")?);
                Ok(WebhookEvent { id, room: row.room("room_id")?, seq: row.sequence("seq")? })
            })
            .collect()
    }

    /// Everything installed in a room and globally, without descriptors.
    pub async fn covering(&mut self, room: RoomId) -> Result<Vec<Covering>, StorageError> {
        let statement = sqlx::query(
            "SELECT ri.integration_key, s.oauth_id, i.token FROM room_integrations AS ri
             JOIN installations AS s ON s.integration_key = ri.integration_key AND s.room_ref = ri.room_ref
             JOIN integrations AS i ON i.key = ri.integration_key
             WHERE ri.room_ref IN (0, $1) AND s.pending = 0 ORDER BY s.oauth_id",
        );
        let rows = self.all(statement.bind(place_number(room.into()))).await?;
        rows.iter()
            .map(|row| {
                let installation = OauthId(row.text("oauth_id")?);
                Ok(Covering { integration: integration_key_of(row)?, installation, version: row.text("token")? })
            })
            .collect()
    }
}

impl WriteTransaction {
    /// Notes an event of a room where somebody listens.
    pub(crate) async fn note_for_webhooks(&mut self, room: RoomId, seq: Sequence) -> Result<(), StorageError> {
        let statement = sqlx::query("INSERT INTO webhook_events (room_id, seq) VALUES ($1, $2)");
        self.execute(statement.bind(room.0).bind(seq.0)).await.map(drop)
    }

    /// Forgets events up to one: their webhooks were found.
    pub(crate) async fn forget_webhook_events(&mut self, up_to: WebhookEventId) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM webhook_events WHERE id <= $1");
        self.execute(statement.bind(up_to.0)).await.map(drop)
    }
}
