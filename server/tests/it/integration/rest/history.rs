//! §5.4: the history of a room.

use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{each, in_room};
use crate::{
    integration::{samples, team::Team},
    support::Someone,
};

async fn texts(rest: &Someone, path: &str) -> Vec<Value> {
    each(&rest.gets(path).await.json(), "message")
}

fn nothing() -> Vec<Value> {
    Vec::new()
}

fn numbers(range: std::ops::RangeInclusive<u32>) -> Vec<Value> {
    range.map(|number| json!(number.to_string())).collect()
}

#[tokio::test]
async fn the_recent_messages_are_read_oldest_first_or_newest_first() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_messages", "send_notification"]).await.caller;
    for number in 1..=80 {
        team.omar.says(&team.room, &number.to_string()).await;
    }
    let path = team.room_path("/history");
    assert_eq!(texts(&rest, &path).await, numbers(6..=80), "75 are recent");
    let newest_first: Vec<Value> = numbers(6..=80).into_iter().rev().collect();
    assert_eq!(texts(&rest, &format!("{path}?reverse=false")).await, newest_first);
    assert_eq!(texts(&rest, &format!("{path}?max-results=3&start-index=1")).await, numbers(77..=79));
    assert_eq!(texts(&rest, &format!("{path}?start-index=75")).await, nothing());
    assert_eq!(texts(&rest, &format!("{path}?max-results=0")).await, nothing());
    // With a date there is no end but that of the room.
    let all = format!("{path}?date=2199-01-01&max-results=1000");
    assert_eq!(texts(&rest, &all).await, numbers(1..=80));
    let page: Value = rest.gets(&format!("{path}?date=2199-01-01T00:00:00%2B00:00&max-results=50")).await.json();
    assert_eq!(each(&page, "message"), numbers(31..=80));
    assert!(page["links"]["next"].as_str().unwrap().contains("start-index=50"));
    assert_eq!(texts(&rest, &format!("{path}?date=2001-01-01")).await, nothing());
    assert_eq!(texts(&rest, &format!("{path}?end-date=2199-01-01")).await, nothing());
    assert_eq!(rest.gets(&format!("{path}?date=soon")).await.refusal().kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn the_latest_messages_are_read_from_one_on() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_messages"]).await.caller;
    let mut sent = Vec::new();
    for number in 1..=5 {
        sent.push(team.omar.says(&team.room, &number.to_string()).await.id);
    }
    let elsewhere = team.greta.says(&team.support, "not yours").await.id;
    let path = team.room_path("/history/latest");
    assert_eq!(texts(&rest, &path).await, numbers(1..=5));
    assert_eq!(texts(&rest, &format!("{path}?max-results=2")).await, numbers(4..=5));
    assert_eq!(texts(&rest, &format!("{path}?not-before={}", sent[2])).await, numbers(3..=5));
    for unknown in [elsewhere.to_string(), "x".to_owned()] {
        let answer = rest.gets(&format!("{path}?not-before={unknown}")).await;
        assert_eq!(answer.refusal().message, "Message not found");
    }
}

#[tokio::test]
async fn messages_are_shown_with_people_and_senders() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_messages", "send_notification"]).await.caller;
    let said = team.omar.says(&team.room, "@emma look").await;
    let note = json!({"message": "<b>green</b>", "color": "green"});
    rest.posts(&team.room_path("/notification"), note).await.succeeded();
    let list: Value = rest.gets(&team.room_path("/history")).await.json();
    let [message, notification] = [&list["items"][0], &list["items"][1]];
    let base = format!("http://{}/v2/user", team.server.address());
    assert_eq!((&message["id"], &message["type"]), (&json!(said.id), &json!("message")));
    assert_eq!(message["from"]["links"]["self"], format!("{base}/{}", team.omar.person.id));
    assert_eq!(message["mentions"][0]["links"]["self"], format!("{base}/{}", team.emma.person.id));
    assert!(message["date"].as_str().unwrap().ends_with("000+00:00"), "{message}");
    assert_eq!((&notification["from"], &notification["type"]), (&json!("Rest"), &json!("notification")));
    assert_eq!((&notification["color"], &notification["message_format"]), (&json!("green"), &json!("html")));
    assert_eq!(notification["notification_sender"], json!({"type": "addon", "id": "com.example.rest"}));
    let one: Value = rest.gets(&team.room_path(&format!("/history/{}", said.id))).await.json();
    assert_eq!(&one["message"], message);
}

/// HCC-07.
#[tokio::test]
async fn history_needs_its_scope_and_its_room() {
    let team = Team::assembles().await;
    let without = in_room(&team, &["view_room", "view_group", "send_notification"]).await.caller;
    let sentence = "This action requires one of the following scopes: ['view_messages']";
    for path in ["/history", "/history/latest"] {
        assert_eq!(without.gets(&team.room_path(path)).await.refusal().message, sentence);
    }
    let reader = samples::descriptor("com.example.reader", "Reader", &["view_messages"], &json!({}));
    let reader = team.installed(&reader).await.1.caller;
    for path in ["/history", "/history/latest"] {
        let foreign = reader.gets(&format!("/v2/room/{}{path}", team.support.room.id)).await;
        assert_eq!(foreign.refusal().kind, ErrorKind::NotFound);
    }
}
