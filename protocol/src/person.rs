//! People, their roles and whether they are there.

use serde::{Deserialize, Serialize};

use crate::UserId;

/// What a person may do in the organisation (MSG-20).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything, in every room.
    Administrator,
    /// May make rooms and join public ones.
    Member,
    /// Sees only rooms they were invited to; installs nothing.
    Guest,
}

/// Whether a person can be reached now (MSG-10).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Has an open client and used it lately.
    Online,
    /// Has an open client but has not used it for a while.
    Away,
    /// Has no open client.
    #[default]
    Offline,
}

/// A person as everybody in the organisation may see them: no e-mail address, nothing secret.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Display name, 1 to 64 characters.
    pub name: String,
    /// Handle for `@mentions`: lower-case, unique in the organisation.
    pub mention: String,
    /// What they may do.
    pub role: Role,
}

/// The organisation this server belongs to.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The number providers know it by (`groupId`).
    pub id: i64,
    /// Display name.
    pub name: String,
}
