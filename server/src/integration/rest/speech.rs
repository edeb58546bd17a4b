//! `POST /v2/room/{room}/message`: plain text in a room, spoken by the integration.

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_storage::Noun;
use serde_json::{Value, json};

use super::{document::Document, object};
use crate::{
    error::HttpResult,
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing, notification::Notification},
    state::AppState,
};

/// Stores a message. It is the integration's, whose name is shown: a token of an installation stands for no person.
pub(super) async fn send(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<(StatusCode, Json<Value>)> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    caller.speaks_in(room.id)?;
    let stored = reader.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    drop(reader);
    let message = Notification::plain(Document::read(&body)?.text("message")?)?.into_message(&stored.descriptor);
    let id = room.id;
    let appended = app.storage.write(move |tx| Box::pin(async move { tx.append_message(id, message).await }));
    let sent = appended.await?.sent;
    Ok((StatusCode::CREATED, Json(json!({"id": sent.id, "timestamp": object::date(sent.sent_at)}))))
}
