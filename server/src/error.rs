//! How refusals and faults leave the server: a closed type and a sentence outside, the cause in the log.

use std::{error::Error, time::Duration};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use roomglass_protocol::{ApiError, ErrorKind};
use roomglass_storage::{Conflict, Noun, StorageError};

/// Result of a handler.
pub type HttpResult<T> = Result<T, HttpError>;

/// A refusal or fault on its way out. The cause never leaves the server.
#[derive(Debug)]
pub struct HttpError {
    refusal: ApiError,
    cause: Option<Box<dyn Error + Send + Sync>>,
    retry_after: Option<Duration>,
}

impl HttpError {
    /// A refusal for a reason, with a sentence in the product's words.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        ApiError::new(kind, message).into()
    }

    /// The request cannot be read or breaks a stated limit.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// The caller is known but may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    /// There is no such thing, or the caller may not know of it: the two are the same answer (I8).
    pub fn not_found(noun: Noun) -> Self {
        Self::new(ErrorKind::NotFound, format!("There is no such {noun}, or you cannot see it."))
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(ErrorKind::Unauthenticated, "You are not signed in. Sign in and try again.")
    }

    /// Too many requests.
    pub fn too_many(message: impl Into<String>, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(ErrorKind::TooMany, message) }
    }

    /// The fault is ours; `cause` goes to the log.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let sentence = "Something went wrong on the server. Nothing was changed; the server's log has the cause.";
        Self { cause: Some(cause.into()), ..Self::new(ErrorKind::Internal, sentence) }
    }

    /// What the caller is told.
    pub fn refusal(&self) -> &ApiError {
        &self.refusal
    }

    /// Whether what was asked for may have happened all the same: of a commit that failed nobody knows whether it was made.
    pub fn is_undecided(&self) -> bool {
        matches!(self.refusal.kind, ErrorKind::Internal | ErrorKind::Unavailable)
    }

    /// What the caller is told, after the cause was logged: for answers that are not HTTP, such as push frames.
    pub fn into_refusal(self) -> ApiError {
        self.log();
        self.refusal
    }

    fn log(&self) {
        let kind = self.refusal.kind;
        match &self.cause {
            Some(cause) => tracing::error!(?kind, cause, "a request failed"),
            None => tracing::debug!(?kind, "a request was refused"),
        }
    }
}

impl From<ApiError> for HttpError {
    fn from(refusal: ApiError) -> Self {
        Self { refusal, cause: None, retry_after: None }
    }
}

impl From<StorageError> for HttpError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound(noun) => Self::not_found(noun),
            StorageError::Conflict(conflict) => Self::new(ErrorKind::Conflict, sentence(conflict)),
            StorageError::Closed => Self::new(
                ErrorKind::Unavailable,
                "The server is shutting down. Nothing was changed; try again shortly.",
            ),
            StorageError::Damaged { .. } | StorageError::Unusable(_) | StorageError::Database(_) => {
                Self::internal(error)
            }
        }
    }
}

fn sentence(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::AlreadySetUp => "This server has been set up already. Sign in instead.",
        Conflict::EmailTaken => "Somebody has this e-mail address already. Use another one, or sign in.",
        Conflict::RoomNameTaken => "A room has this name already. Choose another name.",
        Conflict::MessageIdTaken => "This message id was used for another message. Send it under a new id.",
        Conflict::ConversationIsFixed => {
            "A conversation cannot be changed, and nobody can enter or leave it. Make a room instead."
        }
        Conflict::RoomArchived => "This room is archived: nothing can be written in it until somebody brings it back.",
        Conflict::TooManyIncomingWebhooks => {
            "A room has at most 50 incoming webhooks. Delete one that is not used any more."
        }
        Conflict::FilesFull => {
            "The server has no room left for files. Nothing was stored; ask an administrator to make room."
        }
        Conflict::TooManyUnsentFiles => {
            "You have 20 files that are in no message yet. Send them or take them away first; after a day they go by themselves."
        }
        Conflict::AlreadyInstalled => "The integration is installed there already.",
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        self.log();
        let status = StatusCode::from_u16(self.refusal.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self.refusal)).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = HeaderValue::from(wait.as_secs().max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        // For routes whose callers expect refusals in another form.
        response.extensions_mut().insert(self.refusal);
        response
    }
}
