//! What integrations add in single rooms (HCC-15).

use std::collections::BTreeSet;

use roomglass_protocol::{
    IntegrationKey, RoomId, RoomRef, Timestamp,
    integration::{Descriptor, Extensions},
    sync::ChangedIntegration,
};

use crate::{
    Change, Publisher, Reader, StorageError, WriteTransaction,
    row::{Row, damaged, place_number},
};

/// What an integration adds in one room.
#[derive(Debug, Clone, PartialEq)]
pub struct Supplement {
    /// Under which it is kept, and members know it.
    pub key: IntegrationKey,
    /// Whose it is.
    pub integration: IntegrationKey,
    /// Where.
    pub room: RoomId,
    /// What was added.
    pub own: Extensions,
}

impl Reader {
    /// What an integration adds in rooms, by room.
    pub async fn supplements_of(&mut self, integration: &IntegrationKey) -> Result<Vec<Supplement>, StorageError> {
        let statement = sqlx::query(
            "SELECT supplement_key, integration_key, room_id, own FROM supplements
             WHERE integration_key = $1 ORDER BY room_id",
        );
        let rows = self.all(statement.bind(integration.as_str())).await?;
        rows.iter().map(supplement_of).collect()
    }

    /// What is kept under a key, if it is a supplement.
    pub async fn supplement(&mut self, key: &IntegrationKey) -> Result<Option<Supplement>, StorageError> {
        let statement = sqlx::query(
            "SELECT supplement_key, integration_key, room_id, own FROM supplements WHERE supplement_key = $1",
        );
        self.first(statement.bind(key.as_str())).await?.as_ref().map(supplement_of).transpose()
    }

    /// Keys of what is added in a room, by whichever integration.
    pub async fn supplements_in(&mut self, room: RoomId) -> Result<BTreeSet<IntegrationKey>, StorageError> {
        let statement =
            sqlx::query("SELECT supplement_key, integration_key, room_id, own FROM supplements WHERE room_id = $1");
        let rows = self.all(statement.bind(room.0)).await?;
        rows.iter().map(|row| Ok(supplement_of(row)?.key)).collect()
    }
}

impl WriteTransaction {
    /// Replaces what an integration adds in a room; `descriptor` is that of the supplement, made by
    /// [`Descriptor::for_room`]. Members of the room are told, unless they have it already.
    pub async fn put_supplement(
        &mut self,
        supplement: Supplement,
        descriptor: &Descriptor,
        publisher: &Publisher,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let before = self.integration(&supplement.key).await?.map(|stored| stored.token);
        let token = self.store_version(descriptor, publisher, now).await?;
        let own = serde_json::to_string(&supplement.own).map_err(|_| damaged("supplements", "own", &supplement.key))?;
        let place = RoomRef::Room(supplement.room);
        let statement = sqlx::query(
            "INSERT INTO supplements (supplement_key, integration_key, room_id, own) VALUES ($1, $2, $3, $4)
             ON CONFLICT (supplement_key) DO UPDATE SET own = excluded.own",
        );
        let statement = statement.bind(supplement.key.as_str()).bind(supplement.integration.as_str());
        self.execute(statement.bind(supplement.room.0).bind(own)).await?;
        let statement = sqlx::query(
            "INSERT INTO room_integrations (room_ref, integration_key, installed_by, installed_at)
             VALUES ($1, $2, NULL, $3) ON CONFLICT (room_ref, integration_key) DO NOTHING",
        );
        self.execute(statement.bind(place_number(place)).bind(supplement.key.as_str()).bind(now.0)).await?;
        if before != Some(token) {
            self.refresh_room_tokens(&[place]).await?;
            self.record_present(descriptor, token, vec![place]);
        }
        Ok(())
    }

    /// Takes away what an integration adds in a room, and tells the members.
    pub async fn remove_supplement(&mut self, supplement: &Supplement) -> Result<(), StorageError> {
        let places = vec![RoomRef::Room(supplement.room)];
        self.dissociate(&supplement.key, &places).await?;
        self.refresh_room_tokens(&places).await?;
        let change = ChangedIntegration::deleted(supplement.key.clone());
        self.record(Change::IntegrationsChanged { places, change });
        self.forget_if_unused(&supplement.key).await.map(drop)
    }

    /// After an integration changed: supplements hold its pages too. One that cannot be had together with the new
    /// version is taken away.
    pub(crate) async fn refresh_supplements(
        &mut self,
        descriptor: &Descriptor,
        publisher: &Publisher,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        for supplement in self.supplements_of(&descriptor.key).await? {
            match descriptor.for_room(supplement.room, &supplement.own) {
                Ok(with) => self.put_supplement(supplement, &with, publisher, now).await?,
                Err(_) => self.remove_supplement(&supplement).await?,
            }
        }
        Ok(())
    }

    /// After an integration was removed from places: what it added in rooms where it is no more goes with it.
    pub(crate) async fn remove_lone_supplements(&mut self, key: &IntegrationKey) -> Result<(), StorageError> {
        let supplements = self.supplements_of(key).await?;
        if supplements.is_empty() {
            return Ok(());
        }
        let places = self.places_of(key).await?;
        let is_left = |room: RoomId| places.contains(&RoomRef::Global) || places.contains(&RoomRef::Room(room));
        for supplement in supplements.into_iter().filter(|supplement| !is_left(supplement.room)) {
            self.remove_supplement(&supplement).await?;
        }
        Ok(())
    }
}

fn supplement_of(row: &Row) -> Result<Supplement, StorageError> {
    let key: IntegrationKey = row.parsed("supplements", "supplement_key", row.text("supplement_key")?)?;
    let own = serde_json::from_str(&row.text("own")?).map_err(|_| damaged("supplements", "own", &key))?;
    let integration = row.parsed("supplements", "integration_key", &key)?;
    Ok(Supplement { integration, room: row.room("room_id")?, own, key })
}
