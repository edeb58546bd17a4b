//! §17: synchronisation started by the client.

use roomglass_protocol::{ErrorKind, RoomId, RoomRef};
use serde_json::{Value, json};

use super::{
    browser::{Browser, SYNC, synchronise, synchronised},
    provider::Provider,
    samples::{self, BUILDS_1, EMPTY_ROOM, LINKS, WEATHER_1, WEATHER_2},
    statements::Statements,
    team::{INSTALL, Team, UNINSTALL},
};

/// Story 4; SYNC-07, SYNC-14, SYNC-15, SYNC-16, SYNC-20, SYNC-21, SYNC-22, SYNC-31, ARCH-11.
#[tokio::test]
async fn story_4_a_client_that_was_away_gets_the_difference() {
    let team = Team::assembles().await;
    let (weather_provider, weather) = team.installed_globally(&samples::weather(35)).await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    let (_links, _) = team.installed(&samples::links()).await;
    let [release, support] = [team.room.room.id, team.support.room.id];
    let in_support = json!({"integration": "com.example.links", "rooms": [support]});
    team.greta.posts(INSTALL, in_support).await.succeeded();
    let mut emma = synchronised(&team.emma).await;
    assert_eq!(emma.room_token(release.into()).to_string(), samples::ROOM_WITH_BUILDS_1_AND_LINKS);
    assert_eq!(emma.room_token(support.into()).to_string(), samples::ROOM_WITH_LINKS);

    // While she was away.
    let path = "/v2/integration/org.example.weather/descriptor";
    weather.puts(path, &weather_provider.own(&samples::weather(38))).await.succeeded();
    let removal = json!({"integration": "com.example.links", "rooms": [release]});
    team.alana.posts(UNINSTALL, removal).await.succeeded();

    let request = json!({"trigger": "open", "installedIntegrations": {
        "global": [{"key": "org.example.weather", "token": WEATHER_1}],
        release.to_string(): [{"key": "com.example.builds", "token": BUILDS_1}, {"key": "com.example.links", "token": LINKS}],
        support.to_string(): [{"key": "com.example.links", "token": LINKS}]
    }});
    let answer: Value = team.emma.posts(SYNC, request).await.json();
    assert!(answer["rev"].as_i64().unwrap() > 0);
    let changed = &answer["changedIntegrations"];
    assert_eq!(changed.as_object().unwrap().len(), 2, "the room that did not change is not mentioned: {changed}");
    assert_eq!(changed[release.to_string()], json!([{"key": "com.example.links", "deleted": true}]));
    assert_eq!(changed["global"][0]["token"], WEATHER_2);
    assert_eq!(changed["global"][0]["extensions"]["glance"], samples::weather(38)["capabilities"]["glance"]);

    let rooms = [RoomRef::Global, release.into(), support.into()];
    assert!(synchronise(&team.emma, &mut emma, rooms).await.is_some());
    assert!(synchronise(&team.emma, &mut emma, rooms).await.is_none(), "a second time there is nothing to say");
    assert_eq!(emma.account_token(), synchronised(&team.emma).await.account_token());
}

/// Story 5; SYNC-02, SYNC-06, SYNC-24.
#[tokio::test]
async fn story_5_a_new_room_is_asked_for_by_itself() {
    let team = Team::assembles().await;
    let (_links, _) = team.installed(&samples::links()).await;
    let support = team.support.room.id;
    team.greta.posts(INSTALL, json!({"integration": "com.example.links", "rooms": [support]})).await.succeeded();
    let mut omar = synchronised(&team.omar).await;
    team.omar.joins(&team.support).await;

    let request = json!({"trigger": "room", "installedIntegrations": {support.to_string(): []}});
    let answer: Value = team.omar.posts(SYNC, request).await.json();
    let expected = json!([{"key": "com.example.links", "token": LINKS, "extensions": {
        "action": samples::links()["capabilities"]["action"],
        "externalPage": samples::links()["capabilities"]["externalPage"],
        "webPanel": samples::links()["capabilities"]["webPanel"]
    }}]);
    assert_eq!(answer["changedIntegrations"], json!({support.to_string(): expected}));

    let changes = serde_json::from_value(answer["changedIntegrations"].clone()).unwrap();
    let applied = omar.apply(serde_json::from_value(answer["rev"].clone()).unwrap(), false, &changes);
    assert!(applied.versions.is_empty(), "the version is known by its token (CLD-07)");
    assert_eq!(applied.rooms.len(), 1);
}

/// SYNC-18: the answer is for the client that asked, not for another one of the same person.
#[tokio::test]
async fn an_answer_goes_to_the_client_that_asked() {
    let team = Team::assembles().await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    let mut other = Browser::opens(&team.emma).await;
    assert_eq!(synchronised(&team.emma).await.versions.len(), 1, "there was something to answer");
    assert_eq!(other.heard(&team.room).await, []);
}

/// Decision 1: one hash proves that everything is up to date.
#[tokio::test]
async fn the_account_token_alone_asks_whether_anything_is_different() {
    let team = Team::assembles().await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    let emma = Browser::opens(&team.emma).await;
    let open = |token: String| json!({"trigger": "open", "accountToken": token});
    let current = emma.installed.account_token().to_string();
    let unchanged = team.emma.posts(SYNC, open(current)).await;
    assert_eq!((unchanged.status.as_u16(), unchanged.body.as_str()), (204, ""));

    let answer: Value = team.emma.posts(SYNC, open(EMPTY_ROOM.to_owned())).await.json();
    let [release, support] = [team.room.room.id.to_string(), team.support.room.id.to_string()];
    let expected = json!({"global": EMPTY_ROOM, release: samples::ROOM_WITH_BUILDS_1, support: EMPTY_ROOM});
    assert_eq!((&answer["roomTokens"], &answer["changedIntegrations"]), (&expected, &json!({})));
}

/// With `once`, a version that several rooms have is given in full the first time only.
#[tokio::test]
async fn one_version_in_many_rooms_is_sent_once() {
    let team = Team::assembles().await;
    let (links, _) = team.installed(&samples::links()).await;
    team.installs_globally(&links).await;
    let request =
        |once: bool| json!({"once": once, "installedIntegrations": {"global": [], team.room.room.id.to_string(): []}});
    let count = |answer: Value| answer.to_string().matches("\"extensions\"").count();
    assert_eq!(count(team.emma.posts(SYNC, request(true)).await.json()), 1);
    assert_eq!(count(team.emma.posts(SYNC, request(false)).await.json()), 2);
}

/// SYNC-28: of rooms that are not theirs, people learn nothing, whether the room exists or not.
#[tokio::test]
async fn rooms_of_others_are_answered_with_flags_alone() {
    let team = Team::assembles().await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    let ask = |room: RoomId, known: Value| json!({"installedIntegrations": {room.to_string(): known}});
    let known = json!([{"key": "com.example.builds", "token": BUILDS_1}, {"key": "com.example.none", "token": LINKS}]);
    for room in [team.room.room.id, RoomId(999_999)] {
        let answer: Value = team.greta.posts(SYNC, ask(room, known.clone())).await.json();
        let flags =
            json!([{"key": "com.example.builds", "deleted": true}, {"key": "com.example.none", "deleted": true}]);
        assert_eq!(answer["changedIntegrations"], json!({room.to_string(): flags}));
        assert_eq!(team.greta.posts(SYNC, ask(room, json!([]))).await.status, 204);
    }
    // After leaving, too.
    team.omar.leaves(&team.room).await;
    let answer: Value = team.omar.posts(SYNC, ask(team.room.room.id, known)).await.json();
    assert!(!answer.to_string().contains("extensions"));
}

/// SYNC-30: an answer that was overtaken by a push does not undo it.
#[tokio::test]
async fn a_push_that_overtakes_an_answer_stands() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    team.installs(&builds).await;
    let room = team.room.room.id;
    let request = json!({"installedIntegrations": {room.to_string(): []}});
    let late: Value = team.emma.posts(SYNC, request).await.json();
    team.alana.posts(UNINSTALL, json!({"integration": "com.example.builds", "rooms": [room]})).await.succeeded();
    emma.hears_of_integrations().await;
    emma.hears_of_integrations().await;
    let changes = serde_json::from_value(late["changedIntegrations"].clone()).unwrap();
    emma.installed.apply(serde_json::from_value(late["rev"].clone()).unwrap(), false, &changes);
    emma.agrees_with_the_server(&team.room).await;
}

/// "Speed and size", SYNC-08, SYNC-19: an unchanged client costs no query for each room, and no body.
#[tokio::test]
async fn the_number_of_rooms_does_not_matter_to_an_unchanged_client() {
    let statements = Statements::counted();
    let team = Team::assembles().await;
    let (links, _) = team.installed(&samples::links()).await;
    let mut counts = Vec::new();
    for round in 0..2 {
        let state = synchronised(&team.alana).await;
        let open = json!({"trigger": "open", "accountToken": state.account_token()});
        let (by_account, answer) = statements.during(team.alana.posts(SYNC, open)).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
        let rooms: Vec<RoomRef> = state.rooms.keys().copied().collect();
        let (by_rooms, answer) = statements.during(synchronise(&team.alana, &mut state.clone(), rooms)).await;
        assert!(answer.is_none());
        counts.push((by_account, by_rooms));
        let mut more = Vec::new();
        for number in 0..20 {
            more.push(team.alana.creates_room(&format!("Room {round}.{number}")).await.room.id);
        }
        let body = json!({"descriptor_url": links.descriptor_url(), "rooms": more});
        team.alana.posts(INSTALL, body).await.succeeded();
    }
    // One for the session, one for the tokens of all rooms.
    assert_eq!(counts[0].0, 2);
    assert_eq!(counts[0], counts[1]);
}

#[tokio::test]
async fn requests_that_ask_nothing_are_refused() {
    let team = Team::assembles().await;
    for body in [
        json!({}),
        json!({"trigger": "open"}),
        json!({"accountToken": "short"}),
        json!({"installedIntegrations": {"-1": []}}),
    ] {
        assert_eq!(team.emma.posts(SYNC, body).await.refusal().kind, ErrorKind::Invalid);
    }
    let anonymous = team.server.anonymous().posts(SYNC, json!({"installedIntegrations": {}})).await;
    assert_eq!(anonymous.refusal().kind, ErrorKind::Unauthenticated);
}
