//! `POST /hooks/{secret}`: what is posted to an address is said in its room, and answered in Slack's words, which
//! senders compare to the letter.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    Author, IntegrationKey, Message, MessageId,
    rest::incoming_webhook::{DROPPED_HEADER, IncomingWebhook, KEY_PREFIX},
};
use roomglass_storage::{Conflict, IncomingCall, Noun, StorageError, TokenHash};
use serde_json::json;
use uuid::Uuid;

use super::{
    draft::Draft,
    payload::{self, Unusable},
};
use crate::{clock, error::HttpError, extract::Path, integration::limits::Limits, state::AppState};

/// Why a payload was not said in the room.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Nothing is at this address, or not any more.
    NoService,
    /// Nothing is said in the room of this address until somebody brings it back.
    Archived,
    /// The body is larger than any payload.
    TooLarge,
    /// The payload cannot be used; what of it would have been dropped anyway.
    Unusable(Unusable),
    /// This address spoke too often.
    TooOften(Duration),
    /// The fault is ours.
    Failed(HttpError),
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound(Noun::IncomingWebhook) => Self::NoService,
            StorageError::Conflict(Conflict::RoomArchived) => Self::Archived,
            error => Self::Failed(error.into()),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, word, retry_after) = match self {
            Self::NoService => (StatusCode::NOT_FOUND, "no_service", None),
            Self::Archived => (StatusCode::GONE, "channel_is_archived", None),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", None),
            Self::Unusable(Unusable::NotAPayload) => (StatusCode::BAD_REQUEST, "invalid_payload", None),
            Self::Unusable(Unusable::NoText) => (StatusCode::BAD_REQUEST, "no_text", None),
            Self::Unusable(Unusable::TooManyAttachments) => (StatusCode::BAD_REQUEST, "too_many_attachments", None),
            Self::Unusable(Unusable::InvalidBlocks) => (StatusCode::BAD_REQUEST, "invalid_blocks", None),
            Self::TooOften(wait) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", Some(wait)),
            Self::Failed(error) => {
                // Logs the cause.
                let refusal = error.into_refusal();
                let status = StatusCode::from_u16(refusal.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                (status, "internal_error", None)
            }
        };
        let mut response = (status, word).into_response();
        if let Some(wait) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}

/// Says in the room what was posted.
pub(super) async fn receive(
    State(app): State<AppState>,
    Extension(limits): Extension<Arc<Limits>>,
    Path(secret): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let found = app.storage.read().await?.incoming_webhook(&TokenHash::of(&secret)).await?;
    let webhook = found.ok_or(Refusal::NoService)?;
    limits.incoming(webhook.id).map_err(Refusal::TooOften)?;
    let draft = payload::read(&body.map_err(|_| Refusal::TooLarge)?).map_err(Refusal::Unusable)?;
    let dropped = draft.dropped();
    let call = IncomingCall { webhook: webhook.id, message: message(&webhook, draft)? };
    app.storage.write::<_, StorageError, _>(move |tx| Box::pin(async move { tx.receive(call).await })).await?;
    let mut response = "ok".into_response();
    if let Some(dropped) = dropped {
        let value = HeaderValue::from_str(&dropped).map_err(|error| Refusal::Failed(HttpError::internal(error)))?;
        response.headers_mut().insert(DROPPED_HEADER, value);
    }
    Ok(response)
}

/// An ordinary notification of the webhook's name. Its key has no integration behind it, and no descriptor can take it
/// for its own: conditions on `sender_addon_key` tell it from every integration.
fn message(webhook: &IncomingWebhook, draft: Draft) -> Result<Message, Refusal> {
    let key = format!("{KEY_PREFIX}{}", webhook.id);
    let key = IntegrationKey::new(key).map_err(|error| Refusal::Failed(HttpError::internal(error)))?;
    let color = Some(draft.color().to_owned());
    let (text, format) = draft.into_text();
    Ok(Message {
        id: MessageId(Uuid::now_v7()),
        metadata: Some(json!({"sender_addon_key": key})),
        from: Author::Integration { key, name: webhook.name.clone() },
        text,
        format,
        color,
        card: None,
        attachments: Vec::new(),
        deleted: false,
        sent_at: clock::now(),
    })
}
