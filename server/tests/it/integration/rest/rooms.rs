//! §5.3, §5.4: rooms.

use axum::http::StatusCode;
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{each, everywhere, in_room};
use crate::integration::team::Team;

#[tokio::test]
async fn a_room_is_shown_in_full() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_room"]).await.caller;
    let said = team.omar.says(&team.room, "hello").await;
    let base = format!("http://{}", team.server.address());
    let path = team.room_path("");
    let room: Value = rest.gets(&path).await.json();
    assert_eq!((&room["id"], &room["name"]), (&json!(team.room.room.id), &json!("Release team")));
    assert_eq!((&room["privacy"], &room["is_archived"]), (&json!("private"), &json!(false)));
    assert_eq!(room["owner"]["mention_name"], json!(team.alana.person.mention));
    assert_eq!(room["owner"]["links"]["self"], format!("{base}/v2/user/{}", team.alana.person.id));
    assert_eq!(room["links"]["self"], format!("{base}{path}"));
    assert_eq!(room["links"]["members"], format!("{base}{path}/member"));
    assert_eq!(room["statistics"]["links"]["self"], format!("{base}{path}/statistics"));
    assert_eq!(room["participants"], json!([]), "nobody is connected");
    assert_eq!((&room["topic"], &room["avatar_url"]), (&json!(""), &Value::Null));
    assert!(room["created"].as_str().unwrap().ends_with("+00:00"));
    let sent = said.sent_at.to_string();
    assert!(room["last_active"].as_str().unwrap().starts_with(&sent[..19]), "{} {sent}", room["last_active"]);
    assert_eq!(room["version"].as_str().unwrap().len(), 8);
    assert_eq!(rest.gets("/v2/room/release%20TEAM").await.json::<Value>()["id"], room["id"]);
}

/// §5: `start-index` past the end gives no items; that is how add-ons notice the end.
#[tokio::test]
async fn rooms_are_listed_in_pages() {
    let team = Team::assembles().await;
    let rest = everywhere(&team, &["view_group"]).await.caller;
    let conversation = team.alana.opens_conversation_with(&[&team.emma]).await.room.id;
    let list: Value = rest.gets("/v2/room").await.json();
    assert_eq!(each(&list, "name"), [json!("Release team"), json!("Support")]);
    assert!(!each(&list, "id").contains(&json!(conversation)), "conversations belong to the people in them");
    assert_eq!((&list["startIndex"], &list["maxResults"]), (&json!(0), &json!(100)));
    assert_eq!(list["items"][0].get("topic"), None, "short form");

    let base = format!("http://{}/v2/room", team.server.address());
    let token = rest.token.clone().unwrap();
    let first = team.server.anonymous().gets(&format!("/v2/room?max-results=1&auth_token={token}")).await;
    let list: Value = first.json();
    assert_eq!(each(&list, "name"), [json!("Release team")]);
    let links = json!({"self": base, "next": format!("{base}?start-index=1&max-results=1")});
    assert_eq!(list["links"], links, "libraries tell by the end of `self` what they have");
    let second: Value = rest.gets("/v2/room?start-index=1&max-results=1&expand=items").await.json();
    assert_eq!((&second["items"][0]["name"], &second["items"][0]["topic"]), (&json!("Support"), &json!("")));
    assert_eq!((second["links"].get("next"), second["links"].get("prev").is_some()), (None, true));
    for past in ["start-index=2", "start-index=4000000000"] {
        assert_eq!(rest.gets(&format!("/v2/room?{past}")).await.json::<Value>()["items"], json!([]));
    }
    let public: Value = rest.gets("/v2/room?include-private=false").await.json();
    assert_eq!(each(&public, "name"), [json!("Support")]);
    assert_eq!(rest.gets("/v2/room?start-index=first").await.status, StatusCode::BAD_REQUEST);
}

/// HCC-07, §2.5: a room installation knows its room alone, whatever its scopes.
#[tokio::test]
async fn a_room_installation_lists_its_room() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_group", "view_room"]).await.caller;
    let list: Value = rest.gets("/v2/room").await.json();
    assert_eq!(each(&list, "id"), [json!(team.room.room.id)]);
    for path in ["", "/participant", "/member"] {
        let elsewhere = rest.gets(&format!("/v2/room/{}{path}", team.support.room.id)).await;
        assert_eq!(elsewhere.refusal().kind, ErrorKind::NotFound, "{path}");
    }
}
