//! Making, listing and removing incoming webhooks, for those who may install integrations in the room.

use axum::{extract::State, http::StatusCode};
use roomglass_protocol::{
    IncomingWebhookId, RoomId, RoomRef,
    rest::incoming_webhook::{Create, Created, List, PATH_POST},
};
use roomglass_storage::{NewIncomingWebhook, TokenHash};
use serde::Deserialize;

use crate::{
    api::input,
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, SessionCaller},
    integration::{credentials::random_secret, place},
    state::AppState,
};

#[derive(Deserialize)]
pub(super) struct InPath {
    room_id: RoomId,
    webhook_id: IncomingWebhookId,
}

/// Incoming webhooks of a room.
pub(super) async fn list(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
) -> HttpResult<Json<List>> {
    let mut reader = app.storage.read().await?;
    place::authorise(&mut reader, caller.person().id, &[RoomRef::Room(room)]).await?;
    Ok(Json(List { items: reader.incoming_webhooks(room).await? }))
}

/// Makes one, and shows its address this once.
pub(super) async fn create(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
    Json(Create { name }): Json<Create>,
) -> HttpResult<(StatusCode, Json<Created>)> {
    let (name, secret, by, now) = (input::person_name(&name)?, random_secret(), caller.person().id, clock::now());
    let new = NewIncomingWebhook { room, name, secret: TokenHash::of(&secret), created_by: by };
    let webhook = app
        .storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                place::authorise(tx, by, &[RoomRef::Room(room)]).await?;
                Ok(tx.add_incoming_webhook(new, now).await?)
            })
        })
        .await?;
    let url = app.config.address(&PATH_POST.replace("{secret}", &secret));
    Ok((StatusCode::CREATED, Json(Created { webhook, url })))
}

/// Removes one.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(InPath { room_id, webhook_id }): Path<InPath>,
) -> HttpResult<StatusCode> {
    let by = caller.person().id;
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                place::authorise(tx, by, &[RoomRef::Room(room_id)]).await?;
                Ok(tx.remove_incoming_webhook(room_id, webhook_id).await?)
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
