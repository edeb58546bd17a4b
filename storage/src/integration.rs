//! Integrations and their UI extensions (Tables B, C, F, G).

use std::collections::BTreeMap;

use roomglass_protocol::{
    ExtensionKey, IntegrationKey, RoomId, RoomRef, Timestamp, UserId,
    integration::{Descriptor, ExtensionKind, Extensions},
    token::IntegrationToken,
};

use crate::{Installation, Reader, StorageError, WriteTransaction};

/// An integration in its present version.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredIntegration {
    /// As its provider describes it.
    pub descriptor: Descriptor,
    /// Of the present version.
    pub token: IntegrationToken,
    /// Origin the descriptor was fetched from.
    pub origin: String,
}

/// An integration where it is installed.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedIntegration {
    /// Which.
    pub integration: StoredIntegration,
    /// In a room, or globally.
    pub place: RoomRef,
    /// When.
    pub installed_at: Timestamp,
    /// By whom; absent when that person is gone.
    pub installed_by: Option<UserId>,
}

/// What became of an integration whose descriptor was replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated {
    /// Of the version that is stored now.
    pub token: IntegrationToken,
    /// Where it is installed, sorted.
    pub places: Vec<RoomRef>,
    /// Whether the token changed; if not, nobody is told (UPD-10).
    pub changed: bool,
}

/// What became of an integration that was removed from places.
#[derive(Debug, Clone, PartialEq)]
pub struct Removed {
    /// Credentials that ended, so that the provider can be told (HCC-04).
    pub installations: Vec<Installation>,
    /// Where it was removed, sorted.
    pub places: Vec<RoomRef>,
    /// Of the version that is still installed elsewhere; absent when it is gone everywhere.
    pub token: Option<IntegrationToken>,
}

impl Reader {
    /// Finds an integration that is installed somewhere, or about to be.
    pub async fn integration(&mut self, key: &IntegrationKey) -> Result<Option<StoredIntegration>, StorageError> {
        let _ = key;
        todo!()
    }

    /// Integrations of a room and of the global room, by name (DATA-11); one in both occurs twice.
    pub async fn integrations_in(&mut self, room: RoomId) -> Result<Vec<PlacedIntegration>, StorageError> {
        let _ = room;
        todo!()
    }

    /// UI extensions of a room and of the global room, by integration (DATA-11).
    pub async fn extensions_in(
        &mut self,
        room: RoomId,
    ) -> Result<BTreeMap<IntegrationKey, Extensions>, StorageError> {
        let _ = room;
        todo!()
    }

    /// UI extensions of some integrations, in one query (DATA-12).
    pub async fn extensions_of(
        &mut self,
        keys: &[IntegrationKey],
    ) -> Result<BTreeMap<IntegrationKey, Extensions>, StorageError> {
        let _ = keys;
        todo!()
    }

    /// Where an integration is installed, sorted (DATA-11).
    pub async fn places_of(&mut self, key: &IntegrationKey) -> Result<Vec<RoomRef>, StorageError> {
        let _ = key;
        todo!()
    }

    /// Where an integration that offers this UI extension is installed, sorted (DATA-11).
    pub async fn places_of_extension(
        &mut self,
        kind: &ExtensionKind,
        key: &ExtensionKey,
    ) -> Result<Vec<RoomRef>, StorageError> {
        let _ = (kind, key);
        todo!()
    }

    /// Integrations that offer a kind of extension, by key (DATA-12).
    pub async fn integrations_offering(&mut self, kind: &ExtensionKind) -> Result<Vec<IntegrationKey>, StorageError> {
        let _ = kind;
        todo!()
    }
}

impl WriteTransaction {
    /// Replaces the descriptor of an integration; the tokens of the integration and of every place it is installed in
    /// follow (UPD-07), and those who have it are told, unless the token is the same (UPD-10).
    ///
    /// # Errors
    /// [`crate::Noun::Integration`] when it is not known: that would be an installation.
    pub async fn update_descriptor(
        &mut self,
        descriptor: &Descriptor,
        now: Timestamp,
    ) -> Result<Updated, StorageError> {
        let _ = (descriptor, now);
        todo!()
    }

    /// Removes an integration from places, with its credentials and access tokens there; from the last place it goes
    /// altogether. Places without it are skipped.
    ///
    /// # Errors
    /// [`crate::Noun::Integration`] when it is in none of the places.
    pub async fn uninstall(
        &mut self,
        key: &IntegrationKey,
        places: &[RoomRef],
        by: UserId,
        now: Timestamp,
    ) -> Result<Removed, StorageError> {
        let _ = (key, places, by, now);
        todo!()
    }

    /// Removes an integration from one place because its provider withdrew it.
    ///
    /// # Errors
    /// [`crate::Noun::Integration`] when it is not there.
    pub async fn withdraw(
        &mut self,
        key: &IntegrationKey,
        place: RoomRef,
        now: Timestamp,
    ) -> Result<Removed, StorageError> {
        let _ = (key, place, now);
        todo!()
    }

    /// Removes an integration from everywhere because its provider withdrew it.
    ///
    /// # Errors
    /// [`crate::Noun::Integration`] when it is not known.
    pub async fn delete_integration(&mut self, key: &IntegrationKey, now: Timestamp) -> Result<Removed, StorageError> {
        let _ = (key, now);
        todo!()
    }
}
