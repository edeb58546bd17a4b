//! Addresses at which systems that know Slack's incoming webhooks speak in a room: alerting, builds, scripts. For the
//! room's owner and administrators.

use serde::{Deserialize, Serialize};

use crate::{IncomingWebhookId, RoomId, Timestamp, UserId};

/// `GET` lists a room's incoming webhooks ([`List`]); `POST` makes one ([`Create`] → 201 [`Created`]).
pub const PATH: &str = "/api/v1/rooms/{room_id}/incoming-webhooks";
/// `DELETE` → 204: what is posted to its address from then on is answered with 404.
pub const PATH_ONE: &str = "/api/v1/rooms/{room_id}/incoming-webhooks/{webhook_id}";

/// The secret address: `POST` a payload as Slack takes it, as JSON or as the form field `payload`. The answer is plain
/// text, `ok` or Slack's word for what is wrong; [`DROPPED_HEADER`] names what of the payload is not shown.
pub const PATH_POST: &str = "/hooks/{secret}";

/// Names the parts of a payload that Roomglass has nothing for, each with its place: `/blocks/1 actions`. Senders
/// compare the body with `ok` to the letter, so that it is not said there.
pub const DROPPED_HEADER: &str = "x-roomglass-dropped";

/// Keys of what speaks through an incoming webhook begin so, and no integration's key does.
pub const KEY_PREFIX: &str = "incoming-webhook:";

/// Longest name, in characters.
pub const MAX_NAME_CHARS: usize = 64;

/// Answer of `GET` to [`PATH`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "IncomingWebhookList"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Oldest first.
    pub items: Vec<IncomingWebhook>,
}

/// What may be known of an incoming webhook. Its address is not among that: only a hash of it is kept.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingWebhook {
    /// Names it.
    pub id: IncomingWebhookId,
    /// In which room it speaks.
    pub room_id: RoomId,
    /// Under which name it speaks.
    pub name: String,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last spoke; absent when it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// Body of `POST` to [`PATH`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NewIncomingWebhook"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Create {
    /// 1 to [`MAX_NAME_CHARS`] characters on one line.
    pub name: String,
}

/// An incoming webhook that was just made.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreatedIncomingWebhook"))]
#[derive(Clone, Serialize, Deserialize)]
pub struct Created {
    /// What is kept.
    pub webhook: IncomingWebhook,
    /// Its address, with the secret in it. It is shown this once.
    pub url: String,
}
