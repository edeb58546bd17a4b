//! The descriptor as a whole: checking and normal form.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ExtensionKind, Extensions,
    address::origin_of,
    check::check_extension,
    collection::position_of,
    general::{General, Installable},
    normal_form::{Found, put_extensions, take_extensions},
    place::{Faults, Place},
    supplement::SUPPLEMENT_PREFIX,
    warning::warnings,
};
use crate::{
    ExtensionKey, Fault, IntegrationKey, OrderedSet,
    json::{child_pointer, parse_strict},
};

/// Most UI extensions of one descriptor: every browser of every room with it holds them all.
pub const MAX_EXTENSIONS: usize = 1000;

/// Largest accepted descriptor, in bytes.
pub const MAX_DESCRIPTOR_BYTES: usize = 256 * 1024;

/// What an integration may be allowed to do (HCC-07).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// All of them, by name.
    pub const ALL: [Self; 9] = [
        Self::AdminGroup,
        Self::AdminRoom,
        Self::ImportData,
        Self::ManageRooms,
        Self::SendMessage,
        Self::SendNotification,
        Self::ViewGroup,
        Self::ViewMessages,
        Self::ViewRoom,
    ];

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

/// What happens to an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// It was made.
    Installed,
    /// It has another version.
    Updated,
    /// It was removed.
    Uninstalled,
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
    /// or wrong field, a key used twice in one kind, more than [`MAX_EXTENSIONS`], an address that is not http(s), a pattern that does not compile
    /// within the limits of [`crate::text::pattern`]. Dangling targets are *not* faults: real add-ons have them.
    pub fn parse(bytes: &[u8]) -> Result<Self, Vec<Fault>> {
        if bytes.len() > MAX_DESCRIPTOR_BYTES {
            return Err(vec![Fault::new("", format!("the document is larger than {MAX_DESCRIPTOR_BYTES} bytes"))]);
        }
        let document = parse_strict(bytes).map_err(|fault| vec![fault])?;
        let mut faults = Faults::default();
        let general = General::read(&Place::new(&document, ""), &mut faults);
        let (document, extensions) = normalise(document, &mut faults);
        faults.unless(general.map(|general| assemble(general, extensions, document)))
    }

    /// As [`Descriptor::parse`], for whoever looks at a document before it is used: also tells what is odd about it
    /// without being a fault (decision 11), at most 20 such warnings, with pointers into the document as it came.
    ///
    /// # Errors
    /// As [`Descriptor::parse`], and when the key is one of those this server gives to what integrations add in single rooms.
    pub fn review(bytes: &[u8]) -> Result<(Self, Vec<Fault>), Vec<Fault>> {
        let descriptor = Self::parse(bytes)?;
        if descriptor.key.as_str().starts_with(SUPPLEMENT_PREFIX) {
            let why =
                format!("keys that begin with \"{SUPPLEMENT_PREFIX}\" are those of what integrations add in one room");
            return Err(vec![Fault::new("/key", why)]);
        }
        let document = parse_strict(bytes).map_err(|fault| vec![fault])?;
        Ok((descriptor, warnings(document)))
    }

    /// The page on which it is set up (`capabilities.configurable`), as its provider describes it.
    pub fn configuration(&self) -> Option<&Value> {
        self.document.pointer("/capabilities/configurable").filter(|page| page["url"].is_string())
    }

    /// Reads a document this server normalised and stored before.
    ///
    /// # Errors
    /// As [`Descriptor::parse`]; it would mean that the store was damaged.
    pub fn from_stored(document: &str) -> Result<Self, Vec<Fault>> {
        Self::parse(document.as_bytes())
    }

    /// The descriptor with one extension added or replaced (UPD-02, UPD-04). An extension that does not name its key
    /// is given it; one that names another is refused.
    ///
    /// # Errors
    /// The faults of the extension, as [`Descriptor::parse`] would tell them, but with pointers into the extension.
    pub fn with_extension(
        &self,
        kind: ExtensionKind,
        key: &ExtensionKey,
        extension: Value,
    ) -> Result<Self, Vec<Fault>> {
        let kind = ExtensionKind::canonical(&kind.0);
        if ExtensionKind::NOT_EXTENSIONS.contains(&kind.0.as_str()) {
            return Err(vec![Fault::new("", format!("\"{kind}\" is not a kind of extension"))]);
        }
        if !extension.is_object() {
            return Err(vec![Fault::new("", "expected an object")]);
        }
        if extension.get("key").is_some_and(|named| named.as_str() != Some(key.as_str())) {
            return Err(vec![Fault::new("/key", format!("expected the key of the address, \"{key}\""))]);
        }
        let mut extensions = self.extensions.clone();
        extensions.put(kind.clone(), key, extension);
        let place = extensions.0.get(&kind).and_then(|list| position_of(list, key)).unwrap_or(0);
        let prefix = child_pointer(&child_pointer("/capabilities", &kind), place);
        self.with_list(&kind, &extensions).map_err(|faults| within(&prefix, faults))
    }

    /// The descriptor without one extension (UPD-03); `None` when it has no such extension.
    pub fn without_extension(&self, kind: &ExtensionKind, key: &ExtensionKey) -> Option<Self> {
        let kind = ExtensionKind::canonical(&kind.0);
        let mut extensions = self.extensions.clone();
        let removed = extensions.remove(&kind, key);
        removed.then(|| self.with_list(&kind, &extensions).ok())?
    }

    /// The descriptor with another list of one kind. Read again from its text, so that every limit is checked.
    fn with_list(&self, kind: &ExtensionKind, extensions: &Extensions) -> Result<Self, Vec<Fault>> {
        let mut document = self.document.clone();
        if let Some(capabilities) = document.get_mut("capabilities").and_then(Value::as_object_mut) {
            match extensions.0.get(kind) {
                Some(list) => capabilities.insert(kind.0.clone(), Value::Array(list.clone())),
                None => capabilities.remove(&kind.0),
            };
        }
        Self::parse(document.to_string().as_bytes())
    }

    /// Where the browser of the person is sent who did this, if the add-on wants to be told in that way (HCC-05).
    pub fn redirect_of(&self, step: Lifecycle) -> Option<&str> {
        let member = match step {
            Lifecycle::Installed => "installedUrl",
            Lifecycle::Updated => "updatedUrl",
            Lifecycle::Uninstalled => "uninstalledUrl",
        };
        let installable = self.document.pointer("/capabilities/installable")?;
        installable.get(member)?.as_str().filter(|address| !address.is_empty())
    }

    /// All http(s) origins browsers of members will contact, that of the descriptor's own address included.
    pub fn origins(&self) -> Vec<String> {
        let general = ["/links/self", "/icon/url", "/icon/url@2x"];
        let of_general = general.iter().filter_map(|pointer| self.document.pointer(pointer)?.as_str());
        let mut origins: OrderedSet<String> = self.extensions.origins().into_iter().collect();
        origins.extend(of_general.filter_map(|address| origin_of(address).ok()));
        origins.into_iter().collect()
    }
}

fn within(prefix: &str, faults: Vec<Fault>) -> Vec<Fault> {
    let shorten = |fault: Fault| match fault.pointer.strip_prefix(prefix) {
        Some(rest) => Fault::new(rest, fault.message),
        None => fault,
    };
    faults.into_iter().map(shorten).collect()
}

/// The normal form of a document, and its extensions once more by kind.
fn normalise(mut document: Value, faults: &mut Faults) -> (Value, Extensions) {
    let mut extensions = Extensions::default();
    if let Some(capabilities) = document.get_mut("capabilities").and_then(Value::as_object_mut) {
        let mut refused = Vec::new();
        let found = take_extensions(capabilities, &mut refused);
        faults.extend(refused);
        match found.get(MAX_EXTENSIONS) {
            Some(excess) => faults.add(&excess.pointer, format!("there are more than {MAX_EXTENSIONS} extensions")),
            None => check_all(&found, faults),
        }
        for Found { kind, descriptor, .. } in &found {
            extensions.0.entry(kind.clone()).or_default().push(descriptor.clone());
        }
        put_extensions(capabilities, found);
    }
    (document, extensions)
}

fn check_all(found: &[Found], faults: &mut Faults) {
    let mut seen = OrderedSet::new();
    for extension in found {
        check_extension(extension, faults);
        let Some(key) = extension.descriptor.get("key").and_then(Value::as_str) else { continue };
        if !seen.insert((&extension.kind, key)) {
            let kind = &extension.kind;
            faults.add(&child_pointer(&extension.pointer, "key"), format!("another {kind} has the key \"{key}\""));
        }
    }
}

/// The whole: its general part, its extensions, and the document in normal form that both came from.
fn assemble(general: General, extensions: Extensions, document: Value) -> Descriptor {
    let General { key, name, description, vendor, homepage, self_url, scopes, from_name, installable } = general;
    let Installable { allow_room, allow_global, callback_url, update_callback_url } = installable;
    Descriptor {
        key,
        name,
        description,
        vendor,
        homepage,
        self_url,
        scopes,
        from_name,
        allow_room,
        allow_global,
        callback_url,
        update_callback_url,
        extensions,
        document,
    }
}
