use roomglass_protocol::{RoomId, RoomRef, Timestamp, push::Revision};
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

#[test]
fn hcc_13_tiles_stand_in_order_of_weight() {
    let order = shown(with_metadata(json!({"isConfigured": true})));
    assert_eq!(order, ["weather.now", "builds.summary"], "weather has weight 10, builds none, which is 100");
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
fn a_control_whose_target_does_not_exist_is_offered_without_one() {
    let mut installed = installed();
    installed.apply(Revision(901), true, &changes([(ROOM, vec![present(BUILDS, &builds(2))])]));
    let message = message("build #129 started");
    let controls = controls_for(&installed, &emma(), &room(123), ControlElement::Message(&message, None));
    assert_eq!(controls.len(), 1);
    assert_eq!((controls[0].id.clone(), controls[0].target.clone()), (extension(BUILDS, "builds.rerun"), None));
}

#[test]
fn cc_20_controls_for_messages_are_not_offered_on_tiles_and_the_input_field() {
    let integration = key(LINKS);
    for element in
        [ControlElement::Input, ControlElement::Tile(&integration, None), ControlElement::Panel(&integration)]
    {
        assert_eq!(controls_for(&installed(), &emma(), &room(123), element), []);
    }
}
