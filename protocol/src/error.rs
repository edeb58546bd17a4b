//! The one form of refusals: `{"error": {"code", "type", "message", "faults"?}}`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Closed list of reasons a request is refused. Clients decide by this, never by the sentence.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request cannot be read or breaks a stated limit.
    Invalid,
    /// A descriptor was refused; `faults` lists every reason (DESC-19).
    InvalidDescriptor,
    /// Nobody is signed in, or the session or access token has ended.
    Unauthenticated,
    /// E-mail and password do not belong together.
    WrongCredentials,
    /// The caller is known but may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The address exists but not for this method.
    MethodNotAllowed,
    /// The state of the server contradicts the request, such as a message id used for another text.
    Conflict,
    /// The body is larger than this operation takes.
    TooLarge,
    /// Too many requests; try again later.
    TooMany,
    /// A content provider did not answer, or not as it should.
    ProviderFailed,
    /// The fault is ours; the log has the cause.
    Internal,
    /// The server is shutting down or overloaded; nothing was changed.
    Unavailable,
}

impl ErrorKind {
    /// The HTTP status that belongs to the reason.
    pub fn status(self) -> u16 {
        match self {
            Self::Invalid | Self::InvalidDescriptor => 400,
            Self::Unauthenticated | Self::WrongCredentials => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::ProviderFailed => 502,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// One thing wrong with a document, and where.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the document; empty for the document itself.
    pub pointer: String,
    /// A sentence for the author of the document.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// A refusal as it travels; the causes stay in the server's log.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Envelope", into = "Envelope")]
pub struct ApiError {
    /// Why.
    pub kind: ErrorKind,
    /// A sentence in the product's words: what did not happen, why, what to do.
    pub message: String,
    /// Every fault of a refused document; empty for all other refusals.
    pub faults: Vec<Fault>,
}

impl ApiError {
    /// A refusal without a list of faults.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), faults: Vec::new() }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Serialize, Deserialize)]
struct Envelope {
    error: Inner,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Serialize, Deserialize)]
struct Inner {
    code: u16,
    #[serde(rename = "type")]
    kind: ErrorKind,
    message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

impl From<ApiError> for Envelope {
    fn from(ApiError { kind, message, faults }: ApiError) -> Self {
        Self { error: Inner { code: kind.status(), kind, message, faults } }
    }
}

impl From<Envelope> for ApiError {
    fn from(Envelope { error: Inner { kind, message, faults, .. } }: Envelope) -> Self {
        Self { kind, message, faults }
    }
}
