//! Everything a client needs before its first frame.

use serde::{Deserialize, Serialize};

use crate::{
    Membership, Organisation, Person,
    push::{PresenceOf, Revision},
};

/// `GET` answers [`Snapshot`].
pub const PATH: &str = "/api/v1/snapshot";

/// What the user may see of people and rooms, at one revision.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The state is that after this revision.
    pub rev: Revision,
    /// The organisation of this server.
    pub organisation: Organisation,
    /// Whose session it is.
    pub user: Person,
    /// Everybody the user may see.
    pub people: Vec<Person>,
    /// Those who are not offline.
    pub presence: Vec<PresenceOf>,
    /// All rooms of the user.
    pub rooms: Vec<Membership>,
}
