//! The catalogue of integrations on offer (§20).

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    IntegrationKey, Person, Role,
    rest::{
        catalogue::{AddAs, Audience, Detail, Entry, Search, check_categories},
        integration::Source,
    },
};
use roomglass_storage::{Noun, Reader, StorageError};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    limits::Fetches,
    offer::{self, Offer},
    version,
};
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
    category: Option<String>,
}

/// Entries in which every word occurs (MKT-01).
pub(super) async fn search(
    State(app): State<AppState>,
    caller: SessionCaller,
    Query(Words { q, category }): Query<Words>,
) -> HttpResult<Json<Search>> {
    let mut reader = app.storage.read().await?;
    Ok(Json(found(&mut reader, caller.person(), &q, category.as_deref()).await?))
}

/// What somebody finds: guests are not of the organisation, whose own entries are not for them (MKT-04).
pub(crate) async fn found(
    reader: &mut Reader,
    person: &Person,
    words: &str,
    category: Option<&str>,
) -> Result<Search, StorageError> {
    let all = reader.search_catalogue("").await?;
    let found = if words.trim().is_empty() { all.clone() } else { reader.search_catalogue(words).await? };
    Ok(Search::among(found, &all, category, person.role == Role::Guest))
}

/// What one adds, and who sees what leaves: of the version that would be installed, as its provider describes it now.
pub(super) async fn detail(
    State(app): State<AppState>,
    Extension(fetches): Extension<Arc<Fetches>>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
) -> HttpResult<Json<Detail>> {
    caller.require_not_guest()?;
    let entry = listed(&mut app.storage.read().await?, &key).await?;
    let entry = entry.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
    fetches.count(caller.person().id)?;
    let source = Source { integration: Some(key), ..Source::default() };
    let offer = offer::find(&app, &source).await?;
    let (descriptor, _) = version::to_install(&mut app.storage.read().await?, offer.descriptor).await?;
    Ok(Json(Detail {
        entry,
        adds: descriptor.extensions.offered(),
        hosts: descriptor.contacts(),
        events: descriptor.listens(),
        scopes: descriptor.scopes,
    }))
}

/// The entry of a key: that of this server, else that of another one's catalogue.
async fn listed(reader: &mut Reader, key: &IntegrationKey) -> Result<Option<Entry>, StorageError> {
    match reader.catalogue_entry(key).await? {
        Some(entry) => Ok(Some(entry)),
        None => reader.remote_entry(key).await,
    }
}

/// The public entries of this server, for other servers: without a session, and with a name for the answer so that it
/// is read again only when it has changed. What other servers list is not told on.
pub(super) async fn public(State(app): State<AppState>, headers: HeaderMap) -> HttpResult<Response> {
    let mut items = app.storage.read().await?.listed_here().await?;
    items.retain(|entry| entry.audience == Audience::Public);
    let answer = serde_json::to_vec(&Search { items, ..Search::default() }).map_err(HttpError::internal)?;
    let etag = format!("\"{}\"", digest_of(&answer));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let (status, body) = if known { (StatusCode::NOT_MODIFIED, Vec::new()) } else { (StatusCode::OK, answer) };
    let headers = [(header::ETAG, etag), (header::CONTENT_TYPE, "application/json".to_owned())];
    Ok((status, headers, body).into_response())
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lists an integration, for the organisation alone unless something else is said (MKT-02, MKT-04).
pub(super) async fn add(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(AddAs { add, audience, categories }): Json<AddAs>,
) -> HttpResult<(StatusCode, Json<Entry>)> {
    caller.require_administrator()?;
    check_categories(&categories).map_err(HttpError::invalid)?;
    let entry = Entry { audience, categories, ..entry(offer::at(&app, &add.descriptor_url).await?) };
    Ok((StatusCode::CREATED, Json(store(&app, entry).await?)))
}

/// Fetches and checks the descriptor at an address and lists the integration, or replaces its entry. Also what `serve
/// --demo` does for the sample providers.
///
/// # Errors
/// Why the descriptor cannot be had or used.
pub async fn list(app: &AppState, descriptor_url: &str) -> HttpResult<Entry> {
    store(app, entry(offer::at(app, descriptor_url).await?)).await
}

async fn store(app: &AppState, entry: Entry) -> HttpResult<Entry> {
    let (stored, now) = (entry.clone(), clock::now());
    app.storage.write(move |tx| Box::pin(async move { tx.put_catalogue_entry(&stored, now).await })).await?;
    Ok(entry)
}

fn entry(Offer { descriptor, publisher, .. }: Offer) -> Entry {
    Entry {
        key: descriptor.key,
        name: descriptor.name,
        description: descriptor.description,
        homepage: descriptor.homepage,
        vendor: descriptor.vendor,
        allow_room: descriptor.allow_room,
        allow_global: descriptor.allow_global,
        scopes: descriptor.scopes,
        descriptor_url: publisher.address,
        audience: Audience::default(),
        categories: Vec::new(),
        catalogue: None,
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
