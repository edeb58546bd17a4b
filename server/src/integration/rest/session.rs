//! `/v2/oauth/token/{token}`: what a token may do, and its end (HCC-06, HipChat Connect §2.6).

use axum::{extract::State, http::StatusCode};
use roomglass_protocol::integration::Scope;
use roomglass_storage::{AccessGrant, Noun, TokenHash};
use serde_json::{Value, json};

use crate::{
    clock,
    error::HttpResult,
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing},
    state::AppState,
};

/// Shows a token of the caller's own installation; others cannot be told from missing ones.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(token): Path<String>,
) -> HttpResult<Json<Value>> {
    let grant = own(&app, &caller, &token).await?;
    let mut reader = app.storage.read().await?;
    let stored = reader.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    let room = match caller.installation().place.room() {
        Some(room) => reader.room(room).await?.map(|room| json!({"id": room.id, "name": room.name})),
        None => None,
    };
    let words = |scopes: &[Scope]| scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>();
    Ok(Json(json!({
        "client": {
            "id": caller.id().0,
            "name": stored.descriptor.name,
            "allowed_scopes": words(&grant.installation.scopes),
            "room": room,
        },
        "scopes": words(&grant.scopes),
        "expires_in": (grant.expires_at.0 - clock::now().0).max(0) / 1000,
    })))
}

/// Ends a token of the caller's own installation.
pub(super) async fn end(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(token): Path<String>,
) -> HttpResult<StatusCode> {
    own(&app, &caller, &token).await?;
    let hash = TokenHash::of(&token);
    app.storage.write(move |tx| Box::pin(async move { tx.remove_access_token(&hash).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn own(app: &AppState, caller: &IntegrationCaller, token: &str) -> HttpResult<AccessGrant> {
    let grant = app.storage.read().await?.access_grant(&TokenHash::of(token), clock::now()).await?;
    let grant = grant.filter(|grant| grant.installation.credentials.oauth_id == *caller.id());
    grant.ok_or_else(|| missing(Noun::Session))
}
