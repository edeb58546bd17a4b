//! `POST /v2/integration/uninstall` (UNIN-01, UNIN-02).

use axum::extract::State;
use roomglass_protocol::{
    RoomRef,
    integration::Lifecycle,
    rest::integration::{Installed, Uninstall},
};

use super::{
    callback, place,
    redirect::{self, Way},
    version,
};
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
    let (removed, stored, rev) = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                place::authorise(tx, by, &places).await?;
                let stored = tx.integration(&key).await?;
                version::forget_with_last_place(tx, &key, &places).await?;
                let removed = tx.uninstall(&key, &places, by, now).await?;
                Ok::<_, HttpError>((removed, stored, tx.revision_after()))
            })
        })
        .await?;
    let ended = removed.installations;
    let mut redirect = None;
    if let Some(descriptor) = stored.map(|stored| stored.descriptor) {
        callback::say_goodbye(
            &app,
            descriptor.callback_url.clone(),
            ended.iter().map(|it| it.credentials.oauth_id.clone()),
        );
        // The browser goes by once for each place, whatever former credentials ended there too.
        let present = ended.into_iter().filter(|it| it.ends_at.is_none()).map(|it| (it.place, it.credentials.oauth_id));
        let way = Way { descriptor: &descriptor, step: Lifecycle::Uninstalled, relay_state: None };
        redirect = redirect::send(&app, way, present.collect()).await?;
    }
    Ok(Json(Installed {
        integration,
        token: removed.token,
        rooms: place::rooms(&removed.places),
        global: removed.places.contains(&RoomRef::Global),
        rev,
        waiting: false,
        redirect,
    }))
}
