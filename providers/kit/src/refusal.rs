//! What a caller gets instead of an answer.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{ApiError, ErrorKind};

use crate::ChatError;

/// A request is refused, in the form all of Roomglass uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(ApiError);

impl Refusal {
    /// For one of the common reasons; the sentence is shown to people.
    pub fn new(kind: ErrorKind, sentence: impl Into<String>) -> Self {
        Self(ApiError::new(kind, sentence))
    }

    /// The request cannot be understood.
    pub fn invalid(sentence: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, sentence)
    }

    /// There is no such thing.
    pub fn not_found(sentence: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, sentence)
    }

    /// Does not say which check failed: that would help only those who try.
    pub(crate) fn unsigned() -> Self {
        Self::new(
            ErrorKind::Unauthenticated,
            "This request is not signed by a chat server that installed this integration, or its time has run out.",
        )
    }

    pub(crate) fn error(&self) -> &ApiError {
        &self.0
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<ChatError> for Refusal {
    fn from(error: ChatError) -> Self {
        tracing::warn!(%error, "a request could not be answered");
        Self::new(ErrorKind::ProviderFailed, "The chat server did not give what is needed for this. Nothing changed.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), Json(self.0)).into_response()
    }
}
