//! Framed pages that load HipChat's script, fetched and rewritten by the server (decision 24).
//!
//! Whatever such a page is, it is foreign: it is served from our address into an origin of its own that nobody shares
//! (`Content-Security-Policy: sandbox`), so that it reaches nothing of ours. Rewriting is for its good, not for our safety.

mod rewrite;

use std::time::Duration;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use moka::policy::EvictionPolicy;
use roomglass_protocol::{
    IntegrationKey,
    frame::Origin,
    integration::ExtensionKind,
    rest::integration::{CONFIGURATION, PATH_FRAMED, Rewriting, SignUrl, UrlAttribute},
};
use serde_json::Value;

use super::{address::host_of, random_text};
use crate::{
    egress::{self, Answer},
    error::HttpResult,
    extract::{Json, Path, SessionCaller},
    state::AppState,
};

/// How long a page can be loaded again: as long as the token in its address counts.
const TICKET_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Pages that can be loaded; the oldest are forgotten first.
const MAX_TICKETS: u64 = 5_000;
const TICKET_CHARS: usize = 43;
/// Where our script is.
const SCRIPT: &str = "/atlassian-connect/all.js";

/// `PUT /api/v1/integrations/{key}/rewriting`.
pub(super) async fn decide(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(key): Path<IntegrationKey>,
    Json(Rewriting { rewritten }): Json<Rewriting>,
) -> HttpResult<StatusCode> {
    caller.require_administrator()?;
    app.storage.write(move |tx| Box::pin(async move { tx.set_rewriting(&key, rewritten).await })).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether what is signed will be shown in a frame: pages in tabs of their own keep their addresses.
pub(super) fn is_framed(request: &SignUrl, extension: &Value) -> bool {
    let kind = ExtensionKind::canonical(&request.kind.0);
    let in_frame = match kind.0.as_str() {
        ExtensionKind::WEB_PANEL => extension.get("location").and_then(Value::as_str) != Some("external"),
        ExtensionKind::DIALOG | CONFIGURATION => true,
        _ => false,
    };
    in_frame && request.attribute == UrlAttribute::Url
}

/// Which page stands behind an address of ours. Only the person it was signed for is told the address.
#[derive(Clone)]
pub(super) struct Tickets(moka::sync::Cache<String, String>);

impl Default for Tickets {
    fn default() -> Self {
        let cache = moka::sync::Cache::builder().max_capacity(MAX_TICKETS).time_to_live(TICKET_LIFETIME);
        Self(cache.eviction_policy(EvictionPolicy::lru()).build())
    }
}

impl Tickets {
    /// Our address for a page, with the page's own query and fragment, which its scripts read.
    pub(super) fn issue(&self, page: String) -> String {
        let ticket = random_text(TICKET_CHARS);
        let parameters = page.find(['?', '#']).map_or("", |at| &page[at..]);
        let address = PATH_FRAMED.replace("{ticket}", &ticket) + parameters;
        self.0.insert(ticket, page);
        address
    }
}

/// `GET /framed/{ticket}`: the page, for frames alone. At the top of a window our name above it would deceive.
pub(super) async fn show(
    State(app): State<AppState>,
    Extension(tickets): Extension<Tickets>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
) -> Response {
    let destination = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    if destination.is_some_and(|it| it != b"iframe") {
        return sentence(StatusCode::FORBIDDEN, "This page is shown inside the chat only.");
    }
    let Some(page) = tickets.0.get(&ticket) else {
        return sentence(StatusCode::NOT_FOUND, "This page has expired. Close it and open it again.");
    };
    match fetched(&app, &page).await {
        Ok((kind, html)) => framed(kind, html),
        Err(why) => {
            let host = host_of(&page);
            sentence(StatusCode::BAD_GATEWAY, &format!("The page of {host} cannot be shown: {why}."))
        }
    }
}

async fn fetched(app: &AppState, page: &str) -> Result<(HeaderValue, Vec<u8>), String> {
    let answer = app.egress.get(page, egress::MAX_BODY_BYTES).await.map_err(|error| error.to_string())?;
    if !answer.status.is_success() {
        return Err(format!("it answered {}", answer.status.as_u16()));
    }
    let kind = media_type(&answer).ok_or("it is not HTML in an encoding that can be rewritten")?;
    let html = rewrite::rewritten(&answer.body, &answer.url, &app.config.address(SCRIPT));
    Ok((kind, html.map_err(|_| "it is too deeply nested")?))
}

/// As the page has it, if it is one. Encodings in which letters of HTML are not bytes of their own cannot be rewritten.
fn media_type(answer: &Answer) -> Option<HeaderValue> {
    let kind = answer.content_type.as_deref()?;
    let lower = kind.to_ascii_lowercase();
    let is_html = lower.split(';').next().is_some_and(|essence| essence.trim() == "text/html");
    let is_rewritable = !["utf-16", "utf-32", "iso-2022", "utf-7"].iter().any(|encoding| lower.contains(encoding));
    (is_html && is_rewritable).then(|| HeaderValue::try_from(kind).ok()).flatten()
}

fn framed(kind: HeaderValue, body: Vec<u8>) -> Response {
    let policy = format!("sandbox {}; frame-ancestors 'self'", Origin::Opaque.sandbox());
    // Words of ours alone.
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("sandbox"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("unsafe-none")),
    ];
    (headers, body).into_response()
}

/// Something to read in place of the page.
fn sentence(status: StatusCode, text: &str) -> Response {
    (status, framed(HeaderValue::from_static("text/plain; charset=utf-8"), text.into())).into_response()
}
