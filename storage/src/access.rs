//! Access tokens that providers exchange their credentials for.

use roomglass_protocol::{Timestamp, integration::Scope};

use crate::{
    Installation, Noun, OauthId, Reader, StorageError, TokenHash, WriteTransaction, installation::installation_of,
    row::scope_words,
};

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
    /// Finds an access token that has not run out.
    pub async fn access_grant(
        &mut self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<AccessGrant>, StorageError> {
        let statement = sqlx::query(
            "SELECT i.oauth_id, i.secret, i.integration_key, i.room_ref, i.scopes, i.installed_by, i.installed_at,
                 i.pending, a.scopes AS granted_scopes, a.expires_at
             FROM access_tokens AS a JOIN installations AS i ON i.oauth_id = a.oauth_id
             WHERE a.token_hash = $1 AND a.expires_at > $2",
        );
        let Some(row) = self.first(statement.bind(token.bytes()).bind(now.0)).await? else { return Ok(None) };
        let installation = installation_of(&row)?;
        let mut scopes = row.scopes("access_tokens", "granted_scopes", &installation.credentials.oauth_id.0)?;
        scopes.retain(|scope| installation.scopes.contains(scope));
        Ok(Some(AccessGrant { installation, scopes, expires_at: row.time("expires_at")? }))
    }
}

impl WriteTransaction {
    /// Stores an access token given out to a provider.
    ///
    /// # Errors
    /// [`Noun::Installation`] when the credentials are gone.
    pub async fn add_access_token(
        &mut self,
        token: &TokenHash,
        installation: &OauthId,
        scopes: &[Scope],
        expires_at: Timestamp,
    ) -> Result<(), StorageError> {
        let present = self.present_id(installation).await?.ok_or(StorageError::NotFound(Noun::Installation))?;
        let statement =
            sqlx::query("INSERT INTO access_tokens (token_hash, oauth_id, scopes, expires_at) VALUES ($1, $2, $3, $4)");
        let statement = statement.bind(token.bytes()).bind(present.0).bind(scope_words(scopes));
        self.execute(statement.bind(expires_at.0)).await.map(drop)
    }

    /// Ends an access token. Nothing happens when it is gone already.
    pub async fn remove_access_token(&mut self, token: &TokenHash) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM access_tokens WHERE token_hash = $1");
        self.execute(statement.bind(token.bytes())).await.map(drop)
    }
}
