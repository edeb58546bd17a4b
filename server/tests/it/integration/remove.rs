//! §14: removing from rooms, and deleting altogether.

use axum::http::{Method, StatusCode};
use roomglass_protocol::{ErrorKind, EventBody, RoomRef, push::ServerFrame};
use serde_json::{Value, json};

use super::{
    browser::{Browser, synchronised},
    capabilities::asks_for_token,
    provider::Provider,
    samples::{self, EMPTY_ROOM},
    team::{INSTALL, Team, UNINSTALL},
};

/// Story 7 (a); UNIN-01, UNIN-05, UNIN-08, HCC-04; of the requests of SSYNC-01 the one to delete in a room.
#[tokio::test]
async fn story_7a_members_and_provider_learn_of_a_removal() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut browsers = team.browsers().await;
    let room = team.room.room.id;

    let body = json!({"integration": "com.example.builds", "rooms": [room]});
    let removed: Value = team.alana.posts(UNINSTALL, body.clone()).await.json();
    assert_eq!((&removed["rooms"], removed.get("token")), (&json!([room]), None));
    for browser in &mut browsers {
        let frame = browser.hears_of_integrations().await;
        let expected = json!({room.to_string(): [{"key": "com.example.builds", "deleted": true}]});
        assert_eq!(frame["changedIntegrations"], expected);
        browser.agrees_with_the_server(&team.room).await;
        assert_eq!(browser.installed.room_token(room.into()).to_string(), EMPTY_ROOM);
    }
    let farewell = builds.next_call().await;
    assert_eq!((farewell.method, farewell.path), (Method::DELETE, format!("/installed/{}", installation.id)));
    // UNIN-08: neither the token nor the credentials count any more.
    let push = json!({"glance": [{"key": "builds.summary", "content": {"label": {"value": "x"}}}]});
    assert_eq!(installation.caller.posts("/v2/integration/ui", push).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asks_for_token(&team, &installation.id, &installation.secret).await.status, StatusCode::UNAUTHORIZED);
    // It is not there a second time.
    assert_eq!(team.alana.posts(UNINSTALL, body).await.refusal().kind, ErrorKind::NotFound);
}

/// Story 7 (b); UNIN-03, SYNC-15; of the notices of SSYNC-02 the one of a deletion.
#[tokio::test]
async fn story_7b_a_provider_deletes_its_integration_everywhere() {
    let team = Team::assembles().await;
    let (links, installation) = team.installed(&samples::links()).await;
    let room = team.support.room.id;
    let body = json!({"integration": "com.example.links", "rooms": [room]});
    team.greta.posts(INSTALL, body).await.succeeded();
    team.installs_globally(&links).await;
    let mut browsers = [Browser::opens(&team.emma).await, Browser::opens(&team.greta).await];
    let away = synchronised(&team.priya).await;

    let path = "/v2/integration/com.example.links";
    assert_eq!(installation.caller.deletes(path).await.status, StatusCode::NO_CONTENT);
    for (browser, shared) in browsers.iter_mut().zip([&team.support, &team.support]) {
        let frame = browser.hears_of_integrations().await;
        assert_eq!(frame["changedIntegrations"][room.to_string()][0]["deleted"], true);
        browser.agrees_with_the_server(shared).await;
        assert!(browser.installed.versions.is_empty());
        assert_eq!(browser.installed.room_token(RoomRef::Global).to_string(), EMPTY_ROOM);
    }
    // UNIN-07: Priya hears of it at her next synchronisation.
    let mut state = away;
    super::browser::synchronise(&team.priya, &mut state, [team.room.room.id.into(), RoomRef::Global]).await.unwrap();
    assert!(state.versions.is_empty());
    assert_eq!(installation.caller.deletes(path).await.status, StatusCode::UNAUTHORIZED);
}

/// Story 10, steps 9 and 10; UNIN-02; of the requests of SSYNC-01 the one to delete globally.
#[tokio::test]
async fn story_10_a_global_removal_reaches_everybody() {
    let team = Team::assembles().await;
    let weather = Provider::start(&samples::weather(35)).await;
    team.installs_globally(&weather).await;
    let mut browsers = [Browser::opens(&team.omar).await, Browser::opens(&team.greta).await];
    let body = json!({"integration": "org.example.weather", "global": true});
    assert_eq!(team.greta.posts(UNINSTALL, body.clone()).await.refusal().kind, ErrorKind::Forbidden);
    team.alana.posts(UNINSTALL, body).await.succeeded();
    for (browser, room) in browsers.iter_mut().zip([&team.room, &team.support]) {
        let frame = browser.hears_of_integrations().await;
        assert_eq!(frame["changedIntegrations"], json!({"global": [{"key": "org.example.weather", "deleted": true}]}));
        browser.agrees_with_the_server(room).await;
    }
}

/// UNIN-04: an administrator withdraws an integration; the provider is told.
#[tokio::test]
async fn an_administrator_withdraws_an_integration() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let path = "/v2/integration/com.example.builds";
    assert_eq!(team.emma.deletes(path).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(team.server.anonymous().deletes(path).await.refusal().kind, ErrorKind::Unauthenticated);
    // §2.7: a token that is only tested does nothing.
    let tested = installation.caller.deletes(&format!("{path}?auth_test=true")).await;
    assert_eq!(tested.status, StatusCode::ACCEPTED);
    assert_eq!(team.alana.deletes(path).await.status, StatusCode::NO_CONTENT);
    let frame = emma.client.until(|frame| matches!(frame, ServerFrame::Event { .. })).await;
    let told = frame.event().map(|event| event.body);
    let alana = Some(team.alana.person.id);
    assert!(matches!(&told, Some(EventBody::Integration { installed: false, by, .. }) if *by == alana), "{told:?}");
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(builds.next_call().await.path, format!("/installed/{}", installation.id));
    assert_eq!(team.alana.deletes(path).await.refusal().kind, ErrorKind::NotFound);
}

/// The right to remove is the right to install.
#[tokio::test]
async fn removing_needs_a_right() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    team.installs(&builds).await;
    let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    for (person, kind) in [
        (&team.emma, ErrorKind::Forbidden),
        (&team.greta, ErrorKind::NotFound),
        (&team.server.anonymous(), ErrorKind::Unauthenticated),
    ] {
        assert_eq!(person.posts(UNINSTALL, body.clone()).await.refusal().kind, kind);
    }
    assert_eq!(synchronised(&team.emma).await.versions.len(), 1);
}

/// SYNC-16: removed from one room, it stays in the other, at the same version.
#[tokio::test]
async fn removal_from_one_room_leaves_the_other() {
    let team = Team::assembles().await;
    let links = Provider::start(&samples::links()).await;
    team.installs(&links).await;
    let by_greta = json!({"integration": "com.example.links", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, by_greta.clone()).await.succeeded();
    let mut emma = Browser::opens(&team.emma).await;
    let removed: Value = team.greta.posts(UNINSTALL, by_greta).await.json();
    assert_eq!(removed["token"], samples::LINKS);
    let frame = emma.hears_of_integrations().await;
    assert_eq!(frame["changedIntegrations"].as_object().unwrap().len(), 1);
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(emma.installed.in_room(team.room.room.id.into()).len(), 1);
}

/// HCC-04: a provider that does not answer its farewell changes nothing.
#[tokio::test]
async fn a_provider_that_is_gone_can_be_removed() {
    let team = Team::assembles().await;
    let mut descriptor = samples::builds();
    descriptor["capabilities"]["installable"]["callbackUrl"] = json!("{base}/fails");
    let builds = Provider::start(&descriptor).await;
    builds.replies("/fails", super::provider::Reply::InTurn(vec![StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR]));
    team.installs(&builds).await;
    let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    team.alana.posts(UNINSTALL, body).await.succeeded();
    assert_eq!(synchronised(&team.emma).await.versions.len(), 0);
}
