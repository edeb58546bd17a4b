//! Synchronisation: what the server tells (`diff`) and what becomes of it (`apply`), held against each other.

use std::collections::BTreeMap;

use roomglass_protocol::{
    IntegrationKey, OrderedMap, OrderedSet, RoomId, RoomRef,
    integration::Extensions,
    push::Revision,
    sync::{Applied, ChangedIntegration, ChangedIntegrations, InstalledState, KnownIntegration, RoomState, diff},
    token::{AccountToken, IntegrationToken, RoomToken},
};
use serde_json::json;

use crate::support::{extensions, key, test};

const ROOM_123: RoomRef = RoomRef::Room(RoomId(123));
const ROOM_456: RoomRef = RoomRef::Room(RoomId(456));

/// A version of an integration: its extensions say which.
fn version(number: u8) -> Extensions {
    extensions(json!({ "glance": [{ "key": "g", "name": { "value": format!("Version {number}") } }] }))
}

fn token(integration: &str, number: u8) -> IntegrationToken {
    IntegrationToken::of(&key(integration), &version(number))
}

fn present(integration: &str, number: u8) -> ChangedIntegration {
    ChangedIntegration::Present {
        key: key(integration),
        token: token(integration, number),
        extensions: Some(version(number)),
    }
}

fn deleted(integration: &str) -> ChangedIntegration {
    ChangedIntegration::deleted(key(integration))
}

fn known(integration: &str, number: u8) -> KnownIntegration {
    KnownIntegration { key: key(integration), token: token(integration, number) }
}

/// A server on which every integration has one version.
#[derive(Debug, Clone, Default)]
struct Server {
    versions: OrderedMap<IntegrationKey, Extensions>,
    rooms: OrderedMap<RoomRef, OrderedSet<IntegrationKey>>,
}

impl Server {
    fn new(versions: &[(&str, u8)], rooms: &[(RoomRef, &[&str])]) -> Self {
        Self {
            versions: versions.iter().map(|(name, number)| (key(name), version(*number))).collect(),
            rooms: rooms.iter().map(|(room, names)| (*room, names.iter().map(|name| key(name)).collect())).collect(),
        }
    }

    fn token(&self, integration: &IntegrationKey) -> IntegrationToken {
        IntegrationToken::of(integration, &self.versions[integration])
    }

    fn states(&self) -> BTreeMap<RoomRef, RoomState> {
        let state = |keys: &OrderedSet<IntegrationKey>| {
            let integrations: BTreeMap<_, _> = keys.iter().map(|key| (key.clone(), self.token(key))).collect();
            let token = RoomToken::of(integrations.iter().map(|(key, token)| (key, *token)));
            RoomState { integrations, token: Some(token) }
        };
        self.rooms.iter().map(|(room, keys)| (*room, state(keys))).collect()
    }

    fn answer(&self, request: &OrderedMap<RoomRef, Vec<KnownIntegration>>, once: bool) -> ChangedIntegrations {
        diff(request, &self.states(), once, |key| self.versions.get(key).cloned())
    }

    fn account_token(&self) -> AccountToken {
        let states = self.states();
        AccountToken::of(states.into_iter().filter_map(|(room, state)| Some((room, state.token?))))
    }
}

/// What a client has that was told all this when it had nothing.
fn client_of(server: &Server) -> InstalledState {
    let mut client = InstalledState::default();
    client.retain_rooms(&server.rooms.keys().copied().collect());
    client.apply(Revision(1), false, &server.answer(&client.known(server.rooms.keys().copied()), false));
    client
}

#[test]
fn a_matching_room_is_not_looked_into() {
    // SYNC-08, SYNC-11, SYNC-13: not one version is read, not one integration mentioned.
    let server = Server::new(&[("links", 1)], &[(ROOM_456, &["links"])]);
    let request = OrderedMap::from([(ROOM_456, vec![known("links", 1)])]);
    let answer = diff(&request, &server.states(), false, |_| panic!("nothing has changed"));
    assert!(answer.is_empty());
}

#[test]
fn story_4_is_answered_as_told() {
    // SYNC-07, SYNC-14, SYNC-15, SYNC-16: updated globally and told under no room; removed from one room though its
    // version is still current elsewhere.
    let server = Server::new(
        &[("weather", 2), ("builds", 1), ("links", 1)],
        &[(RoomRef::Global, &["weather"]), (ROOM_123, &["builds"]), (ROOM_456, &["links"])],
    );
    let request = OrderedMap::from([
        (RoomRef::Global, vec![known("weather", 1)]),
        (ROOM_123, vec![known("builds", 1), known("links", 1)]),
        (ROOM_456, vec![known("links", 1)]),
    ]);
    let mut read = Vec::new();
    let answer = diff(&request, &server.states(), false, |key| {
        read.push(key.clone());
        server.versions.get(key).cloned()
    });
    assert_eq!(
        answer,
        OrderedMap::from([(RoomRef::Global, vec![present("weather", 2)]), (ROOM_123, vec![deleted("links")])])
    );
    assert_eq!(read, [key("weather")], "one descriptor read");
}

#[test]
fn the_order_in_which_a_client_lists_tokens_is_of_no_account() {
    // SYNC-10.
    let server = Server::new(&[("a", 1), ("b", 1), ("c", 1)], &[(ROOM_123, &["a", "b", "c"])]);
    for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
        let request = OrderedMap::from([(ROOM_123, order.map(|name| known(name, 1)).to_vec())]);
        assert!(diff(&request, &server.states(), false, |_| panic!("nothing has changed")).is_empty());
    }
}

#[test]
fn every_integration_of_a_room_that_differs_is_compared() {
    // SYNC-12, SYNC-13: whichever of five has changed, it alone is told.
    let names = ["a", "b", "c", "d", "e"];
    let request = OrderedMap::from([(ROOM_123, names.map(|name| known(name, 1)).to_vec())]);
    for changed in names {
        let versions = names.map(|name| (name, if name == changed { 2 } else { 1 }));
        let answer = Server::new(&versions, &[(ROOM_123, &names)]).answer(&request, false);
        assert_eq!(answer, OrderedMap::from([(ROOM_123, vec![present(changed, 2)])]));
    }
}

#[test]
fn every_room_of_a_request_is_processed() {
    // SYNC-09: the last of ten.
    let rooms: Vec<RoomRef> = (1..=10).map(|id| RoomRef::Room(RoomId(id))).collect();
    let installed: Vec<(RoomRef, &[&str])> = rooms.iter().map(|room| (*room, &["a"][..])).collect();
    let mut request: OrderedMap<_, _> = rooms.iter().map(|room| (*room, vec![known("a", 1)])).collect();
    let last = *rooms.last().expect("ten rooms");
    request.insert(last, vec![]);
    let answer = Server::new(&[("a", 1)], &installed).answer(&request, false);
    assert_eq!(answer, OrderedMap::from([(last, vec![present("a", 1)])]));
}

#[test]
fn a_client_tells_what_it_was_given_and_nothing_else() {
    // SYNC-04, TOK-07.
    let server = Server::new(
        &[("weather", 1), ("builds", 1), ("links", 1)],
        &[(RoomRef::Global, &["weather"]), (ROOM_123, &["builds", "links"]), (ROOM_456, &[])],
    );
    let expected = OrderedMap::from([
        (RoomRef::Global, vec![known("weather", 1)]),
        (ROOM_123, vec![known("builds", 1), known("links", 1)]),
        (ROOM_456, vec![]),
    ]);
    assert_eq!(client_of(&server).known(server.rooms.keys().copied()), expected);
}

#[test]
fn table_r_is_applied_as_it_says() {
    // SYNC-20, SYNC-21, SYNC-22: updated globally, deleted from one room, another room not mentioned.
    let mut client = client_of(&Server::new(
        &[("weather", 1), ("builds", 1), ("links", 1)],
        &[(RoomRef::Global, &["weather"]), (ROOM_123, &["builds"]), (ROOM_456, &["builds", "links"])],
    ));
    let table_r =
        OrderedMap::from([(RoomRef::Global, vec![present("weather", 2)]), (ROOM_123, vec![deleted("builds")])]);
    let applied = client.apply(Revision(2), false, &table_r);
    assert_eq!(
        applied,
        Applied {
            rooms: OrderedSet::from([ROOM_123]),
            versions: OrderedSet::from([key("weather")]),
            ..Applied::default()
        },
        "nothing is written about 456"
    );
    let weather = &client.versions[&key("weather")];
    assert_eq!((weather.token, &weather.extensions), (token("weather", 2), &version(2)));
    assert!(client.rooms[&ROOM_123].is_empty());
    assert!(client.versions.contains_key(&key("builds")), "456 still has it");
}

#[test]
fn the_five_kinds_of_frames_are_stored() {
    // SSYNC-10, CLD-08, CLD-12.
    let mut client = InstalledState::default();
    client.retain_rooms(&OrderedSet::from([ROOM_123, ROOM_456]));
    let mut told = |rev, room, change| {
        client.apply(Revision(rev), true, &OrderedMap::from([(room, vec![change])]));
        client.clone()
    };
    let rooms_of = |client: &InstalledState, name| {
        let with = client.rooms.iter().filter(|(_, keys)| keys.contains(&key(name)));
        with.map(|(room, _)| *room).collect::<Vec<_>>()
    };
    let first = told(1, ROOM_123, present("builds", 1));
    assert_eq!((rooms_of(&first, "builds"), first.versions.len()), (vec![ROOM_123], 1));
    let further = told(2, ROOM_456, present("builds", 1));
    assert_eq!((rooms_of(&further, "builds"), further.versions.len()), (vec![ROOM_123, ROOM_456], 1));
    let updated = told(3, ROOM_456, present("builds", 2));
    assert_eq!((updated.versions[&key("builds")].token, updated.versions.len()), (token("builds", 2), 1));
    assert_eq!(updated.versions[&key("builds")].extensions, version(2));
    let removed = told(4, ROOM_123, deleted("builds"));
    assert_eq!((rooms_of(&removed, "builds"), removed.versions.len()), (vec![ROOM_456], 1));
    told(5, RoomRef::Global, present("weather", 1));
    let removed = told(6, RoomRef::Global, deleted("weather"));
    assert!(rooms_of(&removed, "weather").is_empty() && !removed.versions.contains_key(&key("weather")));
}

#[test]
fn integrations_the_request_does_not_list_are_added() {
    // SYNC-06, SYNC-17.
    let server = Server::new(&[("a", 1), ("b", 1)], &[(ROOM_456, &["a", "b"])]);
    let answer = server.answer(&OrderedMap::from([(ROOM_456, vec![])]), false);
    assert_eq!(answer, OrderedMap::from([(ROOM_456, vec![present("a", 1), present("b", 1)])]));
}

#[test]
fn a_foreign_room_discloses_nothing() {
    // SYNC-28.
    let server = Server::new(&[("secret", 1)], &[(ROOM_456, &["secret"])]);
    let mut states = server.states();
    states.remove(&ROOM_456);
    let request = OrderedMap::from([(ROOM_456, vec![known("guess", 1)]), (ROOM_123, vec![])]);
    let answer = diff(&request, &states, false, |_| panic!("nothing may be read"));
    assert_eq!(answer, OrderedMap::from([(ROOM_456, vec![deleted("guess")])]));
}

#[test]
fn a_version_is_given_in_full_once() {
    let rooms: &[(RoomRef, &[&str])] = &[(RoomRef::Global, &["a"]), (ROOM_123, &["a"]), (ROOM_456, &["a"])];
    let server = Server::new(&[("a", 1)], rooms);
    let request: OrderedMap<_, _> = rooms.iter().map(|(room, _)| (*room, vec![])).collect();
    let in_full = |once| {
        let answer = server.answer(&request, once);
        let full =
            |change: &&ChangedIntegration| matches!(change, ChangedIntegration::Present { extensions: Some(_), .. });
        assert_eq!(answer.values().flatten().count(), 3);
        answer.values().flatten().filter(full).count()
    };
    assert_eq!((in_full(false), in_full(true)), (3, 1));
}

#[test]
fn an_integration_already_held_is_only_associated() {
    // CLD-07, SYNC-24.
    let mut client = client_of(&Server::new(&[("links", 1)], &[(ROOM_123, &["links"])]));
    let applied = client.apply(Revision(2), false, &OrderedMap::from([(ROOM_456, vec![present("links", 1)])]));
    assert_eq!(applied, Applied { rooms: OrderedSet::from([ROOM_456]), ..Applied::default() });
}

#[test]
fn removal_from_one_room_leaves_the_other() {
    // CLD-10, SYNC-21; then CLD-13.
    let mut client = client_of(&Server::new(&[("links", 1)], &[(ROOM_123, &["links"]), (ROOM_456, &["links"])]));
    let applied = client.apply(Revision(2), true, &OrderedMap::from([(ROOM_123, vec![deleted("links")])]));
    assert_eq!(applied, Applied { rooms: OrderedSet::from([ROOM_123]), ..Applied::default() });
    assert_eq!(client.in_room(ROOM_456).len(), 1);
    let applied = client.apply(Revision(3), true, &OrderedMap::from([(ROOM_456, vec![deleted("links")])]));
    assert_eq!(applied.dropped, OrderedSet::from([key("links")]));
    assert!(client.versions.is_empty());
}

#[test]
fn a_global_removal_keeps_an_association_of_its_own() {
    // CLD-11 and the fourth decision of §27.
    let mut client =
        client_of(&Server::new(&[("weather", 1)], &[(RoomRef::Global, &["weather"]), (ROOM_123, &["weather"])]));
    assert_eq!(client.in_room(ROOM_123).len(), 1, "CC-08: once, though installed twice");
    assert_eq!(client.in_room(ROOM_456).len(), 1, "global integrations are in every room");
    let applied = client.apply(Revision(2), true, &OrderedMap::from([(RoomRef::Global, vec![deleted("weather")])]));
    assert!(applied.dropped.is_empty());
    assert_eq!((client.in_room(ROOM_123).len(), client.in_room(ROOM_456).len()), (1, 0));
}

#[test]
fn a_push_stands_against_an_older_answer() {
    // SYNC-30: asked at 930, pushed at 941, answered with the state of 930.
    let mut client = client_of(&Server::new(&[("builds", 1)], &[(ROOM_123, &["builds"])]));
    client.apply(Revision(941), true, &OrderedMap::from([(ROOM_123, vec![present("builds", 2)])]));
    let pushed = client.clone();
    let applied = client.apply(Revision(930), false, &OrderedMap::from([(ROOM_123, vec![present("builds", 1)])]));
    assert_eq!((applied, &client), (Applied::default(), &pushed));
    client.apply(Revision(930), false, &OrderedMap::from([(ROOM_123, vec![deleted("builds")])]));
    assert_eq!(client, pushed);
    // An answer of the same revision or a later one counts again.
    client.apply(Revision(942), false, &OrderedMap::from([(ROOM_123, vec![present("builds", 3)])]));
    assert_eq!(client.versions[&key("builds")].token, token("builds", 3));
}

#[test]
fn a_pushed_removal_stands_against_an_older_answer() {
    let mut client = client_of(&Server::new(&[("builds", 1)], &[(ROOM_123, &["builds"])]));
    client.apply(Revision(941), true, &OrderedMap::from([(ROOM_123, vec![deleted("builds")])]));
    client.apply(Revision(930), false, &OrderedMap::from([(ROOM_123, vec![present("builds", 1)])]));
    assert!(client.in_room(ROOM_123).is_empty());
}

#[test]
fn an_older_answer_for_another_room_does_not_bring_an_old_version_back() {
    let mut client = client_of(&Server::new(&[("builds", 1)], &[(ROOM_123, &["builds"]), (ROOM_456, &[])]));
    client.apply(Revision(941), true, &OrderedMap::from([(ROOM_123, vec![present("builds", 2)])]));
    let applied = client.apply(Revision(930), false, &OrderedMap::from([(ROOM_456, vec![present("builds", 1)])]));
    assert_eq!(applied, Applied { rooms: OrderedSet::from([ROOM_456]), ..Applied::default() });
    assert_eq!(client.versions[&key("builds")].token, token("builds", 2));
}

#[test]
fn a_token_nobody_gave_asks_for_repair() {
    let mut client = InstalledState::default();
    let change = ChangedIntegration::Present { key: key("a"), token: token("a", 1), extensions: None };
    let applied = client.apply(Revision(1), true, &OrderedMap::from([(ROOM_123, vec![change])]));
    assert_eq!(applied, Applied { missing: OrderedSet::from([key("a")]), ..Applied::default() });
    assert!(client.in_room(ROOM_123).is_empty(), "the next request must not claim to have it");
}

#[test]
fn rooms_come_and_go() {
    let mut client = client_of(&Server::new(&[("a", 1), ("b", 1)], &[(RoomRef::Global, &["a"]), (ROOM_123, &["b"])]));
    let applied = client.retain_rooms(&OrderedSet::from([ROOM_456]));
    assert_eq!(applied.rooms, OrderedSet::from([ROOM_123, ROOM_456]));
    assert_eq!(applied.dropped, OrderedSet::from([key("b")]));
    assert_eq!(client.rooms.keys().copied().collect::<Vec<_>>(), [RoomRef::Global, ROOM_456]);
    assert_eq!(client.retain_rooms(&OrderedSet::from([ROOM_456])), Applied::default());
}

#[test]
fn an_empty_client_and_an_empty_server_agree() {
    let server = Server::new(&[], &[(RoomRef::Global, &[])]);
    assert_eq!(InstalledState::default().account_token(), server.account_token());
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;

    use super::*;

    const INTEGRATIONS: [&str; 5] = ["a", "b", "c", "d", "e"];

    fn any_room() -> impl Strategy<Value = RoomRef> {
        prop_oneof![Just(RoomRef::Global), (1..5_i64).prop_map(|id| RoomRef::Room(RoomId(id)))]
    }

    fn any_server() -> impl Strategy<Value = Server> {
        let versions = prop::collection::vec(0..3_u8, INTEGRATIONS.len());
        let integrations = prop::sample::subsequence(&INTEGRATIONS[..], 0..=INTEGRATIONS.len());
        let rooms = prop::collection::btree_map(any_room(), integrations, 0..5);
        (versions, rooms).prop_map(|(versions, rooms)| {
            let versions: Vec<_> = INTEGRATIONS.into_iter().zip(versions).collect();
            let mut rooms: Vec<(RoomRef, &[&str])> =
                rooms.iter().map(|(room, names)| (*room, names.as_slice())).collect();
            if !rooms.iter().any(|(room, _)| *room == RoomRef::Global) {
                rooms.push((RoomRef::Global, &[]));
            }
            Server::new(&versions, &rooms)
        })
    }

    proptest! {
        /// The law of synchronisation: whatever a client had, after one exchange it has what the server has, and the
        /// second exchange has nothing to say (SYNC-31, ARCH-11).
        #[test]
        fn one_exchange_is_enough(before in any_server(), now in any_server(), once in any::<bool>()) {
            let mut client = client_of(&before);
            client.retain_rooms(&now.rooms.keys().copied().collect());
            let answer = now.answer(&client.known(now.rooms.keys().copied()), once);
            let applied = client.apply(Revision(2), false, &answer);
            prop_assert!(applied.missing.is_empty());
            prop_assert_eq!(&client, &client_of(&now));

            prop_assert!(now.answer(&client.known(now.rooms.keys().copied()), once).is_empty());
            prop_assert_eq!(client.account_token(), now.account_token());
            for (room, state) in now.states() {
                prop_assert_eq!(Some(client.room_token(room)), state.token);
            }
        }

        /// What is reported as changed is exactly what is to be written.
        #[test]
        fn applied_tells_what_to_write(before in any_server(), now in any_server(), once in any::<bool>()) {
            let mut client = client_of(&before);
            let kept = client.clone();
            let answer = now.answer(&client.known(now.rooms.keys().copied()), once);
            let applied = client.apply(Revision(2), false, &answer);
            for room in client.rooms.keys().chain(kept.rooms.keys()) {
                let list = |state: &InstalledState| state.rooms.get(room).cloned().unwrap_or_default();
                prop_assert_eq!(list(&client) != list(&kept), applied.rooms.contains(room));
            }
            for name in INTEGRATIONS {
                let (old, new) = (kept.versions.get(&key(name)), client.versions.get(&key(name)));
                prop_assert_eq!(new.is_some() && old != new, applied.versions.contains(&key(name)));
                prop_assert_eq!(old.is_some() && new.is_none(), applied.dropped.contains(&key(name)));
            }
        }

        #[test]
        fn applying_twice_is_applying_once(before in any_server(), now in any_server(), pushed in any::<bool>()) {
            let mut client = client_of(&before);
            let answer = now.answer(&client.known(now.rooms.keys().copied()), true);
            client.apply(Revision(2), pushed, &answer);
            let first = client.clone();
            prop_assert_eq!(client.apply(Revision(2), pushed, &answer), Applied::default());
            prop_assert_eq!(client, first);
        }

        /// A client that missed nothing needs no exchange: frames and answers have one form (SSYNC-05).
        #[test]
        fn a_pushed_state_is_a_synchronised_one(before in any_server(), now in any_server()) {
            let mut client = client_of(&before);
            client.retain_rooms(&now.rooms.keys().copied().collect());
            let frame = now.answer(&client.known(now.rooms.keys().copied()), false);
            client.apply(Revision(2), true, &frame);
            prop_assert_eq!(client.account_token(), now.account_token());
        }
    }
}
