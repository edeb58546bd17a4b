//! Access tokens: granted for an installation's secret, kept until shortly before they expire.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{ChatError, Installation, http, installation::Secret};

/// A token is not used in its last minute, so that it does not expire on its way.
const MARGIN: Duration = Duration::from_secs(60);

/// The token of one installation; whoever asks first obtains it for all.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<Option<AccessToken>>);

#[derive(Clone)]
pub(crate) struct AccessToken {
    value: Secret,
    good_until: Instant,
}

#[derive(Deserialize)]
struct Grant {
    access_token: String,
    expires_in: u64,
}

impl AccessToken {
    pub(crate) fn expose(&self) -> &str {
        self.value.expose()
    }
}

impl TokenCache {
    /// The token at hand, or a new one.
    pub(crate) async fn get(&self, client: &Client, installation: &Installation) -> Result<AccessToken, ChatError> {
        let mut cached = self.0.lock().await;
        if let Some(token) = cached.as_ref().filter(|token| Instant::now() < token.good_until) {
            return Ok(token.clone());
        }
        Ok(cached.insert(grant(client, installation).await?).clone())
    }

    /// Drops a token the chat server did not accept, unless somebody has replaced it already.
    pub(crate) async fn refuse(&self, refused: &AccessToken) {
        let mut cached = self.0.lock().await;
        if cached.as_ref().is_some_and(|token| token.value == refused.value) {
            *cached = None;
        }
    }
}

/// Asks for a token with all scopes of the descriptor.
///
/// # Errors
/// [`ChatError::Gone`] when the server no longer knows the installation.
pub(crate) async fn grant(client: &Client, installation: &Installation) -> Result<AccessToken, ChatError> {
    let answer = client
        .post(installation.token_url.clone())
        .basic_auth(&installation.oauth_id, Some(installation.oauth_secret.expose()))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials")
        .send()
        .await?;
    match answer.status() {
        StatusCode::OK => {
            let Grant { access_token, expires_in } = http::json(answer).await?;
            let lifetime = Duration::from_secs(expires_in.min(24 * 60 * 60)).saturating_sub(MARGIN);
            Ok(AccessToken { value: access_token.into(), good_until: Instant::now() + lifetime })
        }
        StatusCode::UNAUTHORIZED => Err(ChatError::Gone),
        status => Err(ChatError::of_status(status, "its token endpoint answered without a token")),
    }
}
