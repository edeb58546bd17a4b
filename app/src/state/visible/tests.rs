use roomglass_protocol::{Privacy, RoomId, RoomKind, RoomRef, Timestamp, integration::Extensions, push::Revision};
use serde_json::json;

use super::*;
use crate::state::testing::*;

fn room(id: i64) -> Room {
    workspace().rooms[&RoomId(id)].room.clone()
}

fn with_metadata(metadata: Value) -> TileState {
    let data = read(json!({"label": {"type": "html", "value": "<b>2</b>"}, "metadata": metadata}));
    let mut state = TileState::default();
    state.pushed(data, Timestamp(1), true);
    state
}

fn shown(builds: TileState) -> Vec<String> {
    let tiles = visible_tiles(&installed(), &emma(), &room(123), |tile| {
        if tile.integration == key(BUILDS) { builds.clone() } else { TileState::default() }
    });
    tiles.into_iter().map(|tile| tile.id.key.to_string()).collect()
}

fn offered(installed: &InstalledState, text: &str) -> Vec<String> {
    let message = message(text);
    let controls = controls_for(installed, &emma(), &room(123), ControlElement::Message(&message, None));
    controls.into_iter().map(|control| control.id.key.to_string()).collect()
}

/// An integration of the room beside those of the walkthrough.
const DESK: &str = "com.example.desk";

fn with_desk(extensions: Value) -> InstalledState {
    let mut installed = installed();
    let extensions: Extensions = read(extensions);
    installed.apply(Revision(901), true, &changes([(ROOM, vec![present(DESK, &extensions)])]));
    installed
}

/// A control of the desk.
fn control(key: &str, location: &str, conditions: Value) -> Value {
    json!({"key": key, "name": {"value": key}, "location": location, "conditions": conditions})
}

/// Keys of the controls the desk offers to Emma in room 123.
fn of_desk(installed: &InstalledState, element: ControlElement<'_>) -> Vec<String> {
    let offered = controls_for(installed, &emma(), &room(123), element);
    let of_desk = offered.into_iter().filter(|control| control.id.integration == key(DESK));
    of_desk.map(|control| control.id.key.to_string()).collect()
}

fn notification(text: &str) -> Message {
    let from = json!({"type": "integration", "key": BUILDS, "name": "Builds"});
    read(json!({"id": "01890000-0000-7000-8000-000000000002", "from": from, "text": text, "format": "html",
                "sent_at": "2026-01-01T10:15:00Z"}))
}

// PUSH-13 too: data that fails the condition is not shown.
#[test]
fn dyn_11_a_tile_is_shown_when_its_data_fulfils_its_conditions() {
    assert_eq!(shown(with_metadata(json!({"isConfigured": true}))), ["weather.now", "builds.summary"]);
    assert_eq!(shown(with_metadata(json!({"isConfigured": false}))), ["weather.now"]);
    assert_eq!(shown(with_metadata(Value::Null)), ["weather.now"]);
}

#[test]
fn hcc_14_conditions_on_data_hide_a_tile_while_loading_and_not_when_loading_failed() {
    let mut state = TileState::default();
    let ticket = state.fetching();
    assert_eq!(shown(state.clone()), ["weather.now"]);
    state.failed(ticket);
    assert_eq!(shown(state), ["weather.now", "builds.summary"]);
}

// Contract §1.8: group rooms alone. The weather is installed everywhere.
#[test]
fn conversations_have_neither_tiles_nor_controls_of_integrations() {
    let mut installed = installed();
    let extensions: Extensions = read(json!({"action": [control("any", "message", json!([]))],
        "glance": [{"key": "desk.open", "name": {"value": "Desk"}, "queryUrl": "https://desk.example.com/glance"}]}));
    installed.apply(Revision(901), false, &changes([(RoomRef::Global, vec![present(DESK, &extensions)])]));
    let (named, text) = (room(123), message("between us"));
    let conversation = Room { kind: RoomKind::Conversation, ..named.clone() };
    let counts = |room: &Room| {
        let element = ControlElement::Message(&text, None);
        let tiles = visible_tiles(&installed, &emma(), room, |_| TileState::default());
        let fetched = fetchable_tiles(&installed, &emma(), room);
        [tiles.len(), fetched.len(), controls_for(&installed, &emma(), room, element).len()].map(|count| count > 0)
    };
    assert_eq!(counts(&named), [true; 3]);
    assert_eq!(counts(&conversation), [false; 3]);
}

#[test]
fn hcc_13_tiles_stand_in_order_of_weight() {
    let order = shown(with_metadata(json!({"isConfigured": true})));
    assert_eq!(order, ["weather.now", "builds.summary"], "weather has weight 10, builds none, which is 100");
}

#[test]
fn desc_10_a_tile_without_an_address_is_shown_and_nothing_is_fetched() {
    let installed = with_desk(json!({"glance": [{"key": "desk.open", "name": {"value": "Desk"}}]}));
    let tiles = visible_tiles(&installed, &emma(), &room(123), |_| TileState::default());
    assert!(tiles.iter().any(|tile| tile.id == extension(DESK, "desk.open") && tile.glance.name.value == "Desk"));
    let fetched = fetchable_tiles(&installed, &emma(), &room(123));
    assert!(fetched.iter().all(|tile| tile.integration != key(DESK)), "{fetched:?}");
}

#[test]
fn inst_17_of_an_integration_with_controls_only_nothing_is_fetched_and_they_are_offered() {
    let fetched = fetchable_tiles(&installed(), &emma(), &room(123));
    assert!(fetched.iter().all(|tile| tile.integration != key(LINKS)), "{fetched:?}");
    assert_eq!(offered(&installed(), "https://example.com").len(), 2);
}

#[test]
fn dyn_02_every_tile_that_data_may_make_visible_is_fetched() {
    let fetched: Vec<_> =
        fetchable_tiles(&installed(), &emma(), &room(456)).into_iter().map(|tile| tile.key.to_string()).collect();
    assert_eq!(fetched, ["weather.now"]);
    assert_eq!(fetchable_tiles(&installed(), &emma(), &room(123)).len(), 2);
}

#[test]
fn cc_11_controls_are_offered_when_their_conditions_hold_in_order_of_weight() {
    assert_eq!(offered(&installed(), "see https://example.com/spec"), ["links.page", "links.sidebar"]);
    assert_eq!(offered(&installed(), "thanks!"), [] as [&str; 0]);
}

#[test]
fn cc_11_of_three_candidates_those_are_offered_whose_conditions_hold() {
    let installed = with_desk(json!({"action": [
        control("always", "message", json!([])),
        control("links", "message", json!([{"condition": "message_contains_link"}])),
        control("public", "message", json!([{"condition": "room_is_public"}])),
    ]}));
    let text = message("see https://example.com");
    assert_eq!(of_desk(&installed, ControlElement::Message(&text, None)), ["always", "links"]);
}

#[test]
fn cc_01_controls_for_messages_are_considered_on_those_of_people_and_of_integrations() {
    let installed = with_desk(json!({"action": [control("any", "message", json!([]))]}));
    for text in [message("hello"), notification("hello")] {
        assert_eq!(of_desk(&installed, ControlElement::Message(&text, None)), ["any"]);
    }
}

#[test]
fn cc_02_cc_07_notifications_tiles_and_related_content_have_controls_of_their_own() {
    let places = ["notification", "glance", "sidebar", "input"];
    let controls: Vec<Value> = places.iter().map(|place| control(place, place, json!([]))).collect();
    let (installed, desk, told) = (with_desk(json!({"action": controls})), key(DESK), notification("hello"));
    for (element, expected) in [
        (ControlElement::Message(&told, None), "notification"),
        (ControlElement::Tile(&desk, None), "glance"),
        (ControlElement::Panel(&desk, None), "sidebar"),
        (ControlElement::Input, "input"),
    ] {
        assert_eq!(of_desk(&installed, element), [expected]);
    }
    assert_eq!(of_desk(&installed, ControlElement::Message(&message("hello"), None)), [""; 0]);
}

#[test]
fn cc_20_a_control_for_an_unknown_place_is_kept_and_offered_nowhere() {
    let extensions = json!({"action": [control("hologram", "hologram", json!([]))]});
    let (installed, desk, told) = (with_desk(extensions), key(DESK), notification("hello"));
    assert_eq!(installed.versions[&desk].extensions.actions().len(), 1);
    for element in [
        ControlElement::Message(&told, None),
        ControlElement::Tile(&desk, None),
        ControlElement::Panel(&desk, None),
        ControlElement::Input,
    ] {
        assert_eq!(of_desk(&installed, element), [""; 0]);
    }
}

#[test]
fn cond_23_a_control_for_guests_in_private_rooms_is_offered_there_alone() {
    let conditions = json!([{"condition": "user_is_guest"}, {"condition": "room_is_private"}]);
    let installed = with_desk(json!({"action": [control("guests", "input", conditions)]}));
    let guest: Person = read(json!({"id": 14, "name": "Priya", "mention": "priya", "role": "guest"}));
    let public = Room { privacy: Privacy::Public, ..room(123) };
    let count = |user: &Person, room: &Room| controls_for(&installed, user, room, ControlElement::Input).len();
    assert_eq!((count(&guest, &room(123)), count(&guest, &public), count(&emma(), &room(123))), (1, 0, 0));
}

#[test]
fn cond_19_cond_24_controls_on_tiles_and_related_content_test_what_it_holds() {
    let is = |attr: &str, operator: &str, value: Value| json!([{"condition": "glance_matches", "params": {"metadata": [{"attr": attr, operator: value}]}}]);
    let controls = ["glance", "sidebar"].into_iter().flat_map(|place| {
        [
            control(&["discuss.", place].concat(), place, is("status", "eq", json!("to do"))),
            control(&["few.", place].concat(), place, is("left", "lt", json!(5))),
        ]
    });
    let installed = with_desk(json!({"action": controls.collect::<Vec<_>>()}));
    let desk = key(DESK);
    let (open, done) = (json!({"status": "to do", "left": 3}), json!({"status": "done", "left": 7}));
    assert_eq!(of_desk(&installed, ControlElement::Panel(&desk, Some(&open))), ["discuss.sidebar", "few.sidebar"]);
    assert_eq!(of_desk(&installed, ControlElement::Tile(&desk, Some(&open))), ["discuss.glance", "few.glance"]);
    for element in [ControlElement::Panel(&desk, Some(&done)), ControlElement::Tile(&desk, Some(&done))] {
        assert_eq!(of_desk(&installed, element), [""; 0]);
    }
}

#[test]
fn the_tile_behind_related_content_is_the_one_that_opens_it() {
    let target = |name: &str| name.parse().expect("an extension key");
    let behind = |target| tile_behind(&installed(), &key(BUILDS), &target);
    assert_eq!(behind(target("builds.sidebar")), Some(extension(BUILDS, "builds.summary")));
    assert_eq!(behind(target("links.view")), None);
}

#[test]
fn a_control_tells_why_it_is_offered() {
    let message = message("see https://example.com/spec");
    let controls = controls_for(&installed(), &emma(), &room(123), ControlElement::Message(&message, None));
    assert_eq!(controls[0].reason.as_deref(), Some("Shown because the message contains a link."));
}

#[test]
fn cc_08_a_control_installed_in_the_room_and_globally_is_offered_once() {
    let mut installed = installed();
    installed.apply(Revision(901), true, &changes([(RoomRef::Global, vec![present(LINKS, &links())])]));
    assert_eq!(offered(&installed, "https://example.com"), ["links.page", "links.sidebar"]);
}

#[test]
fn cc_08_controls_of_the_room_and_of_all_rooms_are_candidates_and_those_of_other_rooms_are_not() {
    let mut installed = InstalledState::default();
    let named = |name: &str| read::<Extensions>(json!({"action": [control(name, "input", json!([]))]}));
    let placed = [(ROOM, "here"), (SUPPORT, "elsewhere"), (RoomRef::Global, "everywhere")];
    let places = placed.map(|(place, name)| (place, vec![present(name, &named(name))]));
    installed.apply(Revision(901), true, &changes(places));
    let offered = controls_for(&installed, &emma(), &room(123), ControlElement::Input);
    let keys: Vec<_> = offered.into_iter().map(|control| control.id.key.to_string()).collect();
    assert_eq!(keys, ["everywhere", "here"]);
}

#[test]
fn a_control_whose_target_does_not_exist_is_offered_without_one() {
    let mut installed = installed();
    installed.apply(Revision(901), true, &changes([(ROOM, vec![present(BUILDS, &builds(2))])]));
    let message = message("build #129 started");
    let controls = controls_for(&installed, &emma(), &room(123), ControlElement::Message(&message, None));
    assert_eq!(controls.len(), 1);
    assert_eq!((controls[0].id.clone(), controls[0].target.clone()), (extension(BUILDS, "builds.rerun"), None));
}

// DESC-16 too.
#[test]
fn cc_20_controls_for_messages_are_not_offered_on_tiles_and_the_input_field() {
    let integration = key(LINKS);
    for element in
        [ControlElement::Input, ControlElement::Tile(&integration, None), ControlElement::Panel(&integration, None)]
    {
        assert_eq!(controls_for(&installed(), &emma(), &room(123), element), []);
    }
}
