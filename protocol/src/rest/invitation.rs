//! Inviting people by a link.

use serde::{Deserialize, Serialize};

use crate::{Organisation, Role, RoomId, Timestamp};

/// `POST` makes an invitation (201, [`Invitation`]); administrators invite anyone, members invite members and guests.
pub const PATH: &str = "/api/v1/invitations";

/// `GET` shows what an invitation is for ([`Details`]); `POST` accepts it ([`Accept`] → 201 [`super::session::SignedIn`]).
pub const PATH_ONE: &str = "/api/v1/invitations/{token}";

/// Address of the page that accepts an invitation, for `url` of [`Invitation`].
pub const PAGE: &str = "/invite/{token}";

/// Body of `POST` to [`PATH`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NewInvitation"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Create {
    /// What the newcomer will be.
    pub role: Role,
    /// Rooms they become a member of at once; the inviter must be a member of each.
    #[serde(default)]
    pub rooms: Vec<RoomId>,
}

/// An invitation that was made. It can be used once within seven days.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invitation {
    /// The secret part of the link.
    pub token: String,
    /// The whole link.
    pub url: String,
    /// After this it is refused.
    pub expires_at: Timestamp,
}

/// What somebody who holds the link may know.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InvitationDetails"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Where they were invited to.
    pub organisation: Organisation,
    /// Name of the person who invited them.
    pub invited_by: String,
    /// What they will be.
    pub role: Role,
}

/// Body of `POST` to [`PATH_ONE`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AcceptInvitation"))]
#[derive(Serialize, Deserialize)]
pub struct Accept {
    /// Name, 1 to 64 characters.
    pub name: String,
    /// E-mail address to sign in with.
    pub email: String,
    /// At least 10 characters, at most 256.
    pub password: String,
}
