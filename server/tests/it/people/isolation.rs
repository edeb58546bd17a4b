//! Nobody gets a byte of what is not theirs; a foreign room and a missing one are the same answer (I8).

use axum::http::Method;
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use crate::support::{Someone, TestServer, message_id};

const MARK: &str = "launch-codes";

/// Every operation on a room, with `{room}` for the room.
fn operations(stranger: &Someone) -> Vec<(Method, String, Option<Value>)> {
    let me = stranger.person.id;
    let room = |method, path: &str, body| (method, format!("/api/v1/rooms/{{room}}{path}"), body);
    vec![
        room(Method::GET, "", None),
        room(Method::PATCH, "", Some(json!({ "topic": "mine" }))),
        room(Method::PATCH, "", Some(json!({ "name": "mine", "privacy": "public" }))),
        room(Method::GET, "/members", None),
        room(Method::POST, "/members", Some(json!({ "user_id": me }))),
        room(Method::DELETE, &format!("/members/{me}"), None),
        room(Method::DELETE, "/members/1", None),
        room(Method::POST, "/join", Some(json!({}))),
        room(Method::POST, "/read", Some(json!({ "seq": 1 }))),
        room(Method::GET, "/messages", None),
        room(Method::GET, "/messages?before=5", None),
        room(Method::POST, "/messages", Some(json!({ "id": message_id(), "text": "hi" }))),
        room(Method::GET, "/events", None),
        (Method::POST, "/api/v1/invitations".into(), Some(json!({ "role": "guest", "rooms": ["{room}"] }))),
    ]
}

fn filled(body: Option<Value>, room: &str) -> Option<Value> {
    let number = room.parse::<i64>().map_or(json!(room), |number| json!(number));
    body.map(|body| serde_json::from_str(&body.to_string().replace("\"{room}\"", &number.to_string())).unwrap())
}

#[tokio::test]
async fn a_foreign_room_and_a_missing_one_are_the_same_to_everybody_outside() {
    let server = TestServer::start().await;
    let owner = server.member("Alice").await;
    let room = owner.creates_private_room(MARK).await;
    let path = format!("/api/v1/rooms/{}", room.room.id);
    owner.patches(&path, json!({ "topic": MARK })).await.succeeded();
    owner.says(&room, MARK).await;
    // There is something to refuse.
    assert!(owner.gets(&path).await.body.contains(MARK));

    let removed = server.member("Rita").await;
    owner.adds(&removed, &room).await;
    owner.removes(&removed, &room).await;
    let outsiders =
        [removed, server.member("Olaf").await, server.guest("Greta").await, server.administrator("Rex").await];
    for outsider in &outsiders {
        for (method, path, body) in operations(outsider) {
            let mut answers = Vec::new();
            for id in [room.room.id.to_string(), "4711".to_owned()] {
                let path = path.replace("{room}", &id);
                answers.push(outsider.requests(method.clone(), &path, filled(body.clone(), &id)).await);
            }
            let what = format!("{} {method} {path}", outsider.person.name);
            assert!(!answers[0].body.contains(MARK), "{what}: {}", answers[0].body);
            assert_eq!(answers[0], answers[1], "{what}");
            let kind = answers[0].refusal().kind;
            let guest_invites = path.ends_with("invitations") && kind == ErrorKind::Forbidden;
            assert!(kind == ErrorKind::NotFound || guest_invites, "{what}: {kind:?}");
        }
        assert!(!outsider.gets("/api/v1/snapshot").await.body.contains(MARK));
        assert!(!outsider.gets("/api/v1/rooms").await.body.contains(MARK));
    }
    let members: Value = owner.gets(&format!("{path}/members")).await.json();
    assert_eq!(members["items"], json!([owner.person.id]), "nobody got in");
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_nothing_else() {
    let server = TestServer::start().await;
    let owner = server.member("Alice").await;
    let room = owner.creates_room("Support").await;
    let signed_out = server.signs_in(&owner.person).await;
    signed_out.deletes("/api/v1/session").await.succeeded();
    let forged = Someone { token: Some("a".repeat(43)), ..owner.clone() };
    for nobody in [server.anonymous(), signed_out, forged] {
        for (method, path, body) in operations(&nobody) {
            for id in [room.room.id.to_string(), "4711".to_owned(), "seven".to_owned()] {
                let path = path.replace("{room}", &id);
                if path.ends_with("invitations") && id == "seven" {
                    continue;
                }
                let answer = nobody.requests(method.clone(), &path, filled(body.clone(), &id)).await;
                assert_eq!(answer.refusal().kind, ErrorKind::Unauthenticated, "{method} {path}");
            }
        }
        for path in ["/api/v1/snapshot", "/api/v1/people", "/api/v1/rooms", "/api/v1/rooms/joinable", "/api/v1/session"]
        {
            assert_eq!(nobody.gets(path).await.refusal().kind, ErrorKind::Unauthenticated, "{path}");
        }
    }
}
