//! The catalogue of integrations on offer (§20).

use roomglass_protocol::{IntegrationKey, Timestamp, rest::catalogue::Entry};

use crate::{Reader, StorageError, WriteTransaction};

impl Reader {
    /// Entries in which every word of `query` occurs, in key, name or description and in any letter case, by name.
    /// No words, all entries.
    pub async fn search_catalogue(&mut self, query: &str) -> Result<Vec<Entry>, StorageError> {
        let _ = query;
        todo!()
    }

    /// Finds an entry.
    pub async fn catalogue_entry(&mut self, key: &IntegrationKey) -> Result<Option<Entry>, StorageError> {
        let _ = key;
        todo!()
    }
}

impl WriteTransaction {
    /// Lists an integration, or replaces its entry.
    pub async fn put_catalogue_entry(&mut self, entry: &Entry, now: Timestamp) -> Result<(), StorageError> {
        let _ = (entry, now);
        todo!()
    }

    /// Takes an integration off the catalogue; `false` when it was not there. Installations stay.
    pub async fn remove_catalogue_entry(&mut self, key: &IntegrationKey) -> Result<bool, StorageError> {
        let _ = key;
        todo!()
    }
}
