//! What a chat server says of itself at `capabilitiesUrl`.

use reqwest::Client;
use serde::Deserialize;
use url::Url;

use crate::{ChatError, http};

/// The addresses a provider needs.
#[derive(Debug)]
pub(crate) struct Capabilities {
    pub(crate) token_url: Url,
    /// Without a final slash.
    pub(crate) api_url: String,
}

#[derive(Deserialize)]
struct Document {
    capabilities: Members,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    oauth2_provider: TokenProvider,
    hipchat_api_provider: ApiProvider,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenProvider {
    token_url: Url,
}

#[derive(Deserialize)]
struct ApiProvider {
    url: Url,
}

/// Asks a chat server where its tokens and its API are.
///
/// # Errors
/// Also when they are on another origin than the document: the secret must not travel to a third party.
pub(crate) async fn fetch(client: &Client, url: &Url) -> Result<Capabilities, ChatError> {
    let answer = client.get(url.clone()).send().await?;
    if !answer.status().is_success() {
        return Err(ChatError::Unexpected(format!("its capabilities answered {}", answer.status().as_u16())));
    }
    let Document { capabilities } = http::json(answer).await?;
    let (token_url, api_url) = (capabilities.oauth2_provider.token_url, capabilities.hipchat_api_provider.url);
    if token_url.origin() != url.origin() || api_url.origin() != url.origin() {
        return Err(ChatError::Unexpected("its tokens or its API are on another origin".to_owned()));
    }
    Ok(Capabilities { token_url, api_url: api_url.as_str().trim_end_matches('/').to_owned() })
}
