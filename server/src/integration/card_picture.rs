//! `GET /api/v1/rooms/{room_id}/messages/{message_id}/picture`: pictures of notifications and their cards, through the server like icons.

use axum::{Extension, extract::State, response::Response};
use roomglass_protocol::{
    ErrorKind, Event, MessageId, RoomId, event::MessageFormat, rest::integration::IconQuery, text::html,
};

use super::icon::{CARD_SIDE, IconCache, proxied};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Path, Query, RoomCaller},
    state::AppState,
};

/// Shows a picture of a notification to members of its room: an address that it or its card names, so this is no proxy for the rest of
/// the web.
pub(super) async fn show(
    State(app): State<AppState>,
    Extension(cache): Extension<IconCache>,
    mut caller: RoomCaller,
    Path((room, message)): Path<(RoomId, MessageId)>,
    Query(IconQuery { url }): Query<IconQuery>,
) -> HttpResult<Response> {
    let event = caller.reader.message(room, message).await?;
    drop(caller);
    if !event.is_some_and(|event| names(&event, &url)) {
        let missing = "No message of this room that you can see shows this picture.";
        return Err(HttpError::new(ErrorKind::NotFound, missing));
    }
    proxied(&app, &cache, url, CARD_SIDE).await
}

fn names(event: &Event, url: &str) -> bool {
    let Some(message) = event.message() else { return false };
    let of_card = message.card.as_ref().is_some_and(|card| card.pictures().any(|picture| picture == url));
    of_card
        || (message.format == MessageFormat::Html && html::pictures(&message.text).iter().any(|picture| picture == url))
}
