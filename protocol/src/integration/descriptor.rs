//! The descriptor as a whole: checking and normal form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ExtensionKind, Extensions};
use crate::{ExtensionKey, Fault, IntegrationKey};

/// Largest accepted descriptor, in bytes.
pub const MAX_DESCRIPTOR_BYTES: usize = 256 * 1024;

/// What an integration may be allowed to do (HCC-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Administer people of the organisation.
    AdminGroup,
    /// Change topic, members and webhooks of rooms.
    AdminRoom,
    /// Make and delete rooms.
    ManageRooms,
    /// Send messages as a person would.
    SendMessage,
    /// Post notifications.
    SendNotification,
    /// See people and rooms; push tiles to everybody or to one person everywhere.
    ViewGroup,
    /// Read the history of rooms.
    ViewMessages,
    /// See a room and its members; push tiles to a room.
    ViewRoom,
    /// Exists in HipChat's list; add-ons do not use it.
    ImportData,
}

impl Scope {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AdminGroup => "admin_group",
            Self::AdminRoom => "admin_room",
            Self::ManageRooms => "manage_rooms",
            Self::SendMessage => "send_message",
            Self::SendNotification => "send_notification",
            Self::ViewGroup => "view_group",
            Self::ViewMessages => "view_messages",
            Self::ViewRoom => "view_room",
            Self::ImportData => "import_data",
        }
    }

    /// Reads the word on the wire.
    pub fn from_word(word: &str) -> Option<Self> {
        serde_json::from_value(Value::String(word.to_owned())).ok()
    }
}

/// A descriptor that was checked, in normal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Descriptor {
    /// Unique and stable (DESC-04).
    pub key: IntegrationKey,
    /// Display name.
    pub name: String,
    /// What it says of itself; may be empty.
    pub description: String,
    /// Who makes it.
    pub vendor: Option<String>,
    /// Page about it.
    pub homepage: Option<String>,
    /// Where the descriptor itself can be had again.
    pub self_url: String,
    /// What it wants to be allowed (`hipchatApiConsumer.scopes`).
    pub scopes: Vec<Scope>,
    /// Sender name of its notifications, if it wants another than its own.
    pub from_name: Option<String>,
    /// Whether single rooms may install it (HCC-02).
    pub allow_room: bool,
    /// Whether the organisation may install it.
    pub allow_global: bool,
    /// Where credentials are posted to, and removals deleted from (HCC-03, HCC-04).
    pub callback_url: Option<String>,
    /// Where credentials are posted to after an update.
    pub update_callback_url: Option<String>,
    /// Its UI extensions in normal form.
    pub extensions: Extensions,
    /// The whole document in normal form; nothing is lost (DESC-01).
    pub document: Value,
}

impl Descriptor {
    /// Reads, checks and normalises a document as it came from a provider, whatever its content type said.
    ///
    /// # Errors
    /// Every fault with its JSON pointer: larger than [`MAX_DESCRIPTOR_BYTES`], not JSON, a repeated member, a missing
    /// or wrong field, a key used twice in one kind, an address that is not http(s), a pattern that does not compile
    /// within the limits of [`crate::text::pattern`]. Dangling targets are *not* faults: real add-ons have them.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<Fault>> {
        let _ = bytes;
        todo!("written by the protocol author")
    }

    /// Reads a document this server normalised and stored before.
    ///
    /// # Errors
    /// As [`Descriptor::parse`]; it would mean that the store was damaged.
    pub fn from_stored(document: &str) -> Result<Self, Vec<Fault>> {
        Self::parse(document.as_bytes())
    }

    /// The descriptor with one extension added or replaced (UPD-02, UPD-04).
    ///
    /// # Errors
    /// The faults of the extension, as [`Descriptor::parse`] would tell them.
    pub fn with_extension(
        &self,
        kind: ExtensionKind,
        key: &ExtensionKey,
        extension: Value,
    ) -> Result<Self, Vec<Fault>> {
        let _ = (kind, key, extension);
        todo!("written by the protocol author")
    }

    /// The descriptor without one extension (UPD-03); `None` when it has no such extension.
    pub fn without_extension(&self, kind: &ExtensionKind, key: &ExtensionKey) -> Option<Self> {
        let _ = (kind, key);
        todo!("written by the protocol author")
    }

    /// All http(s) origins browsers of members will contact, that of the descriptor's own address included.
    pub fn origins(&self) -> Vec<String> {
        todo!("written by the protocol author")
    }
}
