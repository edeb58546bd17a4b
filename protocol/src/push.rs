//! Frames on the persistent connection `GET /v2/push` (WebSocket, one JSON object per text frame).
//!
//! The client opens with [`ClientFrame::Hello`]; the server answers [`ServerFrame::Welcome`] and from then on tells
//! what changed. A frame of an unknown kind is ignored ([`ServerFrame::Unknown`]); one that does not parse means
//! that something was missed, and the client synchronises.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    ApiError, ClientId, Event, EventBody, ExtensionKey, IntegrationKey, Membership, Message, MessageId, Person,
    Presence, RoomId, Sequence, Timestamp, UserId,
    call::{CallNews, CallRequest},
    integration::TileData,
    json::Members,
    sync::ChangedIntegrations,
};

/// Largest frame a client may send, in bytes (safety E12).
pub const MAX_CLIENT_FRAME_BYTES: usize = 64 * 1024;

/// Counts the changes the server has made; every frame and every synchronisation answer carries it (SYNC-30).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub i64);

/// What a browser or headless client sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ClientFrame {
    /// First frame of a connection.
    Hello {
        /// Names this browser profile or device.
        client_id: ClientId,
        /// Rooms whose interface is open.
        #[serde(default)]
        open_rooms: Vec<RoomId>,
        /// The revision the client is at; when it is still the server's, the welcome repeats no rooms and no people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rev: Option<Revision>,
    },
    /// The rooms whose interface is open have changed.
    Active {
        /// All of them.
        rooms: Vec<RoomId>,
    },
    /// The person used the client, or has not for a while.
    Presence {
        /// [`Presence::Online`] or [`Presence::Away`]; offline is what the server sees by itself.
        status: Presence,
    },
    /// The person is writing in a room; to be repeated every few seconds while they do.
    Typing {
        /// Where.
        room_id: RoomId,
    },
    /// A message, as `POST …/messages`; answered by [`ServerFrame::Ack`] or [`ServerFrame::Refused`].
    Message {
        /// Where.
        room_id: RoomId,
        /// Made by the client.
        id: MessageId,
        /// 1 to 10,000 characters.
        text: String,
    },
    /// About calls. Clients write it with [`CallRequest::frame`]: what writes calls is not in what every page loads
    /// (decision 8).
    #[serde(skip_serializing)]
    Call(CallRequest),
    /// A frame of a later version; ignored.
    #[serde(other)]
    Unknown,
}

/// New data for one tile.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TileUpdate {
    /// Whose tile.
    pub integration: IntegrationKey,
    /// Which of its dynamic content items.
    pub key: ExtensionKey,
    /// In which room; absent means in every room that shows the tile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<RoomId>,
    /// The data, label already reduced to the allowed emphasis.
    pub content: TileData,
}

/// The presence of one person.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceOf {
    /// Who.
    pub user_id: UserId,
    /// Whether they can be reached.
    pub status: Presence,
}

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ServerFrame {
    /// Answer to hello: who this is, and what the server knows.
    Welcome {
        /// Where the server is now.
        rev: Revision,
        /// Whose session this is.
        user: Person,
        /// All rooms of the user; absent when the client's revision is the server's.
        #[serde(skip_serializing_if = "Option::is_none")]
        rooms: Option<Vec<Membership>>,
        /// Everybody the user may see; absent likewise.
        #[serde(skip_serializing_if = "Option::is_none")]
        people: Option<Vec<Person>>,
        /// Everybody who is not offline.
        presence: Vec<PresenceOf>,
    },
    /// A message was stored.
    Message {
        /// The server's revision after it.
        rev: Revision,
        /// Where.
        room_id: RoomId,
        /// Its position in the room's log.
        seq: Sequence,
        /// How many messages the log holds up to it.
        messages: i64,
        /// The message; its members stand beside these.
        #[serde(flatten)]
        message: Message,
    },
    /// Another event of a room's log.
    Event {
        /// The server's revision after it.
        rev: Revision,
        /// The event.
        event: Event,
    },
    /// A room of the user is new or its details changed (join, topic, name, privacy, owner).
    Room {
        /// The server's revision after it.
        rev: Revision,
        /// The room as this user sees it.
        room: Membership,
    },
    /// The user is no longer a member: drop the room and everything stored for it (SSYNC-15).
    RoomLeft {
        /// The server's revision after it.
        rev: Revision,
        /// Which.
        room_id: RoomId,
    },
    /// The user has read up to here, on this or another device.
    Read {
        /// The server's revision after it.
        rev: Revision,
        /// Where.
        room_id: RoomId,
        /// Newest event read.
        seq: Sequence,
        /// How many messages the log holds up to it.
        messages: i64,
    },
    /// A person is new or changed.
    Person {
        /// The server's revision after it.
        rev: Revision,
        /// The person.
        person: Person,
    },
    /// Somebody came, went, or is away.
    Presence {
        /// Who, and how.
        #[serde(flatten)]
        presence: PresenceOf,
    },
    /// Somebody is writing; forget it after six seconds.
    Typing {
        /// Where.
        room_id: RoomId,
        /// Who.
        user_id: UserId,
    },
    /// Integrations changed (Table S).
    Sync {
        /// The server's revision after it.
        rev: Revision,
        /// Same form as in a synchronisation answer (SSYNC-05).
        #[serde(rename = "changedIntegrations")]
        changed_integrations: ChangedIntegrations,
    },
    /// Providers pushed new data for tiles (Table M).
    DynamicData {
        /// Orders pushes among themselves (PUSH-19).
        rev: Revision,
        /// One entry for each tile and room.
        items: Vec<TileUpdate>,
    },
    /// Which versions wait for this person's review has changed for an integration (UPD-06): they are to be asked for
    /// again ([`crate::rest::update`]). Only those who may decide hear of it.
    Update {
        /// The server's revision after it.
        rev: Revision,
        /// Of which integration.
        integration: IntegrationKey,
        /// Whether a version of it waits now.
        waiting: bool,
    },
    /// A message sent over this connection is stored.
    Ack {
        /// Where.
        room_id: RoomId,
        /// Which.
        id: MessageId,
        /// Its position.
        seq: Sequence,
        /// When it was stored.
        sent_at: Timestamp,
    },
    /// A frame was refused; nothing changed.
    Refused {
        /// The message it was about, if it was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<MessageId>,
        /// Why.
        #[serde(flatten)]
        error: ApiError,
    },
    /// About calls.
    Call(CallNews),
    /// A frame of a later version; ignored.
    Unknown,
}

impl<'de> Deserialize<'de> for ServerFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(match members.take::<String>("kind")?.as_str() {
                "welcome" => Self::Welcome {
                    rev: members.take("rev")?,
                    user: members.take("user")?,
                    rooms: members.take_or_default("rooms")?,
                    people: members.take_or_default("people")?,
                    presence: members.take("presence")?,
                },
                "message" => Self::Message {
                    rev: members.take("rev")?,
                    room_id: members.take("room_id")?,
                    seq: members.take("seq")?,
                    messages: members.take("messages")?,
                    message: members.into_value()?,
                },
                "event" => Self::Event { rev: members.take("rev")?, event: members.take("event")? },
                "room" => Self::Room { rev: members.take("rev")?, room: members.take("room")? },
                "room-left" => Self::RoomLeft { rev: members.take("rev")?, room_id: members.take("room_id")? },
                "read" => Self::Read {
                    rev: members.take("rev")?,
                    room_id: members.take("room_id")?,
                    seq: members.take("seq")?,
                    messages: members.take("messages")?,
                },
                "person" => Self::Person { rev: members.take("rev")?, person: members.take("person")? },
                "presence" => Self::Presence { presence: members.into_value()? },
                "typing" => Self::Typing { room_id: members.take("room_id")?, user_id: members.take("user_id")? },
                "sync" => {
                    Self::Sync { rev: members.take("rev")?, changed_integrations: members.take("changedIntegrations")? }
                }
                "dynamic-data" => Self::DynamicData { rev: members.take("rev")?, items: members.take("items")? },
                "update" => Self::Update {
                    rev: members.take("rev")?,
                    integration: members.take("integration")?,
                    waiting: members.take("waiting")?,
                },
                "ack" => Self::Ack {
                    room_id: members.take("room_id")?,
                    id: members.take("id")?,
                    seq: members.take("seq")?,
                    sent_at: members.take("sent_at")?,
                },
                "refused" => Self::Refused { id: members.take_or_default("id")?, error: members.into_value()? },
                "call" => Self::Call(CallNews(members.into_rest())),
                _ => Self::Unknown,
            })
        })
    }
}

impl ServerFrame {
    /// The frame that tells of an event: `message` for messages, `event` for the rest.
    pub fn of_event(rev: Revision, event: Event) -> Self {
        let Event { room_id, seq, messages, at, body } = event;
        match body {
            EventBody::Message(message) => Self::Message { rev, room_id, seq, messages, message },
            body => Self::Event { rev, event: Event { room_id, seq, messages, at, body } },
        }
    }

    /// The log entry this frame tells of, if it tells of one.
    pub fn event(&self) -> Option<Event> {
        match self {
            Self::Message { room_id, seq, messages, message, .. } => Some(Event {
                room_id: *room_id,
                seq: *seq,
                messages: *messages,
                at: message.sent_at,
                body: EventBody::Message(message.clone()),
            }),
            Self::Event { event, .. } => Some(event.clone()),
            _ => None,
        }
    }
}
