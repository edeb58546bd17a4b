//! `POST /v2/integration/install` (§13): all or nothing, and nothing a second time.
//!
//! The provider uses its credentials before it answers the callback, so they are stored first, in a state in which
//! nobody sees the integration, and no transaction is open while we wait.

use axum::extract::State;
use futures_util::{StreamExt, stream};
use roomglass_protocol::{
    ErrorKind, RoomRef, UserId,
    integration::{Descriptor, Lifecycle},
    rest::{
        integration::{Install, InstallFromSite, Installed, Source},
        update::VersionId,
    },
};
use roomglass_storage::{Credentials, Noun, OauthId, StorageError, version_of};

use super::{
    callback::{self, NotAccepted},
    credentials::new_credentials,
    offer::{self, Offer, provider_failed},
    place,
    redirect::{self, Way},
    version,
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Callbacks of one request under way at the same time.
const CALLBACKS_AT_ONCE: usize = 4;

/// A request that was checked.
#[derive(Clone)]
struct Order {
    source: Source,
    places: Vec<RoomRef>,
    by: UserId,
    relay_state: Option<String>,
    /// What the person saw.
    seen: Option<VersionId>,
}

/// Credentials that are stored but not confirmed.
#[derive(Clone)]
struct Begun {
    place: RoomRef,
    credentials: Credentials,
}

/// Installs in rooms or globally.
pub(super) async fn install(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(InstallFromSite { install, relay_state }): Json<InstallFromSite>,
) -> HttpResult<Json<Installed>> {
    let Install { source, rooms, global, version: seen } = install;
    redirect::check_relay_state(relay_state.as_deref())?;
    let order = Order { source, places: place::requested(&rooms, global)?, by: caller.person().id, relay_state, seen };
    place::authorise(&mut app.storage.read().await?, order.by, &order.places).await?;
    // On a task of its own: once begun it is finished or undone, also when the person closes the page meanwhile.
    tokio::spawn(carry_out(app, order)).await.map_err(HttpError::internal)?.map(Json)
}

async fn carry_out(app: AppState, order: Order) -> HttpResult<Installed> {
    if let Some(installed) = installed_before(&app, &order).await? {
        return Ok(installed);
    }
    let offered = offer::find(&app, &order.source).await?;
    let offer = to_install(&app, offered.clone()).await?;
    check_seen(&offer.descriptor, order.seen.as_ref())?;
    check_allowed(&offer.descriptor, &order.places)?;
    let begun = begin(&app, &offer, &order).await?;
    match announce_all(&app, &offer.descriptor, &begun).await {
        Ok(()) => {
            let descriptor = offer.descriptor;
            let installed = finish(&app, offered, descriptor.callback_url.clone(), &order, &begun).await?;
            let installations = begun.into_iter().map(|Begun { place, credentials }| (place, credentials.oauth_id));
            let way = Way { descriptor: &descriptor, step: Lifecycle::Installed, relay_state: order.relay_state };
            Ok(Installed { redirect: redirect::send(&app, way, installations.collect()).await?, ..installed })
        }
        Err(failed) => {
            give_up(&app, offer.descriptor.callback_url, &begun, &failed.to_be_told).await?;
            Err(failed.refusal)
        }
    }
}

/// INST-20: the answer of the first time, when a key is installed in all the places already.
async fn installed_before(app: &AppState, order: &Order) -> HttpResult<Option<Installed>> {
    let Some(key) = &order.source.integration else { return Ok(None) };
    let mut reader = app.storage.read().await?;
    let Some(stored) = reader.integration(key).await? else { return Ok(None) };
    let present = reader.places_of(key).await?;
    if !order.places.iter().all(|place| present.contains(place)) {
        return Ok(None);
    }
    Ok(Some(Installed {
        integration: key.clone(),
        token: Some(stored.token),
        rooms: place::rooms(&order.places),
        global: order.places.contains(&RoomRef::Global),
        rev: reader.revision().await?,
        waiting: false,
        redirect: None,
    }))
}

/// The offer in the version that may be installed now.
async fn to_install(app: &AppState, offer: Offer) -> HttpResult<Offer> {
    let (descriptor, _) = version::to_install(&mut app.storage.read().await?, offer.descriptor).await?;
    Ok(Offer { descriptor, ..offer })
}

/// Consent is to what was shown, not to what the provider offers a moment later (safety E2).
fn check_seen(descriptor: &Descriptor, seen: Option<&VersionId>) -> HttpResult<()> {
    if seen.is_none_or(|seen| *seen == version_of(descriptor)) {
        return Ok(());
    }
    let name = &descriptor.name;
    let why = format!("The provider has changed {name} since you looked at it. Look at it again. Nothing was changed.");
    Err(HttpError::new(ErrorKind::Conflict, why))
}

/// HCC-02.
fn check_allowed(descriptor: &Descriptor, places: &[RoomRef]) -> HttpResult<()> {
    let name = &descriptor.name;
    if places.contains(&RoomRef::Global) {
        if descriptor.allow_global {
            Ok(())
        } else {
            Err(only(format!("{name} can be installed in single rooms only.")))
        }
    } else if descriptor.allow_room {
        Ok(())
    } else {
        Err(only(format!("{name} can be installed for everybody only, not in single rooms.")))
    }
}

fn only(reason: String) -> HttpError {
    HttpError::forbidden(format!("{reason} Its provider has decided so. Nothing was changed."))
}

/// Stores new credentials for each place that does not have the integration.
async fn begin(app: &AppState, offer: &Offer, order: &Order) -> HttpResult<Vec<Begun>> {
    let (offer, order, now) = (offer.clone(), order.clone(), clock::now());
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                place::authorise(tx, order.by, &order.places).await?;
                let present = tx.places_of(&offer.descriptor.key).await?;
                let mut begun = Vec::new();
                for place in order.places.into_iter().filter(|place| !present.contains(place)) {
                    let credentials = new_credentials();
                    tx.begin_installation(&offer.descriptor, &offer.origin, place, credentials.clone(), order.by, now)
                        .await?;
                    begun.push(Begun { place, credentials });
                }
                Ok::<_, HttpError>(begun)
            })
        })
        .await
}

/// Why an installation is undone.
struct Failed {
    refusal: HttpError,
    /// Those who accepted, or may have.
    to_be_told: Vec<OauthId>,
}

async fn announce_all(app: &AppState, descriptor: &Descriptor, begun: &[Begun]) -> Result<(), Failed> {
    let Some(address) = descriptor.callback_url.as_deref() else { return Ok(()) };
    let organisation = organisation_id(app).await.map_err(|refusal| Failed { refusal, to_be_told: Vec::new() })?;
    let announce = |begun: &Begun| announce(app.clone(), address.to_owned(), organisation, begun.clone());
    let calls: Vec<_> = begun.iter().map(announce).collect();
    let outcomes: Vec<Result<(), NotAccepted>> = stream::iter(calls).buffered(CALLBACKS_AT_ONCE).collect().await;
    let told = begun
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.as_ref().map_or_else(|failed| failed.uncertain, |()| true));
    let to_be_told = told.map(|(begun, _)| begun.credentials.oauth_id.clone()).collect();
    match outcomes.into_iter().find_map(Result::err) {
        None => Ok(()),
        Some(NotAccepted { message, .. }) => {
            let refusal =
                provider_failed(format!("{} was not installed. {message} Nothing was changed.", descriptor.name));
            Err(Failed { refusal, to_be_told })
        }
    }
}

async fn announce(app: AppState, address: String, organisation: i64, begun: Begun) -> Result<(), NotAccepted> {
    callback::announce(&app, &address, organisation, begun.place, &begun.credentials).await
}

async fn organisation_id(app: &AppState) -> HttpResult<i64> {
    let organisation = app.storage.read().await?.organisation().await?;
    organisation.map(|organisation| organisation.id).ok_or_else(|| HttpError::not_found(Noun::Organisation))
}

/// Takes pending credentials away again, and tells the provider where it knows them.
async fn give_up(app: &AppState, callback: Option<String>, begun: &[Begun], to_be_told: &[OauthId]) -> HttpResult<()> {
    let ids: Vec<OauthId> = begun.iter().map(|begun| begun.credentials.oauth_id.clone()).collect();
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                for id in &ids {
                    tx.abandon_installation(id).await?;
                }
                Ok::<_, StorageError>(())
            })
        })
        .await?;
    callback::say_goodbye(app, callback, to_be_told.iter().cloned());
    Ok(())
}

/// Shows the integration to the members, all places in one change, in the version that may be in force at this moment.
async fn finish(
    app: &AppState,
    offered: Offer,
    callback: Option<String>,
    order: &Order,
    begun: &[Begun],
) -> HttpResult<Installed> {
    let ids: Vec<OauthId> = begun.iter().map(|begun| begun.credentials.oauth_id.clone()).collect();
    let (key, now) = (offered.descriptor.key.clone(), clock::now());
    let finished = app.storage.write({
        let ids = ids.clone();
        move |tx| {
            Box::pin(async move {
                let (descriptor, newer) = version::to_install(tx, offered.descriptor.clone()).await?;
                let token = match tx.integration(&descriptor.key).await? {
                    Some(stored) if ids.is_empty() => stored.token,
                    _ => tx.finish_installations(&descriptor, &offered.origin, &ids, now).await?.token,
                };
                let rev = tx.revision_after();
                tx.note_descriptor(&offered.descriptor, now).await?;
                if let Some(newer) = newer {
                    version::hold(tx, &newer, now).await?;
                }
                Ok::<_, HttpError>((token, rev))
            })
        }
    });
    match finished.await {
        Ok((token, rev)) => {
            tracing::info!(%key, by = %order.by, places = begun.len(), "an integration was installed");
            Ok(Installed {
                integration: key,
                token: Some(token),
                rooms: place::rooms(&order.places),
                global: order.places.contains(&RoomRef::Global),
                rev,
                waiting: false,
                redirect: None,
            })
        }
        Err(error) => {
            give_up(app, callback, begun, &ids).await?;
            Err(error)
        }
    }
}
