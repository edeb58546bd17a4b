//! Room tokens (Table H): always what [`RoomToken::of`] says of the integrations a room has.

use std::collections::BTreeMap;

use roomglass_protocol::{
    IntegrationKey, RoomRef,
    token::{IntegrationToken, RoomToken},
};
use sqlx::AssertSqlSafe;

use crate::{
    Reader, StorageError, WriteTransaction,
    integration::integration_key_of,
    reader::{LIST_CHUNK, placeholders},
    row::place_number,
};

type Versions = BTreeMap<IntegrationKey, IntegrationToken>;

impl WriteTransaction {
    /// Computes the tokens of places anew, a chunk of places at a time: an integration that is installed in every room
    /// costs a few statements, not one for each room.
    pub(crate) async fn refresh_room_tokens(&mut self, places: &[RoomRef]) -> Result<(), StorageError> {
        for places in places.chunks(LIST_CHUNK) {
            let versions = self.versions_in(places).await?;
            let list = placeholders(1, places.len());
            let delete = sqlx::query(AssertSqlSafe(format!("DELETE FROM room_tokens WHERE room_ref IN ({list})")));
            let delete =
                places.iter().fold(delete.persistent(false), |delete, place| delete.bind(place_number(*place)));
            self.execute(delete).await?;
            if !versions.is_empty() {
                self.insert_room_tokens(&versions).await?;
            }
        }
        Ok(())
    }

    async fn insert_room_tokens(&mut self, versions: &BTreeMap<RoomRef, Versions>) -> Result<(), StorageError> {
        let rows: Vec<String> = (0..versions.len()).map(|row| format!("({})", placeholders(2 * row + 1, 2))).collect();
        let rows = rows.join(", ");
        let mut insert = sqlx::query(AssertSqlSafe(format!("INSERT INTO room_tokens (room_ref, token) VALUES {rows}")))
            .persistent(false);
        for (place, versions) in versions {
            let token = RoomToken::of(versions.iter().map(|(key, token)| (key, *token)));
            insert = insert.bind(place_number(*place)).bind(token.to_string());
        }
        self.execute(insert).await.map(drop)
    }
}

impl Reader {
    /// Integrations of those places that have any, with the tokens of their versions.
    async fn versions_in(&mut self, places: &[RoomRef]) -> Result<BTreeMap<RoomRef, Versions>, StorageError> {
        let list = placeholders(1, places.len());
        let select = sqlx::query(AssertSqlSafe(format!(
            "SELECT ri.room_ref, ri.integration_key, i.token
             FROM room_integrations AS ri JOIN integrations AS i ON i.key = ri.integration_key
             WHERE ri.room_ref IN ({list})"
        )));
        let select = places.iter().fold(select.persistent(false), |select, place| select.bind(place_number(*place)));
        let mut versions = BTreeMap::<RoomRef, Versions>::new();
        for row in self.all(select).await? {
            let key = integration_key_of(&row)?;
            let token = row.parsed("integrations", "token", &key)?;
            versions.entry(row.place("room_ref")?).or_default().insert(key, token);
        }
        Ok(versions)
    }
}
