//! Addresses at which other systems speak in a room.

use roomglass_protocol::{
    IncomingWebhookId, Message, RoomId, Timestamp, UserId, rest::incoming_webhook::IncomingWebhook,
};

use crate::{Conflict, Noun, Reader, StorageError, TokenHash, WriteTransaction, row::Row};

/// Incoming webhooks of one room.
pub const MAX_INCOMING_WEBHOOKS: usize = 50;

/// An incoming webhook to make.
#[derive(Debug, Clone)]
pub struct NewIncomingWebhook {
    /// In which room it speaks.
    pub room: RoomId,
    /// Under which name it speaks.
    pub name: String,
    /// Of the secret in its address.
    pub secret: TokenHash,
    /// Who makes it.
    pub created_by: UserId,
}

/// A message that came in through an address.
#[derive(Debug, Clone)]
pub struct IncomingCall {
    /// Through which.
    pub webhook: IncomingWebhookId,
    /// What is to be said.
    pub message: Message,
}

impl Reader {
    /// Incoming webhooks of a room, oldest first.
    pub async fn incoming_webhooks(&mut self, room: RoomId) -> Result<Vec<IncomingWebhook>, StorageError> {
        let statement = sqlx::query(
            "SELECT id, room_id, name, created_by, created_at, last_used_at FROM incoming_webhooks
             WHERE room_id = $1 ORDER BY id",
        );
        let rows = self.all(statement.bind(room.0)).await?;
        rows.iter().map(incoming_webhook_of).collect()
    }

    /// The incoming webhook with a secret in its address.
    pub async fn incoming_webhook(&mut self, secret: &TokenHash) -> Result<Option<IncomingWebhook>, StorageError> {
        let statement = sqlx::query(
            "SELECT id, room_id, name, created_by, created_at, last_used_at FROM incoming_webhooks
             WHERE secret_hash = $1",
        );
        self.first(statement.bind(secret.bytes())).await?.as_ref().map(incoming_webhook_of).transpose()
    }
}

impl WriteTransaction {
    /// Makes an incoming webhook.
    ///
    /// # Errors
    /// [`Noun::Room`]; [`Conflict::TooManyIncomingWebhooks`].
    pub async fn add_incoming_webhook(
        &mut self,
        new: NewIncomingWebhook,
        now: Timestamp,
    ) -> Result<IncomingWebhook, StorageError> {
        self.room(new.room).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        if self.incoming_webhooks(new.room).await?.len() >= MAX_INCOMING_WEBHOOKS {
            return Err(Conflict::TooManyIncomingWebhooks.into());
        }
        let statement = sqlx::query(
            "INSERT INTO incoming_webhooks (room_id, name, secret_hash, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5)
             RETURNING id, room_id, name, created_by, created_at, last_used_at",
        );
        let statement = statement.bind(new.room.0).bind(new.name).bind(new.secret.bytes());
        let row = self.first(statement.bind(new.created_by.0).bind(now.0)).await?;
        incoming_webhook_of(&row.ok_or(StorageError::NotFound(Noun::IncomingWebhook))?)
    }

    /// Removes an incoming webhook of a room: its address is worth nothing from then on.
    ///
    /// # Errors
    /// [`Noun::IncomingWebhook`] when the room has none of this number.
    pub async fn remove_incoming_webhook(&mut self, room: RoomId, id: IncomingWebhookId) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM incoming_webhooks WHERE room_id = $1 AND id = $2");
        match self.execute(statement.bind(room.0).bind(id.0)).await? {
            0 => Err(StorageError::NotFound(Noun::IncomingWebhook)),
            _ => Ok(()),
        }
    }

    /// Stores what came in through an address as the next message of its room, unless the address was removed
    /// meanwhile.
    ///
    /// # Errors
    /// [`Noun::IncomingWebhook`] when it was.
    pub async fn receive(&mut self, IncomingCall { webhook, message }: IncomingCall) -> Result<(), StorageError> {
        let statement = sqlx::query("UPDATE incoming_webhooks SET last_used_at = $2 WHERE id = $1 RETURNING room_id");
        let row = self.first(statement.bind(webhook.0).bind(message.sent_at.0)).await?;
        let room = row.ok_or(StorageError::NotFound(Noun::IncomingWebhook))?.room("room_id")?;
        self.append_message(room, message).await.map(drop)
    }
}

fn incoming_webhook_of(row: &Row) -> Result<IncomingWebhook, StorageError> {
    Ok(IncomingWebhook {
        id: IncomingWebhookId(row.number("id")?),
        room_id: row.room("room_id")?,
        name: row.text("name")?,
        created_by: row.user("created_by")?,
        created_at: row.time("created_at")?,
        last_used_at: row.optional_number("last_used_at")?.map(Timestamp),
    })
}
