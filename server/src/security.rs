//! What every answer carries, and which requests are not even looked at.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{ApiError, ErrorKind};
use url::Url;

use crate::{config::Config, error::HttpError, state::AppState};

/// Refuses state-changing requests that another site's page sent (login-CSRF included), and adds the headers that keep
/// browsers from sniffing, framing, caching and leaking addresses.
pub async fn guard(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let changes_state = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let mut response = if changes_state && is_foreign(&app.config, request.headers()) {
        let refusal =
            ApiError::new(ErrorKind::Forbidden, "This request came from a page of another site. Nothing was changed.");
        HttpError::from(refusal).into_response()
    } else {
        next.run(request).await
    };
    add_headers(&app.config, response.headers_mut());
    response
}

/// Whether a browser says that a page of another origin made the request. Headless clients say nothing and pass: they
/// hold no cookie of ours that a page could abuse.
pub fn is_foreign(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site"))
        && !matches!(site, "same-origin" | "none")
    {
        return true;
    }
    match headers.get(header::ORIGIN) {
        None => false,
        Some(origin) => !origin.to_str().is_ok_and(|origin| is_ours(config, origin, text(header::HOST))),
    }
}

/// An origin is ours when it is that of the public address, or names the host the request was sent to.
fn is_ours(config: &Config, origin: &str, host: Option<&str>) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    if origin.origin() == config.public_url.origin() {
        return true;
    }
    let Some(name) = origin.host_str() else { return false };
    let authority = origin.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    host == Some(authority.as_str())
}

fn add_headers(config: &Config, headers: &mut HeaderMap) {
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    // Calls need both; frames of integrations get neither.
    set("permissions-policy", "camera=(self), geolocation=(), microphone=(self), payment=(), usb=()");
    set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    // Nothing that depends on who asks may be kept by a cache in between (safety, finding 14).
    set("cache-control", "no-store");
    if config.is_https() {
        set("strict-transport-security", "max-age=31536000");
    }
}

/// Content-Security-Policy of our pages. `frame-src` and `connect-src` name schemes, not hosts: an integration that is
/// installed while the page is open must work without a reload (see `docs/decisions/0004-content-security-policy.md`).
pub fn page_policy(config: &Config, nonce: &str) -> String {
    let plain = if config.is_https() { "" } else { " http:" };
    let socket = if config.is_https() { "wss:" } else { "ws: wss:" };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self' https:{plain} {socket}; \
         frame-src https:{plain}; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PrivateProviders;

    fn config() -> Config {
        Config {
            listen: ([127, 0, 0, 1], 8080).into(),
            data: "data".into(),
            database: None,
            public_url: Url::parse("https://chat.example.org").unwrap(),
            private_providers: PrivateProviders::Refuse,
            ice_servers: Vec::new(),
            files: Default::default(),
        }
    }

    fn foreign(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect();
        is_foreign(&config(), &headers)
    }

    #[test]
    fn pages_of_other_sites_are_foreign() {
        assert!(foreign(&[("origin", "https://evil.example")]));
        assert!(foreign(&[("origin", "null")]));
        assert!(foreign(&[("origin", "https://chat.example.org.evil.example"), ("host", "chat.example.org")]));
        assert!(foreign(&[("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[("sec-fetch-site", "same-site"), ("origin", "https://chat.example.org")]));
    }

    #[test]
    fn our_pages_and_headless_clients_are_not() {
        assert!(!foreign(&[]));
        assert!(!foreign(&[("origin", "https://chat.example.org")]));
        assert!(!foreign(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(!foreign(&[("sec-fetch-site", "same-origin"), ("origin", "https://chat.example.org")]));
    }
}
