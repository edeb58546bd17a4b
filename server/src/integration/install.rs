//! `POST /v2/integration/install` (§13): all or nothing, and nothing a second time.

use axum::extract::State;
use roomglass_protocol::{
    ErrorKind, IntegrationKey, RoomRef, UserId,
    integration::{Descriptor, Lifecycle},
    push::Revision,
    rest::{
        integration::{Install, InstallFromSite, Installed, Source},
        update::VersionId,
    },
    token::IntegrationToken,
};
use roomglass_storage::version_of;

use super::{
    attempt::{self, Begun, Failed, Finished},
    offer::{self, Offer},
    place,
    redirect::{self, Way},
    version,
};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// A request that was checked.
#[derive(Clone)]
pub(super) struct Order {
    source: Source,
    pub(super) places: Vec<RoomRef>,
    pub(super) by: UserId,
    relay_state: Option<String>,
    /// What the person saw.
    pub(super) seen: Option<VersionId>,
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
    if let Some(key) = &order.source.integration
        && let Some(installed) = installed_before(&app, key, &order).await?
    {
        return Ok(installed);
    }
    let offered = offer::find(&app, &order.source).await?;
    attempt::end_unfinished(&app, app.clock.now()).await?;
    let (descriptor, begun) = attempt::begin(&app, &offered, &order).await?;
    if begun.is_empty() {
        return nothing_new(&app, offered, &order).await;
    }
    if let Err(Failed { refusal, to_be_told }) = attempt::announce_all(&app, &descriptor, &begun).await {
        attempt::give_up(&app, descriptor.callback_url, &begun, to_be_told).await?;
        return Err(refusal);
    }
    let finished = match attempt::finish(&app, offered, &descriptor, &begun).await {
        Ok(finished) => finished,
        // Where nobody knows whether it was committed, `attempt::end_unfinished` finds out.
        Err(error) if error.is_undecided() => return Err(error),
        Err(error) => {
            attempt::give_up(&app, descriptor.callback_url, &begun, attempt::ids_of(&begun)).await?;
            return Err(error);
        }
    };
    tracing::info!(key = %descriptor.key, by = %order.by, places = begun.len(), "an integration was installed");
    tell(&app, &descriptor, order, finished, begun).await
}

/// Tells the provider, and the person's browser where to go.
async fn tell(
    app: &AppState,
    descriptor: &Descriptor,
    order: Order,
    Finished { token, rev, updated }: Finished,
    begun: Vec<Begun>,
) -> HttpResult<Installed> {
    if updated {
        version::tell_provider_elsewhere(app, descriptor, &attempt::ids_of(&begun)).await?;
    }
    let answer = answer(descriptor.key.clone(), token, &order, rev);
    let installations = begun.into_iter().map(|Begun { place, credentials }| (place, credentials.oauth_id));
    let way = Way { descriptor, step: Lifecycle::Installed, relay_state: order.relay_state };
    Ok(Installed { redirect: redirect::send(app, way, installations.collect()).await?, ..answer })
}

/// INST-20: the answer of the first time, when an integration is installed in all the places already.
async fn installed_before(app: &AppState, key: &IntegrationKey, order: &Order) -> HttpResult<Option<Installed>> {
    let mut reader = app.storage.read().await?;
    let Some(stored) = reader.integration(key).await? else { return Ok(None) };
    let present = reader.places_of(key).await?;
    if !order.places.iter().all(|place| present.contains(place)) {
        return Ok(None);
    }
    Ok(Some(answer(key.clone(), stored.token, order, reader.revision().await?)))
}

/// As [`installed_before`], of what was fetched: a version that needs a review waits from now on, every other comes when
/// the descriptor is looked at the next time.
async fn nothing_new(app: &AppState, offered: Offer, order: &Order) -> HttpResult<Installed> {
    let (key, now) = (offered.descriptor.key.clone(), app.clock.now());
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                if let (_, Some(newer)) = version::to_install(tx, offered.descriptor).await? {
                    tx.note_descriptor(&newer, now).await?;
                    version::hold(tx, &newer, now).await?;
                }
                Ok::<_, HttpError>(())
            })
        })
        .await?;
    let installed = installed_before(app, &key, order).await?;
    installed.ok_or_else(|| HttpError::new(ErrorKind::Conflict, "It was removed meanwhile. Nothing was changed."))
}

fn answer(integration: IntegrationKey, token: IntegrationToken, order: &Order, rev: Revision) -> Installed {
    Installed {
        integration,
        token: Some(token),
        rooms: place::rooms(&order.places),
        global: order.places.contains(&RoomRef::Global),
        rev,
        waiting: false,
        redirect: None,
    }
}

/// Consent is to what was shown, not to what the provider offers a moment later (safety E2).
pub(super) fn check_seen(descriptor: &Descriptor, seen: Option<&VersionId>) -> HttpResult<()> {
    if seen.is_none_or(|seen| *seen == version_of(descriptor)) {
        return Ok(());
    }
    Err(changed_since(descriptor))
}

pub(super) fn changed_since(descriptor: &Descriptor) -> HttpError {
    let name = &descriptor.name;
    let why = format!("The provider has changed {name} since you looked at it. Look at it again. Nothing was changed.");
    HttpError::new(ErrorKind::Conflict, why)
}

/// HCC-02.
pub(super) fn check_allowed(descriptor: &Descriptor, places: &[RoomRef]) -> HttpResult<()> {
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
