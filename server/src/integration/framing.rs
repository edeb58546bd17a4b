//! `POST /v2/integration/framing`: why a page stays away from its frame. A browser tells nobody which header of the page forbade
//! it, so the server looks, when a person's client asks for a frame from which nothing was heard.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, header},
};
use roomglass_protocol::rest::integration::{Framing, SignUrl};
use url::Url;

use super::signed_url::{Signed, signed};
use crate::{
    error::HttpResult,
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Longest value of a header that is shown to people.
const MAX_SHOWN: usize = 200;

/// Asks for the page as the person's browser did.
pub(super) async fn ask(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(request): Json<SignUrl>,
) -> HttpResult<Json<Framing>> {
    let Signed { page, is_rewritten } = signed(&app, &caller, &request).await?;
    if is_rewritten {
        // It comes from us, who let ourselves frame it.
        return Ok(Json(Framing { refusal: None, unknown: false }));
    }
    // A page that does not answer the server may well answer the browser.
    Ok(Json(match app.egress.get_head(&page.url).await {
        Ok(head) => Framing { refusal: refusal(&head, &app.config.public_url), unknown: false },
        Err(_) => Framing { refusal: None, unknown: true },
    }))
}

/// The header that forbids `us` to frame a page from another origin. `frame-ancestors` counts in place of `X-Frame-Options`, as in
/// browsers; where there is a doubt the page is believed to allow it.
fn refusal(head: &HeaderMap, us: &Url) -> Option<String> {
    let policies: Vec<&str> = values(head, header::CONTENT_SECURITY_POLICY).filter_map(ancestors).collect();
    if let Some(ancestors) =
        policies.iter().find(|ancestors| !ancestors.split_whitespace().any(|source| may_be(source, us)))
    {
        return Some(shown("Content-Security-Policy", &format!("frame-ancestors {ancestors}")));
    }
    let forbids = |value: &&str| matches!(value.to_ascii_lowercase().as_str(), "deny" | "sameorigin");
    let options = values(head, header::X_FRAME_OPTIONS).find(forbids).filter(|_| policies.is_empty());
    options.map(|value| shown("X-Frame-Options", value))
}

/// Every value of a header, also of those that are written side by side.
fn values(head: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    head.get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// The sources of a policy's `frame-ancestors`.
fn ancestors(policy: &str) -> Option<&str> {
    policy.split(';').find_map(|directive| {
        let (name, sources) = directive.trim().split_once(char::is_whitespace).unwrap_or((directive.trim(), ""));
        name.eq_ignore_ascii_case("frame-ancestors").then(|| sources.trim())
    })
}

/// Whether a source of a policy can mean us; `'self'` is the page's own origin, which is never ours.
fn may_be(source: &str, us: &Url) -> bool {
    let source = source.to_ascii_lowercase();
    if source.starts_with('\'') {
        return false;
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return scheme == us.scheme() || (scheme == "http" && us.scheme() == "https");
    }
    let place = source.split_once("://").map_or(source.as_str(), |(_, place)| place);
    let host = place.split(['/', ':']).next().unwrap_or_default();
    let own = us.host_str().unwrap_or_default();
    match host.strip_prefix('*') {
        Some("") => true,
        Some(domain) => own.ends_with(domain),
        None => own == host,
    }
}

fn shown(name: &str, value: &str) -> String {
    let value: String = value.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect();
    format!("{name}: {value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let head =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
        refusal(&head, &Url::parse("https://chat.example.com").unwrap())
    }

    const FRAME: &str = "x-frame-options";
    const POLICY: &str = "content-security-policy";

    #[test]
    fn a_page_that_forbids_frames_is_told_by_its_header() {
        assert_eq!(refused(&[(FRAME, "DENY")]).as_deref(), Some("X-Frame-Options: DENY"));
        assert_eq!(refused(&[(FRAME, "sameorigin")]).as_deref(), Some("X-Frame-Options: sameorigin"));
        let policy = "default-src 'self'; frame-ancestors 'self' https://other.example.com";
        let told = "Content-Security-Policy: frame-ancestors 'self' https://other.example.com";
        assert_eq!(refused(&[(POLICY, policy)]).as_deref(), Some(told));
        assert_eq!(
            refused(&[(POLICY, "frame-ancestors")]).as_deref(),
            Some("Content-Security-Policy: frame-ancestors ")
        );
    }

    #[test]
    fn a_page_that_allows_us_is_not_blamed() {
        assert_eq!(refused(&[]), None);
        assert_eq!(refused(&[(FRAME, "ALLOW-FROM https://hipchat.com")]), None, "browsers do not heed it");
        for ancestors in ["*", "https:", "http:", "https://chat.example.com", "chat.example.com:*", "*.example.com"] {
            let policy: &'static str = format!("frame-ancestors 'self' {ancestors}").leak();
            assert_eq!(refused(&[(POLICY, policy), (FRAME, "DENY")]), None, "{policy}");
        }
        assert_eq!(refused(&[(POLICY, "default-src 'none'")]), None);
    }

    #[test]
    fn every_policy_has_to_allow_it() {
        let both = refused(&[(POLICY, "frame-ancestors *, frame-ancestors 'none'")]);
        assert_eq!(both.as_deref(), Some("Content-Security-Policy: frame-ancestors 'none'"));
    }
}
