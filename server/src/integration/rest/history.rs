//! `GET /v2/room/{room}/history/{message_id}`: one message, for providers that may read them.

use axum::extract::State;
use roomglass_protocol::MessageId;
use serde_json::{Value, json};

use super::object;
use crate::{
    error::HttpResult,
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing_message},
    state::AppState,
};

/// Shows a message of a room the installation covers.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, id)): Path<(String, String)>,
) -> HttpResult<Json<Value>> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let id: MessageId = id.parse().map_err(|_| missing_message())?;
    let event = reader.message(room.id, id).await?;
    let message = event.as_ref().and_then(|event| event.message()).ok_or_else(missing_message)?;
    Ok(Json(json!({"message": object::message(&mut reader, message, &app.config).await?})))
}
