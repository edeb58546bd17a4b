//! `POST /v2/integration/uninstall` (UNIN-01, UNIN-02).

use axum::extract::State;
use roomglass_protocol::{
    RoomRef,
    rest::integration::{Installed, Uninstall},
};

use super::{callback, place};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Removes an integration from rooms, or its global installation. Its credentials there end with the commit; after
/// that its provider is told.
pub(super) async fn uninstall(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(Uninstall { integration: key, rooms, global }): Json<Uninstall>,
) -> HttpResult<Json<Installed>> {
    let (places, by, now) = (place::requested(&rooms, global)?, caller.person().id, clock::now());
    let integration = key.clone();
    let (removed, callback, rev) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                place::authorise(tx, by, &places).await?;
                let callback = tx.integration(&key).await?.and_then(|stored| stored.descriptor.callback_url);
                let removed = tx.uninstall(&key, &places, by, now).await?;
                Ok::<_, HttpError>((removed, callback, tx.revision_after()))
            })
        })
        .await?;
    let ended = removed.installations.into_iter().map(|installation| installation.credentials.oauth_id);
    callback::say_goodbye(&app, callback, ended);
    Ok(Json(Installed {
        integration,
        token: removed.token,
        rooms: place::rooms(&removed.places),
        global: removed.places.contains(&RoomRef::Global),
        rev,
        waiting: false,
        redirect: None,
    }))
}
