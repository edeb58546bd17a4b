//! Requests that cannot be read: always our form of refusal, never a fault of the server (I16).

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use roomglass_protocol::ErrorKind;
use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn limits_of_rooms_and_people_have_sentences() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let (long_name, long_topic) = ("x".repeat(51), "x".repeat(251));
    let rooms = [
        json!({ "name": " ", "privacy": "public" }),
        json!({ "name": long_name, "privacy": "public" }),
        json!({ "name": "a\nb", "privacy": "public" }),
        json!({ "name": "A", "privacy": "secret" }),
        json!({ "name": "A" }),
        json!({ "name": "A", "privacy": "public", "topic": long_topic }),
    ];
    for body in rooms {
        assert_eq!(alice.posts("/api/v1/rooms", body.clone()).await.refusal().kind, ErrorKind::Invalid, "{body}");
    }
    let conversations = [
        json!({ "user_ids": [] }),
        json!({ "user_ids": [alice.person.id] }),
        json!({ "user_ids": (90..98).collect::<Vec<_>>() }),
    ];
    for body in conversations {
        let refused = alice.posts("/api/v1/conversations", body.clone()).await;
        assert_eq!(refused.refusal().kind, ErrorKind::Invalid, "{body}");
    }
    let nobody = alice.posts("/api/v1/conversations", json!({ "user_ids": [4711] })).await;
    assert_eq!(nobody.refusal().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn limits_of_accounts_have_sentences() {
    let server = TestServer::start_empty(|_| {}).await;
    let good = json!({ "organisation": "E", "name": "A", "email": "a@example.org", "password": "0123456789" });
    let bad = [
        ("organisation", json!("")),
        ("name", json!("x".repeat(65))),
        ("email", json!("nonsense")),
        ("password", json!("too short")),
        ("password", json!("x".repeat(257))),
        ("password", json!(null)),
    ];
    for (member, value) in bad {
        let mut body = good.clone();
        body[member] = value;
        let refused = server.anonymous().posts("/api/v1/setup", body).await;
        assert_eq!(refused.refusal().kind, ErrorKind::Invalid, "{member}");
    }
    assert_eq!(server.anonymous().posts("/api/v1/setup", good).await.status, 201);
}

#[tokio::test]
async fn bodies_that_are_not_json_are_refused_in_our_form() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let bearer = format!("Bearer {}", alice.token.as_ref().unwrap());
    let post = |kind: &'static str, body: &'static [u8]| {
        Request::post("/api/v1/rooms")
            .header(header::AUTHORIZATION, &bearer)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap()
    };
    let bad = [
        ("text/plain", &br#"{"name":"A","privacy":"public"}"#[..]),
        ("application/json", b"{"),
        ("application/json", b""),
        ("application/json", b"\xff\xfe"),
        ("application/json", b"null"),
    ];
    for (kind, body) in bad {
        assert_eq!(server.answers(post(kind, body)).await.refusal().kind, ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn addresses_that_do_not_exist_are_refused_in_our_form() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    assert_eq!(alice.requests(Method::PUT, "/api/v1/rooms", None).await.refusal().kind, ErrorKind::MethodNotAllowed);
    for room in ["0", "-1", "seven", "9223372036854775807", "99999999999999999999", "%00", "1%2F2"] {
        for path in ["", "/members", "/messages", "/events"] {
            let missing = alice.gets(&format!("/api/v1/rooms/{room}{path}")).await;
            assert_eq!(missing.refusal().kind, ErrorKind::NotFound, "{room}{path}");
        }
    }
}
