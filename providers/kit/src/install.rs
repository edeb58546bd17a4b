//! The callbacks by which chat servers install and remove the provider (HCC-03, HCC-04).

use axum::{
    Json, Router,
    extract::{Path, State, rejection::JsonRejection},
    http::StatusCode,
    routing::{delete, post},
};
use roomglass_protocol::{ErrorKind, RoomId};
use serde::Deserialize;
use url::Url;

use crate::{ChatError, Installation, Refusal, capabilities, installation::Secret, shared::Shared, token};

/// Longest id and secret that are kept.
const MAX_CREDENTIAL_CHARS: usize = 512;

/// What the chat server posts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    oauth_id: String,
    oauth_secret: Secret,
    capabilities_url: Url,
    group_id: i64,
    #[serde(default)]
    room_id: Option<RoomId>,
}

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/installed", post(install)).route("/installed/{oauth_id}", delete(uninstall))
}

/// Also called after an update of the descriptor, with the same credentials.
async fn install(
    State(shared): State<Shared>,
    credentials: Result<Json<Credentials>, JsonRejection>,
) -> Result<StatusCode, Refusal> {
    let Json(credentials) = credentials.map_err(|error| Refusal::invalid(error.body_text()))?;
    check(&shared, &credentials)?;
    let installation = look_up(&shared, credentials).await.map_err(not_installed)?;
    let place = installation.place();
    let link = shared.installations().put(installation).await.map_err(not_stored)?;
    tracing::info!(%place, "installed");
    shared.push_present(&link);
    Ok(StatusCode::OK)
}

/// Whether to contact the address at all.
fn check(shared: &Shared, credentials: &Credentials) -> Result<(), Refusal> {
    let lengths = [credentials.oauth_id.len(), credentials.oauth_secret.expose().len()];
    if lengths.iter().any(|length| !(1..=MAX_CREDENTIAL_CHARS).contains(length)) {
        return Err(Refusal::invalid("oauthId and oauthSecret have 1 to 512 characters."));
    }
    if !shared.chat_servers().admit(&credentials.capabilities_url) {
        return Err(Refusal::new(
            ErrorKind::Forbidden,
            "This integration was not set up for your chat server. Whoever runs it can allow it.",
        ));
    }
    let known = shared.installations().find(&credentials.oauth_id);
    if known.is_some_and(|link| link.installation.oauth_secret != credentials.oauth_secret) {
        return Err(Refusal::new(ErrorKind::Conflict, "This oauthId is known with another secret."));
    }
    Ok(())
}

/// Asks the chat server for its addresses, and for a token: only the server that issued the credentials grants one,
/// so nobody can install the provider in another's name.
async fn look_up(shared: &Shared, credentials: Credentials) -> Result<Installation, ChatError> {
    let Credentials { oauth_id, oauth_secret, capabilities_url, group_id, room_id } = credentials;
    let found = capabilities::fetch(shared.client(), &capabilities_url).await?;
    let installation = Installation {
        oauth_id,
        oauth_secret,
        capabilities_url,
        token_url: found.token_url,
        api_url: found.api_url,
        group_id,
        room_id,
    };
    token::grant(shared.client(), &installation).await?;
    Ok(installation)
}

fn not_installed(error: ChatError) -> Refusal {
    tracing::warn!(%error, "not installed");
    match error {
        ChatError::Gone => {
            Refusal::new(ErrorKind::Forbidden, "The chat server does not grant a token for these credentials.")
        }
        error => Refusal::invalid(format!("Not installed: {error}.")),
    }
}

fn not_stored(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "an installation could not be stored");
    Refusal::new(ErrorKind::Internal, "Not installed: the provider could not store the installation.")
}

/// The id is the key: only the chat server and the provider know it. Unknown ids get the same answer.
async fn uninstall(State(shared): State<Shared>, Path(oauth_id): Path<String>) -> StatusCode {
    if shared.forget(&oauth_id).await {
        tracing::info!("removed");
    }
    StatusCode::NO_CONTENT
}
