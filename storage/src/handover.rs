//! What a browser brings an add-on (HCC-05): the address of an installation's data, which is read once.

use roomglass_protocol::{IntegrationKey, RoomRef, Timestamp};

use crate::{
    OauthId, Reader, StorageError, TokenHash, WriteTransaction, integration::integration_key_of, row::place_number,
};

/// How long an add-on has to read it.
pub const HANDOVER_LIFETIME_MS: i64 = 60 * 60 * 1000;

/// An installation, or one that has just ended, on its way to an add-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Of which integration.
    pub integration: IntegrationKey,
    /// Which credentials; their secret is where the installation is.
    pub installation: OauthId,
    /// In a room, or globally.
    pub place: RoomRef,
    /// Where the browser goes after this add-on has seen it; absent at the end of its way.
    pub onward: Option<String>,
}

impl Reader {
    /// Where a browser goes next.
    pub async fn onward(&mut self, token: &TokenHash, now: Timestamp) -> Result<Option<String>, StorageError> {
        let statement = sqlx::query("SELECT onward FROM handovers WHERE token_hash = $1 AND expires_at > $2");
        let row = self.first(statement.bind(token.bytes()).bind(now.0)).await?;
        row.map_or(Ok(None), |row| row.optional_text("onward"))
    }
}

impl WriteTransaction {
    /// Keeps something for [`HANDOVER_LIFETIME_MS`]. What has run out goes.
    pub async fn put_handover(
        &mut self,
        token: &TokenHash,
        handover: Handover,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.remove_old_handovers(now).await?;
        let Handover { integration, installation, place, onward } = handover;
        let statement = sqlx::query(
            "INSERT INTO handovers (token_hash, integration_key, oauth_id, room_ref, onward, taken, expires_at)
             VALUES ($1, $2, $3, $4, $5, 0, $6)",
        );
        let statement = statement.bind(token.bytes()).bind(integration.as_str()).bind(installation.0);
        let statement = statement.bind(place_number(place)).bind(onward);
        self.execute(statement.bind(now.0 + HANDOVER_LIFETIME_MS)).await.map(drop)
    }

    /// Gives it out, the first time.
    pub async fn take_handover(&mut self, token: &TokenHash, now: Timestamp) -> Result<Option<Handover>, StorageError> {
        let statement = sqlx::query(
            "UPDATE handovers SET taken = 1 WHERE token_hash = $1 AND taken = 0 AND expires_at > $2
             RETURNING integration_key, oauth_id, room_ref, onward",
        );
        let Some(row) = self.first(statement.bind(token.bytes()).bind(now.0)).await? else { return Ok(None) };
        let installation = OauthId(row.text("oauth_id")?);
        Ok(Some(Handover {
            integration: integration_key_of(&row)?,
            place: row.place("room_ref")?,
            onward: row.optional_text("onward")?,
            installation,
        }))
    }

    /// Removes what has run out.
    pub(crate) async fn remove_old_handovers(&mut self, now: Timestamp) -> Result<(), StorageError> {
        self.execute(sqlx::query("DELETE FROM handovers WHERE expires_at <= $1").bind(now.0)).await.map(drop)
    }
}
