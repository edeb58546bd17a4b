//! Pages shown in frames of the chat, locked down as far as a page can lock itself.

use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{Installation, Refusal, SignedRequest, Template, settings::is_loopback, shared::Shared};

/// A page in the making.
///
/// Besides the template's own gaps the kit fills `{{theme}}` (`system`, `light`, `dark`), `{{base}}` (address of the
/// provider, for `{{base}}/roomglass.css`, `{{base}}/roomglass.js` and data), and `{{nonce}}`: scripts and styles
/// without `nonce="{{nonce}}"` are not applied, and attributes with scripts or styles never are.
#[derive(Debug, Clone)]
pub struct Page(Template);

impl From<Template> for Page {
    fn from(template: Template) -> Self {
        Self(template)
    }
}

impl Page {
    /// The answer to a person's request.
    pub(crate) fn answer(self, shared: &Shared, request: &SignedRequest) -> Response {
        let parents = framing_origins(request.installation());
        self.0.text("theme", request.theme.as_str()).respond(StatusCode::OK, shared, &parents)
    }
}

/// A refusal as a page: its reader is a person who sees it in a frame.
pub(crate) fn refusal(refusal: &Refusal, shared: &Shared) -> Response {
    let template = Template::new(include_str!("assets/refusal.html"));
    template.text("theme", "system").text("sentence", &refusal.error().message).respond(refusal.status(), shared, "*")
}

/// The provider's own front page, for people who follow its address.
pub(crate) fn home(name: &str, description: &str, shared: &Shared) -> Response {
    let template = Template::new(include_str!("assets/home.html"));
    let template = template.text("theme", "system").text("name", name).text("description", description);
    template.respond(StatusCode::OK, shared, "'none'")
}

impl Template {
    fn respond(self, status: StatusCode, shared: &Shared, parents: &str) -> Response {
        let nonce = Uuid::new_v4().simple().to_string();
        let policy = policy(&nonce, shared.origin(), parents);
        let html = self.text("base", shared.base_url()).text("nonce", nonce).render();
        let headers: [(HeaderName, HeaderValue); 5] = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CONTENT_SECURITY_POLICY, policy),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // The address holds a signed request, which no other site shall learn.
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (status, headers, html.into_string()).into_response()
    }
}

/// `connect-src` names the origin: where a chat gives its frames an opaque one, `'self'` means different things to
/// different browsers.
fn policy(nonce: &str, own: &str, parents: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src {own}; \
         base-uri 'none'; form-action 'none'; frame-ancestors {parents}"
    );
    // Cannot fail: nonces and origins are visible ASCII. If it did, nothing at all would be allowed.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// Who may frame the page: the chat server that installed the provider; on one machine under any of its names that a
/// policy can express, which `[::1]` is not.
fn framing_origins(installation: &Installation) -> String {
    let url = &installation.capabilities_url;
    match url.port_or_known_default() {
        Some(port) if is_loopback(url) => {
            ["127.0.0.1", "localhost"].map(|host| format!("{}://{host}:{port}", url.scheme())).join(" ")
        }
        _ => url.origin().ascii_serialization(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed_by(capabilities_url: &str) -> Installation {
        serde_json::from_value(serde_json::json!({
            "oauthId": "inst-7f0c", "oauthSecret": "s", "groupId": 1, "apiUrl": "https://chat.example.org/v2",
            "capabilitiesUrl": capabilities_url, "tokenUrl": "https://chat.example.org/v2/oauth/token",
        }))
        .unwrap()
    }

    #[test]
    fn only_the_chat_that_installed_it_may_frame_a_page() {
        let remote = installed_by("https://chat.example.org/v2/capabilities");
        assert_eq!(framing_origins(&remote), "https://chat.example.org");
        let local = installed_by("http://localhost:8080/v2/capabilities");
        assert_eq!(framing_origins(&local), "http://127.0.0.1:8080 http://localhost:8080");
    }

    #[test]
    fn the_policy_allows_own_scripts_and_own_data_only() {
        let policy = policy("abc", "https://health.example.org", "https://chat.example.org");
        assert_eq!(
            policy.to_str().unwrap(),
            "default-src 'none'; script-src 'nonce-abc'; style-src 'nonce-abc'; connect-src https://health.example.org; \
             base-uri 'none'; form-action 'none'; frame-ancestors https://chat.example.org"
        );
    }
}
