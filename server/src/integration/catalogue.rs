//! The catalogue of integrations on offer (§20).

use axum::{extract::State, http::StatusCode};
use roomglass_protocol::{
    IntegrationKey,
    rest::catalogue::{Add, Entry, Search},
};
use roomglass_storage::Noun;
use serde::Deserialize;

use super::offer::{self, Offer};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, Query, SessionCaller},
    state::AppState,
};

/// Query of a search.
#[derive(Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    q: String,
}

/// Entries in which every word occurs (MKT-01).
pub(super) async fn search(
    State(app): State<AppState>,
    _: SessionCaller,
    Query(Words { q }): Query<Words>,
) -> HttpResult<Json<Search>> {
    let items = app.storage.read().await?.search_catalogue(&q).await?;
    Ok(Json(Search { items }))
}

/// Lists an integration for everybody (MKT-02).
pub(super) async fn add(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(Add { descriptor_url }): Json<Add>,
) -> HttpResult<(StatusCode, Json<Entry>)> {
    caller.require_administrator()?;
    Ok((StatusCode::CREATED, Json(list(&app, &descriptor_url).await?)))
}

/// Fetches and checks the descriptor at an address and lists the integration, or replaces its entry. Also what `serve
/// --demo` does for the sample providers.
///
/// # Errors
/// Why the descriptor cannot be had or used.
pub async fn list(app: &AppState, descriptor_url: &str) -> HttpResult<Entry> {
    let entry = entry(offer::at(app, descriptor_url).await?);
    let (stored, now) = (entry.clone(), clock::now());
    app.storage.write(move |tx| Box::pin(async move { tx.put_catalogue_entry(&stored, now).await })).await?;
    Ok(entry)
}

fn entry(Offer { descriptor, address, .. }: Offer) -> Entry {
    Entry {
        key: descriptor.key,
        name: descriptor.name,
        description: descriptor.description,
        homepage: descriptor.homepage,
        vendor: descriptor.vendor,
        allow_room: descriptor.allow_room,
        allow_global: descriptor.allow_global,
        scopes: descriptor.scopes,
        descriptor_url: address,
    }
}

/// Takes an integration off the catalogue. Where it is installed it stays.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
) -> HttpResult<StatusCode> {
    caller.require_administrator()?;
    let removed = app.storage.write(move |tx| Box::pin(async move { tx.remove_catalogue_entry(&key).await })).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(HttpError::not_found(Noun::Integration)) }
}
