//! What became of the calls of an integration's webhooks in a room (§19). For the room's owner and administrators.

use serde::{Deserialize, Serialize};

use crate::{DeliveryId, ExtensionKey, Sequence, Timestamp};

/// `GET` → [`Listing`]: the delivery log, newest first; [`Query`].
pub const PATH_DELIVERIES: &str = "/api/v1/rooms/{room_id}/integrations/{integration}/deliveries";
/// `POST` → 202: makes one call again, before those that wait; also one that was answered. Nothing in the body.
pub const PATH_REPLAY: &str = "/api/v1/rooms/{room_id}/integrations/{integration}/deliveries/{delivery_id}/replay";
/// `POST` → 204: ends the suspension of a webhook (HOOK-07). Nothing in the body.
pub const PATH_RESUME: &str = "/api/v1/rooms/{room_id}/integrations/{integration}/webhooks/{webhook}/resume";

/// Deliveries of a page that names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most deliveries of a page.
pub const MAX_LIMIT: u32 = 200;

/// Query of [`PATH_DELIVERIES`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DeliveryQuery"))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Only older ones than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<DeliveryId>,
    /// At most this many, up to [`MAX_LIMIT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Answer of [`PATH_DELIVERIES`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DeliveryListing"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Every webhook the integration has now.
    pub webhooks: Vec<WebhookState>,
    /// Of this room, newest first.
    pub items: Vec<Delivery>,
    /// Whether there are older ones.
    pub more: bool,
}

/// How the provider's end of a webhook does. Webhooks with the same address share it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookState {
    /// Which.
    pub key: ExtensionKey,
    /// What it wants to hear of.
    pub event: String,
    /// Since when it is suspended. Then nothing is queued but one event every few hours, to see whether it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Timestamp>,
    /// When the first call that waits is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// How many calls wait, of all rooms.
    pub waiting: u32,
}

/// One event for one webhook. It holds nothing of what was said.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Names it; providers see it in the header [`DELIVERY_HEADER`].
    pub id: DeliveryId,
    /// Key of the webhook.
    pub webhook: ExtensionKey,
    /// What happened: `room_message`, …
    pub event: String,
    /// Where in the room's log.
    pub seq: Sequence,
    /// When it was queued.
    pub at: Timestamp,
    /// How far it is.
    pub state: DeliveryState,
    /// The latest tries, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Carries [`Delivery::id`] on every try, so that receivers can tell a repetition: calls are made at least once.
pub const DELIVERY_HEADER: &str = "x-roomglass-delivery";

/// How far a delivery is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be tried, or tried again.
    Waiting,
    /// It was answered with success.
    Delivered,
    /// It was answered in a way that another try would not change.
    Refused,
    /// It was given up, or came while too many others waited.
    Failed,
}

/// One try.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DeliveryAttempt"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// How long the answer took, in milliseconds.
    pub took_ms: i64,
    /// Status of the answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What was wrong, in our words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
