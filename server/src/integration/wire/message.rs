//! Messages and their files.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{
    Attachment, Author, Message, Person, RoomId,
    event::MessageFormat,
    integration::{CARD_STYLE, Card},
};
use roomglass_storage::Reader;
use serde::Serialize;
use serde_json::{Value, json};

use super::short::{ShortUser, date};
use crate::{clock, error::HttpResult, state::AppState};

/// People named in one message who are looked up, and links that are listed.
const MAX_LISTED: usize = 50;

/// Who wrote a message: a person, or the name of an integration.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Writer {
    Person(ShortUser),
    Integration(String),
}

/// A message of a room's history and in webhooks.
#[derive(Debug, Serialize)]
pub(crate) struct WireMessage {
    id: String,
    date: String,
    from: Writer,
    mentions: Vec<ShortUser>,
    message: String,
    /// Addresses in the text, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    message_links: Vec<MessageLink>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_format: Option<&'static str>,
    /// JSON as text, as HipChat's history had it (HipChat Connect §5.4).
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    /// The first of its files; HipChat's messages had no more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<WireFile>,
    /// All of them, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<WireFile>,
}

/// An address in the text of a message.
#[derive(Debug, Serialize)]
struct MessageLink {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

/// A file of a message. Its addresses open it for an hour.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WireFile {
    name: String,
    size: i64,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_url: Option<String>,
}

/// A file of a message in a room.
pub(crate) fn wire_file(file: &Attachment, room: RoomId, app: &AppState) -> WireFile {
    let url = app.files.link(&app.config, room, file.id, clock::now());
    let thumb_url = file.preview.then(|| url.clone());
    WireFile { name: file.name.clone(), size: file.size, url, thumb_url }
}

/// People by handle, in lower case.
pub(crate) type Mentioned = BTreeMap<String, Person>;

/// Everybody whom messages mention, looked up together.
pub(crate) async fn mentioned<'m>(
    reader: &mut Reader,
    messages: impl Iterator<Item = &'m Message>,
) -> HttpResult<Mentioned> {
    Ok(reader.people_by_mention(&messages.flat_map(handles).collect()).await?)
}

/// A message with those it mentions.
pub(crate) fn message(message: &Message, room: RoomId, mentioned: &Mentioned, app: &AppState) -> WireMessage {
    let (from, kind) = match message.from.clone() {
        Author::User { id, name, mention } => {
            (Writer::Person(ShortUser::named(id, name, mention, &app.config)), "message")
        }
        Author::Integration { name, .. } => (Writer::Integration(name), "notification"),
    };
    let message_format = match message.format {
        MessageFormat::Markdown => None,
        MessageFormat::Text => Some("text"),
        MessageFormat::Html => Some("html"),
    };
    let files: Vec<WireFile> = message.attachments.iter().map(|file| wire_file(file, room, app)).collect();
    let mut seen = BTreeSet::new();
    let links = message.links().into_iter().take(MAX_LISTED);
    let people = handles(message).filter_map(|handle| mentioned.get(&handle).cloned());
    WireMessage {
        id: message.id.to_string(),
        date: date(message.sent_at),
        from,
        mentions: people
            .filter(|person| seen.insert(person.id))
            .map(|person| ShortUser::of(&person, &app.config))
            .collect(),
        message: message.text.clone(),
        message_links: links.map(|url| MessageLink { kind: "link", url }).collect(),
        kind,
        color: message.color.clone(),
        message_format,
        card: message.card.as_ref().map(|card| told_card(card, message.metadata.as_ref())),
        file: files.first().cloned(),
        files: if files.len() > 1 { files } else { Vec::new() },
    }
}

/// A card with the metadata it came with.
fn told_card(card: &Card, metadata: Option<&Value>) -> String {
    let mut told = json!(card);
    let mut metadata = metadata.cloned().unwrap_or_default();
    if let Some(ours) = metadata.as_object_mut() {
        ours.remove(CARD_STYLE);
    }
    told["metadata"] = metadata;
    told.to_string()
}

fn handles(message: &Message) -> impl Iterator<Item = String> + use<> {
    message.mentions().into_iter().take(MAX_LISTED)
}
