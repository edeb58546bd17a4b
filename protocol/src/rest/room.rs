//! Rooms, their members, conversations, read positions.

use serde::{Deserialize, Serialize};

use crate::{Membership, Privacy, Room, Sequence, UserId};

/// `GET` lists the caller's rooms ([`List`]); `POST` makes one ([`Create`] → 201 [`Membership`]).
pub const PATH: &str = "/api/v1/rooms";
/// `GET`: public rooms the caller could join ([`Joinable`]).
pub const PATH_JOINABLE: &str = "/api/v1/rooms/joinable";
/// `GET` one room ([`Membership`]); `PATCH` changes it ([`Change`] → 200 [`Membership`]; topic: any member, the rest, archiving too: owner or administrator).
pub const PATH_ONE: &str = "/api/v1/rooms/{room_id}";
/// `GET` lists members ([`Members`]); `POST` adds one ([`AddMember`] → 204).
pub const PATH_MEMBERS: &str = "/api/v1/rooms/{room_id}/members";
/// `DELETE` removes a member, or leaves when it is oneself (204).
pub const PATH_MEMBER: &str = "/api/v1/rooms/{room_id}/members/{user_id}";
/// `POST` joins a public room (204).
pub const PATH_JOIN: &str = "/api/v1/rooms/{room_id}/join";
/// `POST` moves the caller's read position forward ([`MarkRead`] → 204).
pub const PATH_READ: &str = "/api/v1/rooms/{room_id}/read";
/// `POST` opens the conversation with people, making it if needed ([`OpenConversation`] → 200 or 201 [`Membership`]).
pub const PATH_CONVERSATIONS: &str = "/api/v1/conversations";

/// Rooms of the caller.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RoomList"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct List {
    /// By name; conversations after rooms.
    pub items: Vec<Membership>,
}

/// Rooms the caller may join.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "JoinableRooms"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Joinable {
    /// By name.
    pub items: Vec<Room>,
}

/// Body of `POST` to [`PATH`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NewRoom"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Create {
    /// Unique, 1 to 50 characters.
    pub name: String,
    /// Who may enter.
    pub privacy: Privacy,
    /// At most 250 characters.
    #[serde(default)]
    pub topic: Option<String>,
}

/// Body of `PATCH`; absent members stay as they are.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RoomChange"))]
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Change {
    /// New topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New privacy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Whether it is archived from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// Members of a room.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RoomMembers"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Members {
    /// In order of joining.
    pub items: Vec<UserId>,
}

/// Body of `POST` to [`PATH_MEMBERS`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AddMember {
    /// Who is to become a member.
    pub user_id: UserId,
}

/// Body of `POST` to [`PATH_READ`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MarkRead {
    /// Newest event read.
    pub seq: Sequence,
}

/// Body of `POST` to [`PATH_CONVERSATIONS`].
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenConversation {
    /// The others; the caller is added. One to seven people.
    pub user_ids: Vec<UserId>,
}
