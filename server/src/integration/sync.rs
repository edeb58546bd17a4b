//! `POST /v2/integration/sync` (§17): what a client must be told so that it has what the server has.
//!
//! A client that is up to date costs one query, whatever the number of rooms (decision 1).

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    IntegrationKey, OrderedMap, RoomRef, UserId,
    integration::Extensions,
    sync::{ChangedIntegrations, KnownIntegration, RoomState, SyncAnswer, SyncRequest, diff},
    token::AccountToken,
};
use roomglass_storage::Reader;

use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

type Known = OrderedMap<RoomRef, Vec<KnownIntegration>>;

/// Answers 204 when nothing is different (SYNC-19).
pub(super) async fn sync(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(request): Json<SyncRequest>,
) -> HttpResult<Response> {
    let (mut reader, user) = (app.storage.read().await?, caller.person().id);
    let answer = match (request.installed_integrations, request.account_token) {
        (Some(known), _) => changed_rooms(&mut reader, user, &known, request.once).await?,
        (None, Some(token)) => room_tokens(&mut reader, user, token).await?,
        (None, None) => return Err(HttpError::invalid("Send \"accountToken\" or \"installedIntegrations\".")),
    };
    Ok(answer.map_or_else(|| StatusCode::NO_CONTENT.into_response(), |answer| Json(answer).into_response()))
}

/// "Is anything different?" If so, the tokens of all rooms tell the client which ones to ask for.
async fn room_tokens(reader: &mut Reader, user: UserId, token: AccountToken) -> HttpResult<Option<SyncAnswer>> {
    let tokens = reader.room_tokens_of(user).await?;
    if AccountToken::of(tokens.iter().map(|(room, token)| (*room, *token))) == token {
        return Ok(None);
    }
    let rev = reader.revision().await?;
    Ok(Some(SyncAnswer { rev, changed_integrations: OrderedMap::new(), room_tokens: Some(tokens) }))
}

/// Table Q answered by Table R. Descriptors are read last, and only those that go into the answer (SYNC-08).
async fn changed_rooms(reader: &mut Reader, user: UserId, known: &Known, once: bool) -> HttpResult<Option<SyncAnswer>> {
    let rooms: Vec<RoomRef> = known.keys().copied().collect();
    let states = reader.room_states(user, &rooms).await?;
    let (wanted, changed) = without_extensions(known, &states, once);
    if changed.is_empty() {
        return Ok(None);
    }
    let wanted: Vec<IntegrationKey> = wanted.into_iter().collect();
    let extensions = reader.extensions_of(&wanted).await?;
    let changed_integrations = diff(known, &states, once, |key| extensions.get(key).cloned());
    let rev = reader.revision().await?;
    Ok(Some(SyncAnswer { rev, changed_integrations, room_tokens: None }))
}

/// A first comparison that finds out whose extensions will be needed.
fn without_extensions(
    known: &Known,
    states: &BTreeMap<RoomRef, RoomState>,
    once: bool,
) -> (BTreeSet<IntegrationKey>, ChangedIntegrations) {
    let mut wanted = BTreeSet::new();
    let changed = diff(known, states, once, |key| {
        wanted.insert(key.clone());
        Some(Extensions::default())
    });
    (wanted, changed)
}
