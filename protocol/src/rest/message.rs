//! Messages, and the whole log of a room.

use serde::{Deserialize, Serialize};

use crate::{Event, FileId, MessageId, Sequence, Timestamp};

/// `POST` stores a message ([`Send`] → 201 [`Sent`]; the same id with the same text again: 200 and the same body;
/// with another text: 409). `GET` pages through messages only ([`Query`] → [`Page`]).
pub const PATH: &str = "/api/v1/rooms/{room_id}/messages";

/// `DELETE` takes away what a message said and its files, for everybody (MSG-21): by its author, the owner of the room
/// and administrators (→ 204, also when it was deleted before).
pub const PATH_ONE: &str = "/api/v1/rooms/{room_id}/messages/{message_id}";

/// `GET` pages through the whole log, messages and other events alike ([`Query`] → [`Page`]).
pub const PATH_EVENTS: &str = "/api/v1/rooms/{room_id}/events";

/// Entries in a page when the query does not say.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most entries in a page.
pub const MAX_LIMIT: u32 = 200;

/// Body of `POST`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NewMessage"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Send {
    /// Made by the client.
    pub id: MessageId,
    /// 1 to 10,000 characters, not only white space; may be empty where there are attachments.
    pub text: String,
    /// Files stored for it ([`crate::rest::file::PATH`]), in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<FileId>,
}

/// Answer to `POST`: the message is on stable storage.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SentMessage"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// As sent.
    pub id: MessageId,
    /// Its position in the room's log.
    pub seq: Sequence,
    /// When it was stored.
    pub sent_at: Timestamp,
}

/// Which entries. With neither `before` nor `after` the newest; with `after` the oldest of those after it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogQuery"))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Only entries before this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Sequence>,
    /// Only entries after this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Sequence>,
    /// How many; [`DEFAULT_LIMIT`] when absent, [`MAX_LIMIT`] at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Entries of a log.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LogPage"))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Ascending by `seq`.
    pub items: Vec<Event>,
    /// Whether there are more in the direction of the query.
    pub more: bool,
}
