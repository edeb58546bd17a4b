//! Catalogues of other servers (MKT-03): fetched through the guarded client, bounded, and asked again every hour whether
//! they have changed. What they list is foreign text: each entry is checked, and none can take the place of one that is
//! listed or installed here.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode};
use roomglass_protocol::{
    ErrorKind, Timestamp,
    rest::catalogue::{Audience, Entry, RemoteAddress, RemoteCatalogue, RemoteCatalogues},
};
use roomglass_storage::{CatalogueAnswer, CatalogueState, Noun};
use serde::Deserialize;
use serde_json::Value;

use super::{address::host_of, catalogue::digest_of, offer::provider_failed};
use crate::{
    clock,
    egress::{Answer, EgressError},
    error::{HttpError, HttpResult},
    extract::{Json, Query, SessionCaller},
    state::AppState,
};

/// Catalogues of other servers on one server.
const MAX_CATALOGUES: usize = 20;
/// Entries read of one catalogue.
const MAX_ENTRIES: usize = 1_000;
/// Bytes read of one catalogue.
const MAX_BYTES: usize = 1024 * 1024;
/// Longest address of a catalogue.
const MAX_URL: usize = 2_000;

/// Lists them, for administrators.
pub(super) async fn list(State(app): State<AppState>, caller: SessionCaller) -> HttpResult<Json<RemoteCatalogues>> {
    caller.require_administrator()?;
    Ok(Json(RemoteCatalogues { items: app.storage.read().await?.remote_catalogues().await? }))
}

/// Adds one that answers now, or asks a known one again.
pub(super) async fn add(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(RemoteAddress { url }): Json<RemoteAddress>,
) -> HttpResult<(StatusCode, Json<RemoteCatalogue>)> {
    caller.require_administrator()?;
    let now = clock::now();
    let mut reader = app.storage.read().await?;
    if reader.catalogue_state(&url).await?.is_some() {
        drop(reader);
        refresh(&app, &url, now).await?;
    } else {
        if url.len() > MAX_URL || reader.remote_catalogues().await?.len() >= MAX_CATALOGUES {
            return Err(HttpError::invalid(format!(
                "A server reads at most {MAX_CATALOGUES} catalogues, with addresses of at most {MAX_URL} bytes."
            )));
        }
        drop(reader);
        let Fetched::New(answer) = fetch(&app, &url, None).await.map_err(Problem::into_refusal)? else {
            return Err(HttpError::internal("a catalogue is the same as one that was never read"));
        };
        keep(&app, &url, answer, now).await?;
    }
    Ok((StatusCode::CREATED, Json(one(&app, &url).await?)))
}

#[derive(Deserialize)]
pub(super) struct Which {
    url: String,
}

/// Removes one with what it lists. What is installed stays.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: SessionCaller,
    Query(Which { url }): Query<Which>,
) -> HttpResult<StatusCode> {
    caller.require_administrator()?;
    let removed = app.storage.write(move |tx| Box::pin(async move { tx.remove_remote_catalogue(&url).await })).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(HttpError::not_found(Noun::Catalogue)) }
}

/// Asks a known catalogue whether it has changed. That it does not answer is noted, and what it listed stays.
pub(super) async fn refresh(app: &AppState, url: &str, now: Timestamp) -> HttpResult<()> {
    let Some(state) = app.storage.read().await?.catalogue_state(url).await? else { return Ok(()) };
    let problem = match fetch(app, url, Some(&state)).await {
        Ok(Fetched::New(answer)) => return renew(app, url, answer, now).await,
        Ok(Fetched::Same) => None,
        Err(problem) => Some(problem.message),
    };
    let url = url.to_owned();
    app.storage
        .write(move |tx| Box::pin(async move { tx.note_remote_catalogue(&url, problem, now).await }))
        .await
        .map_err(HttpError::from)
}

async fn keep(app: &AppState, url: &str, answer: CatalogueAnswer, now: Timestamp) -> HttpResult<()> {
    let url = url.to_owned();
    app.storage
        .write(move |tx| Box::pin(async move { tx.put_remote_catalogue(&url, answer, now).await }))
        .await
        .map_err(HttpError::from)
}

/// As [`keep`], unless the catalogue was removed while it was asked.
async fn renew(app: &AppState, url: &str, answer: CatalogueAnswer, now: Timestamp) -> HttpResult<()> {
    let url = url.to_owned();
    let write = app.storage.write::<_, HttpError, _>(move |tx| {
        Box::pin(async move {
            if tx.catalogue_state(&url).await?.is_some() {
                tx.put_remote_catalogue(&url, answer, now).await?;
            }
            Ok(())
        })
    });
    write.await
}

async fn one(app: &AppState, url: &str) -> HttpResult<RemoteCatalogue> {
    let all = app.storage.read().await?.remote_catalogues().await?;
    all.into_iter().find(|catalogue| catalogue.url == url).ok_or_else(|| HttpError::not_found(Noun::Catalogue))
}

/// What a catalogue answered.
enum Fetched {
    Same,
    New(CatalogueAnswer),
}

/// Why it did not, in the product's words.
struct Problem {
    kind: ErrorKind,
    message: String,
}

impl Problem {
    fn into_refusal(self) -> HttpError {
        match self.kind {
            ErrorKind::ProviderFailed => provider_failed(self.message),
            kind => HttpError::new(kind, self.message),
        }
    }
}

async fn fetch(app: &AppState, url: &str, known: Option<&CatalogueState>) -> Result<Fetched, Problem> {
    let host = host_of(url);
    let failed = |message: String| Problem { kind: ErrorKind::ProviderFailed, message };
    let etag = known.and_then(|state| state.etag.as_deref());
    let answer = app.egress.get_unless(url, MAX_BYTES, etag).await.map_err(|error| match error {
        EgressError::Refused(_) => {
            Problem { kind: ErrorKind::Invalid, message: format!("The catalogue cannot be read from {host}: {error}.") }
        }
        error => failed(format!("Could not read the catalogue of {host}: {error}.")),
    })?;
    if answer.status == StatusCode::NOT_MODIFIED && etag.is_some() {
        return Ok(Fetched::Same);
    }
    if !answer.status.is_success() {
        return Err(failed(format!("{host} answered {} instead of a catalogue.", answer.status.as_u16())));
    }
    let answer = read(answer).ok_or_else(|| failed(format!("What {host} answered is no catalogue.")))?;
    let same = known.is_some_and(|state| state.version == answer.version);
    Ok(if same { Fetched::Same } else { Fetched::New(answer) })
}

#[derive(Deserialize)]
struct Document {
    items: Vec<Value>,
}

/// The entries that can be shown, of each key the first.
fn read(answer: Answer) -> Option<CatalogueAnswer> {
    let Document { items } = serde_json::from_slice(&answer.body).ok()?;
    let (offered, mut keys) = (items.len(), BTreeSet::new());
    let entry = |item: Value| serde_json::from_value::<Entry>(item).ok().filter(|entry| entry.check().is_ok());
    let entries = items.into_iter().take(MAX_ENTRIES).filter_map(entry);
    // Who may see it is decided here: whoever may read what is public there.
    let ours = |entry: Entry| Entry { audience: Audience::Public, catalogue: None, ..entry };
    let entries: Vec<Entry> = entries.map(ours).filter(|entry| keys.insert(entry.key.clone())).collect();
    let unused = offered - entries.len();
    Some(CatalogueAnswer { etag: answer.etag, version: digest_of(&answer.body), entries, unused })
}
