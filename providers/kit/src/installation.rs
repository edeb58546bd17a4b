//! One installation of the provider, in one room or for a whole organisation.

use std::fmt;

use roomglass_protocol::{RoomId, RoomRef};
use serde::{Deserialize, Serialize};
use url::Url;

/// What a chat server told the provider when it was installed (HCC-03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installation {
    /// Names the installation; never used again for another.
    pub oauth_id: String,
    /// Signs what the chat server sends, and obtains access tokens.
    pub(crate) oauth_secret: Secret,
    /// Where the chat server describes itself; its origin is the one that frames the provider's pages.
    pub capabilities_url: Url,
    /// Where access tokens are granted.
    pub token_url: Url,
    /// Base of the chat's REST API, without a final slash.
    pub api_url: String,
    /// The organisation.
    pub group_id: i64,
    /// The room; absent when the provider is installed for the whole organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_id: Option<RoomId>,
}

impl Installation {
    /// Where the provider is installed.
    pub fn place(&self) -> RoomRef {
        self.room_id.map_or(RoomRef::Global, RoomRef::Room)
    }

    /// Whether it covers a room.
    pub fn covers(&self, room: RoomId) -> bool {
        self.room_id.is_none_or(|own| own == room)
    }
}

/// A text that never appears in logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
