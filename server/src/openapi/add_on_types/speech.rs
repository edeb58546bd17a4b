//! What add-ons say and read, and the webhooks and tiles that go with it.
#![expect(dead_code, reason = "only their schemas are used")]

use roomglass_protocol::integration::TileData;
use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::room::{OwnLink, ShortRoom, ShortUser};

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::openapi) struct HistorySpan {
    /// The newest moment, in ISO 8601, or `recent`.
    date: Option<String>,
    /// The oldest moment.
    end_date: Option<String>,
    /// Oldest first, unless `false`.
    reverse: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::openapi) struct LatestSpan {
    /// 75 when absent.
    max_results: Option<u32>,
    /// No older message than this one.
    not_before: Option<String>,
}

/// A message of a room's history.
#[derive(JsonSchema)]
pub(in crate::openapi) struct Message {
    id: String,
    date: String,
    from: Writer,
    message: String,
    /// Addresses in it; absent where there are none.
    message_links: Option<Vec<MessageLink>>,
    mentions: Vec<ShortUser>,
    /// `message` or `notification`.
    r#type: String,
    color: Option<String>,
    /// `html` or `text`, of notifications.
    message_format: Option<String>,
    notification_sender: Option<NotificationSender>,
    /// A card as JSON in a text.
    card: Option<String>,
    /// The first file.
    file: Option<File>,
    /// All files, where there are several.
    files: Option<Vec<File>>,
}

/// An address in a message.
#[derive(JsonSchema)]
struct MessageLink {
    /// `link`.
    r#type: String,
    url: String,
}

/// A file of a message; its addresses open it for an hour.
#[derive(JsonSchema)]
struct File {
    name: String,
    /// In bytes.
    size: i64,
    url: String,
    /// Of pictures.
    thumb_url: Option<String>,
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
pub(in crate::openapi) struct OneMessage {
    message: Message,
}

/// A word on a file, 1 to 1000 characters.
#[derive(JsonSchema)]
pub(in crate::openapi) struct FileMetadata {
    message: Option<String>,
}

/// The parts of a file that is shared.
#[derive(JsonSchema)]
pub(in crate::openapi) struct SharedFile {
    metadata: Option<FileMetadata>,
    /// The bytes, in base64 where the part's `Content-Transfer-Encoding` says so.
    file: String,
}

/// What is said in plain text, 1 to 1000 characters.
#[derive(JsonSchema)]
pub(in crate::openapi) struct NewMessage {
    message: String,
}

/// What is said to one person, 1 to 10,000 characters.
#[derive(JsonSchema)]
pub(in crate::openapi) struct MessageToPerson {
    message: String,
    /// `text`, unless it is `html`.
    message_format: Option<String>,
    /// Taken, and without effect: people decide what they are notified of.
    notify: Option<bool>,
}

/// An answer to a message of the room.
#[derive(JsonSchema)]
pub(in crate::openapi) struct Reply {
    /// Also as `parent_message_id`.
    #[serde(rename = "parentMessageId")]
    parent_message_id: Option<String>,
    message: String,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct SharedLink {
    link: String,
    message: Option<String>,
}

/// There is none.
#[derive(JsonSchema)]
pub(in crate::openapi) struct Emoticon {
    id: u64,
    shortcut: String,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct SentMessage {
    id: String,
    timestamp: String,
}

/// A notification (§6.1).
#[derive(JsonSchema)]
pub(in crate::openapi) struct Notification {
    /// 1 to 10,000 characters.
    message: String,
    /// `html`, also when absent, or `text`.
    message_format: Option<String>,
    /// `yellow`, also when absent, `green`, `red`, `purple`, `gray` or `random`.
    color: Option<String>,
    /// Taken, and without effect: people decide what they are notified of.
    notify: Option<Flag>,
    /// Shown beside the name, at most 64 characters.
    from: Option<String>,
    /// The message of the room that it answers, which it then begins with.
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

/// A webhook of one room (§5.5).
#[derive(JsonSchema)]
pub(in crate::openapi) struct NewWebhook {
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
pub(in crate::openapi) struct MadeWebhook {
    id: u32,
    links: OwnLink,
}

#[derive(JsonSchema)]
pub(in crate::openapi) struct Webhook {
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
pub(in crate::openapi) struct TilePush {
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
