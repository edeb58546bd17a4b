//! Changed integrations, as an answer and a frame both carry them.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{IntegrationKey, OrderedMap, RoomRef, integration::Extensions, json::Members, token::IntegrationToken};

/// Per room, the integrations that changed in it (`changedIntegrations` of Tables R and S).
pub type ChangedIntegrations = OrderedMap<RoomRef, Vec<ChangedIntegration>>;

/// What became of one integration in one room.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ChangedIntegration {
    /// It is no longer there (SYNC-15, UNIN-05): `{"key", "deleted": true}`.
    Deleted {
        /// Which.
        key: IntegrationKey,
        /// Always true.
        deleted: bool,
    },
    /// It is there in this version.
    Present {
        /// Which.
        key: IntegrationKey,
        /// Of the version.
        token: IntegrationToken,
        /// All UI extensions of the version (SSYNC-10); absent only where the same answer gave this token in full before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extensions: Option<Extensions>,
    },
}

impl<'de> Deserialize<'de> for ChangedIntegration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            let key = members.take("key")?;
            Ok(match members.has("deleted") {
                true => Self::Deleted { key, deleted: members.take("deleted")? },
                false => Self::Present {
                    key,
                    token: members.take("token")?,
                    extensions: members.take_or_default("extensions")?,
                },
            })
        })
    }
}

impl ChangedIntegration {
    /// The entry that takes an integration out of a room.
    pub fn deleted(key: IntegrationKey) -> Self {
        Self::Deleted { key, deleted: true }
    }

    /// Which integration.
    pub fn key(&self) -> &IntegrationKey {
        match self {
            Self::Deleted { key, .. } | Self::Present { key, .. } => key,
        }
    }
}
