//! Forms of what add-ons send and are answered (HipChat Connect §§2–6). The handlers read and write JSON value by value;
//! the tests compare every answer with these.
#![expect(dead_code, reason = "only their schemas are used")]

use std::collections::BTreeMap;

use roomglass_protocol::{Fault, RoomId, UserId, integration::TileData};
use schemars::JsonSchema;
use serde_json::{Map, Value};

/// A refusal as HipChat made them (§5.1).
#[derive(JsonSchema)]
pub(super) struct Refusal {
    error: RefusalBody,
}

#[derive(JsonSchema)]
struct RefusalBody {
    /// The status of the answer.
    code: u16,
    /// The status in words: `Not Found`.
    r#type: String,
    /// A sentence.
    message: String,
    /// Every fault of a document, where one was refused.
    faults: Option<Vec<Fault>>,
}

/// What a request that only tests its token is answered (§2.7).
#[derive(JsonSchema)]
pub(super) struct Accepted {
    success: AcceptedBody,
}

#[derive(JsonSchema)]
struct AcceptedBody {
    code: u16,
    r#type: String,
    message: String,
}

/// A part of a list (§5).
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T> {
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
pub(super) struct Window {
    /// Entries before it; 0 when absent.
    start_index: Option<u32>,
    /// Most entries in it; 100 when absent, 1000 at most.
    max_results: Option<u32>,
}

/// What is shown in full.
#[derive(JsonSchema)]
pub(super) struct Expand {
    /// `items` or `participants`.
    expand: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct RoomFilter {
    /// True when absent.
    include_private: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ParticipantFilter {
    /// False when absent.
    include_offline: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct UserFilter {
    /// False when absent.
    include_guests: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct HistorySpan {
    /// The newest moment, in ISO 8601, or `recent`.
    date: Option<String>,
    /// The oldest moment.
    end_date: Option<String>,
    /// Oldest first, unless `false`.
    reverse: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct LatestSpan {
    /// 75 when absent.
    max_results: Option<u32>,
    /// No older message than this one.
    not_before: Option<String>,
}

#[derive(JsonSchema)]
pub(super) struct OwnLink {
    #[serde(rename = "self")]
    own: String,
}

/// A room, short form (§5.4).
#[derive(JsonSchema)]
pub(super) struct ShortRoom {
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
pub(super) struct FullRoom {
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
pub(super) enum Room {
    Full(Box<FullRoom>),
    Short(ShortRoom),
}

#[derive(JsonSchema)]
pub(super) struct Statistics {
    messages_sent: u64,
    last_active: Option<String>,
    links: OwnLink,
}

/// A person, short form.
#[derive(JsonSchema)]
pub(super) struct ShortUser {
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
pub(super) struct FullUser {
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
pub(super) enum User {
    Full(Box<FullUser>),
    Short(ShortUser),
}

/// A message of a room's history.
#[derive(JsonSchema)]
pub(super) struct Message {
    id: String,
    date: String,
    from: Writer,
    message: String,
    mentions: Vec<ShortUser>,
    /// `message` or `notification`.
    r#type: String,
    color: Option<String>,
    /// `html` or `text`, of notifications.
    message_format: Option<String>,
    /// JSON as text, of notifications with one.
    card: Option<String>,
    notification_sender: Option<NotificationSender>,
}

/// A person, or the name of an integration.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Writer {
    Person(ShortUser),
    Integration(String),
}

#[derive(JsonSchema)]
struct NotificationSender {
    r#type: String,
    /// Key of the integration.
    id: String,
}

#[derive(JsonSchema)]
pub(super) struct OneMessage {
    message: Message,
}

/// What is said in plain text, 1 to 1000 characters.
#[derive(JsonSchema)]
pub(super) struct NewMessage {
    message: String,
}

/// An answer to a message of the room.
#[derive(JsonSchema)]
pub(super) struct Reply {
    /// Also as `parent_message_id`.
    #[serde(rename = "parentMessageId")]
    parent_message_id: Option<String>,
    message: String,
}

#[derive(JsonSchema)]
pub(super) struct SharedLink {
    link: String,
    message: Option<String>,
}

/// There is none.
#[derive(JsonSchema)]
pub(super) struct Emoticon {
    id: u64,
    shortcut: String,
}

#[derive(JsonSchema)]
pub(super) struct SentMessage {
    id: String,
    timestamp: String,
}

/// A notification (§6.1).
#[derive(JsonSchema)]
pub(super) struct Notification {
    /// 1 to 10,000 characters.
    message: String,
    /// `html`, also when absent, or `text`.
    message_format: Option<String>,
    /// `yellow`, also when absent, `green`, `red`, `purple`, `gray` or `random`.
    color: Option<String>,
    /// Whether people are to be told.
    notify: Option<Flag>,
    /// Shown beside the name, at most 64 characters.
    from: Option<String>,
    /// A message of the room.
    attach_to: Option<String>,
    /// A card (§6.3): `id`, `style` and `title` are required.
    card: Option<Map<String, Value>>,
}

/// Add-ons write both.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Flag {
    Flag(bool),
    Word(String),
}

#[derive(JsonSchema)]
pub(super) struct NewRoom {
    name: String,
    topic: Option<String>,
    /// `public`, also when absent, or `private`.
    privacy: Option<String>,
    guest_access: Option<bool>,
    /// Who installed the integration, when absent.
    owner_user_id: Option<UserId>,
}

#[derive(JsonSchema)]
pub(super) struct MadeRoom {
    id: RoomId,
    links: OwnLink,
}

/// Absent members stay as they are.
#[derive(JsonSchema)]
pub(super) struct RoomChange {
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
pub(super) struct Topic {
    topic: String,
}

#[derive(JsonSchema)]
pub(super) struct MemberRoles {
    room_roles: Option<Vec<String>>,
}

#[derive(JsonSchema)]
pub(super) struct Reason {
    reason: Option<String>,
}

/// A webhook of one room (§5.5).
#[derive(JsonSchema)]
pub(super) struct NewWebhook {
    url: String,
    /// `room_message`, `room_notification`, `room_enter`, …
    event: String,
    pattern: Option<String>,
    name: Option<String>,
    key: Option<String>,
    /// `jwt` or `none`.
    authentication: Option<String>,
}

#[derive(JsonSchema)]
pub(super) struct MadeWebhook {
    id: u32,
    links: OwnLink,
}

#[derive(JsonSchema)]
pub(super) struct Webhook {
    id: u32,
    key: String,
    name: String,
    event: String,
    url: String,
    pattern: Option<String>,
    authentication: String,
    created: String,
    room: ShortRoom,
    links: OwnLink,
}

/// New data of tiles (§4.3).
#[derive(JsonSchema)]
pub(super) struct TilePush {
    glance: Vec<PushedTile>,
    /// Rooms by number or name, where the address names none.
    rooms: Option<Vec<Value>>,
    /// People by number, address or `@mention`, where the address names none.
    users: Option<Vec<Value>>,
}

#[derive(JsonSchema)]
struct PushedTile {
    key: String,
    content: TileData,
}

/// An integration's descriptor (§1).
#[derive(JsonSchema)]
pub(super) struct Descriptor {
    key: String,
    name: String,
    description: Option<String>,
    links: DescriptorLinks,
    vendor: Option<Vendor>,
    /// `installable`, `hipchatApiConsumer`, `glance`, `webPanel`, `dialog`, `action`, `externalPage`, `webhook`, …
    capabilities: Map<String, Value>,
}

#[derive(JsonSchema)]
struct DescriptorLinks {
    #[serde(rename = "self")]
    own: String,
    homepage: Option<String>,
}

#[derive(JsonSchema)]
struct Vendor {
    name: Option<String>,
    url: Option<String>,
}

/// One extension as it stands in a descriptor (§§1.5–1.10).
#[derive(JsonSchema)]
pub(super) struct Extension {
    key: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// A request for a token (§2.6).
#[derive(JsonSchema)]
pub(super) struct TokenRequest {
    /// `client_credentials`.
    grant_type: String,
    /// With spaces between them; all of the installation's when absent.
    scope: Option<String>,
}

#[derive(JsonSchema)]
pub(super) struct Grant {
    access_token: String,
    expires_in: i64,
    group_id: i64,
    group_name: String,
    scope: String,
    token_type: String,
}

#[derive(JsonSchema)]
pub(super) struct TokenSession {
    client: TokenClient,
    scopes: Vec<String>,
    expires_in: i64,
}

#[derive(JsonSchema)]
struct TokenClient {
    id: String,
    name: String,
    allowed_scopes: Vec<String>,
    room: Option<NamedRoom>,
}

#[derive(JsonSchema)]
struct NamedRoom {
    id: RoomId,
    name: String,
}

/// What this server says of itself (§2.1).
#[derive(JsonSchema)]
pub(super) struct Capabilities {
    key: String,
    name: String,
    description: String,
    vendor: Vendor,
    links: CapabilityLinks,
    capabilities: HostCapabilities,
}

#[derive(JsonSchema)]
struct CapabilityLinks {
    #[serde(rename = "self")]
    own: String,
    api: String,
    homepage: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HostCapabilities {
    oauth2_provider: TokenProvider,
    hipchat_api_provider: ApiProvider,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenProvider {
    token_url: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ApiProvider {
    url: String,
    available_scopes: BTreeMap<String, DescribedScope>,
}

#[derive(JsonSchema)]
struct DescribedScope {
    id: String,
    name: String,
    description: String,
}
