//! Files on their way into messages and out of them (MSG-18).

use serde::{Deserialize, Serialize};

/// `POST` stores a file for a message that is yet to be sent: its bytes are the body, its media type the request's,
/// its name the [`Query`]'s (→ 201 [`crate::attachment::Attachment`]). It is forgotten a day later unless a message names it.
pub const PATH: &str = "/api/v1/rooms/{room_id}/files";

/// `GET` answers the bytes: to its sender, and once a message has it to every member of the room. `DELETE` forgets one
/// that no message has (→ 204).
pub const PATH_ONE: &str = "/api/v1/rooms/{room_id}/files/{file_id}";

/// `GET` says what may be sent (→ [`Limits`]).
pub const PATH_LIMITS: &str = "/api/v1/files/limits";

/// `GET` answers an address that opens a file of a message for an hour, for an add-on that was handed the message (→ [`Link`]).
pub const PATH_LINK: &str = "/api/v1/rooms/{room_id}/files/{file_id}/link";

/// Where an add-on finds a file: it has no session.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FileLink"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Opens this one file, for an hour.
    pub url: String,
}

/// What is not in the body of an upload.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UploadQuery"))]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Query {
    /// What the file is called; folders in front of it are left out.
    #[serde(default)]
    pub name: String,
}

/// What may be sent.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "FileLimits"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Largest file, in bytes.
    pub max_bytes: i64,
    /// Most files in a message.
    pub max_in_message: usize,
}
