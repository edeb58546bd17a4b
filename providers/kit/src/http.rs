//! The one HTTP client of a provider, and reading answers within bounds.

use std::time::Duration;

use reqwest::{Client, Response, redirect};
use serde::de::DeserializeOwned;

use crate::ChatError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// A client that contacts the address it is given and no other: no redirects, no proxy from the environment.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    // Fails when the process has chosen a provider already, which then serves just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("roomglass-provider-kit/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Reads a JSON answer of bounded size.
pub(crate) async fn json<T: DeserializeOwned>(response: Response) -> Result<T, ChatError> {
    let body = body(response).await?;
    serde_json::from_slice(&body)
        .map_err(|error| ChatError::Unexpected(format!("it is not what was asked for: {error}")))
}

/// Reads an answer of bounded size.
pub(crate) async fn body(mut response: Response) -> Result<Vec<u8>, ChatError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(ChatError::Unexpected("it is too large".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
