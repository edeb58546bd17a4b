//! Incoming webhooks: systems that know Slack speak in a room.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use roomglass_protocol::{Author, ErrorKind, push::ServerFrame, rest::incoming_webhook::DROPPED_HEADER};
use serde_json::{Value, json};

use super::team::Team;
use crate::support::{Answer, TestServer};

fn webhooks(team: &Team) -> String {
    format!("/api/v1/rooms/{}/incoming-webhooks", team.room.room.id)
}

/// Alana makes one; its path and its number.
async fn made(team: &Team) -> (String, i64) {
    let answer = team.alana.posts(&webhooks(team), json!({"name": "Alerts"})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let created: Value = answer.json();
    let base = format!("http://{}", team.server.address());
    let path = created["url"].as_str().unwrap().strip_prefix(&base).unwrap();
    (path.to_owned(), created["webhook"]["id"].as_i64().unwrap())
}

/// As a foreign system posts: no session, no cookie.
async fn post(server: &TestServer, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(Method::POST).uri(path).header(header::CONTENT_TYPE, kind);
    server.answers(request.body(body.into()).unwrap()).await
}

async fn post_json(server: &TestServer, path: &str, payload: &Value) -> Answer {
    post(server, path, "application/json", payload.to_string()).await
}

#[track_caller]
fn assert_answers(answer: &Answer, status: StatusCode, word: &str) {
    assert_eq!((answer.status, answer.body.as_str()), (status, word));
}

#[tokio::test]
async fn what_is_posted_appears_as_a_notification_of_the_webhooks_name() {
    let team = Team::assembles().await;
    let (path, id) = made(&team).await;
    let mut omar = team.omar.connects().await;
    let payload = json!({"username": "ignored", "text": "*Disk* full", "attachments": [{"color": "danger"}],
        "blocks": [{"type": "actions", "elements": []}]});
    let answer = post_json(&team.server, &path, &payload).await;
    assert_answers(&answer, StatusCode::OK, "ok");
    assert_eq!(answer.headers[DROPPED_HEADER], "/blocks/0 actions", "the sender is told");
    let frame = omar.until(|frame| matches!(frame, ServerFrame::Message { .. })).await;
    let ServerFrame::Message { message, room_id, .. } = frame else { unreachable!() };
    assert_eq!((room_id, message.text.as_str()), (team.room.room.id, "<b>Disk</b> full"));
    assert_eq!(message.color.as_deref(), Some("red"));
    assert!(matches!(&message.from, Author::Integration { name, .. } if name == "Alerts"), "{:?}", message.from);

    let form = "payload=%7B%22text%22%3A%22by+form%22%7D";
    let answer = post(&team.server, &path, "application/x-www-form-urlencoded", form).await;
    assert_answers(&answer, StatusCode::OK, "ok");
    assert_eq!(answer.headers.get(DROPPED_HEADER), None, "all of it is shown");
    omar.hears("by form").await;

    let list: Value = team.alana.gets(&webhooks(&team)).await.json();
    assert!(list["items"][0]["last_used_at"].is_string(), "{list}");
    team.alana.archives(&team.room, true).await.succeeded();
    assert_answers(&post_json(&team.server, &path, &payload).await, StatusCode::GONE, "channel_is_archived");
    team.alana.archives(&team.room, false).await.succeeded();
    assert_answers(&post_json(&team.server, &path, &payload).await, StatusCode::OK, "ok");
    team.alana.deletes(&format!("{}/{id}", webhooks(&team))).await.succeeded();
    assert_answers(&post_json(&team.server, &path, &payload).await, StatusCode::NOT_FOUND, "no_service");
}

#[tokio::test]
async fn refusals_are_slacks() {
    let team = Team::assembles().await;
    let (path, _) = made(&team).await;
    let server = &team.server;
    assert_answers(
        &post_json(server, "/hooks/guess", &json!({"text": "x"})).await,
        StatusCode::NOT_FOUND,
        "no_service",
    );
    assert_answers(&post(server, &path, "text/plain", "hello").await, StatusCode::BAD_REQUEST, "invalid_payload");
    assert_answers(&post_json(server, &path, &json!({})).await, StatusCode::BAD_REQUEST, "no_text");
    let huge = json!({"text": "x".repeat(300 * 1024)});
    assert_answers(&post_json(server, &path, &huge).await, StatusCode::PAYLOAD_TOO_LARGE, "request_too_large");
    assert_eq!(team.server.anonymous().gets(&path).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let mut answer = post_json(server, &path, &json!({"text": "x"})).await;
    for _ in 0..500 {
        if answer.status != StatusCode::OK {
            break;
        }
        answer = post_json(server, &path, &json!({"text": "x"})).await;
    }
    assert_answers(&answer, StatusCode::TOO_MANY_REQUESTS, "rate_limited");
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn only_those_who_may_install_in_the_room_have_webhooks_there() {
    let team = Team::assembles().await;
    let (path, id) = made(&team).await;
    for (someone, kind) in [(&team.emma, ErrorKind::Forbidden), (&team.greta, ErrorKind::NotFound)] {
        assert_eq!(someone.gets(&webhooks(&team)).await.refusal().kind, kind);
        assert_eq!(someone.posts(&webhooks(&team), json!({"name": "Mine"})).await.refusal().kind, kind);
        assert_eq!(someone.deletes(&format!("{}/{id}", webhooks(&team))).await.refusal().kind, kind);
    }
    let owner = format!("/api/v1/rooms/{}/incoming-webhooks", team.support.room.id);
    team.greta.posts(&owner, json!({"name": "Owner's"})).await.succeeded();
    let foreign = team.greta.deletes(&format!("{owner}/{id}")).await;
    assert_eq!(foreign.refusal().kind, ErrorKind::NotFound, "of another room");
    for name in ["", " ", "two\nlines", &"x".repeat(65)] {
        let refused = team.alana.posts(&webhooks(&team), json!({"name": name})).await;
        assert_eq!(refused.refusal().kind, ErrorKind::Invalid, "{name:?}");
    }
    assert_answers(&post_json(&team.server, &path, &json!({"text": "still there"})).await, StatusCode::OK, "ok");
}

/// The secret is in the answer that made it, and nowhere else: not in lists, not in the database.
#[tokio::test]
async fn the_address_is_shown_once() {
    let team = Team::assembles().await;
    let (path, id) = made(&team).await;
    let secret = path.rsplit('/').next().unwrap();
    assert!(secret.len() >= 32, "{} characters", secret.len());
    let list = team.alana.gets(&webhooks(&team)).await;
    assert_eq!(list.json::<Value>()["items"][0]["id"], id);
    assert!(!list.body.contains(secret));
    let mut looked_at = 0;
    let entries = std::fs::read_dir(&team.server.app().config.data).unwrap().map(|entry| entry.unwrap().path());
    for file in entries.filter(|path| path.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        looked_at += bytes.len();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    assert!(looked_at > 0);
}
