//! §5.3, §5.4: members, participants, people.

use roomglass_protocol::{
    ErrorKind, Presence,
    push::{PresenceOf, ServerFrame},
};
use serde_json::{Value, json};

use super::{each, everywhere, in_room};
use crate::{integration::team::Team, support::Someone};

fn ids(people: &[&Someone]) -> Vec<Value> {
    people.iter().map(|someone| json!(someone.person.id)).collect()
}

#[tokio::test]
async fn members_are_listed_with_their_roles() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_room"]).await.caller;
    let list: Value = rest.gets(&team.room_path("/member")).await.json();
    assert_eq!(each(&list, "id"), ids(&[&team.alana, &team.emma, &team.omar, &team.priya]));
    assert_eq!(list["items"][0]["room_roles"], json!(["room_member", "room_admin"]));
    assert_eq!(list["items"][1]["room_roles"], json!(["room_member"]));
    assert_eq!(list["items"][1]["mention_name"], json!(team.emma.person.mention));
    let rest: Value = rest.gets(&team.room_path("/member?start-index=3")).await.json();
    assert_eq!(each(&rest, "id"), ids(&[&team.priya]));
}

#[tokio::test]
async fn participants_are_those_who_are_there() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_room"]).await.caller;
    let path = team.room_path("/participant");
    assert_eq!(rest.gets(&path).await.json::<Value>()["items"], json!([]));
    let all: Value = rest.gets(&format!("{path}?include-offline=true")).await.json();
    assert_eq!(each(&all, "id"), ids(&[&team.alana, &team.emma, &team.omar, &team.priya]));

    let mut omar = team.omar.connects().await;
    let _emma = team.emma.connects().await;
    let emma = PresenceOf { user_id: team.emma.person.id, status: Presence::Online };
    omar.until(|frame| matches!(frame, ServerFrame::Presence { presence } if *presence == emma)).await;
    let there: Value = rest.gets(&path).await.json();
    assert_eq!(each(&there, "id"), ids(&[&team.emma, &team.omar]));
    let expanded: Value = rest.gets(&format!("{path}?expand=items")).await.json();
    assert_eq!(expanded["items"][0]["presence"], json!({"show": "chat", "is_online": true}));
    let room: Value = rest.gets(&team.room_path("")).await.json();
    assert_eq!(room["participants"][0]["name"], "Emma");
    assert_eq!(room["participants"][0].get("presence"), None);
    let room: Value = rest.gets(&team.room_path("?expand=participants")).await.json();
    assert_eq!(room["participants"][0]["is_guest"], false);
}

#[tokio::test]
async fn a_person_is_found_by_number_mention_and_address() {
    let team = Team::assembles().await;
    let rest = everywhere(&team, &["view_group"]).await.caller;
    let emma: Value = rest.gets(&format!("/v2/user/{}", team.emma.person.id)).await.json();
    assert_eq!((&emma["name"], &emma["email"]), (&json!("Emma"), &json!("emma@example.org")));
    assert_eq!((&emma["is_guest"], &emma["is_group_admin"]), (&json!(false), &json!(false)));
    assert_eq!((&emma["roles"], &emma["presence"]), (&json!(["user"]), &Value::Null));
    for name in [format!("@{}", team.emma.person.mention), "Emma%40example.org".to_owned()] {
        assert_eq!(rest.gets(&format!("/v2/user/{name}")).await.json::<Value>(), emma, "{name}");
    }
    let unknown = rest.gets("/v2/user/@nobody").await;
    assert_eq!((unknown.refusal().kind, unknown.refusal().message.as_str()), (ErrorKind::NotFound, "User not found"));
}

#[tokio::test]
async fn people_are_listed_guests_only_on_request() {
    let team = Team::assembles().await;
    let guest = team.server.guest("Zoe").await;
    let rest = everywhere(&team, &["view_group"]).await.caller;
    let list: Value = rest.gets("/v2/user").await.json();
    assert_eq!(each(&list, "name"), ["Alana", "Emma", "Greta", "Omar", "Priya", "Root"]);
    let with_guests: Value = rest.gets("/v2/user?include-guests=true&start-index=6&expand=items").await.json();
    assert_eq!(each(&with_guests, "id"), ids(&[&guest]));
    assert_eq!(with_guests["items"][0]["is_guest"], true);
}

/// HCC-07, safety I8: a room installation knows its members; addresses are for the scope that sees the group.
#[tokio::test]
async fn people_elsewhere_are_not_known_and_addresses_need_their_scope() {
    let team = Team::assembles().await;
    let group = in_room(&team, &["view_group"]).await.caller;
    let list: Value = group.gets("/v2/user").await.json();
    assert_eq!(each(&list, "id"), ids(&[&team.alana, &team.emma, &team.omar, &team.priya]));
    let foreign = group.gets(&format!("/v2/user/{}", team.greta.person.id)).await;
    let missing = group.gets("/v2/user/999999").await;
    assert_eq!((foreign.status, &foreign.body), (missing.status, &missing.body));
    assert_eq!(group.gets("/v2/user/greta@example.org").await.body, missing.body);

    let room = everywhere(&team, &["view_room"]).await.caller;
    assert_eq!(room.gets("/v2/user").await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(room.gets("/v2/user/1").await.refusal().kind, ErrorKind::Forbidden);
    let expanded: Value = room.gets(&team.room_path("/participant?include-offline=true&expand=items")).await.json();
    assert_eq!((expanded["items"][0]["name"].as_str(), expanded["items"][0].get("email")), (Some("Alana"), None));
}
