//! §5.5, HCC-16: webhooks that add-ons make for one room.

use axum::http::{StatusCode, header};
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{each, in_room};
use crate::{
    integration::{
        provider::{Provider, Reply},
        samples,
        team::{Installation, Team},
    },
    support::Someone,
};

async fn listener(team: &Team) -> (Provider, Installation) {
    let descriptor = samples::descriptor("com.example.rest", "Rest", &["admin_room", "send_notification"], &json!({}));
    let (provider, installation) = team.installed(&descriptor).await;
    provider.replies("/hook", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    (provider, installation)
}

fn hook(provider: &Provider, event: &str) -> Value {
    json!({"url": format!("{}/hook?token=abc&name=%2F", provider.base), "event": event, "name": "Mine"})
}

async fn webhooks(rest: &Someone, team: &Team) -> Value {
    rest.gets(&team.room_path("/webhook")).await.json()
}

/// Made with 201, an address and a number; called with that number; removed by that address.
#[tokio::test]
async fn a_webhook_is_made_called_and_removed() {
    let team = Team::assembles().await;
    let (provider, installation) = listener(&team).await;
    let rest = &installation.caller;
    team.omar.says(&team.room, "before").await;
    let mut body = hook(&provider, "room_message");
    body["pattern"] = json!("^/build");
    let made = rest.posts(&team.room_path("/webhook"), body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let id = made.json::<Value>()["id"].as_u64().unwrap();
    let address = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(address, format!("http://{}{}", team.server.address(), team.room_path(&format!("/webhook/{id}"))));
    assert_eq!(made.json::<Value>()["links"]["self"], address);

    team.omar.says(&team.room, "not a command").await;
    team.omar.says(&team.room, "/build main").await;
    let call = provider.next_call().await;
    assert_eq!((&call.json()["webhook_id"], &call.json()["event"]), (&json!(id), &json!("room_message")));
    assert_eq!(call.json()["item"]["message"]["message"], "/build main");
    assert_eq!(call.json()["oauth_client_id"], json!(installation.id));

    let path = team.room_path(&format!("/webhook/{id}"));
    let shown: Value = rest.gets(&path).await.json();
    for member in ["url", "event", "name", "pattern"] {
        assert_eq!(shown[member], body[member], "as it came");
    }
    assert_eq!(webhooks(rest, &team).await["items"], json!([shown]));
    assert_eq!(rest.deletes(&path).await.status, StatusCode::NO_CONTENT);
    for answer in [rest.deletes(&path).await, rest.gets(&path).await] {
        assert_eq!(answer.refusal().message, "Webhook not found");
    }
    assert_eq!(webhooks(rest, &team).await["items"], json!([]));

    // The next one made is told what follows, the removed one is not.
    rest.posts(&team.room_path("/webhook"), hook(&provider, "room_enter")).await.succeeded();
    team.omar.says(&team.room, "/build again").await;
    team.alana.adds(&team.greta, &team.room).await;
    assert_eq!(provider.next_call().await.json()["event"], "room_enter");
}

#[tokio::test]
async fn a_webhook_is_put_by_its_key() {
    let team = Team::assembles().await;
    let (provider, installation) = listener(&team).await;
    let rest = &installation.caller;
    let path = team.room_path("/extension/webhook/mine");
    let put = rest.puts(&path, hook(&provider, "room_message")).await;
    assert_eq!(put.status, StatusCode::CREATED);
    let again = rest.puts(&path, hook(&provider, "room_topic_change")).await;
    assert_eq!(again.json::<Value>()["id"], put.json::<Value>()["id"]);
    let shown: Value = rest.gets(&path).await.json();
    assert_eq!((&shown["key"], &shown["event"]), (&json!("mine"), &json!("room_topic_change")));
    assert_eq!(each(&webhooks(rest, &team).await, "key"), [json!("mine")]);
    let mut taken = hook(&provider, "room_message");
    taken["key"] = json!("mine");
    assert_eq!(rest.posts(&team.room_path("/webhook"), taken).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(rest.deletes(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(rest.gets(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_webhook_that_cannot_work_is_refused() {
    let team = Team::assembles().await;
    let (provider, installation) = listener(&team).await;
    let rest = &installation.caller;
    for (member, wrong) in [
        ("url", json!("ftp://example.com/hook")),
        ("url", json!("{broken")),
        ("url", Value::Null),
        ("url", json!(format!("https://example.com/{}", "x".repeat(2048)))),
        ("event", json!("room_explodes")),
        ("event", Value::Null),
        ("pattern", json!("(")),
        ("pattern", json!("(?=look-around)")),
        ("key", json!("no spaces")),
        ("authentication", json!("basic")),
        ("name", json!("x".repeat(101))),
    ] {
        let mut body = hook(&provider, "room_message");
        body[member] = wrong;
        let answer = rest.posts(&team.room_path("/webhook"), body).await;
        assert_eq!(answer.refusal().kind, ErrorKind::Invalid, "{member}");
        assert!(answer.refusal().message.contains(&format!("\"{member}\"")), "{}", answer.body);
    }
    assert_eq!(webhooks(rest, &team).await["items"], json!([]));
    for number in 0..50 {
        let path = team.room_path(&format!("/extension/webhook/{number}"));
        rest.puts(&path, hook(&provider, "room_message")).await.succeeded();
    }
    let more = rest.posts(&team.room_path("/webhook"), hook(&provider, "room_message")).await;
    assert_eq!(more.status, StatusCode::BAD_REQUEST);
}

/// HCC-07, safety I8, I11: nobody else sees them, and they end with their installation.
#[tokio::test]
async fn webhooks_are_their_installations_alone() {
    let team = Team::assembles().await;
    let (provider, installation) = listener(&team).await;
    let made = installation.caller.posts(&team.room_path("/webhook"), hook(&provider, "room_message")).await;
    let id = made.json::<Value>()["id"].as_u64().unwrap();
    let admin = samples::descriptor("com.example.other", "Other", &["admin_room"], &json!({}));
    let other = team.installed(&admin).await.1.caller;
    let path = team.room_path(&format!("/webhook/{id}"));
    assert_eq!(webhooks(&other, &team).await["items"], json!([]));
    for answer in [other.gets(&path).await, other.deletes(&path).await] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let elsewhere = format!("/v2/room/{}/webhook", team.support.room.id);
    let foreign = installation.caller.posts(&elsewhere, hook(&provider, "room_message")).await;
    assert_eq!(foreign.refusal().message, "Room not found");
    let sentence = "This action requires one of the following scopes: ['admin_room']";
    let without = team.installed(&samples::descriptor("com.example.none", "None", &["view_room"], &json!({}))).await;
    for path in [team.room_path("/webhook"), path.clone(), team.room_path("/extension/webhook/mine")] {
        assert_eq!(without.1.caller.gets(&path).await.refusal().message, sentence);
    }

    let body = json!({"integration": "com.example.rest", "rooms": [team.room.room.id]});
    team.alana.posts(crate::integration::team::UNINSTALL, body).await.succeeded();
    let again = in_room(&team, &["admin_room"]).await.caller;
    assert_eq!(webhooks(&again, &team).await["items"], json!([]));
}
