//! What integrations say in plain text: `POST /v2/room/{room}/message`, `…/reply` and `…/share/link`, and to one person
//! `POST /v2/user/{user}/message`.

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_protocol::Room;
use roomglass_storage::{Noun, StorageError};
use serde_json::{Value, json};

use super::{document::Document, object};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    integration::{
        caller::IntegrationCaller,
        contract::{missing, missing_message},
        notification::{Notification, post as post_notification},
        origin_of,
        quote::quoted,
    },
    state::AppState,
};

const MAX_LINK_CHARS: usize = 2048;

/// Stores a message. It is the integration's, whose name is shown: a token of an installation stands for no person.
pub(super) async fn send(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<(StatusCode, Json<Value>)> {
    let room = caller.room(&mut app.storage.read().await?, &room).await?;
    let notification = Notification::plain(Document::read(&body)?.text("message")?)?;
    let sent = say(&app, &caller, &room, notification).await?;
    Ok((StatusCode::CREATED, Json(json!({"id": sent.id, "timestamp": object::date(sent.sent_at)}))))
}

/// Says something to one person, in a conversation of the integration with them. Nobody else is in it, the person who installed it neither.
pub(super) async fn tell_person(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(user): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let mut reader = app.storage.read().await?;
    let person = caller.person(&mut reader, &user).await?;
    let stored = reader.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    drop(reader);
    let document = Document::read(&body)?;
    document.flag("notify")?;
    let notification = Notification::to_person(document.text("message")?, document.optional_text("message_format")?)?;
    let (key, name) = (stored.descriptor.key.clone(), stored.descriptor.name.clone());
    let make = app.storage.write(move |tx| {
        Box::pin(async move { tx.conversation_with_integration(&key, &name, person.id, clock::now()).await })
    });
    let room = make.await.map_err(|error: StorageError| HttpError::from(error))?;
    caller.speaks_in(room)?;
    post_notification(&app, &stored.descriptor, room, notification).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers a message: rooms have no threads here, so the answer begins with what it answers.
pub(super) async fn reply(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let document = Document::read(&body)?;
    let answered = match document.optional_text("parentMessageId")? {
        Some(id) => id,
        None => document.text("parent_message_id")?,
    };
    let quote = quoted(&mut reader, room.id, answered).await?.ok_or_else(missing_message)?;
    drop(reader);
    let notification = Notification::plain(document.text("message")?)?.after(&quote);
    say(&app, &caller, &room, notification).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells of a page, with a word on it if there is one.
pub(super) async fn share_link(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let room = caller.room(&mut app.storage.read().await?, &room).await?;
    let document = Document::read(&body)?;
    let link = document.text("link")?.trim();
    let is_page = origin_of(link).is_some_and(|origin| origin.starts_with("http://") || origin.starts_with("https://"));
    if !is_page || link.contains(char::is_whitespace) || link.chars().count() > MAX_LINK_CHARS {
        return Err(HttpError::invalid("The member \"link\" is an address with http or https."));
    }
    let notification = match document.optional_text("message")?.filter(|text| !text.trim().is_empty()) {
        Some(text) => Notification::plain(text)?.before(link),
        None => Notification::link(link),
    };
    say(&app, &caller, &room, notification).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn say(
    app: &AppState,
    caller: &IntegrationCaller,
    room: &Room,
    notification: Notification,
) -> HttpResult<roomglass_protocol::rest::message::Sent> {
    caller.speaks_in(room.id)?;
    let stored = app.storage.read().await?.integration(caller.key()).await?;
    let message = notification.into_message(&stored.ok_or_else(|| missing(Noun::Integration))?.descriptor);
    let id = room.id;
    let appended = app.storage.write(move |tx| Box::pin(async move { tx.append_message(id, message).await }));
    Ok(appended.await?.sent)
}
