use roomglass_protocol::RoomRef;

use super::*;
use crate::state::{rows::Table, testing::*};

const ROOM_ID: RoomId = RoomId(123);

fn page(seqs: std::ops::RangeInclusive<i64>) -> Page {
    Page { more: *seqs.start() > 1, items: events(123, seqs) }
}

fn loaded(seqs: std::ops::RangeInclusive<i64>) -> Timeline {
    let mut timeline = Timeline::default();
    take_newest_page(ROOM_ID, &mut timeline, &page(seqs));
    timeline
}

fn span(timeline: &Timeline) -> (i64, i64) {
    (timeline.oldest().0, timeline.newest().0)
}

#[test]
fn a_page_that_joins_what_is_loaded_extends_it() {
    let mut timeline = loaded(1..=5);
    let changes = take_newest_page(ROOM_ID, &mut timeline, &page(4..=9));
    assert_eq!((span(&timeline), timeline.older), ((1, 9), false));
    assert!(!changes.iter().any(|change| matches!(change, RowChange::DeleteUnder(Table::Events, _))));
}

#[test]
fn a_page_beyond_a_gap_takes_the_place_of_what_is_loaded_and_messages_under_way_stay() {
    let mut timeline = loaded(1..=5);
    timeline.send(message("under way"));
    let changes = take_newest_page(ROOM_ID, &mut timeline, &page(50..=60));
    assert_eq!((span(&timeline), timeline.older, timeline.pending().len()), ((50, 60), true, 1));
    assert!(matches!(changes.first(), Some(RowChange::DeleteUnder(Table::Events, _))));
}

#[test]
fn an_empty_log_is_loaded_too() {
    let timeline = loaded(std::ops::RangeInclusive::new(1, 0));
    assert_eq!((timeline.events().len(), timeline.older), (0, false));
}

#[test]
fn the_page_wins_over_what_is_stored_and_other_rooms_stay() {
    let (mut stored, mut page) = (installed(), InstalledState::default());
    page.apply(
        roomglass_protocol::push::Revision(930),
        false,
        &changes([(RoomRef::Global, vec![]), (ROOM, vec![present(BUILDS, &builds(2))])]),
    );
    page.retain_rooms(&[ROOM].into());
    let outcome = merge_installed(&mut stored, &page, &workspace());
    assert_eq!(stored.rooms[&RoomRef::Global].len(), 0, "weather was removed meanwhile");
    assert_eq!(stored.rooms[&ROOM], [key(BUILDS)].into());
    assert_eq!(stored.rooms[&SUPPORT], [key(LINKS)].into());
    assert_eq!(stored.versions[&key(BUILDS)].extensions, builds(2));
    assert_eq!(outcome.rooms, [RoomRef::Global, ROOM].into());
}

#[test]
fn sync_29_rooms_left_meanwhile_are_dropped_when_the_page_is_opened() {
    let mut stored = installed();
    let mut workspace = workspace();
    workspace.rooms.remove(&RoomId(456));
    merge_installed(&mut stored, &InstalledState::default(), &workspace);
    assert!(!stored.rooms.contains_key(&SUPPORT));
}

#[test]
fn a_second_merge_of_the_same_page_writes_nothing() {
    let mut stored = installed();
    let page = installed();
    assert!(merge_installed(&mut stored, &page, &workspace()).rows.is_empty());
}
