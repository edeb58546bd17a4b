//! Identifiers. Each is a type of its own, so that two of them cannot be swapped in a call.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

/// An identifier was not of the form its type demands; the text says which form that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(pub &'static str);

macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match text.parse::<i64>() {
                    Ok(number) if number > 0 => Ok(Self(number)),
                    _ => Err(InvalidId("expected a positive whole number")),
                }
            }
        }
    };
}

numeric_id! {
    /// A room or one-to-one conversation. A positive integer, because add-ons for HipChat Connect require one.
    RoomId
}
numeric_id! {
    /// A person with an account on this server. A positive integer, for the reason given at [`RoomId`].
    UserId
}
numeric_id! {
    /// One event for one webhook, in the delivery log.
    DeliveryId
}
numeric_id! {
    /// An address at which other systems speak in a room.
    IncomingWebhookId
}
numeric_id! {
    /// Position of an event in its room's log: 1 for the first, without gaps. 0 stands for "before the first".
    Sequence
}

impl Sequence {
    /// Before the first event of a room.
    pub const START: Self = Self(0);

    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A message, named by the client that wrote it (UUIDv7). The same id twice is one message (decision 3).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub Uuid);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MessageId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidId("expected a UUID"))
    }
}

/// The bytes of a file, named by the server (UUIDv4): nobody can guess it, and knowing it opens nothing.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub Uuid);

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FileId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidId("expected a UUID"))
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:literal, $form:literal) => {
        $(#[$doc])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Longest accepted text, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Checks the form and wraps the text.
            ///
            /// # Errors
            /// When the text is empty, too long, or holds a character outside letters, digits, `.`, `-`, `_` and `:`.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let fits = (1..=$max).contains(&text.chars().count());
                let clean = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
                if fits && clean { Ok(Self(text)) } else { Err(InvalidId($form)) }
            }

            /// The text as it travels.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

text_id! {
    /// Key of an integration, stable over its versions (DESC-04), such as `com.example.builds`.
    IntegrationKey, 100, "expected 1 to 100 of: letters, digits, '.', '-', '_', ':'"
}
text_id! {
    /// Key of one UI extension, unique among those of its kind in its integration (DESC-11).
    ExtensionKey, 40, "expected 1 to 40 of: letters, digits, '.', '-', '_', ':'"
}
text_id! {
    /// One browser profile or device of a user, named by itself (Table A), such as `web-e1`.
    ClientId, 64, "expected 1 to 64 of: letters, digits, '.', '-', '_', ':'"
}

/// Where an integration is installed: one room, or everywhere (SYNC-07). On the wire `"123"` or `"global"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoomRef {
    /// The global room: present in every room, also in those made later (DATA-07).
    Global,
    /// One room.
    Room(RoomId),
}

impl RoomRef {
    /// The room, unless this is the global one.
    pub fn room(self) -> Option<RoomId> {
        match self {
            Self::Global => None,
            Self::Room(room) => Some(room),
        }
    }
}

impl From<RoomId> for RoomRef {
    fn from(room: RoomId) -> Self {
        Self::Room(room)
    }
}

impl fmt::Display for RoomRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("global"),
            Self::Room(room) => room.fmt(f),
        }
    }
}

impl FromStr for RoomRef {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text {
            "global" => Ok(Self::Global),
            number => number.parse().map(Self::Room).map_err(|_| InvalidId("expected a room number or \"global\"")),
        }
    }
}

impl Serialize for RoomRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RoomRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RoomRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RoomRef".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Number of a room as text, or `global`.",
            "type": "string",
            "pattern": "^(global|[1-9][0-9]*)$",
        })
    }
}
