use roomglass_protocol::{push::Revision, sync::ChangedIntegration};

use super::*;
use crate::state::testing::*;

fn answer(rev: i64, room_tokens: Option<&InstalledState>) -> SyncAnswer {
    SyncAnswer {
        rev: Revision(rev),
        changed_integrations: Default::default(),
        room_tokens: room_tokens
            .map(|server| server.rooms.keys().map(|room| (*room, server.room_token(*room))).collect()),
    }
}

/// Emma was away (story 4): links was removed from 123, weather has changed, 456 is as it was.
fn server() -> InstalledState {
    let mut server = installed();
    let mut newer = weather();
    newer.put(
        "externalPage".into(),
        &"weather.page".parse().expect("a key"),
        read(serde_json::json!({
            "key": "weather.page", "name": {"value": "Forecast"}, "url": "https://weather.example.org"
        })),
    );
    server.apply(
        Revision(930),
        false,
        &changes([
            (RoomRef::Global, vec![present(WEATHER, &newer)]),
            (ROOM, vec![ChangedIntegration::deleted(key(LINKS))]),
        ]),
    );
    server
}

#[test]
fn sync_01_an_unchanged_client_sends_one_hash_and_is_done() {
    let mut installed = installed();
    let (mut exchange, request) = SyncExchange::begin(Trigger::Open, &installed);
    assert_eq!(request.account_token, Some(installed.account_token()));
    assert_eq!(request.installed_integrations, None);
    let outcome = exchange.answered(None, &mut installed);
    assert!(outcome.next.is_none() && outcome.rows.is_empty());
}

#[test]
fn sync_11_only_rooms_that_differ_are_asked_for() {
    let (mut client, server) = (installed(), server());
    let (mut exchange, _) = SyncExchange::begin(Trigger::Open, &client);
    let outcome = exchange.answered(Some(answer(930, Some(&server))), &mut client);
    let request = outcome.next.expect("a request for the rooms that differ");
    let asked: Vec<_> = request.installed_integrations.expect("Table Q").into_keys().collect();
    assert_eq!(asked, [RoomRef::Global, ROOM]);
    assert!(request.once && request.account_token.is_none());
}

#[test]
fn sync_16_after_the_second_answer_nothing_differs() {
    let (mut client, server) = (installed(), server());
    let (mut exchange, _) = SyncExchange::begin(Trigger::Open, &client);
    exchange.answered(Some(answer(930, Some(&server))), &mut client);
    let changed_integrations = changes([
        (RoomRef::Global, vec![present(WEATHER, &server.versions[&key(WEATHER)].extensions)]),
        (ROOM, vec![ChangedIntegration::deleted(key(LINKS))]),
    ]);
    let outcome = exchange
        .answered(Some(SyncAnswer { rev: Revision(930), changed_integrations, room_tokens: None }), &mut client);
    assert!(outcome.next.is_none());
    assert_eq!((outcome.rooms, outcome.versions), ([ROOM].into(), [key(WEATHER)].into()));
    assert_eq!(client.account_token(), server.account_token());
}

#[test]
fn sync_29_rooms_the_server_does_not_list_are_dropped() {
    let (mut client, mut server) = (installed(), installed());
    server.rooms.remove(&SUPPORT);
    let (mut exchange, _) = SyncExchange::begin(Trigger::Reconnect, &client);
    let outcome = exchange.answered(Some(answer(930, Some(&server))), &mut client);
    assert!(outcome.next.is_none() && !client.rooms.contains_key(&SUPPORT));
    assert!(!outcome.rows.is_empty());
}

#[test]
fn sync_06_entering_a_room_asks_for_that_room_with_an_empty_list() {
    let room = RoomId(789);
    let (_, request) = SyncExchange::enter(room, &installed());
    assert_eq!(request.trigger, Trigger::Room);
    assert_eq!(request.installed_integrations, Some([(RoomRef::Room(room), Vec::new())].into()));
}

#[test]
fn sync_05_entering_a_room_tells_what_is_still_stored_for_it() {
    let (_, request) = SyncExchange::enter(RoomId(123), &installed());
    let listed = request.installed_integrations.expect("Table Q");
    let told: Vec<_> = listed[&ROOM].iter().map(|known| (known.key.clone(), known.token)).collect();
    let stored = [(key(BUILDS), token(BUILDS, &builds(1))), (key(LINKS), token(LINKS, &links()))];
    assert_eq!((told.as_slice(), listed.len()), (stored.as_slice(), 1));
}

#[test]
fn sync_19_an_answer_that_says_nothing_writes_nothing() {
    for nothing in [None, Some(answer(930, None))] {
        let mut client = installed();
        let (mut exchange, _) = SyncExchange::begin(Trigger::Open, &client);
        let outcome = exchange.answered(nothing, &mut client);
        assert!(outcome.rows.is_empty() && outcome.next.is_none());
        assert_eq!(client, installed());
    }
}

#[test]
fn a_version_nobody_gave_is_asked_for_in_full_and_not_for_ever() {
    let mut client = installed();
    let (mut exchange, _) = SyncExchange::begin(Trigger::Open, &client);
    let bare = ChangedIntegration::Present { key: key(BUILDS), token: token(BUILDS, &builds(2)), extensions: None };
    let without = || SyncAnswer {
        rev: Revision(930),
        changed_integrations: changes([(ROOM, vec![bare.clone()])]),
        room_tokens: None,
    };
    let request = exchange.answered(Some(without()), &mut client).next.expect("a request for repair");
    let known = &request.installed_integrations.expect("Table Q")[&ROOM];
    assert!(known.iter().all(|known| known.key != key(BUILDS)) && !request.once);
    assert!(exchange.answered(Some(without()), &mut client).next.is_some());
    assert!(exchange.answered(Some(without()), &mut client).next.is_none());
}
