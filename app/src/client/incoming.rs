//! Addresses at which other systems speak in a room.

use roomglass_protocol::{
    ApiError, IncomingWebhookId, RoomId,
    rest::incoming_webhook::{self, Create, Created, IncomingWebhook, List},
};

use super::rest;

/// Those of a room.
pub async fn list(room: RoomId) -> Result<Vec<IncomingWebhook>, ApiError> {
    let List { items } = rest::get(&rest::path(incoming_webhook::PATH, &[("room_id", &room)])).await?;
    Ok(items)
}

/// Makes one.
pub async fn create(room: RoomId, name: String) -> Result<Created, ApiError> {
    rest::post(&rest::path(incoming_webhook::PATH, &[("room_id", &room)]), &Create { name }).await
}

/// Ends one.
pub async fn delete(room: RoomId, webhook: IncomingWebhookId) -> Result<(), ApiError> {
    rest::delete(&rest::path(incoming_webhook::PATH_ONE, &[("room_id", &room), ("webhook_id", &webhook)])).await
}
