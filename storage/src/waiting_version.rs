//! Versions of integrations that wait for a review, and what was seen at the addresses of descriptors (UPD-06, DESC-05).

use roomglass_protocol::{IntegrationKey, Timestamp, UserId, integration::Descriptor, rest::update::VersionId};
use sha2::{Digest, Sha256};

use crate::{
    Change, Reader, StorageError, WriteTransaction,
    integration::integration_key_of,
    row::{Row, damaged},
};

/// A version that is not in force.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingVersion {
    /// As the provider would have it.
    pub descriptor: Descriptor,
    /// Names it.
    pub version: VersionId,
    /// Since when it waits.
    pub arrived_at: Timestamp,
}

/// What became of a version that needs a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It waits, and may have done so before.
    Waits,
    /// Somebody refused it before.
    Refused,
}

/// Names a version of an integration: SHA-256 of the document in normal form.
pub fn version_of(descriptor: &Descriptor) -> VersionId {
    let digest = Sha256::digest(descriptor.document.to_string().as_bytes());
    VersionId(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Reader {
    /// The version of an integration that waits for a review.
    pub async fn waiting_version(&mut self, key: &IntegrationKey) -> Result<Option<WaitingVersion>, StorageError> {
        let statement = sqlx::query(
            "SELECT integration_key, document, version, arrived_at FROM waiting_versions
             WHERE integration_key = $1 AND refused = 0",
        );
        self.first(statement.bind(key.as_str())).await?.as_ref().map(waiting_version_of).transpose()
    }

    /// All versions that wait, oldest first.
    pub async fn waiting_versions(&mut self) -> Result<Vec<WaitingVersion>, StorageError> {
        let statement = sqlx::query(
            "SELECT integration_key, document, version, arrived_at FROM waiting_versions WHERE refused = 0
             ORDER BY arrived_at, integration_key",
        );
        self.all(statement).await?.iter().map(waiting_version_of).collect()
    }

    /// What the address of an integration's descriptor answered the last time it answered with one.
    pub async fn version_seen(&mut self, key: &IntegrationKey) -> Result<Option<VersionId>, StorageError> {
        let statement = sqlx::query("SELECT version FROM descriptor_checks WHERE integration_key = $1");
        let row = self.first(statement.bind(key.as_str())).await?;
        Ok(row.map(|row| row.text("version")).transpose()?.filter(|version| !version.is_empty()).map(VersionId))
    }

    /// Integrations whose descriptor was not looked at since a moment, those never looked at included.
    pub async fn descriptors_to_check(&mut self, since: Timestamp) -> Result<Vec<IntegrationKey>, StorageError> {
        let statement = sqlx::query(
            "SELECT DISTINCT i.integration_key FROM installations AS i
             LEFT JOIN descriptor_checks AS c ON c.integration_key = i.integration_key
             WHERE i.pending = 0 AND (c.checked_at IS NULL OR c.checked_at <= $1) ORDER BY i.integration_key",
        );
        self.all(statement.bind(since.0)).await?.iter().map(integration_key_of).collect()
    }
}

impl WriteTransaction {
    /// Keeps a version until somebody has decided, in the place of one that waited or was refused before. Those who may
    /// decide are told, unless it is known already.
    pub async fn hold_version(
        &mut self,
        descriptor: &Descriptor,
        may_decide: Vec<UserId>,
        now: Timestamp,
    ) -> Result<Held, StorageError> {
        let (key, version) = (descriptor.key.as_str(), version_of(descriptor));
        let statement = sqlx::query("SELECT version, refused FROM waiting_versions WHERE integration_key = $1");
        if let Some(row) = self.first(statement.bind(key)).await?
            && row.text("version")? == version.0
        {
            return Ok(if row.flag("refused")? { Held::Refused } else { Held::Waits });
        }
        let statement = sqlx::query(
            "INSERT INTO waiting_versions (integration_key, document, version, arrived_at, refused)
             VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (integration_key) DO UPDATE SET document = excluded.document, version = excluded.version,
                 arrived_at = excluded.arrived_at, refused = 0",
        );
        let statement = statement.bind(key).bind(descriptor.document.to_string()).bind(version.0);
        self.execute(statement.bind(now.0)).await?;
        self.tell_of_waiting(&descriptor.key, true, may_decide);
        Ok(Held::Waits)
    }

    /// Forgets the version that waits, because it is in force now or its provider took it back. Nothing happens when
    /// none waits.
    pub async fn drop_version(&mut self, key: &IntegrationKey, may_decide: Vec<UserId>) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM waiting_versions WHERE integration_key = $1 AND refused = 0");
        if self.execute(statement.bind(key.as_str())).await? > 0 {
            self.tell_of_waiting(key, false, may_decide);
        }
        Ok(())
    }

    /// Refuses the version that waits, for good. Nothing happens when none waits.
    pub async fn refuse_version(&mut self, key: &IntegrationKey, may_decide: Vec<UserId>) -> Result<(), StorageError> {
        let statement =
            sqlx::query("UPDATE waiting_versions SET refused = 1 WHERE integration_key = $1 AND refused = 0");
        if self.execute(statement.bind(key.as_str())).await? > 0 {
            self.tell_of_waiting(key, false, may_decide);
        }
        Ok(())
    }

    /// Notes what the address of an installed integration's descriptor answered; whether it is something else than the
    /// last time.
    pub async fn note_descriptor(&mut self, descriptor: &Descriptor, now: Timestamp) -> Result<bool, StorageError> {
        let version = version_of(descriptor);
        let known = self.version_seen(&descriptor.key).await?;
        self.store_check(&descriptor.key, &version.0, now).await?;
        Ok(known.is_none_or(|known| known != version))
    }

    /// Notes that the address of a descriptor did not answer with one: it is asked again after the usual time.
    pub async fn note_no_descriptor(&mut self, key: &IntegrationKey, now: Timestamp) -> Result<(), StorageError> {
        let known = self.version_seen(key).await?;
        self.store_check(key, &known.map(|known| known.0).unwrap_or_default(), now).await
    }

    /// Nothing happens when the integration is gone.
    async fn store_check(&mut self, key: &IntegrationKey, version: &str, now: Timestamp) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "INSERT INTO descriptor_checks (integration_key, version, checked_at)
             SELECT key, $2, $3 FROM integrations WHERE key = $1
             ON CONFLICT (integration_key) DO UPDATE SET version = excluded.version, checked_at = excluded.checked_at",
        );
        self.execute(statement.bind(key.as_str()).bind(version).bind(now.0)).await.map(drop)
    }

    fn tell_of_waiting(&mut self, key: &IntegrationKey, waiting: bool, may_decide: Vec<UserId>) {
        self.record(Change::UpdateWaiting { integration: key.clone(), waiting, may_decide });
    }
}

fn waiting_version_of(row: &Row) -> Result<WaitingVersion, StorageError> {
    let key = integration_key_of(row)?;
    let descriptor = Descriptor::from_stored(&row.text("document")?);
    Ok(WaitingVersion {
        descriptor: descriptor.map_err(|_| damaged("waiting_versions", "document", &key))?,
        version: VersionId(row.text("version")?),
        arrived_at: row.time("arrived_at")?,
    })
}
