//! Versions of integrations: storing a descriptor with everything that is derived from it (Tables B, C, G).

use roomglass_protocol::{
    IntegrationKey, RoomRef, Timestamp,
    integration::{Descriptor, origin_of},
    sync::ChangedIntegration,
    token::IntegrationToken,
};
use serde_json::Value;

use crate::{Change, Noun, Publisher, StorageError, StoredIntegration, Updated, WriteTransaction, row::scope_words};

impl WriteTransaction {
    /// Replaces the descriptor of an integration; the tokens of the integration and of every place it is installed in
    /// follow (UPD-07), and those who have it are told, unless the token is the same (UPD-10). Its installations have
    /// the scopes of the new version: whether it needs a review is for the caller to ask first.
    ///
    /// # Errors
    /// [`Noun::Integration`] when it is not known: that would be an installation.
    pub async fn update_descriptor(
        &mut self,
        descriptor: &Descriptor,
        now: Timestamp,
    ) -> Result<Updated, StorageError> {
        let before = self.integration(&descriptor.key).await?.ok_or(StorageError::NotFound(Noun::Integration))?;
        let publisher = before.publisher.clone();
        self.replace_version(before, descriptor, &publisher, now).await
    }

    /// As [`Self::update_descriptor`], of a version somebody agreed to who saw where it is from: it has this
    /// publisher from now on (safety E2).
    ///
    /// # Errors
    /// [`Noun::Integration`] when it is not known.
    pub async fn accept_descriptor(
        &mut self,
        descriptor: &Descriptor,
        publisher: &Publisher,
        now: Timestamp,
    ) -> Result<Updated, StorageError> {
        let before = self.integration(&descriptor.key).await?.ok_or(StorageError::NotFound(Noun::Integration))?;
        self.replace_version(before, descriptor, publisher, now).await
    }

    async fn replace_version(
        &mut self,
        before: StoredIntegration,
        descriptor: &Descriptor,
        publisher: &Publisher,
        now: Timestamp,
    ) -> Result<Updated, StorageError> {
        let token = self.store_version(descriptor, publisher, now).await?;
        self.grant_scopes(descriptor).await?;
        let places = self.places_of(&descriptor.key).await?;
        let changed = token != before.token;
        if changed {
            self.refresh_room_tokens(&places).await?;
            self.record_present(descriptor, token, places.clone());
            self.refresh_supplements(descriptor, publisher, now).await?;
        }
        Ok(Updated { token, places, changed })
    }

    /// Stores a descriptor and returns the token of this version. Room tokens do not follow by themselves.
    pub(crate) async fn store_version(
        &mut self,
        descriptor: &Descriptor,
        publisher: &Publisher,
        now: Timestamp,
    ) -> Result<IntegrationToken, StorageError> {
        let token = IntegrationToken::of(&descriptor.key, &descriptor.extensions);
        let Publisher { origin, address } = publisher;
        let own = Some(&descriptor.self_url).filter(|own| origin_of(own).is_ok_and(|of| of == *origin));
        let statement = sqlx::query(
            "INSERT INTO integrations (key, document, address, origin, token, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (key) DO UPDATE SET document = excluded.document, address = excluded.address,
                 origin = excluded.origin, token = excluded.token, updated_at = excluded.updated_at",
        );
        let statement = statement.bind(descriptor.key.as_str()).bind(descriptor.document.to_string());
        let statement = statement.bind(own.unwrap_or(address).as_str()).bind(origin.as_str()).bind(token.to_string());
        self.execute(statement.bind(now.0)).await?;
        self.store_extensions(descriptor).await?;
        Ok(token)
    }

    /// Gives every confirmed installation the scopes of the version in force.
    pub(crate) async fn grant_scopes(&mut self, descriptor: &Descriptor) -> Result<(), StorageError> {
        let statement = sqlx::query("UPDATE installations SET scopes = $2 WHERE integration_key = $1 AND pending = 0");
        self.execute(statement.bind(descriptor.key.as_str()).bind(scope_words(&descriptor.scopes))).await.map(drop)
    }

    async fn store_extensions(&mut self, descriptor: &Descriptor) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM ui_extensions WHERE integration_key = $1");
        self.execute(statement.bind(descriptor.key.as_str())).await?;
        for ExtensionRow { kind, position, key, descriptor: extension } in extension_rows(descriptor) {
            let statement = sqlx::query(
                "INSERT INTO ui_extensions (integration_key, kind, position, extension_key, descriptor)
                 VALUES ($1, $2, $3, $4, $5)",
            );
            let statement = statement.bind(descriptor.key.as_str()).bind(kind).bind(position).bind(key);
            self.execute(statement.bind(extension)).await?;
        }
        Ok(())
    }

    /// Tells the members of places that a version is there now.
    pub(crate) fn record_present(&mut self, descriptor: &Descriptor, token: IntegrationToken, places: Vec<RoomRef>) {
        if places.is_empty() {
            return;
        }
        let extensions = Some(descriptor.extensions.clone());
        let change = ChangedIntegration::Present { key: descriptor.key.clone(), token, extensions };
        self.record(Change::IntegrationsChanged { places, change });
    }

    /// Removes an integration that is installed nowhere and about to be installed nowhere; `true` when it is gone.
    pub(crate) async fn forget_if_unused(&mut self, key: &IntegrationKey) -> Result<bool, StorageError> {
        let statement = sqlx::query(
            "DELETE FROM integrations WHERE key = $1
             AND NOT EXISTS (SELECT 1 FROM room_integrations WHERE integration_key = $1)
             AND NOT EXISTS (SELECT 1 FROM installations WHERE integration_key = $1)",
        );
        Ok(self.execute(statement.bind(key.as_str())).await? > 0)
    }
}

/// A row of Table C, less the integration it belongs to.
struct ExtensionRow<'a> {
    kind: &'a str,
    /// Place among those of its kind: the order of the descriptor is kept.
    position: i64,
    key: String,
    descriptor: String,
}

/// Keys come from `Extensions::iter`, which names those without one after their content; the same extension is found
/// by its address in memory, for its content may occur twice.
fn extension_rows(descriptor: &Descriptor) -> Vec<ExtensionRow<'_>> {
    let keyed = descriptor.extensions.iter();
    let key_of = |extension: &Value| {
        let found = keyed.iter().find(|(_, _, other)| std::ptr::eq(*other, extension));
        found.map_or_else(String::new, |(_, key, _)| key.to_string())
    };
    let mut rows = Vec::new();
    for (kind, list) in &descriptor.extensions.0 {
        for (position, extension) in (0..).zip(list) {
            let (key, descriptor) = (key_of(extension), extension.to_string());
            rows.push(ExtensionRow { kind: &kind.0, position, key, descriptor });
        }
    }
    rows
}
