//! `GET /v2/room/{room}/history/{message_id}`: one message, for providers that may read them.

use std::sync::Arc;

use axum::{Extension, extract::State};
use roomglass_protocol::{ErrorKind, MessageId, integration::Scope};
use serde::Serialize;

use super::{
    caller::IntegrationCaller,
    limits::Limits,
    wire::{self, WireMessage},
};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    state::AppState,
};

/// Answer.
#[derive(Serialize)]
pub(super) struct Found {
    message: WireMessage,
}

/// Shows a message of a room the installation covers.
pub(super) async fn show(
    State(app): State<AppState>,
    Extension(limits): Extension<Arc<Limits>>,
    caller: IntegrationCaller,
    Path((room, id)): Path<(String, MessageId)>,
) -> HttpResult<Json<Found>> {
    limits.call(caller.id())?;
    caller.require(&[Scope::ViewMessages])?;
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let event = reader.message(room.id, id).await?;
    let missing = || HttpError::new(ErrorKind::NotFound, "There is no such message in this room.");
    let message = event.as_ref().and_then(|event| event.message()).ok_or_else(missing)?;
    Ok(Json(Found { message: wire::message(&mut reader, message).await? }))
}
