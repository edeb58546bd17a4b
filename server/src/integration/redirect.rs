//! The flow in which the person's browser tells an add-on of its installation (HCC-05, HipChat Connect §2.3): it is sent
//! to `installedUrl`, `updatedUrl` or `uninstalledUrl` with the address of the installation's data, which the add-on
//! reads once, and then back here. With several rooms it goes there once for each, one after another.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use roomglass_protocol::{
    IntegrationKey, RoomRef,
    integration::{Descriptor, Lifecycle},
};
use roomglass_storage::{Handover, Noun, OauthId, TokenHash};
use url::Url;

use super::{callback::Greeting, credentials::random_secret};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    state::AppState,
};

/// The data of one installation.
pub(crate) const PATH: &str = "/v2/addon/{integration}/installable/{token}";
/// Where a browser goes on from.
pub(crate) const PATH_ONWARD: &str = "/v2/addon/{integration}/onward/{token}";

/// Most times a browser is sent round.
const MAX_STEPS: usize = 50;
/// Longest `relayState`.
const MAX_RELAY_STATE: usize = 1024;

/// Why and where a browser is sent.
pub(super) struct Way<'a> {
    pub(super) descriptor: &'a Descriptor,
    pub(super) step: Lifecycle,
    /// Given back to the add-on as it came.
    pub(super) relay_state: Option<String>,
}

/// Refuses what is too long to be carried in an address.
pub(super) fn check_relay_state(relay_state: Option<&str>) -> HttpResult<()> {
    match relay_state {
        Some(text) if text.len() > MAX_RELAY_STATE => {
            Err(HttpError::invalid(format!("\"relay_state\" has at most {MAX_RELAY_STATE} bytes.")))
        }
        _ => Ok(()),
    }
}

/// The address the person's browser has to go to first; none when the add-on does not want this.
pub(super) async fn send(
    app: &AppState,
    way: Way<'_>,
    installations: Vec<(RoomRef, OauthId)>,
) -> HttpResult<Option<String>> {
    let Some(address) = way.descriptor.redirect_of(way.step).and_then(|address| Url::parse(address).ok()) else {
        return Ok(None);
    };
    let key = &way.descriptor.key;
    let (mut next, mut handovers) = (None, Vec::new());
    for (place, installation) in installations.into_iter().take(MAX_STEPS).rev() {
        let token = random_secret();
        let page = place.room().map_or_else(|| "/rooms".to_owned(), |room| format!("/rooms/{room}"));
        let back = if next.is_some() { onward_path(key, &token) } else { page };
        let mut here = address.clone();
        here.query_pairs_mut()
            .append_pair("redirect_url", &app.config.address(&back))
            .append_pair("installable_url", &app.config.address(&format!("/v2/addon/{key}/installable/{token}")))
            .extend_pairs(way.relay_state.as_deref().map(|state| ("relayState", state)));
        let onward = next.replace(here.to_string());
        handovers.push((TokenHash::of(&token), Handover { integration: key.clone(), installation, place, onward }));
    }
    let now = clock::now();
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                for (token, handover) in handovers {
                    tx.put_handover(&token, handover, now).await?;
                }
                Ok::<_, HttpError>(())
            })
        })
        .await?;
    Ok(next)
}

fn onward_path(key: &IntegrationKey, token: &str) -> String {
    format!("/v2/addon/{key}/onward/{token}")
}

/// What the add-on reads, once; afterwards there is nothing.
pub(super) async fn installable(
    State(app): State<AppState>,
    Path((integration, token)): Path<(String, String)>,
) -> HttpResult<Response> {
    let (token, now) = (TokenHash::of(&token), clock::now());
    let missing = || HttpError::not_found(Noun::Installation);
    let (handover, live, organisation) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                let handover = tx.take_handover(&token, now).await?.ok_or_else(missing)?;
                if integration != handover.integration.as_str() && integration != handover.installation.0 {
                    return Err(missing());
                }
                let live = tx.installation(&handover.installation).await?;
                let organisation = tx.organisation().await?.ok_or_else(missing)?;
                Ok::<_, HttpError>((handover, live, organisation))
            })
        })
        .await?;
    let secret = live.as_ref().map(|installation| installation.credentials.secret.as_str());
    let greeting = Greeting::new(&app, organisation.id, handover.place, &handover.installation, secret);
    Ok(Json(greeting).into_response())
}

/// Sends a browser to the add-on once more, for the next room.
pub(super) async fn onward(
    State(app): State<AppState>,
    Path((_, token)): Path<(String, String)>,
) -> HttpResult<Redirect> {
    let next = app.storage.read().await?.onward(&TokenHash::of(&token), clock::now()).await?;
    Ok(Redirect::to(next.as_deref().unwrap_or("/rooms")))
}
