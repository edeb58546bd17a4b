//! Integrations whose framed pages are rewritten (decision 24).

use std::collections::BTreeSet;

use roomglass_protocol::IntegrationKey;

use crate::{Noun, Reader, StorageError, WriteTransaction, integration::integration_key_of};

impl Reader {
    /// All of them.
    pub async fn rewritten_integrations(&mut self) -> Result<BTreeSet<IntegrationKey>, StorageError> {
        let rows = self.all(sqlx::query("SELECT integration_key FROM rewritten_pages")).await?;
        rows.iter().map(integration_key_of).collect()
    }

    /// Whether pages of an integration are rewritten.
    pub async fn rewrites_pages_of(&mut self, key: &IntegrationKey) -> Result<bool, StorageError> {
        let statement = sqlx::query("SELECT integration_key FROM rewritten_pages WHERE integration_key = $1");
        Ok(self.first(statement.bind(key.as_str())).await?.is_some())
    }
}

impl WriteTransaction {
    /// Decides whether pages of an integration are rewritten, wherever it is installed.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when there is no such integration.
    pub async fn set_rewriting(&mut self, key: &IntegrationKey, rewritten: bool) -> Result<(), StorageError> {
        if self.integration(key).await?.is_none() {
            return Err(StorageError::NotFound(Noun::Integration));
        }
        let statement = match rewritten {
            true => {
                "INSERT INTO rewritten_pages (integration_key) VALUES ($1) ON CONFLICT (integration_key) DO NOTHING"
            }
            false => "DELETE FROM rewritten_pages WHERE integration_key = $1",
        };
        self.execute(sqlx::query(statement).bind(key.as_str())).await.map(drop)
    }
}
