//! Content hashes at three levels (requirements §16, decision 1). The only place that hashes.

mod canonical;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

pub use canonical::canonical_json;

use crate::{IntegrationKey, OrderedMap, RoomRef, integration::Extensions};

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 20]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::id::InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": "^[0-9a-f]{40}$"})
            }
        }
    };
}

token! {
    /// Identifies one version of one integration (TOK-01). 40 lower-case hex digits on the wire. Data, not authority.
    IntegrationToken
}
token! {
    /// Identifies which integrations in which versions a room has (TOK-08).
    RoomToken
}
token! {
    /// Identifies the rooms of a user, the global one included, and the integrations in them (decision 1).
    AccountToken
}

fn parse_hex(text: &str) -> Result<[u8; 20], crate::id::InvalidId> {
    let malformed = crate::id::InvalidId("expected 40 lower-case hex digits");
    let digits = text.as_bytes();
    if digits.len() != 40 || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(malformed);
    }
    let mut bytes = [0; 20];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| malformed.clone())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| malformed.clone())?;
    }
    Ok(bytes)
}

fn sha1(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> [u8; 20] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.as_ref());
    }
    hash.finalize().into()
}

/// Twelve hex digits that depend on the content of a JSON value alone, for keys of things without a name. Its text is not the
/// canonical one, which differs only in how fractions are written and would bring the tables for that into the browser.
pub(crate) fn fingerprint(value: &Value) -> String {
    sha1([value.to_string()])[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl IntegrationToken {
    /// Token of an integration with these extensions (TOK-02, TOK-04).
    pub fn of(key: &IntegrationKey, extensions: &Extensions) -> Self {
        Self(sha1([canonical_json(&hashed_form(key, extensions))]))
    }
}

/// What an integration token is computed from; the walkthrough gives it to the byte.
fn hashed_form(key: &IntegrationKey, extensions: &Extensions) -> Value {
    let extensions: Vec<Value> = extensions
        .iter()
        .into_iter()
        .map(|(kind, key, descriptor)| json!({ "descriptor": descriptor, "key": key, "kind": kind }))
        .collect();
    json!({ "extensions": extensions, "integration": key })
}

impl RoomToken {
    /// Token of a room with these integrations, in whatever order they are given (TOK-09).
    pub fn of<'a>(integrations: impl IntoIterator<Item = (&'a IntegrationKey, IntegrationToken)>) -> Self {
        let sorted: OrderedMap<_, _> = integrations.into_iter().collect();
        Self(sha1(sorted.values().map(IntegrationToken::to_string)))
    }
}

impl AccountToken {
    /// Token of a user's rooms, in whatever order they are given: SHA-1 over `room ref, ":", room token, "\n"` of each
    /// in order of [`RoomRef`], the global room first.
    pub fn of(rooms: impl IntoIterator<Item = (RoomRef, RoomToken)>) -> Self {
        let sorted: OrderedMap<_, _> = rooms.into_iter().collect();
        Self(sha1(sorted.iter().map(|(room, token)| format!("{room}:{token}\n"))))
    }
}
