//! HCC-17, HOOK-05: integrations speak in rooms.

use axum::http::StatusCode;
use roomglass_protocol::{Author, ErrorKind, Message, event::MessageFormat, rest::message::Page};
use serde_json::{Value, json};

use super::{
    samples,
    team::{Team, fault_pointers},
};

async fn newest(team: &Team) -> Message {
    let path = format!("/api/v1/rooms/{}/messages?limit=1", team.room.room.id);
    let page: Page = team.priya.gets(&path).await.json();
    page.items.into_iter().next_back().unwrap().message().unwrap().clone()
}

/// MSG-16, MSG-24: members hear it, those absent find it once, and it says who spoke.
#[tokio::test]
async fn a_notification_is_a_message_of_the_integration() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = team.emma.connects().await;
    let body = json!({"message": "Build #129 of <b>main</b> started<script>alert(1)</script>", "color": "green", "notify": "false"});
    let answer = builds.caller.posts(&team.room_path("/notification"), body).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
    emma.hears("Build #129 of <b>main</b> started").await;
    let message = newest(&team).await;
    assert_eq!(
        message.from,
        Author::Integration { key: "com.example.builds".parse().unwrap(), name: "Builds".to_owned() }
    );
    assert_eq!((message.format, message.color.as_deref()), (MessageFormat::Html, Some("green")));
    assert_eq!(message.metadata, Some(json!({"sender_addon_key": "com.example.builds"})));
    let log: Page = team.priya.gets(&format!("/api/v1/rooms/{}/messages", team.room.room.id)).await.json();
    assert_eq!(log.items.iter().filter(|event| event.message().is_some()).count(), 1);
    // Unread for those who were away, as any message.
    let rooms: Value = team.priya.gets("/api/v1/rooms").await.json();
    assert!(rooms["items"][0]["messages"].as_i64() > rooms["items"][0]["read_messages"].as_i64());
}

#[tokio::test]
async fn plain_text_stays_as_it_is() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let body = json!({"message": "1 < 2 & <b>not bold</b>", "message_format": "text", "from": "main"});
    builds.caller.posts(&team.room_path("/notification"), body).await.succeeded();
    let message = newest(&team).await;
    assert_eq!((message.text.as_str(), message.format), ("1 < 2 & <b>not bold</b>", MessageFormat::Text));
    assert!(matches!(message.from, Author::Integration { name, .. } if name == "Builds · main"));
}

/// HCC-17, §6.1: what answers a message begins with it; what answers none of this room stands alone.
#[tokio::test]
async fn a_notification_answers_a_message() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let asked = team.omar.says(&team.room, "Is <main> red?").await;
    let elsewhere = team.emma.says(&team.support, "Is it?").await;
    let path = team.room_path("/notification");
    let post = async |attach_to: Value, message: &str, format: &str| {
        let body = json!({"message": message, "message_format": format, "attach_to": attach_to, "notify": true});
        builds.caller.posts(&path, body).await.succeeded();
        newest(&team).await.text
    };
    assert_eq!(post(json!(asked.id), "<b>No</b>", "html").await, "Omar: “Is &lt;main&gt; red?”<br><b>No</b>");
    assert_eq!(post(json!(asked.id), "No", "text").await, "Omar: “Is <main> red?”\nNo");
    for unknown in [json!(elsewhere.id), json!("no id"), json!(""), Value::Null] {
        assert_eq!(post(unknown.clone(), "No", "text").await, "No", "{unknown}");
    }
    let long = "n".repeat(10_000);
    assert_eq!(post(json!(asked.id), &long, "text").await, long, "there is no room for more");
}

/// DESC-07: Links does not declare that it posts notifications.
#[tokio::test]
async fn speaking_needs_a_scope_a_room_and_something_to_say() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let (_links, links) = team.installed(&samples::links()).await;
    let path = team.room_path("/notification");
    let hello = json!({"message": "hello"});
    assert_eq!(links.caller.posts(&path, hello.clone()).await.refusal().kind, ErrorKind::Forbidden);
    let elsewhere = format!("/v2/room/{}/notification", team.support.room.id);
    assert_eq!(builds.caller.posts(&elsewhere, hello.clone()).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(team.alana.posts(&path, hello).await.refusal().kind, ErrorKind::Unauthenticated);
    for (body, pointer) in [
        (json!({}), "/message"),
        (json!({"message": "x".repeat(10_001)}), "/message"),
        (json!({"message": "<style>*{}</style>"}), "/message"),
        (json!({"message": "x", "color": "blue"}), "/color"),
    ] {
        assert_eq!(fault_pointers(&builds.caller.posts(&path, body).await), [pointer]);
    }
}

/// Safety E10: one installation cannot flood a room.
#[tokio::test]
async fn a_flood_is_stopped() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let path = team.room_path("/notification");
    // Faulty ones count too, and cost no storage.
    let mut refused = None;
    for _ in 0..200 {
        let answer = builds.caller.posts(&path, json!({})).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert_eq!(refused.refusal().kind, ErrorKind::TooMany);
    assert!(refused.headers.contains_key("retry-after"));
}
