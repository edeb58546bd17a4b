//! Framed pages that load HipChat's script, fetched and rewritten where an administrator wants that (HCC-19, decision 24).

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{
    provider::{Provider, Reply},
    samples,
    team::Team,
};
use crate::support::{Answer, Someone};

const SIGNED_URL: &str = "/v2/integration/signed-url";
const REWRITING: &str = "/api/v1/integrations/com.example.old/rewriting";
const PAGE: &str = r#"<!doctype html><html><head><title>Old</title>
<script src="https://www.hipchat.com/atlassian-connect/all.js"></script></head><body><script src="panel.js"></script></body></html>"#;

/// An add-on written for HipChat, and the team that has it.
struct Old {
    team: Team,
    provider: Provider,
}

impl Old {
    async fn installed() -> Self {
        let team = Team::assembles().await;
        let extensions = json!({
            "webPanel": [{"key": "old.panel", "name": {"value": "Old"}, "location": "hipchat.sidebar.right", "url": "{base}/panel?view=1"}],
            "dialog": [{"key": "old.dialog", "title": {"value": "Old"}, "url": "{base}/dialog"}],
            "externalPage": [{"key": "old.page", "name": {"value": "Old"}, "url": "{base}/page"}],
            "glance": [{"key": "old.glance", "name": {"value": "Old"}, "target": "old.panel", "queryUrl": "{base}/glance",
                "icon": {"url": "{base}/i.png", "url@2x": "{base}/i.png"}}],
        });
        let provider =
            Provider::start(&samples::descriptor("com.example.old", "Old", &["view_room"], &extensions)).await;
        provider.replies("/panel", Reply::Typed("text/html; charset=utf-8", PAGE.into()));
        team.installs(&provider).await;
        provider.next_call().await;
        Self { team, provider }
    }

    async fn rewritten() -> Self {
        let old = Self::installed().await;
        old.team.alana.puts(REWRITING, json!({"rewritten": true})).await.succeeded();
        old
    }

    /// The address of an extension, as it is signed for somebody.
    async fn address(&self, who: &Someone, kind: &str, extension: &str, attribute: &str) -> String {
        let request = json!({"integration": "com.example.old", "kind": kind, "extension": extension,
            "attribute": attribute, "room_id": self.team.room.room.id, "theme": "dark"});
        let signed: Value = who.posts(SIGNED_URL, request).await.json();
        signed["url"].as_str().unwrap().to_owned()
    }

    /// What a frame shows that is sent to an address. Frames of an opaque origin send no cookies.
    async fn frame(&self, address: &str, destination: &str) -> Answer {
        let request = Request::get(address).header("sec-fetch-dest", destination).body(Body::empty()).unwrap();
        self.team.server.answers(request).await
    }

    async fn panel(&self) -> Answer {
        let address = self.address(&self.team.emma, "webPanel", "old.panel", "url").await;
        self.frame(&address, "iframe").await
    }
}

#[tokio::test]
async fn pages_of_an_integration_find_hipchats_script_here() {
    let old = Old::rewritten().await;
    let address = old.address(&old.team.emma, "webPanel", "old.panel", "url").await;
    assert!(address.starts_with("/framed/"), "{address}");
    let (_, query) = address.split_once('?').unwrap();
    assert!(query.starts_with("view=1&signed_request=") && query.ends_with("&theme=dark"), "{query}");
    let page = old.frame(&address, "iframe").await;
    let (base, chat) = (&old.provider.base, old.team.server.app().config.address("/atlassian-connect/all.js"));
    let expected = PAGE
        .replace("<head>", &format!(r#"<head><base href="{base}/panel?{}">"#, query.replace('&', "&amp;")))
        .replace("https://www.hipchat.com/atlassian-connect/all.js", &chat);
    assert_eq!((page.status, page.body), (StatusCode::OK, expected));

    // Foreign to everybody, and to us above all.
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("sandbox allow-scripts ") && policy.ends_with("; frame-ancestors 'self'"), "{policy}");
    assert!(!policy.contains("allow-same-origin") && !policy.contains("allow-top-navigation"), "{policy}");
    assert_eq!(page.headers[header::X_FRAME_OPTIONS], "SAMEORIGIN");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert!(!page.headers.contains_key(header::SET_COOKIE));
    let asked = old.provider.next_call().await;
    assert!(asked.header(header::COOKIE).is_none() && asked.header(header::AUTHORIZATION).is_none(), "{asked:?}");

    // Data of tiles and pages in tabs of their own are where they were; so is everything once it is decided otherwise.
    for (kind, extension, attribute) in [("glance", "old.glance", "queryUrl"), ("externalPage", "old.page", "url")] {
        assert!(old.address(&old.team.emma, kind, extension, attribute).await.starts_with(base), "{kind}");
    }
    assert!(old.address(&old.team.emma, "dialog", "old.dialog", "url").await.starts_with("/framed/"));
    let request = json!({"integration": "com.example.old", "kind": "dialog", "extension": "old.dialog", "attribute": "url",
        "room_id": old.team.room.room.id, "outside": true});
    let outside: Value = old.team.emma.posts(SIGNED_URL, request).await.json();
    assert!(outside["url"].as_str().unwrap().starts_with(base), "opened in a tab of its own: {outside}");
    old.team.alana.puts(REWRITING, json!({"rewritten": false})).await.succeeded();
    assert!(old.address(&old.team.emma, "dialog", "old.dialog", "url").await.starts_with(base));
}

#[tokio::test]
async fn administrators_decide_whose_pages_are_rewritten() {
    let old = Old::installed().await;
    let team = &old.team;
    let yes = json!({"rewritten": true});
    assert_eq!(team.emma.puts(REWRITING, yes.clone()).await.refusal().kind, ErrorKind::Forbidden);
    let unknown = team.alana.puts("/api/v1/integrations/com.example.unknown/rewriting", yes.clone()).await;
    assert_eq!(unknown.refusal().kind, ErrorKind::NotFound);
    let listed = async || -> Value {
        let path = format!("/api/v1/rooms/{}/integrations", team.room.room.id);
        team.emma.gets(&path).await.json::<Value>()["items"][0]["rewritten"].clone()
    };
    assert_eq!(listed().await, json!(false));
    for _ in 0..2 {
        team.alana.puts(REWRITING, yes.clone()).await.succeeded();
    }
    assert_eq!(listed().await, json!(true));
}

/// Only frames show such pages, and only for as long as the token in them counts: our name over a stranger's page deceives.
#[tokio::test]
async fn rewritten_pages_are_for_frames_alone() {
    let old = Old::rewritten().await;
    let address = old.address(&old.team.emma, "webPanel", "old.panel", "url").await;
    for destination in ["document", "script", "empty"] {
        assert_eq!(old.frame(&address, destination).await.status, StatusCode::FORBIDDEN, "{destination}");
    }
    let unknown = old.frame("/framed/1234567890123456789012345678901234567890123?signed_request=x", "iframe").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("sandbox "));
    assert!(old.provider.waiting_calls().await.is_empty(), "nothing was fetched");
}

/// Safety E1: whatever a provider answers is shown in its sandbox, or a sentence is.
#[tokio::test]
async fn what_is_no_page_is_a_sentence() {
    let old = Old::rewritten().await;
    let too_large = [PAGE.as_bytes(), &vec![b' '; 1024 * 1024]].concat();
    let nested = "<div>".repeat(200_000);
    let cases = [
        (Reply::Typed("text/html", too_large), "larger than 1048576 bytes"),
        (Reply::Typed("application/json", b"{}".to_vec()), "not HTML"),
        (Reply::Typed("text/html; charset=UTF-16LE", vec![0x3c, 0]), "not HTML in an encoding"),
        (Reply::Typed("text/html", nested.into_bytes()), "too deeply nested"),
        (Reply::With(StatusCode::INTERNAL_SERVER_ERROR, b"<h1>secret trace</h1>".to_vec()), "it answered 500"),
        (Reply::With(StatusCode::FOUND, Vec::new()), "it answered 302"),
    ];
    for (reply, why) in cases {
        old.provider.replies("/panel", reply);
        let shown = old.panel().await;
        assert_eq!(shown.status, StatusCode::BAD_GATEWAY, "{why}: {}", shown.body);
        assert!(shown.body.contains(why) && !shown.body.contains("secret"), "{why}: {}", shown.body);
        assert_eq!(shown.headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    }
}
