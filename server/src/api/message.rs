//! Messages, and the whole log of a room.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    Author, Message, MessageId, Person, RoomId,
    event::MessageFormat,
    rest::message::{Page, Query as PageQuery, Send},
};
use roomglass_storage::Appended;

use super::input;
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, Query, RoomCaller, SessionCaller},
    state::AppState,
};

/// Stores a message (MSG-13). The same id again answers the same and changes nothing (I2).
pub(super) async fn send(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
    Json(Send { id, text }): Json<Send>,
) -> HttpResult<Response> {
    let Appended { sent, repeated } = store(&app, caller.person(), room, id, text).await?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(sent)).into_response())
}

/// Stores a message of a person, however it came. When this returns, the message survives a crash.
pub async fn store(app: &AppState, author: &Person, room: RoomId, id: MessageId, text: String) -> HttpResult<Appended> {
    let from = Author::User { id: author.id, name: author.name.clone(), mention: author.mention.clone() };
    let message = Message {
        id,
        from,
        text: input::message(text)?,
        format: MessageFormat::Markdown,
        color: None,
        card: None,
        metadata: None,
        sent_at: clock::now(),
    };
    app.storage
        .write::<_, HttpError, _>(move |tx| Box::pin(async move { Ok(tx.append_message(room, message).await?) }))
        .await
}

/// A page of messages (MSG-08, MSG-09).
pub(super) async fn page(mut caller: RoomCaller, Query(query): Query<PageQuery>) -> HttpResult<Json<Page>> {
    let room = caller.room_id();
    Ok(Json(caller.reader.messages(room, query).await?))
}

/// A page of the whole log, with which a client repairs gaps.
pub(super) async fn events(mut caller: RoomCaller, Query(query): Query<PageQuery>) -> HttpResult<Json<Page>> {
    let room = caller.room_id();
    Ok(Json(caller.reader.events(room, query).await?))
}
