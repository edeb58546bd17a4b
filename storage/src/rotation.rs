//! New credentials for installations that go on (AUTH, HipChat Connect §2.2: a known id never gets another secret).
//!
//! For a while an installation has two pairs: the new one counts while its provider is being told of it, the former one
//! until it ends.

use roomglass_protocol::{IntegrationKey, Timestamp};

use crate::{
    Credentials, Installation, Noun, OauthId, Reader, StorageError, WriteTransaction,
    installation::installation_of,
    integration::integration_key_of,
    row::{Row, place_number},
};

/// Tables whose rows belong to an installation and go along when it gets another id.
const BELONGINGS: [(&str, &str); 6] = [
    ("access_tokens", "oauth_id"),
    ("handovers", "oauth_id"),
    ("other_credentials", "installation"),
    ("room_webhooks", "oauth_id"),
    ("webhook_deliveries", "oauth_id"),
    ("webhook_receivers", "oauth_id"),
];

/// A place no installation is ever in, for the moment in which the former row and the new one both exist.
const NOWHERE: i64 = -1;

impl Reader {
    /// The installation that a pair besides its present one belongs to, with that pair.
    pub(crate) async fn installation_by_other(&mut self, id: &OauthId) -> Result<Option<Installation>, StorageError> {
        let statement = sqlx::query(
            "SELECT o.oauth_id, o.secret, i.integration_key, i.room_ref, i.scopes, i.installed_by, i.installed_at,
                 i.pending, o.ends_at
             FROM other_credentials AS o JOIN installations AS i ON i.oauth_id = o.installation WHERE o.oauth_id = $1",
        );
        self.first(statement.bind(id.0.as_str())).await?.as_ref().map(other_of).transpose()
    }

    /// Former pairs of an integration's installations that still count.
    pub(crate) async fn former_pairs_of(&mut self, key: &IntegrationKey) -> Result<Vec<Installation>, StorageError> {
        let statement = sqlx::query(
            "SELECT o.oauth_id, o.secret, i.integration_key, i.room_ref, i.scopes, i.installed_by, i.installed_at,
                 i.pending, o.ends_at
             FROM other_credentials AS o JOIN installations AS i ON i.oauth_id = o.installation
             WHERE i.integration_key = $1 AND o.pending = 0 ORDER BY o.ends_at, o.oauth_id",
        );
        self.all(statement.bind(key.as_str())).await?.iter().map(other_of).collect()
    }

    /// The id an installation is stored under, by any of its pairs.
    pub(crate) async fn present_id(&mut self, id: &OauthId) -> Result<Option<OauthId>, StorageError> {
        let statement = sqlx::query(
            "SELECT oauth_id AS present FROM installations WHERE oauth_id = $1
             UNION ALL SELECT installation AS present FROM other_credentials WHERE oauth_id = $1",
        );
        let row = self.first(statement.bind(id.0.as_str())).await?;
        row.map(|row| row.text("present").map(OauthId)).transpose()
    }

    /// Former credentials that have ended, with the integration whose provider is to be told, and new ones that were
    /// never confirmed.
    pub async fn ended_credentials(&mut self, now: Timestamp) -> Result<Vec<(IntegrationKey, OauthId)>, StorageError> {
        let statement = sqlx::query(
            "SELECT i.integration_key, o.oauth_id FROM other_credentials AS o
             JOIN installations AS i ON i.oauth_id = o.installation WHERE o.ends_at <= $1 ORDER BY o.oauth_id",
        );
        let rows = self.all(statement.bind(now.0)).await?;
        rows.iter().map(|row| Ok((integration_key_of(row)?, OauthId(row.text("oauth_id")?)))).collect()
    }
}

impl WriteTransaction {
    /// First half: a second pair that counts until it is confirmed, given up, or `ends_at` has come. One that was begun
    /// before and never confirmed goes.
    ///
    /// # Errors
    /// [`Noun::Installation`] when there is no such confirmed installation.
    pub async fn begin_rotation(
        &mut self,
        installation: &OauthId,
        credentials: Credentials,
        ends_at: Timestamp,
    ) -> Result<(), StorageError> {
        self.rotating(installation).await?;
        let statement = sqlx::query("DELETE FROM other_credentials WHERE installation = $1 AND pending = 1");
        self.execute(statement.bind(installation.0.as_str())).await?;
        self.store_other(credentials, installation, true, ends_at).await
    }

    /// Second half: the provider has the new pair, which is the present one from now on. The former one counts until
    /// `former_ends_at`. Whatever belongs to the installation stays with it.
    ///
    /// # Errors
    /// [`Noun::Installation`] when the rotation was not begun, or has ended.
    pub async fn finish_rotation(
        &mut self,
        former: &OauthId,
        new: &OauthId,
        former_ends_at: Timestamp,
    ) -> Result<(), StorageError> {
        let installation = self.rotating(former).await?;
        let statement = sqlx::query(
            "DELETE FROM other_credentials WHERE oauth_id = $1 AND installation = $2 AND pending = 1 RETURNING secret",
        );
        let taken = self.first(statement.bind(new.0.as_str()).bind(former.0.as_str())).await?;
        let secret = taken.ok_or(StorageError::NotFound(Noun::Installation))?.text("secret")?;
        let statement = sqlx::query("UPDATE installations SET room_ref = $2 WHERE oauth_id = $1");
        self.execute(statement.bind(former.0.as_str()).bind(NOWHERE)).await?;
        let statement = sqlx::query(
            "INSERT INTO installations
                 (oauth_id, secret, integration_key, room_ref, scopes, installed_by, installed_at, pending)
             SELECT $2, $3, integration_key, $4, scopes, installed_by, installed_at, pending FROM installations
             WHERE oauth_id = $1",
        );
        let statement = statement.bind(former.0.as_str()).bind(new.0.as_str()).bind(secret);
        self.execute(statement.bind(place_number(installation.place))).await?;
        for (table, column) in BELONGINGS {
            let statement = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
            let statement = sqlx::query(sqlx::AssertSqlSafe(statement));
            self.execute(statement.bind(former.0.as_str()).bind(new.0.as_str())).await?;
        }
        let statement = sqlx::query("DELETE FROM installations WHERE oauth_id = $1");
        self.execute(statement.bind(former.0.as_str())).await?;
        self.store_other(installation.credentials, new, false, former_ends_at).await
    }

    /// Ends a pair besides the present one. Nothing happens when it is gone.
    pub async fn end_credentials(&mut self, id: &OauthId) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM other_credentials WHERE oauth_id = $1");
        self.execute(statement.bind(id.0.as_str())).await.map(drop)
    }

    async fn rotating(&mut self, id: &OauthId) -> Result<Installation, StorageError> {
        let installation = self.installation(id).await?;
        let present = installation.filter(|installation| !installation.pending && installation.ends_at.is_none());
        present.ok_or(StorageError::NotFound(Noun::Installation))
    }

    async fn store_other(
        &mut self,
        credentials: Credentials,
        installation: &OauthId,
        pending: bool,
        ends_at: Timestamp,
    ) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "INSERT INTO other_credentials (oauth_id, secret, installation, pending, ends_at) VALUES ($1, $2, $3, $4, $5)",
        );
        let statement = statement.bind(credentials.oauth_id.0).bind(credentials.secret).bind(installation.0.as_str());
        self.execute(statement.bind(i64::from(pending)).bind(ends_at.0)).await.map(drop)
    }
}

fn other_of(row: &Row) -> Result<Installation, StorageError> {
    Ok(Installation { ends_at: Some(row.time("ends_at")?), ..installation_of(row)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that is added later must not lose its rows to a rotation.
    #[test]
    fn everything_that_refers_to_installations_goes_along() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let mut referring = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(file).unwrap();
            for table in text.split("CREATE TABLE ").skip(1) {
                let (name, columns) = table.split_once(" (").unwrap();
                let columns = columns.split(";\n").next().unwrap().lines();
                let column = columns.map(str::trim).find(|line| line.contains("REFERENCES installations"));
                referring.extend(column.map(|line| (name.to_owned(), line.split(' ').next().unwrap().to_owned())));
            }
        }
        assert!(referring.len() >= 4, "{referring:?}");
        for (table, column) in referring {
            assert!(BELONGINGS.contains(&(table.as_str(), column.as_str())), "{table}.{column}");
        }
    }
}
