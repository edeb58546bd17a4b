//! `POST /v2/room/{room}/notification`: integrations speak in rooms (HCC-17, HOOK-05).

use axum::{body::Bytes, extract::State, http::StatusCode};
use rand::seq::IndexedRandom;
use roomglass_protocol::{
    ApiError, Author, ErrorKind, Fault, Message, MessageId, RoomId,
    event::{MAX_MESSAGE_CHARS, MessageFormat},
    integration::{CARD_STYLE, Card, Descriptor},
    json::parse_strict,
};
use roomglass_storage::{Noun, StorageError};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{caller::IntegrationCaller, contract::missing, quote::quoted};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::Path,
    sanitise,
    state::AppState,
};

const COLORS: [&str; 5] = ["yellow", "green", "red", "purple", "gray"];
const MAX_FROM_CHARS: usize = 64;
/// Of a card, as JSON.
const MAX_METADATA_BYTES: usize = 8 * 1024;
/// Of what is said in plain text (HipChat Connect §5.3).
const MAX_PLAIN_CHARS: usize = 1000;

/// A notification without faults: what a provider posted, or answered to a webhook (HOOK-04).
#[derive(Debug)]
pub(crate) struct Notification {
    text: String,
    format: MessageFormat,
    color: &'static str,
    from: Option<String>,
    /// The message of the room that it answers.
    attach_to: Option<String>,
    card: Option<Box<Card>>,
    /// Of the card.
    metadata: Map<String, Value>,
}

/// Posts a notification in a room the installation covers.
pub(super) async fn send(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    caller.speaks_in(room.id)?;
    let stored = reader.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    drop(reader);
    let notification = Notification::read(&body)?;
    post(&app, &stored.descriptor, room.id, notification).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stores a notification as a message of the room's log. It begins with what it answers; where that is no message of the
/// room, it stands alone (§6.1).
pub(crate) async fn post(
    app: &AppState,
    descriptor: &Descriptor,
    room: RoomId,
    mut notification: Notification,
) -> HttpResult<()> {
    if let Some(answered) = notification.attach_to.take()
        && let Some(quote) = quoted(&mut app.storage.read().await?, room, &answered).await?
    {
        notification = notification.after(&quote);
    }
    let message = notification.into_message(descriptor);
    app.storage
        .write(move |tx| Box::pin(async move { tx.append_message(room, message).await.map(drop) }))
        .await
        .map_err(|error: StorageError| error.into())
}

impl Notification {
    /// Reads and checks a notification; unknown members are ignored.
    pub(crate) fn read(body: &[u8]) -> HttpResult<Self> {
        let document = parse_strict(body).map_err(|fault| refuse(vec![fault]))?;
        Self::from_document(&document).map_err(refuse)
    }

    /// Plain text without anything else.
    pub(super) fn plain(text: &str) -> HttpResult<Self> {
        if text.trim().is_empty() || text.chars().count() > MAX_PLAIN_CHARS {
            return Err(HttpError::invalid(format!("A message has 1 to {MAX_PLAIN_CHARS} characters.")));
        }
        Ok(Self::link(text))
    }

    /// What is said to one person: text unless it says that it is HTML.
    pub(super) fn to_person(text: &str, format: Option<&str>) -> HttpResult<Self> {
        let document = json!({"message": text, "message_format": format.unwrap_or("text"), "color": "gray"});
        Self::from_document(&document).map_err(refuse)
    }

    /// Nothing beside what is shown with it.
    pub(super) fn wordless() -> Self {
        Self::link("")
    }

    /// A link that was checked, without a word on it.
    pub(super) fn link(address: &str) -> Self {
        let (format, color) = (MessageFormat::Text, "gray");
        Self { text: address.to_owned(), format, color, from: None, attach_to: None, card: None, metadata: Map::new() }
    }

    /// The same below another line, if there is room for it.
    #[must_use]
    pub(super) fn after(self, line: &str) -> Self {
        let text = match self.format {
            MessageFormat::Html => format!("{}<br>{}", sanitise::spelled_out(line), self.text),
            MessageFormat::Markdown | MessageFormat::Text => format!("{line}\n{}", self.text),
        };
        if text.chars().count() > MAX_MESSAGE_CHARS { self } else { Self { text, ..self } }
    }

    /// The same above another line.
    #[must_use]
    pub(super) fn before(self, line: &str) -> Self {
        Self { text: format!("{}\n{line}", self.text), ..self }
    }

    /// As [`Notification::read`], of JSON that was parsed.
    ///
    /// # Errors
    /// Every fault.
    fn from_document(document: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, message: &str| faults.push(Fault::new(pointer, message));
        let message = document.get("message").and_then(Value::as_str).unwrap_or_default();
        let characters = message.chars().count();
        if !(1..=MAX_MESSAGE_CHARS).contains(&characters) || message.trim().is_empty() {
            fault("/message", "expected a text of 1 to 10000 characters");
        }
        let format = match word(document, "message_format") {
            None | Some("html") => MessageFormat::Html,
            Some("text") => MessageFormat::Text,
            Some(_) => {
                fault("/message_format", "expected \"html\" or \"text\"");
                MessageFormat::Text
            }
        };
        let color = color(word(document, "color"));
        if color.is_none() {
            fault("/color", "expected yellow, green, red, purple, gray or random");
        }
        let from = word(document, "from").map(str::trim).filter(|from| !from.is_empty());
        if from.is_some_and(|from| from.chars().count() > MAX_FROM_CHARS) {
            fault("/from", "expected at most 64 characters");
        }
        let attach_to = word(document, "attach_to").map(str::to_owned);
        let (card, metadata) = card(document).unwrap_or_else(|of_card| {
            faults.extend(of_card);
            (None, Map::new())
        });
        let text = match format {
            MessageFormat::Html => sanitise::notification(message),
            MessageFormat::Markdown | MessageFormat::Text => message.to_owned(),
        };
        if faults.is_empty() && text.trim().is_empty() {
            faults.push(Fault::new("/message", "nothing of it may be shown"));
        }
        // Characters that HTML has to spell out count as what they become.
        if faults.is_empty() && text.chars().count() > MAX_MESSAGE_CHARS {
            faults.push(Fault::new("/message", "too long once its special characters are spelled out"));
        }
        match color {
            Some(color) if faults.is_empty() => {
                Ok(Self { text, format, color, from: from.map(str::to_owned), attach_to, card, metadata })
            }
            _ => Err(faults),
        }
    }

    /// As it is stored.
    pub(super) fn into_message(self, descriptor: &Descriptor) -> Message {
        let own_name = descriptor.from_name.as_ref().unwrap_or(&descriptor.name);
        let name = self.from.map_or_else(|| own_name.clone(), |from| format!("{own_name} · {from}"));
        let mut metadata = self.metadata;
        // Conditions rely on these, so whatever the provider wrote there is overwritten.
        metadata.insert("sender_addon_key".to_owned(), json!(descriptor.key));
        metadata.remove(CARD_STYLE);
        if let Some(card) = &self.card {
            metadata.insert(CARD_STYLE.to_owned(), json!(card.style.as_str()));
        }
        Message {
            id: MessageId(Uuid::now_v7()),
            from: Author::Integration { key: descriptor.key.clone(), name },
            text: self.text,
            format: self.format,
            color: Some(self.color.to_owned()),
            card: self.card,
            metadata: Some(Value::Object(metadata)),
            attachments: Vec::new(),
            deleted: false,
            sent_at: clock::now(),
        }
    }
}

/// A card, and what is told of it to conditions.
type CardWithMetadata = (Option<Box<Card>>, Map<String, Value>);

/// The card of a notification, its words reduced to what is drawn, and its metadata.
fn card(document: &Value) -> Result<CardWithMetadata, Vec<Fault>> {
    let Some(card) = document.get("card").filter(|card| !card.is_null()) else { return Ok((None, Map::new())) };
    let read = Card::parse(card, "/card").map(sanitise::card);
    let metadata = match card.get("metadata") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(metadata)) if card["metadata"].to_string().len() <= MAX_METADATA_BYTES => {
            Ok(metadata.clone())
        }
        Some(Value::Object(_)) => Err("expected at most 8192 bytes"),
        Some(_) => Err("expected an object"),
    };
    match (read, metadata) {
        (Ok(card), Ok(metadata)) => Ok((Some(Box::new(card)), metadata)),
        (read, metadata) => {
            let mut faults = read.err().unwrap_or_default();
            faults.extend(metadata.err().map(|why| Fault::new("/card/metadata", why)));
            Err(faults)
        }
    }
}

fn refuse(faults: Vec<Fault>) -> HttpError {
    let message = "The notification cannot be used. Nothing was posted.";
    ApiError { faults, ..ApiError::new(ErrorKind::Invalid, message) }.into()
}

fn word<'a>(document: &'a Value, member: &str) -> Option<&'a str> {
    document.get(member)?.as_str()
}

fn color(word: Option<&str>) -> Option<&'static str> {
    match word {
        None => Some(COLORS[0]),
        Some("random") => COLORS.choose(&mut rand::rng()).copied(),
        Some(word) => COLORS.into_iter().find(|color| *color == word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(document: &Value) -> Vec<String> {
        let faults = Notification::from_document(document).map(|_| Vec::new()).unwrap_or_else(|faults| faults);
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn every_field_is_checked_hcc_17() {
        assert_eq!(faults(&json!({"message": "x"})), [""; 0]);
        assert_eq!(
            faults(&json!({"message": "x", "color": "random", "notify": "true", "card": null, "unknown": 1})),
            [""; 0]
        );
        assert_eq!(faults(&json!({})), ["/message"]);
        assert_eq!(faults(&json!({"message": " "})), ["/message"]);
        assert_eq!(faults(&json!({"message": "é".repeat(10_000)})), [""; 0]);
        assert_eq!(
            faults(&json!({"message": "é".repeat(10_001), "message_format": "xml", "color": "blue"})),
            ["/message", "/message_format", "/color"]
        );
        assert_eq!(faults(&json!({"message": "x", "from": "f".repeat(65)})), ["/from"]);
        assert_eq!(faults(&json!({"message": "x", "card": {"id": "1"}})), ["/card/style", "/card/title"]);
        let card = |metadata: Value| json!({"message": "x", "card": {"id": "1", "style": "file", "title": "t", "metadata": metadata}});
        assert_eq!(faults(&card(json!({"a": "b"}))), [""; 0]);
        assert_eq!(faults(&card(json!(["a"]))), ["/card/metadata"]);
        assert_eq!(faults(&card(json!({"a": "b".repeat(8192)}))), ["/card/metadata"]);
        assert_eq!(faults(&json!({"message": "<script>alert(1)</script>"})), ["/message"]);
    }

    #[test]
    fn html_is_the_default_and_is_reduced() {
        let notification = Notification::from_document(&json!({"message": "<b>main</b><script>x</script>"})).unwrap();
        assert_eq!((notification.text.as_str(), notification.color), ("<b>main</b>", "yellow"));
        let notification = Notification::from_document(&json!({"message": "<b>", "message_format": "text"})).unwrap();
        assert_eq!(notification.text, "<b>");
    }

    #[test]
    fn the_sender_of_a_card_cannot_be_forged() {
        let card = json!({"id": "1", "style": "link", "title": "t", "metadata": {"job": 7, "sender_addon_key": "other", "card_style": "image"}});
        let notification = Notification::from_document(&json!({"message": "x", "from": "main", "card": card})).unwrap();
        let document = json!({"key": "com.example.builds", "name": "Builds", "description": "", "capabilities": {},
            "links": {"self": "https://builds.example.com/d"}});
        let descriptor = Descriptor::parse(document.to_string().as_bytes()).unwrap();
        let message = notification.into_message(&descriptor);
        assert_eq!(
            message.metadata,
            Some(json!({"job": 7, "sender_addon_key": "com.example.builds", "card_style": "link"}))
        );
        assert_eq!(message.from, Author::Integration { key: descriptor.key, name: "Builds · main".to_owned() });
    }
}
