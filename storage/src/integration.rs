//! Integrations and their UI extensions as they are now (Tables B, C, F, G): everything that reads them.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{
    ExtensionKey, IntegrationKey, RoomId, RoomRef, Timestamp, UserId,
    integration::{Descriptor, ExtensionKind, Extensions},
    token::IntegrationToken,
};
use sqlx::AssertSqlSafe;

use crate::{
    Installation, Reader, StorageError,
    reader::{LIST_CHUNK, placeholders},
    row::{Row, damaged, place_number},
};

/// An integration in its present version.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredIntegration {
    /// As its provider describes it.
    pub descriptor: Descriptor,
    /// Of the present version.
    pub token: IntegrationToken,
    /// Where it comes from.
    pub publisher: Publisher,
}

/// Who offers an integration, and where: other origins have no say about it (safety E2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Origin the descriptor was fetched from.
    pub origin: String,
    /// Where it is asked for again: its own address if that is of this origin, else the one it was found at (DESC-05).
    pub address: String,
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
    /// Credentials that ended, so that the provider can be told (HCC-04): of each place, and after those former ones that
    /// still counted, and those of attempts that had not been finished.
    pub installations: Vec<Installation>,
    /// Where it was removed, sorted.
    pub places: Vec<RoomRef>,
    /// Of the version that is still installed elsewhere; absent when it is gone everywhere.
    pub token: Option<IntegrationToken>,
}

impl Reader {
    /// Finds an integration that is installed somewhere, or about to be.
    pub async fn integration(&mut self, key: &IntegrationKey) -> Result<Option<StoredIntegration>, StorageError> {
        let statement = sqlx::query("SELECT key, document, origin, address, token FROM integrations WHERE key = $1");
        self.first(statement.bind(key.as_str())).await?.as_ref().map(integration_of).transpose()
    }

    /// Integrations of a room and of the global room, by name (DATA-11); one in both occurs twice.
    pub async fn integrations_in(&mut self, room: RoomId) -> Result<Vec<PlacedIntegration>, StorageError> {
        let statement = sqlx::query(
            "SELECT i.key, i.document, i.origin, i.address, i.token, ri.room_ref, ri.installed_at, ri.installed_by
             FROM room_integrations AS ri JOIN integrations AS i ON i.key = ri.integration_key
             WHERE ri.room_ref IN ($1, $2)",
        );
        let rows = self.all(statement.bind(place_number(room.into())).bind(place_number(RoomRef::Global))).await?;
        let mut placed: Vec<PlacedIntegration> = rows.iter().map(placed_of).collect::<Result<_, _>>()?;
        placed.sort_by_cached_key(
            |PlacedIntegration { integration: StoredIntegration { descriptor, .. }, place, .. }| {
                (descriptor.name.to_lowercase(), descriptor.key.clone(), *place)
            },
        );
        Ok(placed)
    }

    /// UI extensions of a room and of the global room, by integration (DATA-11).
    pub async fn extensions_in(&mut self, room: RoomId) -> Result<BTreeMap<IntegrationKey, Extensions>, StorageError> {
        let statement = sqlx::query(
            "SELECT integration_key, kind, descriptor FROM ui_extensions WHERE integration_key IN (
                 SELECT integration_key FROM room_integrations WHERE room_ref IN ($1, $2))
             ORDER BY integration_key, kind, position",
        );
        let rows = self.all(statement.bind(place_number(room.into())).bind(place_number(RoomRef::Global))).await?;
        let mut found = BTreeMap::new();
        gather_extensions(&mut found, &rows)?;
        Ok(found)
    }

    /// UI extensions of some integrations, in one query for every 500 of them (DATA-12). An integration
    /// without any has an empty entry, so that browsers can hold it; an unknown one has none.
    pub async fn extensions_of(
        &mut self,
        keys: &[IntegrationKey],
    ) -> Result<BTreeMap<IntegrationKey, Extensions>, StorageError> {
        let mut found = BTreeMap::new();
        for keys in keys.chunks(LIST_CHUNK) {
            let list = placeholders(1, keys.len());
            let statement = sqlx::query(AssertSqlSafe(format!(
                "SELECT i.key AS integration_key, e.kind, e.descriptor FROM integrations AS i
                 LEFT JOIN ui_extensions AS e ON e.integration_key = i.key
                 WHERE i.key IN ({list}) ORDER BY i.key, e.kind, e.position"
            )));
            let statement =
                keys.iter().fold(statement.persistent(false), |statement, key| statement.bind(key.as_str()));
            gather_extensions(&mut found, &self.all(statement).await?)?;
        }
        Ok(found)
    }

    /// Where an integration is installed, sorted (DATA-11).
    pub async fn places_of(&mut self, key: &IntegrationKey) -> Result<Vec<RoomRef>, StorageError> {
        let statement =
            sqlx::query("SELECT room_ref FROM room_integrations WHERE integration_key = $1 ORDER BY room_ref");
        let rows = self.all(statement.bind(key.as_str())).await?;
        rows.iter().map(|row| row.place("room_ref")).collect()
    }

    /// The one member who owns every room an integration is installed in; nobody when there are several owners, when
    /// an owner is not a member, or when it is installed for everybody.
    pub async fn sole_owner(&mut self, key: &IntegrationKey) -> Result<Option<UserId>, StorageError> {
        let statement = sqlx::query(
            "SELECT DISTINCT m.user_id FROM room_integrations AS ri
             LEFT JOIN rooms AS r ON r.id = ri.room_ref
             LEFT JOIN memberships AS m ON m.room_id = r.id AND m.user_id = r.owner_id
             WHERE ri.integration_key = $1",
        );
        match self.all(statement.bind(key.as_str())).await?.as_slice() {
            [only] => only.optional_user("user_id"),
            _ => Ok(None),
        }
    }

    /// Where an integration that offers this UI extension is installed, sorted (DATA-11).
    pub async fn places_of_extension(
        &mut self,
        kind: &ExtensionKind,
        key: &ExtensionKey,
    ) -> Result<Vec<RoomRef>, StorageError> {
        let statement = sqlx::query(
            "SELECT DISTINCT ri.room_ref FROM ui_extensions AS e
             JOIN room_integrations AS ri ON ri.integration_key = e.integration_key
             WHERE e.kind = $1 AND e.extension_key = $2 ORDER BY ri.room_ref",
        );
        let rows = self.all(statement.bind(kind.0.as_str()).bind(key.as_str())).await?;
        rows.iter().map(|row| row.place("room_ref")).collect()
    }

    /// Integrations that offer a kind of extension, by key (DATA-12).
    pub async fn integrations_offering(&mut self, kind: &ExtensionKind) -> Result<Vec<IntegrationKey>, StorageError> {
        let statement = sqlx::query("SELECT DISTINCT integration_key FROM ui_extensions WHERE kind = $1");
        let rows = self.all(statement.bind(kind.0.as_str())).await?;
        let keys: BTreeSet<IntegrationKey> = rows.iter().map(integration_key_of).collect::<Result<_, _>>()?;
        Ok(keys.into_iter().collect())
    }
}

/// Reads `integration_key`.
pub(crate) fn integration_key_of(row: &Row) -> Result<IntegrationKey, StorageError> {
    row.parsed("room_integrations", "integration_key", row.text("integration_key")?)
}

fn integration_of(row: &Row) -> Result<StoredIntegration, StorageError> {
    let key = row.text("key")?;
    let descriptor = Descriptor::from_stored(&row.text("document")?);
    Ok(StoredIntegration {
        descriptor: descriptor.map_err(|_| damaged("integrations", "document", &key))?,
        token: row.parsed("integrations", "token", &key)?,
        publisher: Publisher { origin: row.text("origin")?, address: row.text("address")? },
    })
}

fn placed_of(row: &Row) -> Result<PlacedIntegration, StorageError> {
    Ok(PlacedIntegration {
        integration: integration_of(row)?,
        place: row.place("room_ref")?,
        installed_at: row.time("installed_at")?,
        installed_by: row.optional_user("installed_by")?,
    })
}

fn gather_extensions(found: &mut BTreeMap<IntegrationKey, Extensions>, rows: &[Row]) -> Result<(), StorageError> {
    for row in rows {
        let key = integration_key_of(row)?;
        let Extensions(kinds) = found.entry(key.clone()).or_default();
        if let Some(descriptor) = row.optional_text("descriptor")? {
            let descriptor =
                serde_json::from_str(&descriptor).map_err(|_| damaged("ui_extensions", "descriptor", &key))?;
            kinds.entry(ExtensionKind(row.text("kind")?)).or_default().push(descriptor);
        }
    }
    Ok(())
}
