//! Events a chat server tells the provider of (HipChat Connect, §7).

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use roomglass_protocol::{RoomId, UserId};
use serde::{Deserialize, Deserializer};

use crate::{
    Chat, Refusal,
    shared::Shared,
    signed::{authenticate, header_token, now},
};

/// An event whose signature was verified (HOOK-03), and that was not told before with the same token.
#[derive(Clone)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The chat server, in the name of the installation the event is for.
    pub chat: Chat,
    /// Such as `room_message`.
    pub event: String,
    /// Where it happened.
    pub room: EventRoom,
    /// The message, for events about one.
    pub message: Option<EventMessage>,
    /// Who did it, for events that are not about a message.
    pub sender: Option<Sender>,
    /// The new topic, for `room_topic_change`.
    pub topic: Option<String>,
}

/// A message in an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct EventMessage {
    /// Which.
    pub id: String,
    /// Its text.
    pub message: String,
    /// Who wrote it.
    pub from: Sender,
}

/// A room in an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct EventRoom {
    /// Which.
    pub id: RoomId,
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// Who wrote or did something: a person, or an integration, which has a name only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The person; absent for integrations.
    pub id: Option<UserId>,
    /// Display name.
    pub name: String,
}

impl<'de> Deserialize<'de> for Sender {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Person {
                id: UserId,
                #[serde(default)]
                name: String,
            },
            Integration(String),
        }
        Ok(match Wire::deserialize(deserializer)? {
            Wire::Person { id, name } => Self { id: Some(id), name },
            Wire::Integration(name) => Self { id: None, name },
        })
    }
}

#[derive(Deserialize)]
struct Body {
    event: String,
    oauth_client_id: String,
    item: Item,
}

#[derive(Deserialize)]
struct Item {
    room: EventRoom,
    #[serde(default)]
    message: Option<EventMessage>,
    #[serde(default)]
    sender: Option<Sender>,
    #[serde(default)]
    topic: Option<String>,
}

impl FromRequest<Shared> for WebhookEvent {
    type Rejection = Refusal;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Refusal> {
        // Before the body is read: strangers shall not make the provider read.
        let token = header_token(request.headers()).ok_or_else(Refusal::unsigned)?;
        let (chat, claims) = authenticate(shared, token)?;
        let body = Bytes::from_request(request, shared).await.map_err(|error| Refusal::invalid(error.body_text()))?;
        let Body { event, oauth_client_id, item } = serde_json::from_slice(&body)
            .map_err(|error| Refusal::invalid(format!("This event cannot be read: {error}")))?;
        let installation = chat.installation();
        if oauth_client_id != installation.oauth_id || !installation.covers(item.room.id) {
            return Err(Refusal::unsigned());
        }
        if !shared.replays().is_first(&claims, now()) {
            tracing::warn!("an event was refused: its token came before");
            return Err(Refusal::unsigned());
        }
        let Item { room, message, sender, topic } = item;
        Ok(Self { chat, event, room, message, sender, topic })
    }
}
