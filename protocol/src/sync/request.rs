//! What the client asks (Table Q) and what it is answered (Table R).

use serde::{Deserialize, Serialize};

use super::ChangedIntegrations;
use crate::{
    IntegrationKey, OrderedMap, RoomRef,
    push::Revision,
    token::{AccountToken, IntegrationToken, RoomToken},
};

/// Why the client synchronises (SYNC-01 … SYNC-03).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// It was opened.
    #[default]
    Open,
    /// A room was entered.
    Room,
    /// The connection came back.
    Reconnect,
    /// A frame could not be read, or the person asked for it.
    Repair,
}

/// One integration a client has for a room.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIntegration {
    /// Which.
    pub key: IntegrationKey,
    /// As it was received.
    pub token: IntegrationToken,
}

/// `POST /v2/integration/sync`. Either `account_token` or `installed_integrations` is present.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncRequest {
    /// Why.
    #[serde(default)]
    pub trigger: Trigger,
    /// One hash over everything the client has; alone it asks "is anything different?".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_token: Option<AccountToken>,
    /// Rooms to compare, each with what the client has for it (an empty list for a new room, SYNC-06).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed_integrations: Option<OrderedMap<RoomRef, Vec<KnownIntegration>>>,
    /// Whether `extensions` may be left out where the same token was given in full earlier in the answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
}

/// Answer when something is different; 204 without a body when nothing is (SYNC-19).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncAnswer {
    /// The server's revision the answer speaks of (SYNC-30).
    pub rev: Revision,
    /// Rooms absent from it are unchanged (SYNC-22).
    #[serde(default)]
    pub changed_integrations: ChangedIntegrations,
    /// To a request with an account token that differs: the present token of every room of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_tokens: Option<OrderedMap<RoomRef, RoomToken>>,
}
