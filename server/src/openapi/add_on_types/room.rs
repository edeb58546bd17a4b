//! Rooms and people, in the forms of HipChat Connect §5.4, and lists of them.
#![expect(dead_code, reason = "only their schemas are used")]

use roomglass_protocol::{RoomId, UserId};
use schemars::JsonSchema;

/// A part of a list (§5).
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::openapi) struct List<T> {
    items: Vec<T>,
    start_index: u64,
    max_results: u64,
    links: ListLinks,
}

#[derive(JsonSchema)]
struct ListLinks {
    #[serde(rename = "self")]
    own: String,
    prev: Option<String>,
    next: Option<String>,
}

/// Which part of a list.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::openapi) struct Window {
    /// Entries before it; 0 when absent.
    start_index: Option<u32>,
    /// Most entries in it; 100 when absent, 1000 at most.
    max_results: Option<u32>,
}

/// What is shown in full.
#[derive(JsonSchema)]
pub(in crate::openapi) struct Expand {
    /// `items` or `participants`.
    expand: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::openapi) struct RoomFilter {
    /// True when absent.
    include_private: Option<bool>,
    /// False when absent.
    include_archived: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::openapi) struct ParticipantFilter {
    /// False when absent.
    include_offline: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::openapi) struct UserFilter {
    /// False when absent.
    include_guests: Option<bool>,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct OwnLink {
    #[serde(rename = "self")]
    own: String,
}

/// A room, short form (§5.4).
#[derive(JsonSchema)]
pub(in crate::openapi) struct ShortRoom {
    id: RoomId,
    name: String,
    is_archived: bool,
    /// `public` or `private`.
    privacy: String,
    version: String,
    links: RoomLinks,
}

#[derive(JsonSchema)]
struct RoomLinks {
    #[serde(rename = "self")]
    own: String,
    webhooks: String,
    participants: String,
    /// Of private rooms.
    members: Option<String>,
}

/// A room, full form.
#[derive(JsonSchema)]
pub(in crate::openapi) struct FullRoom {
    #[serde(flatten)]
    short: ShortRoom,
    topic: String,
    owner: Option<ShortUser>,
    created: Option<String>,
    last_active: Option<String>,
    is_guest_accessible: bool,
    guest_access_url: Option<String>,
    avatar_url: Option<String>,
    delegate_admin_visibility: Option<bool>,
    statistics: StatisticsLink,
    /// Those who are there; absent in lists.
    participants: Option<Vec<User>>,
}

#[derive(JsonSchema)]
struct StatisticsLink {
    links: OwnLink,
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::openapi) enum Room {
    Full(Box<FullRoom>),
    Short(ShortRoom),
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct Statistics {
    messages_sent: u64,
    last_active: Option<String>,
    links: OwnLink,
}

/// A person, short form.
#[derive(JsonSchema)]
pub(in crate::openapi) struct ShortUser {
    id: UserId,
    name: String,
    /// Without `@`.
    mention_name: String,
    version: String,
    links: OwnLink,
    /// In lists of a room: `room_member`, `room_admin`.
    room_roles: Option<Vec<String>>,
}

/// A person, full form.
#[derive(JsonSchema)]
pub(in crate::openapi) struct FullUser {
    #[serde(flatten)]
    short: ShortUser,
    /// With the scope `view_group`.
    email: Option<String>,
    created: String,
    last_active: Option<String>,
    title: String,
    timezone: String,
    photo_url: Option<String>,
    is_deleted: bool,
    is_guest: bool,
    is_group_admin: bool,
    /// `admin` or `user`.
    roles: Vec<String>,
    presence: Option<Presence>,
}

#[derive(JsonSchema)]
struct Presence {
    /// `chat` or `away`.
    show: String,
    is_online: bool,
}

#[derive(JsonSchema)]
#[serde(untagged)]
pub(in crate::openapi) enum User {
    Full(Box<FullUser>),
    Short(ShortUser),
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct NewRoom {
    name: String,
    topic: Option<String>,
    /// `public`, also when absent, or `private`.
    privacy: Option<String>,
    guest_access: Option<bool>,
    /// Who installed the integration, when absent.
    owner_user_id: Option<UserId>,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct MadeRoom {
    id: RoomId,
    links: OwnLink,
}

/// Absent members stay as they are.
#[derive(JsonSchema)]
pub(in crate::openapi) struct RoomChange {
    name: Option<String>,
    privacy: Option<String>,
    topic: Option<String>,
    is_archived: Option<bool>,
    is_guest_accessible: Option<bool>,
    owner: Option<OwnerChange>,
}

#[derive(JsonSchema)]
struct OwnerChange {
    id: UserId,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct Topic {
    topic: String,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct MemberRoles {
    room_roles: Option<Vec<String>>,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct Reason {
    reason: Option<String>,
}
