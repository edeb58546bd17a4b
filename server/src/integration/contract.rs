//! What every answer to a provider has in common: the form of refusals, and how much it may still ask for
//! (HipChat Connect §5.1, §5.2, §2.7).

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{ApiError, ErrorKind, RoomId, integration::Scope};
use roomglass_storage::{Noun, OauthId};
use serde_json::json;

use super::limits::{Allowance, Limits};
use crate::{
    clock,
    error::{HttpError, HttpResult},
};

/// Scopes of which a route asks for one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Required(pub(super) &'static [Scope]);

/// Counts what one request costs, for the headers of its answer.
#[derive(Clone)]
pub(super) struct Counter {
    limits: Arc<Limits>,
    counted: Arc<Mutex<Counted>>,
}

#[derive(Default)]
struct Counted {
    calls: Option<Allowance>,
    messages: Option<Allowance>,
}

impl Counter {
    /// Counts a call.
    pub(super) fn call(&self, installation: &OauthId) -> HttpResult<()> {
        let allowance = self.limits.call(installation);
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).calls = Some(allowance);
        allowance.check()
    }

    /// Counts a message to a room.
    pub(super) fn message(&self, installation: &OauthId, room: RoomId) -> HttpResult<()> {
        let allowance = self.limits.message(installation, room);
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).messages = Some(allowance);
        allowance.check()
    }

    /// Both families of headers. Where nothing was counted, such as for a token nobody knows, all of it is left.
    fn write(&self, headers: &mut HeaderMap) {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock::now();
        let calls = counted.calls.unwrap_or_else(|| Allowance::of_calls(now));
        let messages = counted.messages.unwrap_or_else(|| Allowance::of_messages(now));
        let mut set = |name: &'static str, value: i64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        set("x-ratelimit-limit", calls.limit);
        set("x-ratelimit-remaining", calls.remaining);
        set("x-ratelimit-reset", calls.full_at.seconds());
        set("x-floodcontrol-limit", messages.limit);
        set("x-floodcontrol-remaining", messages.remaining);
        set("x-floodcontrol-reset", messages.full_at.seconds());
    }
}

/// Lets a request be counted, and says in its answer what is left.
pub(super) async fn count(State(limits): State<Arc<Limits>>, mut request: Request, next: Next) -> Response {
    let counter = Counter { limits, counted: Arc::default() };
    request.extensions_mut().insert(counter.clone());
    let mut response = next.run(request).await;
    counter.write(response.headers_mut());
    response
}

/// Gives refusals the form and the codes of HipChat Connect; what is wrong with a document stays beside it.
pub(super) async fn phrase(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = known_to_add_ons(status);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let refusal = parts.extensions.remove::<ApiError>().unwrap_or_else(|| without_words(status));
    let mut error = json!({
        "code": parts.status.as_u16(),
        "type": parts.status.canonical_reason(),
        "message": refusal.message,
    });
    if !refusal.faults.is_empty() {
        error["faults"] = json!(refusal.faults);
    }
    let body = Json(json!({"error": error})).into_response().into_body();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, body)
}

/// HipChat had no others than 400, 401, 403, 404, 405, 429, 500 and 503.
fn known_to_add_ons(status: StatusCode) -> StatusCode {
    match status {
        StatusCode::CONFLICT | StatusCode::PAYLOAD_TOO_LARGE => StatusCode::BAD_REQUEST,
        StatusCode::BAD_GATEWAY => StatusCode::SERVICE_UNAVAILABLE,
        status => status,
    }
}

/// For refusals that were not ours: of the router, and of bodies that are too large.
fn without_words(status: StatusCode) -> ApiError {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            ApiError::new(ErrorKind::MethodNotAllowed, "This address exists, but not for this method.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(ErrorKind::TooLarge, "The request is larger than this operation takes.")
        }
        _ => ApiError::new(ErrorKind::Invalid, "The request cannot be read."),
    }
}

/// A request that is not answered as its route would: it is refused, or only tests its token.
pub(super) enum Turned {
    /// Refused.
    Away(HttpError),
    /// `?auth_test=true`, and the token would do.
    Tested,
}

impl From<HttpError> for Turned {
    fn from(error: HttpError) -> Self {
        Self::Away(error)
    }
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Self::Away(error) => error.into_response(),
            Self::Tested => {
                let message = "This auth_token has access to use this method.";
                let body = json!({"success": {"code": 202, "type": "Accepted", "message": message}});
                (StatusCode::ACCEPTED, Json(body)).into_response()
            }
        }
    }
}

/// No such thing, or none the installation may know of, in the words of the contract.
pub(super) fn missing(noun: Noun) -> HttpError {
    let name = match noun {
        Noun::Room => "Room",
        Noun::Person | Noun::Member => "User",
        Noun::Integration | Noun::Installation => "Add-on",
        Noun::Organisation => "Group",
        Noun::Session => "Session",
        Noun::Invitation => "Invitation",
        Noun::Webhook => "Webhook",
        Noun::Delivery => "Delivery",
        Noun::Catalogue => "Catalogue",
        Noun::IncomingWebhook => "Incoming webhook",
        Noun::Message => "Message",
        Noun::File => "File",
    };
    HttpError::new(ErrorKind::NotFound, format!("{name} not found"))
}

/// As [`missing`], for addresses that lead nowhere.
pub(super) fn no_such_address() -> HttpError {
    HttpError::new(ErrorKind::NotFound, "This address does not exist.")
}

/// As [`missing`], for what storage knows no noun of.
pub(super) fn missing_message() -> HttpError {
    HttpError::new(ErrorKind::NotFound, "Message not found")
}
