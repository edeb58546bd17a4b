//! What a page is told of the element it was opened on (CC-17, CC-25; contract §9.5).

use roomglass_protocol::{Author, Message, text::link};
use serde_json::{Value, json};

use super::engine;
use crate::client::simulation;
use crate::state::{OpenRequest, OpenedFrom};

/// The message a control was chosen on; empty for tiles, the panel and the input field.
pub fn of_element(request: &OpenRequest) -> Value {
    let OpenedFrom::Message(id) = request.element else { return json!({}) };
    let message = engine::store().and_then(|store| simulation::store_of(request.room, store).message(request.room, id));
    message.map_or_else(|| json!({}), |message| of_message(&message))
}

/// A message in the form pages know.
pub fn of_message(message: &Message) -> Value {
    let (kind, sender) = match &message.from {
        Author::User { id, name, mention } => ("message", json!({"id": id, "name": name, "mention": mention})),
        Author::Integration { key, name } => ("notification", json!({"id": key, "name": name})),
    };
    let links = link::links(&message.text);
    // `links` is ours: HipChat told of one at most.
    let mut parameters =
        json!({"mid": message.id, "body": message.text, "type": kind, "sender": sender, "links": links});
    if let Some(metadata) = &message.metadata {
        parameters["metadata"] = metadata.clone();
    }
    if let Some(card) = &message.card {
        let description = card.description.as_ref().map(|words| &words.value);
        parameters["card"] = json!({"title": card.title, "description": description, "url": card.url});
    }
    if let Some(url) = links.first() {
        parameters["media"] = json!({"type": "link", "url": url});
    }
    parameters
}
