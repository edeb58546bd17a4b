//! Reviewing versions of integrations that would give their providers more than was agreed to (UPD-06), and asking
//! providers for their descriptors anew (DESC-05).

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode};
use roomglass_protocol::{
    ErrorKind, IntegrationKey, Person, Timestamp, UserId,
    integration::{Descriptor, Difference, Lifecycle},
    rest::{
        integration::Installed,
        update::{Decision, RefreshOutcome, Refreshed, UpdateReview, VersionId, Waiting, WaitingUpdate},
    },
};
use roomglass_storage::{Held, Noun, Publisher, Reader, StoredIntegration, WaitingVersion};

use super::{
    address::origin_of,
    limits::Fetches,
    offer,
    place::Deciders,
    redirect::{self, Way},
    version::{self, Settled},
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, SessionCaller},
    state::AppState,
};

/// `GET /api/v1/updates`: what waits and the caller may decide.
pub(super) async fn list(State(app): State<AppState>, caller: SessionCaller) -> HttpResult<Json<Waiting>> {
    let mut reader = app.storage.read().await?;
    let mut items = Vec::new();
    for waiting in reader.waiting_versions().await? {
        let key = &waiting.descriptor.key;
        if !Deciders::of(&mut reader, key).await?.include(caller.person()) {
            continue;
        }
        if let Some(stored) = reader.integration(key).await? {
            items.push(describe(&stored, &waiting));
        }
    }
    Ok(Json(Waiting { items }))
}

/// `GET /api/v1/updates/{integration}`: what a version would change, item by item.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
) -> HttpResult<Json<UpdateReview>> {
    let mut reader = app.storage.read().await?;
    let (stored, waiting) = decidable(&mut reader, caller.person(), &key).await?;
    Ok(Json(UpdateReview {
        update: describe(&stored, &waiting),
        places: reader.places_of(&key).await?,
        difference: Difference::between(&stored.descriptor, &waiting.descriptor),
    }))
}

/// `POST /api/v1/updates/{integration}/accept`: the version that was seen is in force from now on, with its scopes and, if
/// its descriptor has moved, its new publisher.
pub(super) async fn accept(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
    Json(Decision { version }): Json<Decision>,
) -> HttpResult<Json<Installed>> {
    let (by, now) = (caller.person().id, clock::now());
    let (answer, descriptor) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                let (stored, waiting) = seen(tx, by, &key, &version).await?;
                let updated = match moved(&stored.descriptor, &waiting.descriptor) {
                    Some(publisher) => tx.accept_descriptor(&waiting.descriptor, &publisher, now).await?,
                    None => tx.update_descriptor(&waiting.descriptor, now).await?,
                };
                let may_decide = Deciders::of(tx, &key).await?.list(tx).await?;
                tx.drop_version(&key, may_decide).await?;
                Ok::<_, HttpError>((version::answer(&waiting.descriptor, updated, tx), waiting.descriptor))
            })
        })
        .await?;
    version::tell_provider(&app, &descriptor).await?;
    let installations = app.storage.read().await?.installations_of(&descriptor.key).await?;
    let installations = installations.into_iter().map(|it| (it.place, it.credentials.oauth_id)).collect();
    let way = Way { descriptor: &descriptor, step: Lifecycle::Updated, relay_state: None };
    Ok(Json(Installed { redirect: redirect::send(&app, way, installations).await?, ..answer }))
}

/// Where a version comes from that names another server as its own than the one before. Others come from where they came
/// from, whatever they name (HipChat Connect §1.1).
fn moved(present: &Descriptor, accepted: &Descriptor) -> Option<Publisher> {
    let address = accepted.self_url.clone();
    let origin = origin_of(&address).filter(|origin| origin_of(&present.self_url).as_ref() != Some(origin))?;
    Some(Publisher { origin, address })
}

/// `POST /api/v1/updates/{integration}/refuse`: the version in force stays, and this one does not come again.
pub(super) async fn refuse(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
    Json(Decision { version }): Json<Decision>,
) -> HttpResult<StatusCode> {
    let by = caller.person().id;
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                seen(tx, by, &key, &version).await?;
                let may_decide = Deciders::of(tx, &key).await?.list(tx).await?;
                tx.refuse_version(&key, may_decide).await.map_err(HttpError::from)
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/updates/{integration}/refresh`: fetches the descriptor from its own address and compares.
pub(super) async fn refresh(
    State(app): State<AppState>,
    Extension(fetches): Extension<Arc<Fetches>>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
) -> HttpResult<Json<Refreshed>> {
    let mut reader = app.storage.read().await?;
    Deciders::of(&mut reader, &key).await?.require(caller.person())?;
    reader.integration(&key).await?.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
    drop(reader);
    fetches.count(caller.person().id)?;
    Ok(Json(Refreshed { outcome: fetch_and_settle(&app, &key, clock::now(), Ask::Person).await? }))
}

/// Who wants to know whether there is a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Somebody, who gets what the address answers.
    Person,
    /// Nobody in particular: only what changed at the address counts, so that what the provider changed through the API
    /// meanwhile stays.
    Clock,
}

/// One fetch for an integration, in however many rooms it is.
pub(super) async fn fetch_and_settle(
    app: &AppState,
    key: &IntegrationKey,
    now: Timestamp,
    ask: Ask,
) -> HttpResult<RefreshOutcome> {
    let offered = offer::again(app, key).await?;
    let integration = key.clone();
    let settled = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                if !tx.note_descriptor(&offered, now).await? && ask == Ask::Clock {
                    return Ok(None);
                }
                let settled = version::settle(tx, &integration, |_| Ok(offered.clone()), now).await?;
                Ok::<_, HttpError>(Some(settled))
            })
        })
        .await?;
    let Some(Settled { descriptor, updated, held }) = settled else { return Ok(RefreshOutcome::Unchanged) };
    if updated.changed {
        version::tell_provider(app, &descriptor).await?;
    }
    Ok(match held {
        Some(Held::Waits) => RefreshOutcome::Waiting,
        None if updated.changed => RefreshOutcome::Applied,
        None | Some(Held::Refused) => RefreshOutcome::Unchanged,
    })
}

/// The version somebody decides about, if it is still the one that waits.
async fn seen(
    reader: &mut Reader,
    by: UserId,
    key: &IntegrationKey,
    version: &VersionId,
) -> HttpResult<(StoredIntegration, WaitingVersion)> {
    let person = reader.person(by).await?.ok_or_else(HttpError::unauthenticated)?;
    let (stored, waiting) = decidable(reader, &person, key).await?;
    if waiting.version == *version {
        return Ok((stored, waiting));
    }
    let sentence = "The provider has changed this version since you saw it. Look at it again. Nothing was changed.";
    Err(HttpError::new(ErrorKind::Conflict, sentence))
}

/// An integration with the version that waits, for somebody who may decide.
async fn decidable(
    reader: &mut Reader,
    person: &Person,
    key: &IntegrationKey,
) -> HttpResult<(StoredIntegration, WaitingVersion)> {
    Deciders::of(reader, key).await?.require(person)?;
    let stored = reader.integration(key).await?.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
    let waiting = reader.waiting_version(key).await?.ok_or_else(|| none_waits(&stored))?;
    Ok((stored, waiting))
}

fn none_waits(stored: &StoredIntegration) -> HttpError {
    let name = &stored.descriptor.name;
    let why = format!(
        "No version of {name} waits for a decision any more: somebody has decided, or its provider took it back. Nothing \
         was changed."
    );
    HttpError::new(ErrorKind::NotFound, why)
}

fn describe(stored: &StoredIntegration, waiting: &WaitingVersion) -> WaitingUpdate {
    WaitingUpdate {
        integration: stored.descriptor.key.clone(),
        name: stored.descriptor.name.clone(),
        version: waiting.version.clone(),
        arrived_at: waiting.arrived_at,
    }
}
