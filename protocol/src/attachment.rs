//! Files in messages (MSG-18): what is told of them, and the rules for their names and types.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{FileId, json::Members};

/// Most files in one message.
pub const MAX_ATTACHMENTS: usize = 10;
/// Longest name of a file, in characters.
pub const MAX_FILE_NAME_CHARS: usize = 200;
/// Longest media type that is kept, in characters.
const MAX_MEDIA_TYPE_CHARS: usize = 100;
/// Media type of what nothing is known of.
pub const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";
/// Name of a file that came without one.
const NAMELESS: &str = "file";

/// A file of a message.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Names its bytes on the server.
    pub id: FileId,
    /// As [`file_name`] leaves it.
    pub name: String,
    /// What the sender called it, as [`media_type`] leaves it; of a picture with a preview what its bytes say.
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// Whether browsers may draw it: its bytes begin as a PNG, JPEG, GIF or WebP. Nothing else is ever shown in place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preview: bool,
}

impl<'de> Deserialize<'de> for Attachment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::read(deserializer, |mut members| {
            Ok(Self {
                id: members.take("id")?,
                name: members.take("name")?,
                media_type: members.take("media_type")?,
                size: members.take("size")?,
                preview: members.take_or_default("preview")?,
            })
        })
    }
}

impl Attachment {
    /// Whether it is of a type, as conditions name it (COND-20): a media type (`application/pdf`), a range of them
    /// (`image/*`, and `*/*` for any file), or one half of it (`image`, `pdf`). HipChat calls pictures `img` too.
    pub fn is_of_type(&self, wanted: &str) -> bool {
        let wanted = wanted.trim().to_ascii_lowercase();
        let own = self.media_type.to_ascii_lowercase();
        let (kind, subtype) = own.split_once('/').unwrap_or((&own, ""));
        match wanted.split_once('/') {
            Some((wanted_kind, "*")) => wanted_kind == "*" || wanted_kind == kind,
            Some(_) => wanted == own,
            None if wanted == "img" => kind == "image",
            None => !wanted.is_empty() && (wanted == kind || wanted == subtype),
        }
    }

    /// What kind of file it is, in HipChat's word: the first half of its media type.
    pub fn kind(&self) -> &str {
        self.media_type.split('/').next().unwrap_or_default()
    }
}

/// The name of a file without anything a path or a screen could stumble over: no folders, no control characters, no
/// marks that turn the direction of writing and so hide an ending.
pub fn file_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let clean = clean.trim();
    if clean.trim_matches('.').is_empty() { NAMELESS.to_owned() } else { shortened(clean) }
}

/// A name that is too long loses the end of its stem, not its ending.
fn shortened(name: &str) -> String {
    let characters = name.chars().count();
    if characters <= MAX_FILE_NAME_CHARS {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 16);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    let stem: String = name.chars().take(MAX_FILE_NAME_CHARS - ending.chars().count()).collect();
    stem + &ending
}

/// A media type without its parameters, in lower case; [`UNKNOWN_MEDIA_TYPE`] for what is none.
pub fn media_type(text: &str) -> String {
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let is_type = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if is_type && essence.len() <= MAX_MEDIA_TYPE_CHARS { essence } else { UNKNOWN_MEDIA_TYPE.to_owned() }
}
