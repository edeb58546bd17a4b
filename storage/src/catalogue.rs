//! The catalogue of integrations on offer (§20).

use roomglass_protocol::{IntegrationKey, Timestamp, rest::catalogue::Entry};
use sqlx::AssertSqlSafe;

use crate::{
    Reader, StorageError, WriteTransaction,
    remote_catalogue::remote_entry_of,
    row::{Row, damaged},
};

/// Most words of a query that are looked for.
const MAX_WORDS: usize = 16;

impl Reader {
    /// Entries in which every word of `query` occurs, in key, name, description or a category and in any letter case, by
    /// name. No words, all entries. Words after the sixteenth are not looked for. Of a key that is listed here, what
    /// other servers say is not told; of one several of them list, what the one whose address comes first says.
    pub async fn search_catalogue(&mut self, query: &str) -> Result<Vec<Entry>, StorageError> {
        let query = without_nul(query.to_lowercase());
        let words: Vec<&str> = query.split_whitespace().take(MAX_WORDS).collect();
        let conditions: String =
            (1..=words.len()).map(|number| format!(" AND search LIKE ${number} ESCAPE '\\'")).collect();
        let listed_here = format!("SELECT key, entry FROM catalogue WHERE 1 = 1{conditions}");
        let elsewhere = format!(
            "SELECT key, entry, catalogue_url FROM remote_entries AS r WHERE 1 = 1{conditions}
             AND NOT EXISTS (SELECT 1 FROM catalogue AS c WHERE c.key = r.key)
             AND NOT EXISTS (SELECT 1 FROM remote_entries AS o WHERE o.key = r.key AND o.catalogue_url < r.catalogue_url)"
        );
        let mut rows_with = async |select: String| {
            let statement = sqlx::query(AssertSqlSafe(select));
            self.all(words.iter().fold(statement, |statement, word| statement.bind(containing(word)))).await
        };
        let (here, remote) = (rows_with(listed_here).await?, rows_with(elsewhere).await?);
        let entries = here.iter().map(entry_of).chain(remote.iter().map(remote_entry_of));
        entries.collect::<Result<_, _>>().map(by_name)
    }

    /// Entries that are listed here, by name: without those of other servers, which are many more.
    pub async fn listed_here(&mut self) -> Result<Vec<Entry>, StorageError> {
        let rows = self.all(sqlx::query("SELECT key, entry FROM catalogue")).await?;
        rows.iter().map(entry_of).collect::<Result<_, _>>().map(by_name)
    }

    /// Finds an entry.
    pub async fn catalogue_entry(&mut self, key: &IntegrationKey) -> Result<Option<Entry>, StorageError> {
        let statement = sqlx::query("SELECT key, entry FROM catalogue WHERE key = $1").bind(key.as_str());
        self.first(statement).await?.as_ref().map(entry_of).transpose()
    }
}

impl WriteTransaction {
    /// Lists an integration, or replaces its entry.
    pub async fn put_catalogue_entry(&mut self, entry: &Entry, now: Timestamp) -> Result<(), StorageError> {
        let text = serde_json::to_string(entry).map_err(|_| damaged("catalogue", "entry", &entry.key))?;
        let search = search_text(entry);
        let statement = sqlx::query(
            "INSERT INTO catalogue (key, entry, search, listed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET entry = excluded.entry, search = excluded.search",
        );
        self.execute(statement.bind(entry.key.as_str()).bind(text).bind(search).bind(now.0)).await.map(drop)
    }

    /// Takes an integration off the catalogue; `false` when it was not there. Installations stay.
    pub async fn remove_catalogue_entry(&mut self, key: &IntegrationKey) -> Result<bool, StorageError> {
        let statement = sqlx::query("DELETE FROM catalogue WHERE key = $1").bind(key.as_str());
        Ok(self.execute(statement).await? > 0)
    }
}

fn by_name(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.key.clone()));
    entries
}

/// The LIKE pattern for texts with a word in them; what LIKE finds special in the word is not.
fn containing(word: &str) -> String {
    let mut pattern = String::from("%");
    for character in word.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// What a search looks in.
pub(crate) fn search_text(entry: &Entry) -> String {
    let Entry { key, name, description, categories, .. } = entry;
    without_nul(format!("{key}\n{name}\n{description}\n{}", categories.join("\n")).to_lowercase())
}

/// PostgreSQL cannot store NUL, nor be asked for it.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', " ") } else { text }
}

/// Reads `key` and `entry`.
pub(crate) fn entry_of(row: &Row) -> Result<Entry, StorageError> {
    serde_json::from_str(&row.text("entry")?)
        .map_err(|_| damaged("catalogue", "entry", row.text("key").unwrap_or_default()))
}
