//! §19: providers are told what happens.

use std::sync::Arc;

use axum::http::{Method, StatusCode, header};
use roomglass_protocol::{Author, Person};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::sync::Notify;

use super::{
    provider::{Call, Provider, Reply},
    samples,
    signed_url::verified,
    team::{Installation, Team, UNINSTALL},
};
use crate::support::Someone;

/// A provider with these webhooks, installed in the room.
pub async fn listens(team: &Team, webhooks: Value) -> (Provider, Installation) {
    let descriptor = samples::listener("com.example.listener", &["view_room", "send_notification"], &webhooks);
    let (provider, installation) = team.installed(&descriptor).await;
    provider.replies("/hook", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    (provider, installation)
}

pub fn hook(event: &str, pattern: Option<&str>) -> Value {
    let mut hook = json!({"key": event, "event": event, "url": "{base}/hook", "authentication": "jwt"});
    if let Some(pattern) = pattern {
        hook["pattern"] = json!(pattern);
    }
    hook
}

fn claims(call: &Call, installation: &Installation) -> Value {
    let token = call.header(header::AUTHORIZATION).and_then(|value| value.strip_prefix("JWT ")).unwrap();
    verified(token, &installation.secret)
}

/// Supplement B, steps 1 and 2; HOOK-01 … HOOK-03, HCC-16.
#[tokio::test]
async fn supplement_b_matching_messages_are_told() {
    let team = Team::assembles().await;
    let (provider, installation) = listens(&team, json!([hook("room_message", Some("^/build\\b"))])).await;
    team.omar.says(&team.room, "not a command").await;
    let said = team.omar.says(&team.room, "/build main @emma https://ci.example/7").await;
    let call = provider.next_call().await;
    assert_eq!((&call.method, call.path.as_str()), (&Method::POST, "/hook"));
    assert_eq!(call.header(header::USER_AGENT), Some("HipChat.com"));
    assert_eq!(call.header(header::CONTENT_TYPE), Some("application/json"));
    let mut payload = call.json();
    assert!(payload["webhook_id"].is_u64());
    payload.as_object_mut().unwrap().remove("webhook_id");
    let mut version = |of: &str| {
        let version = payload["item"].pointer_mut(of).and_then(|of| of.as_object_mut()?.remove("version"));
        assert_eq!(version.and_then(|version| Some(version.as_str()?.len())), Some(8), "{of}");
    };
    version("/message/from");
    version("/message/mentions/0");
    version("/room");
    let date = payload["item"]["message"]["date"].take();
    let date = date.as_str().unwrap();
    assert_eq!(OffsetDateTime::parse(date, &Rfc3339).unwrap(), said.sent_at.utc());
    assert_eq!((date.len(), &date[26..]), (32, "+00:00"), "with microseconds, as frameworks parse it");
    let at = |path: String| team.server.app().config.address(&path);
    let short = |person: &Person| {
        json!({"id": person.id, "mention_name": person.mention, "name": person.name,
        "links": {"self": at(format!("/v2/user/{}", person.id))}})
    };
    let room = |rest: &str| at(format!("{}{rest}", team.room_path("")));
    let expected = json!({"event": "room_message", "oauth_client_id": installation.id, "item": {
        "message": {"id": said.id, "date": null, "from": short(&team.omar.person), "mentions": [short(&team.emma.person)],
            "message": "/build main @emma https://ci.example/7", "type": "message",
            "message_links": [{"type": "link", "url": "https://ci.example/7"}]},
        "room": {"id": team.room.room.id, "name": "Release team", "privacy": "private", "is_archived": false,
            "links": {"self": room(""), "webhooks": room("/webhook"), "participants": room("/participant"),
                "members": room("/member")}}}});
    assert_eq!(payload, expected);

    let claims = claims(&call, &installation);
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(installation.id), &json!(team.omar.person.id.to_string())));
    assert_eq!(
        (&claims["context"]["audience"], &claims["context"]["room_id"]),
        (&json!(provider.base), &json!(team.room.room.id))
    );
    assert_eq!(provider.waiting_calls().await.len(), 0, "the message that does not match is not told");
}

#[tokio::test]
async fn hook_02_a_pattern_is_searched_for_and_may_hold_both_ends() {
    let team = Team::assembles().await;
    let mut loose = hook("room_message", Some("deploy|release"));
    loose["key"] = json!("loose");
    loose["url"] = json!("{base}/loose");
    let (provider, _installation) = listens(&team, json!([hook("room_message", Some("^/hello$")), loose])).await;
    provider.replies("/loose", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    for text in ["/hello you", "say /hello", "/hello", "/HELLO"] {
        team.omar.says(&team.room, text).await;
    }
    // Told last, so that whatever was to be told before has been.
    team.omar.says(&team.room, "we release today").await;
    let calls = [provider.next_call().await, provider.next_call().await];
    let mut told: Vec<(String, Value)> =
        calls.iter().map(|call| (call.path.clone(), call.json()["item"]["message"]["message"].clone())).collect();
    told.sort_by_key(|(path, _)| path.clone());
    assert_eq!(told, [("/hook".to_owned(), json!("/hello")), ("/loose".to_owned(), json!("we release today"))]);
    assert_eq!(provider.waiting_calls().await.len(), 0);
}

/// Supplement B, steps 3 and 4; HOOK-04.
#[tokio::test]
async fn supplement_b_an_answer_becomes_a_notification() {
    let team = Team::assembles().await;
    let (provider, _) = listens(&team, json!([hook("room_message", Some("^/build"))])).await;
    let answer = json!({"message": "Build #129 of <b>main</b> started<iframe src=x></iframe>", "message_format": "html", "color": "yellow", "notify": false});
    provider.replies("/hook", Reply::json(&answer));
    let mut emma = team.emma.connects().await;
    team.omar.says(&team.room, "/build main").await;
    let frames = emma.hears("Build #129 of <b>main</b> started").await;
    let message = frames.last().unwrap().event().unwrap().message().unwrap().clone();
    assert!(matches!(message.from, Author::Integration { key, .. } if key.as_str() == "com.example.listener"));
    provider.next_call().await;
}

/// HipChat Connect §7.2: the other events.
#[tokio::test]
async fn comings_goings_and_topics_are_told() {
    let team = Team::assembles().await;
    let hooks = ["room_enter", "room_exit", "room_topic_change"].map(|event| hook(event, None));
    let (provider, installation) = listens(&team, json!(hooks)).await;
    team.alana.adds(&team.greta, &team.room).await;
    team.greta.leaves(&team.room).await;
    let path = format!("/api/v1/rooms/{}", team.room.room.id);
    team.emma.patches(&path, json!({"topic": "Friday"})).await.succeeded();
    let calls = [provider.next_call().await, provider.next_call().await, provider.next_call().await];
    let told: Vec<Value> = calls.iter().map(Call::json).collect();
    let names: Vec<&str> = told.iter().map(|call| call["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["room_enter", "room_exit", "room_topic_change"]);
    assert_eq!(told[0]["item"]["sender"]["id"], json!(team.greta.person.id));
    assert_eq!(told[1]["item"]["sender"]["mention_name"], json!(team.greta.person.mention));
    assert_eq!(told[2]["item"]["topic"], "Friday");
    assert_eq!(claims(&calls[2], &installation)["sub"], json!(team.emma.person.id.to_string()));
}

/// HipChat Connect §7.4: notifications are told to all who listen, also to the integration that posted them.
#[tokio::test]
async fn notifications_are_told_also_to_their_own_integration() {
    let team = Team::assembles().await;
    let (listener, own) = listens(&team, json!([hook("room_notification", None)])).await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let path = team.room_path("/notification");
    own.caller.posts(&path, json!({"message": "mine"})).await.succeeded();
    builds.caller.posts(&path, json!({"message": "theirs", "color": "red"})).await.succeeded();
    let told = [listener.next_call().await.json(), listener.next_call().await.json()];
    assert_eq!(told[0]["item"]["message"]["message"], "mine");
    let message = &told[1]["item"]["message"];
    assert_eq!(
        (&told[1]["event"], &message["message"], &message["from"], &message["color"]),
        (&json!("room_notification"), &json!("theirs"), &json!("Builds"), &json!("red"))
    );
}

/// HOOK-04: only people's messages are answered, or an integration would talk to itself for ever.
#[tokio::test]
async fn an_answer_to_a_notification_is_not_posted() {
    let team = Team::assembles().await;
    let (provider, _) = listens(&team, json!([hook("room_notification", None), hook("room_message", None)])).await;
    provider.replies("/hook", Reply::json(&json!({"message": "echo"})));
    let mut told = Vec::new();
    for text in ["first", "second"] {
        team.emma.says(&team.room, text).await;
        for _ in 0..2 {
            told.push(provider.next_call().await.json()["item"]["message"]["message"].clone());
        }
    }
    assert_eq!(told, ["first", "echo", "second", "echo"]);
}

/// HipChat Connect §7.2: `room_created`, which only a global installation can hear of.
#[tokio::test]
async fn new_rooms_are_told() {
    let team = Team::assembles().await;
    let hooks = json!([hook("room_created", None)]);
    let descriptor = samples::listener("com.example.everywhere", &["view_group"], &hooks);
    let (provider, installation) = team.installed_globally(&descriptor).await;
    provider.replies("/hook", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    let room = team.omar.creates_private_room("Garden").await;
    let call = provider.next_call().await;
    let told = call.json();
    assert_eq!((&told["event"], &told["item"]["room"]["id"]), (&json!("room_created"), &json!(room.room.id)));
    assert_eq!(told["item"]["sender"]["id"], json!(team.omar.person.id));
    assert_eq!(claims(&call, &installation)["context"]["room_id"], json!(room.room.id));
}

/// HCC-16: one change of several things is told as each of them. What a call says of the room is what it is about, whatever
/// became of the room before it was made.
#[tokio::test]
async fn archiving_is_told_after_the_topic() {
    let team = Team::assembles().await;
    let hooks = ["room_archived", "room_unarchived", "room_topic_change"].map(|event| hook(event, None));
    let (provider, installation) = listens(&team, json!(hooks)).await;
    let told = Arc::new(Notify::new());
    provider.replies("/hook", Reply::After(told.clone(), StatusCode::NO_CONTENT));
    let path = format!("/api/v1/rooms/{}", team.room.room.id);
    team.alana.patches(&path, json!({"topic": "Over", "archived": true})).await.succeeded();
    let mut calls = vec![provider.next_call().await];
    team.alana.archives(&team.room, false).await.succeeded();
    provider.replies("/hook", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    told.notify_one();
    calls.extend([provider.next_call().await, provider.next_call().await]);
    let told: Vec<Value> = calls.iter().map(Call::json).collect();
    let said = |call: &Value| (call["event"].clone(), call["item"]["room"]["is_archived"].clone());
    let expected = [("room_topic_change", true), ("room_archived", true), ("room_unarchived", false)];
    assert_eq!(told.iter().map(said).collect::<Vec<_>>(), expected.map(|(event, is)| (json!(event), json!(is))));
    assert_eq!(told[0]["item"]["topic"], "Over");
    for call in &told[1..] {
        let members: Vec<&String> = call["item"].as_object().unwrap().keys().collect();
        assert_eq!(members, ["room", "sender"]);
        assert_eq!(call["item"]["sender"]["id"], json!(team.alana.person.id));
    }
    assert_eq!(claims(&calls[1], &installation)["sub"], json!(team.alana.person.id.to_string()));
}

/// HCC-16, HOOK-07: with the room goes what is installed there, which is told by its callback; what is installed everywhere
/// hears of it, also when the server stops meanwhile.
#[tokio::test]
async fn deleted_rooms_are_told_to_what_is_installed_everywhere() {
    let team = Team::assembles().await;
    let hooks = json!([hook("room_deleted", None), hook("room_created", None)]);
    let (here, own) = listens(&team, json!([hook("room_deleted", None)])).await;
    let descriptor = samples::listener("com.example.everywhere", &["view_group", "manage_rooms"], &hooks);
    let (provider, installation) = team.installed_globally(&descriptor).await;
    provider.replies("/hook", Reply::After(Arc::default(), StatusCode::OK));
    team.alana.archives(&team.room, true).await.succeeded();
    installation.caller.deletes(&team.room_path("")).await.succeeded();
    let first = provider.next_call().await;
    provider.replies("/hook", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    let server = team.server.restarts().await;
    let again = provider.next_call().await;
    assert_eq!(again.json(), first.json(), "the same call");
    let mut told = again.json();
    assert_eq!((&told["event"], &told["oauth_client_id"]), (&json!("room_deleted"), &json!(installation.id)));
    for part in ["room", "sender"] {
        let part = told["item"][part].as_object_mut().unwrap();
        assert!(part.remove("links").is_some() && part.remove("version").is_some());
    }
    let alana = &team.alana.person;
    let expected = json!({
        "room": {"id": team.room.room.id, "name": "Release team", "privacy": "private", "is_archived": true},
        "sender": {"id": alana.id, "mention_name": alana.mention, "name": "Alana"}});
    assert_eq!(told["item"], expected);
    assert_eq!(claims(&again, &installation)["context"]["room_id"], json!(team.room.room.id));

    assert_eq!(here.next_call().await.path, format!("/installed/{}", own.id), "the goodbye");
    let emma = Someone { server, ..team.emma.clone() };
    emma.creates_room("Garden").await;
    assert_eq!(provider.next_call().await.json()["event"], "room_created", "and so on");
    assert!(here.waiting_calls().await.is_empty());
}

/// Global installations hear of every room, conversations excepted.
#[tokio::test]
async fn a_global_webhook_hears_every_room_but_no_conversation() {
    let team = Team::assembles().await;
    let descriptor = samples::listener("com.example.everywhere", &["view_group"], &json!([hook("room_message", None)]));
    let (provider, _) = team.installed_globally(&descriptor).await;
    provider.replies("/hook", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    let conversation = team.alana.opens_conversation_with(&[&team.emma]).await;
    team.emma.says(&conversation, "between us").await;
    team.greta.says(&team.support, "in support").await;
    team.omar.says(&team.room, "in release").await;
    let texts = [provider.next_call().await.json(), provider.next_call().await.json()];
    let texts = texts.map(|call| call["item"]["message"]["message"].as_str().unwrap().to_owned());
    assert_eq!(texts, ["in support", "in release"]);
}

/// What is installed or removed while the server runs counts at once.
#[tokio::test]
async fn webhooks_follow_installations() {
    let team = Team::assembles().await;
    team.omar.says(&team.room, "before").await;
    let (provider, installation) = listens(&team, json!([hook("room_message", None)])).await;
    team.omar.says(&team.room, "while").await;
    assert_eq!(provider.next_call().await.json()["item"]["message"]["message"], "while");
    let body = json!({"integration": "com.example.listener", "rooms": [team.room.room.id]});
    team.alana.posts(UNINSTALL, body).await.succeeded();
    assert_eq!(provider.next_call().await.path, format!("/installed/{}", installation.id));
    team.omar.says(&team.room, "after").await;
    let (other, _) = listens(&team, json!([hook("room_message", None)])).await;
    team.omar.says(&team.room, "again").await;
    assert_eq!(other.next_call().await.json()["item"]["message"]["message"], "again");
    assert_eq!(provider.waiting_calls().await.len(), 0);
}

/// HOOK-07: a provider that never answers delays nobody.
#[tokio::test]
async fn a_hanging_provider_holds_up_no_message() {
    let team = Team::assembles().await;
    let (hanging, _) = listens(&team, json!([hook("room_message", None)])).await;
    hanging.replies("/hook", Reply::After(Arc::default(), StatusCode::OK));
    let descriptor = samples::listener("com.example.quick", &["view_room"], &json!([hook("room_message", None)]));
    let (quick, _) = team.installed(&descriptor).await;
    let mut emma = team.emma.connects().await;
    for number in 0..90 {
        team.omar.says(&team.room, &format!("message {number}")).await;
    }
    emma.hears("message 89").await;
    for number in 0..90 {
        assert_eq!(quick.next_call().await.json()["item"]["message"]["message"], format!("message {number}"));
    }
    // However long this took: it is still being asked about the first.
    let asked = hanging.waiting_calls().await;
    assert!(!asked.is_empty() && asked.iter().all(|call| call.json()["item"]["message"]["message"] == "message 0"));
}
