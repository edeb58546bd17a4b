//! HCC-15: extensions that add-ons have in one room only.

use axum::http::StatusCode;
use roomglass_protocol::RoomRef;
use serde_json::{Value, json};

use crate::{
    integration::{
        browser::{Browser, synchronised},
        provider::{Provider, Reply},
        samples,
        team::{INSTALL, Installation, Team, UNINSTALL, fault_pointers},
    },
    support::Someone,
};

const KEY: &str = "com.example.local";

/// An add-on with a panel of its own, in the team's room and in Support.
async fn in_two_rooms(team: &Team) -> (Provider, Installation) {
    let extensions = json!({"webPanel": [panel("base.panel")]});
    let (provider, installation) =
        team.installed(&samples::descriptor(KEY, "Local", &["view_room"], &extensions)).await;
    provider.replies("/installed", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, body).await.succeeded();
    (provider, installation)
}

fn panel(key: &str) -> Value {
    json!({"key": key, "name": {"value": "Panel"}, "location": "hipchat.sidebar.right", "url": "https://local.example/panel"})
}

fn tile() -> Value {
    json!({"name": {"value": "Here only"}, "queryUrl": "https://local.example/tile", "target": "base.panel"})
}

/// Keys of the tiles a person has in a room.
async fn tiles(someone: &Someone, room: RoomRef) -> Vec<String> {
    let installed = synchronised(someone).await;
    let glances = installed.in_room(room).into_iter().flat_map(|(_, version)| version.extensions.glances());
    glances.map(|glance| glance.key.to_string()).collect()
}

fn signing(integration: &str, key: &str, attribute: &str, kind: &str, room: RoomRef) -> Value {
    json!({"integration": integration, "kind": kind, "extension": key, "attribute": attribute, "room_id": room.room()})
}

#[tokio::test]
async fn a_tile_that_is_registered_for_a_room_appears_in_that_room_only_hcc_15() {
    let team = Team::assembles().await;
    let (_provider, installation) = in_two_rooms(&team).await;
    let (here, there) = (RoomRef::from(team.room.room.id), RoomRef::from(team.support.room.id));
    let mut emma = Browser::opens(&team.emma).await;
    let mut greta = Browser::opens(&team.greta).await;
    let path = team.room_path("/extension/glance/here");
    let answer = installation.puts(&path, &tile()).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));

    let frame = emma.hears_of_integrations().await;
    let places: Vec<&String> = frame["changedIntegrations"].as_object().unwrap().keys().collect();
    assert_eq!(places, [&here.to_string()], "told to that room");
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(greta.heard(&team.support).await, []);
    assert_eq!(tiles(&team.emma, here).await, ["here"]);
    assert!(tiles(&team.emma, there).await.is_empty());
    let shown: Value = installation.caller.gets(&path).await.json();
    assert_eq!((&shown["key"], &shown["queryUrl"]), (&json!("here"), &tile()["queryUrl"]));

    // It is opened, with the add-on's own pages, in that room alone.
    let installed = synchronised(&team.emma).await;
    let (local, _) = *installed.in_room(here).iter().find(|(key, _)| key.as_str() != KEY).unwrap();
    let local = local.as_str();
    for (key, attribute, kind) in [("here", "queryUrl", "glance"), ("base.panel", "url", "webPanel")] {
        let sign = async |room| {
            team.emma.posts("/v2/integration/signed-url", signing(local, key, attribute, kind, room)).await
        };
        let signed: Value = sign(here).await.json();
        assert!(signed["url"].as_str().unwrap().starts_with("https://local.example/"), "{signed}");
        assert!(!signed["jwt"].as_str().unwrap().is_empty());
        assert_eq!(sign(there).await.status, StatusCode::NOT_FOUND, "{key}");
    }
    let list = team.emma.gets(&format!("/api/v1/rooms/{}/integrations", team.room.room.id)).await;
    assert_eq!(list.json::<Value>()["items"].as_array().unwrap().len(), 1, "one integration is installed");

    assert_eq!(installation.caller.deletes(&path).await.status, StatusCode::NO_CONTENT);
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;
    assert!(tiles(&team.emma, here).await.is_empty());
    assert_eq!(installation.caller.deletes(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(installation.caller.gets(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pushes_reach_what_was_added_in_a_room() {
    let team = Team::assembles().await;
    let (_provider, installation) = in_two_rooms(&team).await;
    let room = team.room.room.id;
    installation.puts(&team.room_path("/extension/glance/here"), &tile()).await.succeeded();
    let mut emma = Browser::opens(&team.emma).await;
    let mut greta = Browser::opens(&team.greta).await;
    let person = team.emma.person.id;
    let body = json!({"glance": [{"key": "here", "content": {"label": {"type": "html", "value": "<b>1</b>"}}}]});
    for path in
        [format!("/room/{room}"), String::new(), format!("/user/{person}"), format!("/room/{room}/user/{person}")]
    {
        installation.caller.posts(&format!("/v2/addon/ui{path}"), body.clone()).await.succeeded();
        let items = emma.hears_of_tiles().await;
        assert_eq!((items.len(), items[0].room_id, items[0].key.as_str()), (1, Some(room), "here"), "{path}");
        assert!(emma.installed.versions.contains_key(&items[0].integration), "{path}: the browser knows the tile");
        assert_eq!(emma.heard(&team.room).await, [], "{path}: once");
    }
    let elsewhere = format!("/v2/addon/ui/room/{}", team.support.room.id);
    installation.caller.posts(&elsewhere, body).await.succeeded();
    assert_eq!((greta.heard(&team.support).await, emma.heard(&team.room).await), (vec![], vec![]));
}

#[tokio::test]
async fn what_was_added_follows_the_integration() {
    let team = Team::assembles().await;
    let (_provider, installation) = in_two_rooms(&team).await;
    let here = RoomRef::from(team.room.room.id);
    installation.puts(&team.room_path("/extension/glance/here"), &tile()).await.succeeded();
    let mut emma = Browser::opens(&team.emma).await;

    // A new version with another page: the room's tile can open it.
    let extension = format!("/v2/integration/{KEY}/extension/webPanel/other");
    installation.puts(&extension, &panel("other")).await.succeeded();
    emma.agrees_with_the_server(&team.room).await;
    let pages: Vec<usize> = emma
        .installed
        .in_room(here)
        .into_iter()
        .map(|(_, version)| version.extensions.0.get(&"webPanel".into()).map_or(0, Vec::len))
        .collect();
    assert_eq!(pages, [2, 2]);

    let body = json!({"integration": KEY, "rooms": [team.room.room.id]});
    team.alana.posts(UNINSTALL, body).await.succeeded();
    emma.agrees_with_the_server(&team.room).await;
    assert!(emma.installed.in_room(here).is_empty(), "it goes with it");
    let gone = emma.installed.known([here]).remove(&here).unwrap();
    assert!(gone.is_empty() && !emma.installed.versions.keys().any(|key| key.as_str().starts_with("room:")));
    let body = json!({"integration": KEY, "rooms": [team.support.room.id]});
    team.alana.posts(UNINSTALL, body).await.succeeded();
    let left = team.server.app().storage.read().await.unwrap().supplements_in(team.room.room.id).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn only_ones_own_in_ones_own_rooms_and_nothing_odd() {
    let team = Team::assembles().await;
    let (_provider, installation) = in_two_rooms(&team).await;
    let rest = &installation.caller;
    // The token is of the team's room; that the integration is in Support too does not matter.
    let foreign = format!("/v2/room/{}/extension/glance/here", team.support.room.id);
    assert_eq!(rest.puts(&foreign, tile()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rest.puts("/v2/room/999999/extension/glance/here", tile()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rest.puts(&team.room_path("/extension/hologram/here"), tile()).await.status, StatusCode::NOT_FOUND);
    let path = team.room_path("/extension/glance/here");
    let wrong = |member: &str, value: Value| {
        let mut tile = tile();
        tile[member] = value;
        tile
    };
    for (body, pointer) in [
        (json!([]), ""),
        (wrong("key", json!("other")), "/key"),
        (wrong("queryUrl", json!("ftp://x")), "/queryUrl"),
        (wrong("name", json!(7)), "/name"),
    ] {
        assert_eq!(fault_pointers(&rest.puts(&path, body.clone()).await), [pointer], "{body}");
    }
    assert_eq!(rest.gets(&path).await.status, StatusCode::NOT_FOUND, "nothing is stored by halves");
    for number in 0..50 {
        rest.puts(&team.room_path(&format!("/extension/glance/tile{number}")), tile()).await.succeeded();
    }
    assert_eq!(rest.puts(&path, tile()).await.status, StatusCode::BAD_REQUEST, "there is a limit");
}

/// UPD-06: adding something in one room is no way around a review.
#[tokio::test]
async fn hcc_15_a_room_gets_nothing_from_servers_nobody_agreed_to() {
    let team = Team::assembles().await;
    let (_provider, installation) = in_two_rooms(&team).await;
    let rest = &installation.caller;
    let mut emma = Browser::opens(&team.emma).await;
    let stranger = "https://stranger.example";
    let data = json!({"name": {"value": "Tile"}, "queryUrl": format!("{stranger}/tile")});
    let mut picture = tile();
    picture["icon"] = json!({"url": format!("{stranger}/icon.png"), "url@2x": format!("{stranger}/icon.png")});
    let page = json!({"title": {"value": "Dialog"}, "url": format!("{stranger}/dialog")});
    for (kind, body) in [("glance", data), ("glance", picture), ("dialog", page)] {
        let answer = rest.puts(&team.room_path(&format!("/extension/{kind}/here")), body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert!(answer.body.contains(stranger) && answer.body.contains("descriptor"), "{}", answer.body);
    }
    assert_eq!(emma.heard(&team.room).await, []);
    // What the descriptor has is agreed to, and so is what a room had before.
    rest.puts(&team.room_path("/extension/glance/here"), tile()).await.succeeded();
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;
}

#[tokio::test]
async fn every_kind_can_be_added() {
    let team = Team::assembles().await;
    let (_provider, installation) = in_two_rooms(&team).await;
    let rest = &installation.caller;
    let page = json!({"name": {"value": "Page"}, "url": "https://local.example/page"});
    let dialog = json!({"title": {"value": "Dialog"}, "url": "https://local.example/dialog"});
    let action = json!({"name": {"value": "Act"}, "location": "hipchat.message.action", "target": "base.panel"});
    let panel = json!({"name": {"value": "P"}, "location": "hipchat.sidebar.right", "url": "https://local.example/p"});
    let all = [("webPanel", panel), ("dialog", dialog), ("externalPage", page), ("action", action), ("glance", tile())];
    for (kind, body) in all {
        let path = team.room_path(&format!("/extension/{kind}/added.{kind}"));
        assert_eq!(rest.puts(&path, body).await.status, StatusCode::NO_CONTENT, "{kind}");
        assert_eq!(rest.gets(&path).await.json::<Value>()["key"], format!("added.{kind}"));
    }
    let mut emma = Browser::opens(&team.emma).await;
    emma.agrees_with_the_server(&team.room).await;
    let here = RoomRef::from(team.room.room.id);
    let controls: usize =
        emma.installed.in_room(here).iter().map(|(_, version)| version.extensions.actions().len()).sum();
    assert_eq!(controls, 1);
}
