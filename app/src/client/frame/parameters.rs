//! What a page is told of the element it was opened on (CC-17, CC-25; contract §9.5).

use roomglass_protocol::{Attachment, Author, Message, RoomId};
use serde_json::{Value, json};

use crate::client::{engine, files, simulation};
use crate::state::{OpenRequest, OpenedFrom};

/// The message a control was chosen on; none for tiles, the panel and the input field.
pub fn element(request: &OpenRequest) -> Option<Message> {
    let OpenedFrom::Message(id) = request.element else { return None };
    simulation::store_of(request.room, engine::store()?).message(request.room, id)
}

/// A message in the form pages know.
pub fn of_message(message: &Message) -> Value {
    let (kind, sender) = match &message.from {
        Author::User { id, name, mention } => ("message", json!({"id": id, "name": name, "mention": mention})),
        Author::Integration { key, name } => ("notification", json!({"id": key, "name": name})),
    };
    let links = message.links();
    let metadata = message.metadata.clone().unwrap_or_else(|| json!({}));
    // `links` is ours: HipChat told of one at most.
    let mut parameters = json!({
        "mid": message.id, "body": message.text, "type": kind, "sender": sender, "metadata": metadata, "links": links,
    });
    if let Some(card) = &message.card {
        let description = card.description.as_ref().map(|words| &words.value);
        parameters["card"] = json!({"title": card.title, "description": description, "url": card.url});
    }
    if let Some(url) = links.first().filter(|_| message.attachments.is_empty()) {
        parameters["media"] = json!({"type": "link", "url": url});
    }
    parameters
}

/// The first file of a message, as pages know files, with an address that opens it for them.
pub async fn media(room: RoomId, file: Attachment) -> Option<Value> {
    let url = files::link(room, file.id).await.ok()?;
    let kind = match file.kind() {
        kind @ ("image" | "video") => kind,
        _ => "file",
    };
    let mut media = json!({"type": kind, "name": file.name, "size": file.size, "url": url});
    if file.preview {
        media["thumb_url"] = url.into();
    }
    Some(media)
}
