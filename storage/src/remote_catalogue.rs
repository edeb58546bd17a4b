//! Catalogues of other servers and what they list (MKT-03).

use roomglass_protocol::{
    IntegrationKey, Timestamp,
    rest::catalogue::{Entry, RemoteCatalogue},
};

use crate::{
    Reader, StorageError, WriteTransaction,
    catalogue::{entry_of, search_text},
    row::{Row, damaged},
};

/// What a catalogue answered last, for asking whether it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueState {
    /// Its address.
    pub url: String,
    /// As it named its answer.
    pub etag: Option<String>,
    /// As we name it.
    pub version: String,
}

/// What a catalogue answered.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueAnswer {
    /// As it named its answer.
    pub etag: Option<String>,
    /// As we name it.
    pub version: String,
    /// What it lists, checked; of a key that occurs twice the first.
    pub entries: Vec<Entry>,
    /// How many of its entries cannot be used.
    pub unused: usize,
}

impl Reader {
    /// All catalogues of other servers, by address.
    pub async fn remote_catalogues(&mut self) -> Result<Vec<RemoteCatalogue>, StorageError> {
        let statement = sqlx::query(
            "SELECT c.url, c.unused, c.checked_at, c.problem, COUNT(e.key) AS entries FROM remote_catalogues AS c
             LEFT JOIN remote_entries AS e ON e.catalogue_url = c.url
             GROUP BY c.url, c.unused, c.checked_at, c.problem ORDER BY c.url",
        );
        self.all(statement).await?.iter().map(catalogue_of).collect()
    }

    /// Catalogues that were not asked since a moment.
    pub async fn catalogues_to_check(&mut self, since: Timestamp) -> Result<Vec<String>, StorageError> {
        let statement = sqlx::query("SELECT url FROM remote_catalogues WHERE checked_at <= $1 ORDER BY url");
        self.all(statement.bind(since.0)).await?.iter().map(|row| row.text("url")).collect()
    }

    /// What a catalogue answered last; nothing when it is not ours.
    pub async fn catalogue_state(&mut self, url: &str) -> Result<Option<CatalogueState>, StorageError> {
        let statement = sqlx::query("SELECT url, etag, version FROM remote_catalogues WHERE url = $1").bind(url);
        let row = self.first(statement).await?;
        let state = |row: Row| {
            Ok(CatalogueState {
                url: row.text("url")?,
                etag: row.optional_text("etag")?,
                version: row.text("version")?,
            })
        };
        row.map(state).transpose()
    }

    /// Finds an entry of another server's catalogue, in the one whose address comes first.
    pub async fn remote_entry(&mut self, key: &IntegrationKey) -> Result<Option<Entry>, StorageError> {
        let statement = sqlx::query(
            "SELECT key, entry, catalogue_url FROM remote_entries WHERE key = $1 ORDER BY catalogue_url LIMIT 1",
        );
        self.first(statement.bind(key.as_str())).await?.as_ref().map(remote_entry_of).transpose()
    }
}

impl WriteTransaction {
    /// Adds a catalogue, or replaces all of what it listed before.
    pub async fn put_remote_catalogue(
        &mut self,
        url: &str,
        answer: CatalogueAnswer,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "INSERT INTO remote_catalogues (url, etag, version, unused, checked_at, problem)
             VALUES ($1, $2, $3, $4, $5, NULL)
             ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, version = excluded.version,
                 unused = excluded.unused, checked_at = excluded.checked_at, problem = NULL",
        );
        let unused = i64::try_from(answer.unused).unwrap_or(i64::MAX);
        let statement = statement.bind(url).bind(answer.etag).bind(answer.version);
        self.execute(statement.bind(unused).bind(now.0)).await?;
        self.execute(sqlx::query("DELETE FROM remote_entries WHERE catalogue_url = $1").bind(url)).await?;
        for entry in answer.entries {
            let text = serde_json::to_string(&entry).map_err(|_| damaged("remote_entries", "entry", &entry.key))?;
            let statement = sqlx::query(
                "INSERT INTO remote_entries (catalogue_url, key, entry, search) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (catalogue_url, key) DO NOTHING",
            );
            let statement = statement.bind(url).bind(entry.key.as_str()).bind(text).bind(search_text(&entry));
            self.execute(statement).await?;
        }
        Ok(())
    }

    /// Notes that a catalogue was asked; what it listed stays. Nothing happens when it is gone.
    pub async fn note_remote_catalogue(
        &mut self,
        url: &str,
        problem: Option<String>,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let statement = sqlx::query("UPDATE remote_catalogues SET checked_at = $2, problem = $3 WHERE url = $1");
        self.execute(statement.bind(url).bind(now.0).bind(problem)).await.map(drop)
    }

    /// Removes a catalogue with its entries; `false` when it was not there. Installations stay.
    pub async fn remove_remote_catalogue(&mut self, url: &str) -> Result<bool, StorageError> {
        Ok(self.execute(sqlx::query("DELETE FROM remote_catalogues WHERE url = $1").bind(url)).await? > 0)
    }
}

fn catalogue_of(row: &Row) -> Result<RemoteCatalogue, StorageError> {
    Ok(RemoteCatalogue {
        url: row.text("url")?,
        entries: usize::try_from(row.number("entries")?).unwrap_or_default(),
        unused: usize::try_from(row.number("unused")?).unwrap_or_default(),
        checked_at: row.time("checked_at")?,
        problem: row.optional_text("problem")?,
    })
}

/// Reads `key`, `entry` and `catalogue_url`. What the entry says of where it is from does not count.
pub(crate) fn remote_entry_of(row: &Row) -> Result<Entry, StorageError> {
    Ok(Entry { catalogue: Some(row.text("catalogue_url")?), ..entry_of(row)? })
}
