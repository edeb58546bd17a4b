//! Messages, and the whole log of a room.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    Author, FileId, Message, MessageId, Person, RoomId,
    attachment::MAX_ATTACHMENTS,
    event::MessageFormat,
    rest::message::{Page, Query as PageQuery, Send},
};
use roomglass_storage::{Appended, Noun};

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
    Json(Send { id, text, attachments }): Json<Send>,
) -> HttpResult<Response> {
    let Appended { sent, repeated } = store(&app, caller.person(), room, id, text, attachments).await?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(sent)).into_response())
}

/// Stores a message of a person, however it came. When this returns, the message survives a crash.
pub async fn store(
    app: &AppState,
    author: &Person,
    room: RoomId,
    id: MessageId,
    text: String,
    files: Vec<FileId>,
) -> HttpResult<Appended> {
    if files.len() > MAX_ATTACHMENTS {
        return Err(HttpError::invalid("A message has at most 10 files. Send the others with another one."));
    }
    let from = Author::User { id: author.id, name: author.name.clone(), mention: author.mention.clone() };
    let message = Message {
        id,
        from,
        text: if files.is_empty() { input::message(text)? } else { input::words(text)? },
        format: MessageFormat::Markdown,
        color: None,
        card: None,
        metadata: None,
        attachments: Vec::new(),
        deleted: false,
        sent_at: clock::now(),
    };
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { Ok(tx.append_message_with_files(room, message, &files).await?) })
        })
        .await
}

/// Parameters of the path.
#[derive(serde::Deserialize)]
pub(super) struct MessageInPath {
    room_id: RoomId,
    message_id: MessageId,
}

/// Deletes a message (MSG-21).
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(MessageInPath { room_id, message_id }): Path<MessageInPath>,
) -> HttpResult<StatusCode> {
    let by = caller.session.person;
    let files = app.storage.write::<_, HttpError, _>(move |tx| {
        Box::pin(async move {
            let membership = tx.membership(room_id, by.id).await?.ok_or_else(|| HttpError::not_found(Noun::Room))?;
            let event = tx.message(room_id, message_id).await?.ok_or_else(|| HttpError::not_found(Noun::Message))?;
            if !event.message().is_some_and(|message| membership.may_delete(&by, message)) {
                let who = "Only its author, the owner of the room and administrators may delete a message.";
                return Err(HttpError::forbidden(who));
            }
            Ok(tx.delete_message(room_id, message_id, by.id, clock::now()).await?)
        })
    });
    app.files.remove(&files.await?).await;
    Ok(StatusCode::NO_CONTENT)
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
