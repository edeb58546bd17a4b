//! People, rooms and messages in the form HipChat Connect gives them (§5.4, §7.1), as far as add-ons read it.

use roomglass_protocol::{
    Author, Message, Person, Privacy, Room, Timestamp, UserId, event::MessageFormat, text::mention::mentions,
};
use roomglass_storage::Reader;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{config::Config, error::HttpResult};

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
        "is_archived": false,
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
}

/// A message with the people it mentions.
pub(crate) async fn message(reader: &mut Reader, message: &Message) -> HttpResult<WireMessage> {
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
    Ok(WireMessage {
        id: message.id.to_string(),
        date: message.sent_at,
        from,
        mentions: mentioned(reader, message).await?,
        message: message.text.clone(),
        kind,
        color: message.color.clone(),
        message_format,
    })
}

/// `html` notifications mention nobody (HipChat Connect §6.1).
async fn mentioned(reader: &mut Reader, message: &Message) -> HttpResult<Vec<ShortUser>> {
    let mut people: Vec<ShortUser> = Vec::new();
    if message.format == MessageFormat::Html {
        return Ok(people);
    }
    for (_, handle) in mentions(&message.text).into_iter().take(MAX_MENTIONS) {
        if let Some(person) = reader.person_by_mention(&handle).await?
            && people.iter().all(|known| known.id != person.id)
        {
            people.push(person.into());
        }
    }
    Ok(people)
}
