//! Webhooks that providers make for one room through the API, beside those of their descriptors.

use roomglass_protocol::{ExtensionKey, IntegrationKey, RoomId, Timestamp, integration::Webhook};

use crate::{
    Change, OauthId, Reader, StorageError, WriteTransaction,
    integration::integration_key_of,
    row::{Row, damaged},
};

/// A webhook of one installation for one room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomWebhook {
    /// Whose.
    pub installation: OauthId,
    /// Its room.
    pub room: RoomId,
    /// What its provider calls it; may be empty.
    pub name: String,
    /// What it wants to know, and where. The key is its own among those of the installation for the room.
    pub webhook: Webhook,
    /// When it was made, or last replaced.
    pub created_at: Timestamp,
}

impl Reader {
    /// Webhooks of a room that were made through the API, oldest first, each with its integration. Those of
    /// installations that are not confirmed are not among them.
    pub async fn room_webhooks(&mut self, room: RoomId) -> Result<Vec<(IntegrationKey, RoomWebhook)>, StorageError> {
        let statement = sqlx::query(
            "SELECT w.room_id, w.oauth_id, w.webhook_key, w.name, w.event, w.url, w.pattern, w.signed, w.created_at,
                 i.integration_key
             FROM room_webhooks AS w JOIN installations AS i ON i.oauth_id = w.oauth_id
             WHERE w.room_id = $1 AND i.pending = 0",
        );
        let rows = self.all(statement.bind(room.0)).await?;
        let webhook = |row: &Row| Ok((integration_key_of(row)?, room_webhook_of(row)?));
        let mut webhooks = rows.iter().map(webhook).collect::<Result<Vec<_>, StorageError>>()?;
        webhooks.sort_by_cached_key(|(_, webhook)| (webhook.created_at, webhook.webhook.key.clone()));
        Ok(webhooks)
    }

    /// Those of one installation in a room, pending ones too, oldest first.
    pub async fn webhooks_of(&mut self, id: &OauthId, room: RoomId) -> Result<Vec<RoomWebhook>, StorageError> {
        let statement = sqlx::query(
            "SELECT room_id, oauth_id, webhook_key, name, event, url, pattern, signed, created_at FROM room_webhooks
             WHERE room_id = $1 AND oauth_id = $2",
        );
        let rows = self.all(statement.bind(room.0).bind(id.0.as_str())).await?;
        let mut webhooks: Vec<RoomWebhook> = rows.iter().map(room_webhook_of).collect::<Result<_, _>>()?;
        webhooks.sort_by_cached_key(|webhook| (webhook.created_at, webhook.webhook.key.clone()));
        Ok(webhooks)
    }
}

impl WriteTransaction {
    /// Makes a webhook, or replaces the one with its key.
    pub async fn put_room_webhook(&mut self, new: RoomWebhook) -> Result<(), StorageError> {
        let RoomWebhook { installation, room, name, webhook, created_at } = new;
        let statement = sqlx::query(
            "INSERT INTO room_webhooks (room_id, oauth_id, webhook_key, name, event, url, pattern, signed, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (room_id, oauth_id, webhook_key) DO UPDATE SET name = excluded.name, event = excluded.event,
                 url = excluded.url, pattern = excluded.pattern, signed = excluded.signed,
                 created_at = excluded.created_at",
        );
        let statement = statement.bind(room.0).bind(installation.0).bind(webhook.key.as_str().to_owned()).bind(name);
        let statement = statement.bind(webhook.event).bind(webhook.url).bind(webhook.pattern);
        self.execute(statement.bind(i64::from(webhook.signed)).bind(created_at.0)).await?;
        self.record(Change::RoomWebhooksChanged { room_id: room });
        Ok(())
    }

    /// Removes a webhook; `false` when there was none.
    pub async fn remove_room_webhook(
        &mut self,
        installation: &OauthId,
        room: RoomId,
        key: &ExtensionKey,
    ) -> Result<bool, StorageError> {
        let statement =
            sqlx::query("DELETE FROM room_webhooks WHERE room_id = $1 AND oauth_id = $2 AND webhook_key = $3");
        let statement = statement.bind(room.0).bind(installation.0.as_str()).bind(key.as_str());
        let removed = self.execute(statement).await? > 0;
        if removed {
            self.record(Change::RoomWebhooksChanged { room_id: room });
        }
        Ok(removed)
    }
}

/// Reads all columns of `room_webhooks`.
fn room_webhook_of(row: &Row) -> Result<RoomWebhook, StorageError> {
    let key = row.text("webhook_key")?;
    Ok(RoomWebhook {
        installation: OauthId(row.text("oauth_id")?),
        room: row.room("room_id")?,
        name: row.text("name")?,
        webhook: Webhook {
            key: ExtensionKey::new(key.clone()).map_err(|_| damaged("room_webhooks", "webhook_key", key))?,
            event: row.text("event")?,
            pattern: row.optional_text("pattern")?,
            url: row.text("url")?,
            signed: row.flag("signed")?,
        },
        created_at: row.time("created_at")?,
    })
}
