//! Credentials of integrations: one pair for each place an integration is installed in.

use roomglass_protocol::{
    EventBody, IntegrationKey, RoomId, RoomRef, Timestamp, UserId,
    integration::{Descriptor, Scope},
};

use crate::{
    Change, Conflict, Noun, Publisher, Reader, StorageError, Updated, WriteTransaction,
    integration::integration_key_of,
    row::{Row, place_number, scope_words},
};

/// Public half of an installation's credentials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OauthId(pub String);

/// Both halves. No `Debug` of the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Public half.
    pub oauth_id: OauthId,
    /// Key of the JWTs exchanged with the provider (HS256 needs it in clear).
    pub secret: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("oauth_id", &self.oauth_id).finish_non_exhaustive()
    }
}

/// An integration's credentials for one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Both halves.
    pub credentials: Credentials,
    /// Whose.
    pub integration: IntegrationKey,
    /// In a room, or globally.
    pub place: RoomRef,
    /// What the integration was allowed there.
    pub scopes: Vec<Scope>,
    /// By whom; absent when that person is gone.
    pub installed_by: Option<UserId>,
    /// When.
    pub installed_at: Timestamp,
    /// Whether the provider has not confirmed yet: the credentials work, nobody sees the integration.
    pub pending: bool,
    /// When these credentials end, if they are not the present ones.
    pub ends_at: Option<Timestamp>,
}

impl Reader {
    /// Finds an installation by its present credentials, or by others that count beside them, which it then has.
    /// Pending ones too: providers use their credentials while they are being told of them.
    pub async fn installation(&mut self, id: &OauthId) -> Result<Option<Installation>, StorageError> {
        let statement = sqlx::query(
            "SELECT oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending
             FROM installations WHERE oauth_id = $1",
        );
        match self.first(statement.bind(id.0.as_str())).await? {
            Some(row) => installation_of(&row).map(Some),
            None => self.installation_by_other(id).await,
        }
    }

    /// The installation that speaks for an integration in a room: that of the room, else the global one.
    pub async fn installation_in(
        &mut self,
        key: &IntegrationKey,
        room: RoomId,
    ) -> Result<Option<Installation>, StorageError> {
        let statement = sqlx::query(
            "SELECT oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending
             FROM installations WHERE integration_key = $1 AND room_ref IN ($2, $3) AND pending = 0
             ORDER BY room_ref DESC LIMIT 1",
        );
        let statement = statement.bind(key.as_str()).bind(place_number(room.into()));
        self.first(statement.bind(place_number(RoomRef::Global))).await?.as_ref().map(installation_of).transpose()
    }

    /// All confirmed installations of an integration, by place.
    pub async fn installations_of(&mut self, key: &IntegrationKey) -> Result<Vec<Installation>, StorageError> {
        let statement = sqlx::query(
            "SELECT oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending
             FROM installations WHERE integration_key = $1 AND pending = 0 ORDER BY room_ref",
        );
        let rows = self.all(statement.bind(key.as_str())).await?;
        rows.iter().map(installation_of).collect()
    }

    /// All confirmed installations in a room and in the global room, in one query.
    pub async fn installations_in(&mut self, room: RoomId) -> Result<Vec<Installation>, StorageError> {
        let statement = sqlx::query(
            "SELECT oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending
             FROM installations WHERE room_ref IN ($1, $2) AND pending = 0 ORDER BY integration_key, room_ref",
        );
        let rows = self.all(statement.bind(place_number(room.into())).bind(place_number(RoomRef::Global))).await?;
        rows.iter().map(installation_of).collect()
    }

    /// Installations that were begun before a moment and never finished or given up, with the integration whose provider
    /// may know of them.
    pub async fn unfinished_installations(
        &mut self,
        before: Timestamp,
    ) -> Result<Vec<(IntegrationKey, OauthId)>, StorageError> {
        let statement = sqlx::query(
            "SELECT integration_key, oauth_id FROM installations WHERE pending = 1 AND installed_at < $1 ORDER BY oauth_id",
        );
        let rows = self.all(statement.bind(before.0)).await?;
        rows.iter().map(|row| Ok((integration_key_of(row)?, OauthId(row.text("oauth_id")?)))).collect()
    }

    async fn pending_installation(&mut self, id: &OauthId) -> Result<Installation, StorageError> {
        let installation = self.installation(id).await?.filter(|installation| installation.pending);
        installation.ok_or(StorageError::NotFound(Noun::Installation))
    }
}

impl WriteTransaction {
    /// First half of installing: stores credentials that work but show nobody anything, so that the provider can use
    /// them during its callback. Replaces an earlier attempt in the same place that was never finished.
    ///
    /// # Errors
    /// [`Conflict::AlreadyInstalled`]; [`Noun::Room`] when the place does not exist.
    pub async fn begin_installation(
        &mut self,
        descriptor: &Descriptor,
        publisher: &Publisher,
        place: RoomRef,
        credentials: Credentials,
        by: UserId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let key = &descriptor.key;
        if let Some(room) = place.room() {
            self.room(room).await?.ok_or(StorageError::NotFound(Noun::Room))?;
        }
        if self.places_of(key).await?.contains(&place) {
            return Err(Conflict::AlreadyInstalled.into());
        }
        if self.integration(key).await?.is_none() {
            self.store_version(descriptor, publisher, now).await?;
        }
        let statement = sqlx::query("DELETE FROM installations WHERE integration_key = $1 AND room_ref = $2");
        self.execute(statement.bind(key.as_str()).bind(place_number(place))).await?;
        let statement = sqlx::query(
            "INSERT INTO installations
                 (oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
        );
        let statement = statement.bind(credentials.oauth_id.0).bind(credentials.secret).bind(key.as_str());
        let statement = statement.bind(place_number(place)).bind(scope_words(&descriptor.scopes));
        self.execute(statement.bind(by.0).bind(now.0)).await.map(drop)
    }

    /// Second half: the provider has agreed. Stores this version of the integration, associates it with the places of
    /// the installations, tells the members in one change, and writes an event into each room. A version that is new
    /// to places the integration was in before is told there too.
    ///
    /// # Errors
    /// [`Noun::Installation`] when one of them is not pending any more, or none is given.
    pub async fn finish_installations(
        &mut self,
        descriptor: &Descriptor,
        publisher: &Publisher,
        installations: &[OauthId],
        now: Timestamp,
    ) -> Result<Updated, StorageError> {
        let key = &descriptor.key;
        let mut confirmed = Vec::with_capacity(installations.len());
        for id in installations {
            confirmed.push(self.pending_installation(id).await?);
        }
        if confirmed.is_empty() || confirmed.iter().any(|installation| installation.integration != *key) {
            return Err(StorageError::NotFound(Noun::Installation));
        }
        let before = self.integration(key).await?.ok_or(StorageError::NotFound(Noun::Integration))?;
        let token = self.store_version(descriptor, publisher, now).await?;
        for installation in &confirmed {
            self.confirm(installation, now).await?;
        }
        self.grant_scopes(descriptor).await?;
        let mut places: Vec<RoomRef> = confirmed.iter().map(|installation| installation.place).collect();
        places.sort_unstable();
        let changed = token != before.token;
        let told = if changed { self.places_of(key).await? } else { places.clone() };
        self.refresh_room_tokens(&told).await?;
        for installation in confirmed {
            self.append_installed(installation, &descriptor.name, now).await?;
        }
        if changed {
            self.refresh_supplements(descriptor, publisher, now).await?;
        }
        // Last, so that the frame carries the revision the person who installed is answered with.
        self.record_present(descriptor, token, told);
        Ok(Updated { token, places, changed })
    }

    /// Makes an installation a confirmed one and associates the integration with its place (Table F).
    async fn confirm(&mut self, installation: &Installation, now: Timestamp) -> Result<(), StorageError> {
        let id = installation.credentials.oauth_id.0.as_str();
        let statement = sqlx::query("UPDATE installations SET pending = 0, installed_at = $2 WHERE oauth_id = $1");
        self.execute(statement.bind(id).bind(now.0)).await?;
        let statement = sqlx::query(
            "INSERT INTO room_integrations (room_ref, integration_key, installed_by, installed_at)
             VALUES ($1, $2, $3, $4)",
        );
        let statement = statement.bind(place_number(installation.place)).bind(installation.integration.as_str());
        self.execute(statement.bind(installation.installed_by.map(|user| user.0)).bind(now.0)).await.map(drop)
    }

    async fn append_installed(
        &mut self,
        installation: Installation,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let Some(room) = installation.place.room() else { return Ok(()) };
        let Installation { integration: key, installed_by: by, .. } = installation;
        let body = EventBody::Integration { key, name: name.to_owned(), installed: true, by };
        let event = self.store_event(room, body, now).await?;
        self.record(Change::EventAppended { event });
        Ok(())
    }

    /// Instead of the second half: the provider refused. Takes the pending credentials away and leaves no trace of an
    /// integration that is installed nowhere. `false` when they are not pending any more.
    pub async fn abandon_installation(&mut self, id: &OauthId) -> Result<bool, StorageError> {
        let statement =
            sqlx::query("DELETE FROM installations WHERE oauth_id = $1 AND pending = 1 RETURNING integration_key");
        let Some(row) = self.first(statement.bind(id.0.as_str())).await? else { return Ok(false) };
        self.forget_if_unused(&integration_key_of(&row)?).await?;
        Ok(true)
    }
}

/// Reads all columns of `installations`.
pub(crate) fn installation_of(row: &Row) -> Result<Installation, StorageError> {
    let oauth_id = OauthId(row.text("oauth_id")?);
    Ok(Installation {
        integration: integration_key_of(row)?,
        place: row.place("room_ref")?,
        scopes: row.scopes("installations", "scopes", &oauth_id.0)?,
        installed_by: row.optional_user("installed_by")?,
        installed_at: row.time("installed_at")?,
        pending: row.flag("pending")?,
        ends_at: None,
        credentials: Credentials { oauth_id, secret: row.text("secret")? },
    })
}
