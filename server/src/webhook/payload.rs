//! What webhooks are told: `{event, item, oauth_client_id, webhook_id}` (HCC-16).

use roomglass_protocol::{Room, UserId};
use roomglass_storage::{OauthId, Reader};
use serde::Serialize;
use serde_json::{Value, json};

use super::occasion::{FILE_UPLOAD, Occasion};
use crate::{
    error::HttpResult,
    integration::{ShortUser, mentioned, short_room, wire_file, wire_message},
    state::AppState,
};

#[derive(Serialize)]
struct Payload<'a> {
    event: &'a str,
    oauth_client_id: &'a str,
    webhook_id: u32,
    item: &'a Value,
}

/// One call as it is posted.
pub(super) fn write(
    event: &str,
    installation: &OauthId,
    webhook_id: u32,
    item: &Value,
) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Payload { event, oauth_client_id: &installation.0, webhook_id, item })
}

/// The part that is the same for all webhooks of an event.
pub(super) async fn item(
    reader: &mut Reader,
    room: &Room,
    occasion: &Occasion,
    name: &str,
    app: &AppState,
) -> HttpResult<Value> {
    let mut item = json!({"room": short_room(room, &app.config)});
    match occasion.message() {
        Some(message) if name != FILE_UPLOAD => {
            let mentioned = mentioned(reader, std::iter::once(message)).await?;
            item["message"] = json!(wire_message(message, room.id, &mentioned, app));
            return Ok(item);
        }
        Some(message) => {
            item["file"] = json!(message.attachments.first().map(|file| wire_file(file, room.id, app)));
        }
        None => {}
    }
    item["sender"] = json!(sender(reader, occasion.actor(), app).await?);
    if let Some(topic) = occasion.topic(name) {
        item["topic"] = json!(topic);
    }
    Ok(item)
}

async fn sender(reader: &mut Reader, person: Option<UserId>, app: &AppState) -> HttpResult<Option<ShortUser>> {
    let Some(id) = person else { return Ok(None) };
    Ok(reader.person(id).await?.map(|person| ShortUser::of(&person, &app.config)))
}
