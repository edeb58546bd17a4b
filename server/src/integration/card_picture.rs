//! `GET /api/v1/rooms/{room_id}/messages/{message_id}/picture`: pictures of cards, through the server like icons.

use axum::{Extension, extract::State, response::Response};
use roomglass_protocol::{ErrorKind, Event, MessageId, RoomId, rest::integration::IconQuery};

use super::icon::{CARD_SIDE, IconCache, proxied};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Path, Query, RoomCaller},
    state::AppState,
};

/// Shows a picture of a card to members of its room: an address that the card names, so this is no proxy for the rest of
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
    let card = event.message().and_then(|message| message.card.as_ref());
    card.is_some_and(|card| card.pictures().any(|picture| picture == url))
}
