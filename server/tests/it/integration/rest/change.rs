//! §5.3: what add-ons change: topics, rooms, members; and what they say.

use axum::http::{Method, StatusCode};
use roomglass_protocol::{
    Author, ErrorKind, Event, EventBody, MessageId, event::MessageFormat, push::ServerFrame, rest::message::Page,
};
use serde_json::{Value, json};

use super::{each, everywhere, in_room};
use crate::{integration::team::Team, support::Someone};

async fn newest(team: &Team) -> Event {
    let path = format!("/api/v1/rooms/{}/events?limit=1", team.room.room.id);
    team.emma.gets(&path).await.json::<Page>().items.remove(0)
}

async fn shown(rest: &Someone, team: &Team) -> Value {
    rest.gets(&team.room_path("")).await.json()
}

/// The log says that the one did it who installed: it names people only.
#[tokio::test]
async fn the_topic_is_changed_in_the_name_of_who_installed() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["admin_room", "view_room"]).await.caller;
    let answer = rest.puts(&team.room_path("/topic"), json!({"topic": " Friday "})).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
    let EventBody::Changed { by, topic, .. } = newest(&team).await.body else { panic!("no change") };
    assert_eq!((by, topic.as_deref()), (team.alana.person.id, Some("Friday")));
    assert_eq!(shown(&rest, &team).await["topic"], "Friday");
    for body in [json!({}), json!({"topic": 7}), json!({"topic": "x".repeat(251)}), json!([])] {
        assert_eq!(rest.puts(&team.room_path("/topic"), body).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_room_is_changed_as_far_as_it_can_be() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["admin_room", "view_room"]).await.caller;
    let path = team.room_path("");
    let body = json!({"name": "Releases", "privacy": "public", "is_archived": false, "is_guest_accessible": false,
        "topic": "Soon", "owner": {"id": team.emma.person.id}, "unknown": 1});
    assert_eq!(rest.puts(&path, body).await.status, StatusCode::NO_CONTENT);
    let room = shown(&rest, &team).await;
    assert_eq!(
        (&room["name"], &room["privacy"], &room["topic"]),
        (&json!("Releases"), &json!("public"), &json!("Soon"))
    );
    assert_eq!(room["owner"]["id"], json!(team.emma.person.id));
    assert_eq!(rest.gets("/v2/room/releases").await.status, StatusCode::OK);

    // Nothing is changed by halves.
    for (body, status) in [
        (json!({"is_guest_accessible": true, "name": "Old"}), StatusCode::BAD_REQUEST),
        (json!({"is_archived": "soon", "name": "Old"}), StatusCode::BAD_REQUEST),
        (json!({"privacy": "secret", "name": "Old"}), StatusCode::BAD_REQUEST),
        (json!({"name": "Support"}), StatusCode::BAD_REQUEST),
        (json!({"name": "Old", "owner": {"id": team.greta.person.id}}), StatusCode::NOT_FOUND),
        (json!({"name": "Old", "owner": {"id": 999_999}}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(rest.puts(&path, body.clone()).await.status, status, "{body}");
    }
    assert_eq!(shown(&rest, &team).await, room);
}

/// §5.3, §5.4, HCC-16: `is_archived` is told and taken; what says nothing of it leaves it as it is.
#[tokio::test]
async fn a_room_is_archived_and_brought_back() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["admin_room", "view_room", "view_group", "send_notification", "send_message"]).await;
    let (rest, path) = (rest.caller, team.room_path(""));
    let before = shown(&rest, &team).await;
    assert_eq!(rest.puts(&path, json!({"is_archived": true})).await.status, StatusCode::NO_CONTENT);
    let EventBody::Changed { by, archived, .. } = newest(&team).await.body else { panic!("no change") };
    assert_eq!((by, archived), (team.alana.person.id, Some(true)));
    assert_eq!(rest.puts(&path, json!({"name": "Past releases"})).await.status, StatusCode::NO_CONTENT);
    let room = shown(&rest, &team).await;
    assert_eq!((&room["name"], &room["is_archived"]), (&json!("Past releases"), &json!(true)));
    assert_ne!(room["version"], before["version"]);

    for (query, known) in [("", vec![]), ("?include-archived=false", vec![]), ("?include-archived=true", vec![true])] {
        let list: Value = rest.gets(&format!("/v2/room{query}")).await.json();
        assert_eq!(each(&list, "is_archived"), known, "{query}");
    }
    for (what, body) in [("/notification", json!({"message": "built"})), ("/message", json!({"message": "hello"}))] {
        let refused = rest.posts(&team.room_path(what), body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{what}");
        assert!(refused.refusal().message.starts_with("This room is archived"), "{}", refused.body);
    }
    let conversation = team.alana.opens_conversation_with(&[&team.emma]).await.room.id;
    let fixed = rest.puts(&format!("/v2/room/{conversation}"), json!({"is_archived": true})).await;
    assert_eq!(fixed.status, StatusCode::NOT_FOUND);
    let weak = everywhere(&team, &["view_group"]).await.caller;
    assert_eq!(weak.puts(&path, json!({"is_archived": false})).await.refusal().kind, ErrorKind::Forbidden);

    assert_eq!(rest.puts(&path, json!({"is_archived": false})).await.status, StatusCode::NO_CONTENT);
    rest.posts(&team.room_path("/notification"), json!({"message": "built"})).await.succeeded();
    assert_eq!(each(&rest.gets("/v2/room").await.json(), "is_archived"), [json!(false)]);
}

#[tokio::test]
async fn members_come_and_go() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["admin_room", "view_room"]).await.caller;
    let member = |name: &str| team.room_path(&format!("/member/{name}"));
    let greta = format!("@{}", team.greta.person.mention);
    for _ in 0..2 {
        let answer = rest.puts(&member(&greta), json!({"room_roles": ["room_member"]})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "once more changes nothing");
    }
    let joined = EventBody::Joined { user_id: team.greta.person.id, by: Some(team.alana.person.id) };
    assert_eq!(newest(&team).await.body, joined);
    assert_eq!(rest.deletes(&member("greta@example.org")).await.status, StatusCode::NO_CONTENT);
    let again = rest.deletes(&member(&greta)).await;
    assert_eq!((again.status, again.refusal().message.as_str()), (StatusCode::NOT_FOUND, "User not found"));
    assert_eq!(rest.puts(&member("@nobody"), json!({})).await.refusal().kind, ErrorKind::NotFound);

    let invited = team.room_path(&format!("/invite/{}", team.greta.person.id));
    assert_eq!(rest.posts(&invited, json!({"reason": "We need you"})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(newest(&team).await.body, joined);
}

#[tokio::test]
async fn a_room_is_made_for_its_owner() {
    let team = Team::assembles().await;
    let guest = team.server.guest("Zoe").await;
    let rest = everywhere(&team, &["manage_rooms", "view_room"]).await.caller;
    let body = json!({"name": "Incidents", "topic": "Now", "privacy": "private", "owner_user_id": team.omar.person.id});
    let made = rest.posts("/v2/room", body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let address = made.json::<Value>()["links"]["self"].as_str().unwrap().to_owned();
    let path = address.strip_prefix(&format!("http://{}", team.server.address())).unwrap();
    let room: Value = rest.gets(path).await.json();
    assert_eq!(
        (&room["name"], &room["topic"], &room["privacy"]),
        (&json!("Incidents"), &json!("Now"), &json!("private"))
    );
    assert_eq!(room["owner"]["id"], json!(team.omar.person.id));
    assert_eq!(team.omar.gets("/api/v1/rooms").await.json::<Value>()["items"].as_array().unwrap().len(), 2);
    rest.posts("/v2/room", json!({"name": "Of Alana"})).await.succeeded();
    assert_eq!(rest.gets("/v2/room/of%20alana").await.json::<Value>()["owner"]["name"], "Alana");

    // As a library for Python makes every room.
    rest.posts("/v2/room", json!({"name": "Open", "guest_access": true})).await.succeeded();
    assert_eq!(rest.gets("/v2/room/Open").await.json::<Value>()["is_guest_accessible"], false);

    for (refused, status) in [
        (body, StatusCode::BAD_REQUEST),
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({"name": "Lost", "owner_user_id": 999_999}), StatusCode::NOT_FOUND),
        (json!({"name": "Lent", "owner_user_id": guest.person.id}), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(rest.posts("/v2/room", refused.clone()).await.status, status, "{refused}");
    }
    let own_room_only = in_room(&team, &["manage_rooms"]).await.caller;
    let elsewhere = own_room_only.posts("/v2/room", json!({"name": "Mine"})).await;
    assert_eq!(elsewhere.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(rest.gets("/v2/room").await.refusal().kind, ErrorKind::Forbidden, "seeing them is another scope");
}

/// Spoken by the integration, in plain text.
#[tokio::test]
async fn a_message_is_the_integrations() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["send_message", "view_messages"]).await.caller;
    let answer = rest.posts(&team.room_path("/message"), json!({"message": "1 < 2 <b>"})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers["x-floodcontrol-remaining"], "59");
    let sent: Value = answer.json();
    assert!(sent["timestamp"].as_str().unwrap().ends_with("+00:00"));
    let event = newest(&team).await;
    let message = event.message().unwrap();
    assert_eq!((message.text.as_str(), message.format), ("1 < 2 <b>", MessageFormat::Text));
    assert!(matches!(&message.from, Author::Integration { name, .. } if name == "Rest"));
    let id: MessageId = sent["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(id, message.id);
    for body in [json!({}), json!({"message": " "}), json!({"message": "x".repeat(1001)})] {
        assert_eq!(rest.posts(&team.room_path("/message"), body).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn an_answer_begins_with_what_it_answers() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["send_message"]).await.caller;
    let asked = team.emma.says(&team.room, "Is *main* green?\nI need it").await;
    let said = async || newest(&team).await.message().unwrap().text.clone();
    for member in ["parentMessageId", "parent_message_id"] {
        let answer = rest.posts(&team.room_path("/reply"), json!({member: asked.id, "message": "Yes <b>"})).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
        assert_eq!(said().await, "Emma: “Is *main* green? I need it”\nYes <b>");
    }
    let long = team.emma.says(&team.room, &"é".repeat(500)).await;
    rest.posts(&team.room_path("/reply"), json!({"parentMessageId": long.id, "message": "No"})).await.succeeded();
    assert_eq!(said().await, format!("Emma: “{}…”\nNo", "é".repeat(80)));
    let elsewhere = team.greta.says(&team.support, "secret").await;
    for (id, status) in [
        (json!(elsewhere.id), StatusCode::NOT_FOUND),
        (json!("no id"), StatusCode::NOT_FOUND),
        (json!(7), StatusCode::BAD_REQUEST),
        (json!(null), StatusCode::BAD_REQUEST),
    ] {
        let answer = rest.posts(&team.room_path("/reply"), json!({"parentMessageId": id, "message": "x"})).await;
        assert_eq!(answer.status, status, "{id}");
    }
    assert!(said().await.starts_with("Emma"), "nothing was said");
}

#[tokio::test]
async fn a_link_is_shared_by_post_and_by_put() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["send_message"]).await.caller;
    let path = team.room_path("/share/link");
    let said = async || newest(&team).await.message().unwrap().text.clone();
    let body = json!({"link": "https://example.com/a?b=1", "message": "Look"});
    assert_eq!(rest.posts(&path, body).await.status, StatusCode::NO_CONTENT);
    assert_eq!(said().await, "Look\nhttps://example.com/a?b=1");
    assert_eq!(rest.puts(&path, json!({"link": "https://example.com/"})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(said().await, "https://example.com/");
    for link in [json!("javascript:alert(1)"), json!("https://a b"), json!(""), json!(null), json!(1)] {
        let answer = rest.posts(&path, json!({"link": link, "message": "x"})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{link}");
    }
    assert_eq!(said().await, "https://example.com/");
}

#[tokio::test]
async fn there_are_no_emoticons() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_group"]).await.caller;
    assert_eq!(rest.gets("/v2/emoticon").await.json::<Value>()["items"], json!([]));
    assert_eq!(rest.gets("/v2/emoticon/smile").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn statistics_count_messages() {
    let team = Team::assembles().await;
    let rest = everywhere(&team, &["view_group"]).await.caller;
    let path = team.room_path("/statistics");
    let before: Value = rest.gets(&path).await.json();
    assert_eq!((&before["messages_sent"], &before["last_active"]), (&json!(0), &Value::Null));
    team.omar.says(&team.room, "hello").await;
    let after: Value = rest.gets(&path).await.json();
    assert_eq!(after["messages_sent"], 1);
    assert!(after["last_active"].as_str().unwrap().ends_with("+00:00"));
    assert!(after["links"]["self"].as_str().unwrap().ends_with(&path));
}

/// HCC-07: every route asks for its scope, and stays in its rooms.
#[tokio::test]
async fn changing_needs_its_scope_and_its_room() {
    let team = Team::assembles().await;
    let without = in_room(&team, &["view_room", "view_messages", "send_notification"]).await.caller;
    let with = samples_admin(&team).await;
    let user = team.greta.person.id;
    let body = json!({"topic": "x", "message": "x"});
    for (method, path, scope) in [
        ("PUT", String::new(), "admin_room"),
        ("PUT", "/topic".to_owned(), "admin_room"),
        ("PUT", format!("/member/{user}"), "admin_room"),
        ("DELETE", format!("/member/{user}"), "admin_room"),
        ("POST", format!("/invite/{user}"), "admin_room"),
        ("POST", "/message".to_owned(), "send_message"),
        ("GET", "/statistics".to_owned(), "view_group"),
    ] {
        let requests = async |caller: &Someone, room| {
            let path = format!("/v2/room/{room}{path}");
            caller.requests(method.parse().unwrap(), &path, Some(body.clone())).await
        };
        let refused = requests(&without, team.room.room.id).await.refusal();
        assert_eq!(refused.message, format!("This action requires one of the following scopes: ['{scope}']"));
        let foreign = requests(&with, team.support.room.id).await.refusal();
        assert_eq!(foreign.message, "Room not found", "{method} {path}");
    }
}

async fn samples_admin(team: &Team) -> Someone {
    let scopes = ["admin_room", "send_message", "view_group"];
    let descriptor = crate::integration::samples::descriptor("com.example.admin", "Admin", &scopes, &json!({}));
    team.installed(&descriptor).await.1.caller
}

/// §5.3: what is said to one person is read by that person, and by nobody else.
#[tokio::test]
async fn an_integration_speaks_to_one_person() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["send_message", "view_messages"]).await.caller;
    let emma = format!("/v2/user/@{}/message", team.emma.person.mention);
    let mut emmas = team.emma.connects().await;
    for text in ["<b>build</b> 7", "build 8"] {
        let answer = rest.posts(&emma, json!({"message": text, "notify": true, "message_format": "text"})).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    let heard = emmas.hears("build 8").await;
    let event = heard.last().and_then(|frame| frame.event()).unwrap();
    let message = event.message().unwrap();
    assert!(matches!(&message.from, Author::Integration { name, .. } if name == "Rest"), "{message:?}");
    let conversation = emmas.workspace.rooms[&event.room_id].clone();
    assert_eq!((conversation.room.messages, conversation.with.len()), (2, 0), "both are in the same conversation");
    assert_eq!(emmas.workspace.room_title(&conversation), "Rest");
    emmas.agrees_with_the_server().await;
    for other in [&team.alana, &team.omar, &rest] {
        let path = format!("/api/v1/rooms/{}/messages", event.room_id);
        assert!(!other.gets(&path).await.status.is_success());
    }
    let path = format!("/v2/room/{}/history", event.room_id);
    assert_eq!(rest.gets(&path).await.status, StatusCode::NOT_FOUND, "not even the integration reads it");

    // Of this room's installation Greta is nobody's business.
    let greta = format!("/v2/user/{}/message", team.greta.person.id);
    for path in [greta.as_str(), "/v2/user/999999/message"] {
        assert_eq!(rest.posts(path, json!({"message": "x"})).await.refusal().message, "User not found", "{path}");
    }
    for body in [
        json!({}),
        json!({"message": " "}),
        json!({"message": "x", "message_format": "xml"}),
        json!({"message": "x", "notify": 7}),
    ] {
        assert_eq!(rest.posts(&emma, body.clone()).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let silent = everywhere(&team, &["view_group"]).await.caller;
    assert_eq!(silent.posts(&emma, json!({"message": "x"})).await.refusal().kind, ErrorKind::Forbidden);
}

/// §5.3: a deleted room is gone for everybody at once, and with it what was installed there.
#[tokio::test]
async fn a_room_is_deleted_for_good() {
    let team = Team::assembles().await;
    let (provider, installed) = team
        .installed(&crate::integration::samples::descriptor("com.example.rest", "Rest", &["manage_rooms"], &json!({})))
        .await;
    let rest = installed.caller;
    team.emma.says(&team.room, "soon gone").await;
    let mut emmas = team.emma.connects().await;
    let elsewhere = format!("/v2/room/{}", team.support.room.id);
    assert_eq!(rest.deletes(&elsewhere).await.status, StatusCode::NOT_FOUND, "another room");
    let weak = everywhere(&team, &["admin_room"]).await.caller;
    assert_eq!(weak.deletes(&team.room_path("")).await.refusal().kind, ErrorKind::Forbidden);

    assert_eq!(rest.deletes(&team.room_path("")).await.status, StatusCode::NO_CONTENT);
    let is_gone =
        |frame: &ServerFrame| matches!(frame, ServerFrame::RoomLeft { room_id, .. } if *room_id == team.room.room.id);
    emmas.until(is_gone).await;
    emmas.agrees_with_the_server().await;
    let path = format!("/api/v1/rooms/{}/messages", team.room.room.id);
    assert_eq!(team.alana.gets(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(provider.next_call().await.method, Method::DELETE, "its provider is told");
    assert_eq!(rest.deletes(&team.room_path("")).await.status, StatusCode::UNAUTHORIZED, "its token ended");
    // The name is free again.
    team.alana.creates_private_room("Release team").await;
}
