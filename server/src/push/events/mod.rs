//! The connection where no WebSocket gets through (CONN-03): the server's frames as the events of an endless answer, the client's
//! as requests of their own. What is said, and all limits, are those of the WebSocket.

mod body;
mod mailbox;
mod task;

pub(super) use mailbox::Mailboxes;

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt as _, Limited};
use roomglass_protocol::{ErrorKind, push::MAX_CLIENT_FRAME_BYTES};
use roomglass_storage::Session;
use uuid::Uuid;

use super::{Connection, conversation::Conversation, line::Line};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Path, SessionCaller},
    security, session,
    state::AppState,
};

/// `GET /v2/push/events`.
pub(super) async fn open(
    State(app): State<AppState>,
    SessionCaller { session }: SessionCaller,
    headers: HeaderMap,
) -> HttpResult<Response> {
    if security::is_foreign(&app.config, &headers) {
        return Err(HttpError::forbidden("This connection came from a page of another site."));
    }
    let token = session::token_of(&headers).ok_or_else(HttpError::unauthenticated)?;
    let Session { id, person, .. } = session;
    let connection = Connection::new(app.connections.next_id(), person.id, id, token, Line::to_body());
    let connection = Arc::new(connection);
    let (name, posts) = app.connections.mailboxes().open(id);
    let body = body::Events::new(connection.clone(), name);
    tokio::spawn(task::run(Conversation::new(app, connection.clone(), person), connection, posts));
    let through_proxies = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((through_proxies, Body::from_stream(body)).into_response())
}

/// `POST /v2/push/events/{connection}`: one frame, or nothing as the answer to a ping. Waits until the connection has taken it.
pub(super) async fn post(
    State(app): State<AppState>,
    SessionCaller { session }: SessionCaller,
    Path(name): Path<Uuid>,
    request: Request,
) -> HttpResult<StatusCode> {
    // Somebody else's connection is told from a missing one by nobody (I8).
    let mailbox = app.connections.mailboxes().of(name, session.id).ok_or_else(ended)?;
    let text = text(request).await?;
    mailbox.send(text).await.map_err(|_| ended())?;
    Ok(StatusCode::NO_CONTENT)
}

fn ended() -> HttpError {
    HttpError::new(ErrorKind::NotFound, "There is no such connection, or it has ended. Connect again.")
}

async fn text(request: Request) -> HttpResult<String> {
    let body = Limited::new(request.into_body(), MAX_CLIENT_FRAME_BYTES).collect().await.map_err(|error| {
        match error.is::<http_body_util::LengthLimitError>() {
            true => HttpError::new(ErrorKind::TooLarge, "A frame has at most 64 KiB."),
            false => HttpError::invalid("The frame ended too early."),
        }
    })?;
    let bytes: Bytes = body.to_bytes();
    String::from_utf8(bytes.into()).map_err(|_| HttpError::invalid("A frame is text in UTF-8."))
}
