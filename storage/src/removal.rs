//! Taking integrations out of places.

use std::collections::BTreeSet;

use roomglass_protocol::{EventBody, IntegrationKey, RoomRef, Timestamp, UserId, sync::ChangedIntegration};
use sqlx::AssertSqlSafe;

use crate::{
    Change, Installation, Noun, Removed, StorageError, WriteTransaction,
    installation::installation_of,
    reader::{LIST_CHUNK, placeholders},
    row::place_number,
};

impl WriteTransaction {
    /// Removes an integration from places, with its credentials and access tokens there; from the last place it goes
    /// altogether. Places without it are skipped.
    ///
    /// # Errors
    /// [`Noun::Integration`] when it is in none of the places.
    pub async fn uninstall(
        &mut self,
        key: &IntegrationKey,
        places: &[RoomRef],
        by: UserId,
        now: Timestamp,
    ) -> Result<Removed, StorageError> {
        self.remove_from(key, places, Some(by), now).await
    }

    /// Removes an integration from one place because its provider withdrew it.
    ///
    /// # Errors
    /// [`Noun::Integration`] when it is not there.
    pub async fn withdraw(
        &mut self,
        key: &IntegrationKey,
        place: RoomRef,
        now: Timestamp,
    ) -> Result<Removed, StorageError> {
        self.remove_from(key, &[place], None, now).await
    }

    /// Removes an integration from everywhere, attempts to install it included: `by` somebody, or because its provider
    /// withdrew it.
    ///
    /// # Errors
    /// [`Noun::Integration`] when it is installed nowhere, and nobody has begun to.
    pub async fn delete_integration(
        &mut self,
        key: &IntegrationKey,
        by: Option<UserId>,
        now: Timestamp,
    ) -> Result<Removed, StorageError> {
        let places = self.places_of(key).await?;
        let attempts = self.take_attempts(key).await?;
        if places.is_empty() && !attempts.is_empty() {
            self.forget_if_unused(key).await?;
            return Ok(Removed { installations: attempts, places, token: None });
        }
        let mut removed = self.remove_from(key, &places, by, now).await?;
        removed.installations.extend(attempts);
        Ok(removed)
    }

    async fn take_attempts(&mut self, key: &IntegrationKey) -> Result<Vec<Installation>, StorageError> {
        let statement = sqlx::query(
            "DELETE FROM installations WHERE integration_key = $1 AND pending = 1
             RETURNING oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending",
        );
        let rows = self.all(statement.bind(key.as_str())).await?;
        rows.iter().map(installation_of).collect()
    }

    async fn remove_from(
        &mut self,
        key: &IntegrationKey,
        places: &[RoomRef],
        by: Option<UserId>,
        now: Timestamp,
    ) -> Result<Removed, StorageError> {
        let missing = StorageError::NotFound(Noun::Integration);
        let integration = self.integration(key).await?.ok_or(missing.clone())?;
        let wanted = BTreeSet::from_iter(places);
        let mut places = self.places_of(key).await?;
        places.retain(|place| wanted.contains(place));
        if places.is_empty() {
            return Err(missing);
        }
        let installations = self.take_installations(key, &places).await?;
        self.dissociate(key, &places).await?;
        self.refresh_room_tokens(&places).await?;
        for room_id in places.iter().filter_map(|place| place.room()) {
            let name = integration.descriptor.name.clone();
            let body = EventBody::Integration { key: key.clone(), name, installed: false, by };
            let event = self.store_event(room_id, body, now).await?;
            self.record(Change::EventAppended { event });
        }
        // Last, so that the frame carries the revision the person who removed it is answered with.
        let change = ChangedIntegration::deleted(key.clone());
        self.record(Change::IntegrationsChanged { places: places.clone(), change });
        self.remove_lone_supplements(key).await?;
        let gone = self.places_of(key).await?.is_empty();
        self.forget_if_unused(key).await?;
        Ok(Removed { installations, places, token: (!gone).then_some(integration.token) })
    }

    /// The present pairs first, then former ones that still counted.
    async fn take_installations(
        &mut self,
        key: &IntegrationKey,
        places: &[RoomRef],
    ) -> Result<Vec<Installation>, StorageError> {
        let mut installations = self.installations_of(key).await?;
        installations.extend(self.former_pairs_of(key).await?);
        installations.retain(|installation| places.contains(&installation.place));
        self.delete_in_places("DELETE FROM installations WHERE integration_key = $1 AND room_ref IN", key, places)
            .await?;
        Ok(installations)
    }

    pub(crate) async fn dissociate(&mut self, key: &IntegrationKey, places: &[RoomRef]) -> Result<(), StorageError> {
        self.delete_in_places("DELETE FROM room_integrations WHERE integration_key = $1 AND room_ref IN", key, places)
            .await
    }

    async fn delete_in_places(
        &mut self,
        delete: &'static str,
        key: &IntegrationKey,
        places: &[RoomRef],
    ) -> Result<(), StorageError> {
        for places in places.chunks(LIST_CHUNK) {
            let list = placeholders(2, places.len());
            let statement = sqlx::query(AssertSqlSafe(format!("{delete} ({list})"))).persistent(false);
            let statement = statement.bind(key.as_str());
            let statement = places.iter().fold(statement, |statement, place| statement.bind(place_number(*place)));
            self.execute(statement).await?;
        }
        Ok(())
    }
}
