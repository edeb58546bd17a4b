//! `POST /v2/integration/rotate`: new credentials for installations that go on, say because a secret became known.
//!
//! As when installing, the new pair counts before the provider is told of it (it calls back meanwhile), all places change
//! or none does, and no transaction is open while we wait. The former pair counts for as long as a token obtained with it
//! may; then it ends, and the provider hears of that as of any removal.

use axum::{extract::State, http::StatusCode};
use futures_util::future::join_all;
use roomglass_protocol::{
    IntegrationKey, RoomRef, Timestamp, UserId, integration::Descriptor, rest::integration::Uninstall,
};
use roomglass_storage::{Credentials, Noun, OauthId};

use super::{
    callback::{self, NotAccepted},
    credentials::{PENDING_MS, new_credentials},
    offer::provider_failed,
    place,
};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// How long the former pair counts: the lifetime of access tokens and then some for what is under way.
const OVERLAP_MS: i64 = 60 * 60 * 1000;

/// A new pair that is not confirmed.
#[derive(Clone)]
struct Begun {
    place: RoomRef,
    former: OauthId,
    new: Credentials,
}

/// Changes the credentials of an integration in some places, for those who may install there.
pub(super) async fn rotate(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(Uninstall { integration, rooms, global }): Json<Uninstall>,
) -> HttpResult<StatusCode> {
    let (places, by) = (place::requested(&rooms, global)?, caller.person().id);
    // On a task of its own: once begun it is finished or undone.
    tokio::spawn(carry_out(app, integration, places, by)).await.map_err(HttpError::internal)??;
    Ok(StatusCode::NO_CONTENT)
}

async fn carry_out(app: AppState, key: IntegrationKey, places: Vec<RoomRef>, by: UserId) -> HttpResult<()> {
    let (descriptor, organisation, begun) = begin(&app, key, places, by).await?;
    let callback = descriptor.callback_url.clone().unwrap_or_default();
    let calls = begun.iter().map(|begun| callback::announce(&app, &callback, organisation, begun.place, &begun.new));
    let outcomes = join_all(calls).await;
    let has_it = |outcome: &Result<(), NotAccepted>| outcome.as_ref().map_or_else(|failed| failed.uncertain, |()| true);
    let told: Vec<OauthId> =
        begun.iter().zip(&outcomes).filter(|(_, it)| has_it(it)).map(|(begun, _)| begun.new.oauth_id.clone()).collect();
    if let Some(NotAccepted { message, .. }) = outcomes.into_iter().find_map(Result::err) {
        give_up(&app, &begun, callback, told).await?;
        return Err(provider_failed(format!(
            "The credentials of {} were not changed. {message} The former ones still count.",
            descriptor.name
        )));
    }
    match finish(&app, begun.clone()).await {
        // The installation has ended meanwhile, or its credentials were changed by somebody else.
        Err(error) if !error.is_undecided() => {
            give_up(&app, &begun, callback, told).await?;
            Err(error)
        }
        finished => finished,
    }
}

/// Stores a second pair for each place.
async fn begin(
    app: &AppState,
    key: IntegrationKey,
    places: Vec<RoomRef>,
    by: UserId,
) -> HttpResult<(Descriptor, i64, Vec<Begun>)> {
    let ends_at = Timestamp(app.clock.now().0 + PENDING_MS);
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                place::authorise(tx, by, &places).await?;
                let missing = || HttpError::not_found(Noun::Integration);
                let descriptor = tx.integration(&key).await?.ok_or_else(missing)?.descriptor;
                if descriptor.callback_url.is_none() {
                    return Err(HttpError::invalid("This provider has no address at which it takes credentials."));
                }
                let organisation = tx.organisation().await?.ok_or_else(|| HttpError::not_found(Noun::Organisation))?;
                let installations = tx.installations_of(&key).await?;
                let mut begun = Vec::new();
                for place in places {
                    let found = installations.iter().find(|installation| installation.place == place);
                    let former = found.ok_or_else(missing)?.credentials.oauth_id.clone();
                    let new = new_credentials();
                    tx.begin_rotation(&former, new.clone(), ends_at).await?;
                    begun.push(Begun { place, former, new });
                }
                Ok::<_, HttpError>((descriptor, organisation.id, begun))
            })
        })
        .await
}

/// Ends pairs that were never confirmed, and tells the provider where it knows them.
async fn give_up(app: &AppState, begun: &[Begun], callback: String, told: Vec<OauthId>) -> HttpResult<()> {
    end(app, begun.iter().map(|begun| begun.new.oauth_id.clone()).collect()).await?;
    callback::say_goodbye(app, Some(callback), told);
    Ok(())
}

async fn finish(app: &AppState, begun: Vec<Begun>) -> HttpResult<()> {
    let former_ends_at = Timestamp(app.clock.now().0 + OVERLAP_MS);
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                for Begun { former, new, .. } in &begun {
                    tx.finish_rotation(former, &new.oauth_id, former_ends_at).await?;
                }
                Ok::<_, HttpError>(())
            })
        })
        .await
}

/// Ends pairs whose time has come, and tells their providers.
pub(super) async fn end_former(app: &AppState, now: Timestamp) -> HttpResult<()> {
    let mut reader = app.storage.read().await?;
    let ended = reader.ended_credentials(now).await?;
    let callbacks = callback::addresses(&mut reader, &ended).await?;
    drop(reader);
    if ended.is_empty() {
        return Ok(());
    }
    end(app, ended.into_iter().map(|(_, id)| id).collect()).await?;
    callbacks.into_iter().for_each(|(callback, id)| callback::say_goodbye(app, callback, [id]));
    Ok(())
}

async fn end(app: &AppState, ids: Vec<OauthId>) -> HttpResult<()> {
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                for id in &ids {
                    tx.end_credentials(id).await?;
                }
                Ok::<_, HttpError>(())
            })
        })
        .await
}
