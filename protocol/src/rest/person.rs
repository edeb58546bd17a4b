//! The people of the organisation.

use serde::{Deserialize, Serialize};

use crate::{Person, push::PresenceOf};

/// `GET` lists everybody the caller may see.
pub const PATH: &str = "/api/v1/people";

/// Answer.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct People {
    /// Everybody, by name.
    pub items: Vec<Person>,
    /// Those who are not offline.
    pub presence: Vec<PresenceOf>,
}
