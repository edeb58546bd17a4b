//! People, rooms and messages in the form HipChat Connect gives them (§5.4, §7.1), as far as add-ons read it.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{
    Attachment, Author, Message, Person, Privacy, Room, RoomId, Timestamp, UserId,
    event::MessageFormat,
    integration::{CARD_STYLE, Card},
    text::mention::mentions,
};
use roomglass_storage::Reader;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{clock, config::Config, error::HttpResult, state::AppState};

/// People named in one message who are looked up.
const MAX_MENTIONS: usize = 50;

/// A person, short form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ShortUser {
    id: UserId,
    mention_name: String,
    name: String,
}

impl From<Person> for ShortUser {
    fn from(person: Person) -> Self {
        Self { id: person.id, mention_name: person.mention, name: person.name }
    }
}

/// A room, short form.
pub(crate) fn short_room(room: &Room, config: &Config) -> Value {
    json!({
        "id": room.id,
        "name": room.name,
        "privacy": match room.privacy {
            Privacy::Public => "public",
            Privacy::Private => "private",
        },
        "is_archived": room.archived,
        "links": {"self": config.address(&format!("/v2/room/{}", room.id))},
    })
}

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
    date: Timestamp,
    from: Writer,
    mentions: Vec<ShortUser>,
    message: String,
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
            (Writer::Person(ShortUser { id, mention_name: mention, name }), "message")
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
    let people = handles(message).filter_map(|handle| mentioned.get(&handle).cloned());
    WireMessage {
        id: message.id.to_string(),
        date: message.sent_at,
        from,
        mentions: people.filter(|person| seen.insert(person.id)).map(ShortUser::from).collect(),
        message: message.text.clone(),
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

/// Handles in a message, in order. `html` notifications mention nobody (HipChat Connect §6.1).
fn handles(message: &Message) -> impl Iterator<Item = String> + use<> {
    let text = if message.format == MessageFormat::Html { "" } else { &message.text };
    let handles: Vec<String> = mentions(text).into_iter().map(|(_, handle)| handle.to_lowercase()).collect();
    handles.into_iter().take(MAX_MENTIONS)
}
