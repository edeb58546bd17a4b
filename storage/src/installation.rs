//! Credentials of integrations: one pair for each place an integration is installed in.

use roomglass_protocol::{
    IntegrationKey, RoomId, RoomRef, Timestamp, UserId,
    integration::{Descriptor, Scope},
};

use crate::{Reader, StorageError, TokenHash, Updated, WriteTransaction};

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
}

/// An access token a provider may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessGrant {
    /// For which credentials it was given out.
    pub installation: Installation,
    /// What it allows, never more than the installation.
    pub scopes: Vec<Scope>,
    /// After this it is refused.
    pub expires_at: Timestamp,
}

impl Reader {
    /// Finds an installation, pending ones too: providers use their credentials while they are being told of them.
    pub async fn installation(&mut self, id: &OauthId) -> Result<Option<Installation>, StorageError> {
        let _ = id;
        todo!()
    }

    /// The installation that speaks for an integration in a room: that of the room, else the global one.
    pub async fn installation_in(
        &mut self,
        key: &IntegrationKey,
        room: RoomId,
    ) -> Result<Option<Installation>, StorageError> {
        let _ = (key, room);
        todo!()
    }

    /// All confirmed installations of an integration, by place.
    pub async fn installations_of(&mut self, key: &IntegrationKey) -> Result<Vec<Installation>, StorageError> {
        let _ = key;
        todo!()
    }

    /// Finds an access token that has not run out.
    pub async fn access_grant(
        &mut self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<AccessGrant>, StorageError> {
        let _ = (token, now);
        todo!()
    }
}

impl WriteTransaction {
    /// First half of installing: stores credentials that work but show nobody anything, so that the provider can use
    /// them during its callback. Replaces an earlier attempt in the same place that was never finished.
    ///
    /// # Errors
    /// [`crate::Conflict::AlreadyInstalled`]; [`crate::Noun::Room`] when the place does not exist.
    pub async fn begin_installation(
        &mut self,
        descriptor: &Descriptor,
        origin: &str,
        place: RoomRef,
        credentials: Credentials,
        by: UserId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let _ = (descriptor, origin, place, credentials, by, now);
        todo!()
    }

    /// Second half: the provider has agreed. Stores this version of the integration, associates it with the places of
    /// the installations, writes an event into each room, and tells the members in one change.
    ///
    /// # Errors
    /// [`crate::Noun::Installation`] when one of them is not pending any more.
    pub async fn finish_installations(
        &mut self,
        descriptor: &Descriptor,
        origin: &str,
        installations: &[OauthId],
        now: Timestamp,
    ) -> Result<Updated, StorageError> {
        let _ = (descriptor, origin, installations, now);
        todo!()
    }

    /// Instead of the second half: the provider refused. Takes the pending credentials away and leaves no trace of an
    /// integration that is installed nowhere. Nothing happens when they are gone already.
    pub async fn abandon_installation(&mut self, id: &OauthId) -> Result<(), StorageError> {
        let _ = id;
        todo!()
    }

    /// Stores an access token given out to a provider.
    ///
    /// # Errors
    /// [`crate::Noun::Installation`] when the credentials are gone.
    pub async fn add_access_token(
        &mut self,
        token: &TokenHash,
        installation: &OauthId,
        scopes: &[Scope],
        expires_at: Timestamp,
    ) -> Result<(), StorageError> {
        let _ = (token, installation, scopes, expires_at);
        todo!()
    }
}
