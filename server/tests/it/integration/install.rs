//! §13: installing in rooms and for everybody.

use std::sync::Arc;

use axum::http::StatusCode;
use roomglass_protocol::{EventBody, RoomRef, push::ServerFrame};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{
    browser::{Browser, synchronised},
    provider::{Provider, Reply},
    samples::{self, BUILDS_1, ROOM_WITH_BUILDS_1, WEATHER_1},
    team::{INSTALL, Team},
};

/// Story 1; INST-01, INST-02, INST-11, INST-13, INST-14, INST-18, SSYNC-03, SSYNC-04, SSYNC-05, SSYNC-08, TOK-07; of
/// the requests of SSYNC-01 the one to add in a room. The provider is in no catalogue.
#[tokio::test]
async fn story_1_three_connected_members_are_told() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    builds.replies("/installed", Reply::AfterCallingBack);
    let mut browsers = team.browsers().await;
    let mut greta = Browser::opens(&team.greta).await;

    let installed = team.installs(&builds).await;
    let room = team.room.room.id;
    assert_eq!(installed["integration"], "com.example.builds");
    assert_eq!(installed["token"], BUILDS_1);
    assert_eq!(installed["rooms"], json!([room]));

    let told = team.installation_of(&builds).await.told;
    assert_eq!(told["groupId"], 1);
    assert_eq!(told["roomId"], json!(room));
    assert_eq!(told["oauthSecret"].as_str().unwrap().len(), 40);
    assert!(uuid::Uuid::parse_str(told["oauthId"].as_str().unwrap()).is_ok());
    assert!(told["capabilitiesUrl"].as_str().unwrap().ends_with("/v2/capabilities"));

    for browser in &mut browsers {
        let frame = browser.hears_of_integrations().await;
        assert_eq!(frame["rev"], installed["rev"]);
        let [entry] = frame["changedIntegrations"][room.to_string()].as_array().unwrap().as_slice() else {
            panic!("{frame}");
        };
        assert_eq!(entry["token"], BUILDS_1);
        assert_eq!(entry["extensions"]["webPanel"][0]["location"], "sidebar.right");
        assert_eq!(entry["extensions"]["glance"], samples::builds()["capabilities"]["glance"]);
        assert_eq!(frame["changedIntegrations"].as_object().unwrap().len(), 1);
        browser.agrees_with_the_server(&team.room).await;
        assert_eq!(browser.installed.room_token(room.into()).to_string(), ROOM_WITH_BUILDS_1);
    }
    assert_eq!(greta.heard(&team.support).await, []);
    // INST-14: Priya learns of it when she connects.
    assert_eq!(synchronised(&team.priya).await.room_token(room.into()).to_string(), ROOM_WITH_BUILDS_1);
}

/// Decision 2: the room's log says who installed what.
#[tokio::test]
async fn the_rooms_log_has_an_event() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    team.installs(&builds).await;
    let frame = emma.client.until(|frame| matches!(frame, ServerFrame::Event { .. })).await;
    let Some(EventBody::Integration { key, name, installed, by }) = frame.event().map(|event| event.body) else {
        panic!("{frame:?}");
    };
    assert_eq!((key.as_str(), name.as_str(), installed), ("com.example.builds", "Builds", true));
    assert_eq!(by, Some(team.alana.person.id));
}

/// Story 10, steps 1 to 6; INST-10, HCC-03: no `roomId` for a global installation. Of the requests of SSYNC-01 the one
/// to add globally.
#[tokio::test]
async fn story_10_everybody_is_told_of_a_global_installation() {
    let team = Team::assembles().await;
    let weather = Provider::start(&samples::weather(35)).await;
    let mut browsers = [Browser::opens(&team.omar).await, Browser::opens(&team.greta).await];
    team.alana.posts("/api/v1/catalogue", json!({"descriptor_url": weather.descriptor_url()})).await.succeeded();

    let body = json!({"integration": "org.example.weather", "global": true});
    let installed: Value = team.alana.posts(INSTALL, body).await.json();
    assert_eq!((&installed["token"], &installed["global"]), (&json!(WEATHER_1), &json!(true)));
    assert_eq!(weather.next_call().await.json().get("roomId"), None);
    for (browser, room) in browsers.iter_mut().zip([&team.room, &team.support]) {
        let frame = browser.hears_of_integrations().await;
        assert_eq!(frame["changedIntegrations"]["global"][0]["token"], WEATHER_1);
        browser.agrees_with_the_server(room).await;
        assert_eq!(browser.installed.room_token(RoomRef::Global).to_string(), samples::GLOBAL_WITH_WEATHER_1);
    }
    // DATA-07: a room made later has it too.
    let later = team.greta.creates_room("Later").await;
    let state = synchronised(&team.greta).await;
    assert_eq!(state.in_room(later.room.id.into()).len(), 1);
}

/// INST-04: of what the catalogue lists, the descriptor is fetched from its address when it is installed, once.
#[tokio::test]
async fn a_listed_integration_is_fetched_from_its_provider() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    team.alana.posts("/api/v1/catalogue", json!({"descriptor_url": builds.descriptor_url()})).await.succeeded();
    let listed = builds.descriptor_requests();
    let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    let installed: Value = team.alana.posts(INSTALL, body).await.json();
    assert_eq!(installed["token"], BUILDS_1);
    assert_eq!(builds.descriptor_requests() - listed, 1);
}

/// INST-02: several rooms at once, one change, one token for the integration and one for each room.
#[tokio::test]
async fn several_rooms_are_one_change() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let other = team.alana.creates_room("Other").await;
    let mut alana = Browser::opens(&team.alana).await;
    let rooms = [team.room.room.id, other.room.id];
    let body = json!({"descriptor_url": builds.descriptor_url(), "rooms": rooms});
    team.alana.posts(INSTALL, body).await.succeeded();
    let calls = [builds.next_call().await.json(), builds.next_call().await.json()];
    assert_ne!(calls[0]["oauthId"], calls[1]["oauthId"]);
    let frame = alana.hears_of_integrations().await;
    assert_eq!(frame["changedIntegrations"].as_object().unwrap().len(), 2);
    alana.agrees_with_the_server(&team.room).await;
}

/// INST-15: an administrator outside the room installs; members are told, the administrator is not.
#[tokio::test]
async fn an_installer_outside_the_room_is_told_nothing() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let [mut alana, mut emma] = [Browser::opens(&team.alana).await, Browser::opens(&team.emma).await];
    let body = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.support.room.id]});
    team.alana.posts(INSTALL, body).await.succeeded();
    emma.hears_of_integrations().await;
    assert_eq!(alana.heard(&team.room).await, []);
}

/// INST-20: the second time nothing happens: no call, no frame, no other token.
#[tokio::test]
async fn installing_again_has_no_effect() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let first = team.installs(&builds).await;
    builds.next_call().await;
    let mut emma = Browser::opens(&team.emma).await;
    let again = team.installs(&builds).await;
    let by_key = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    let by_key: Value = team.alana.posts(INSTALL, by_key).await.json();
    assert_eq!((&again["token"], &by_key["token"]), (&first["token"], &first["token"]));
    assert_eq!((&again["rooms"], &by_key["rooms"]), (&first["rooms"], &first["rooms"]));
    assert_eq!(builds.waiting_calls().await.len(), 0);
    assert_eq!(emma.heard(&team.room).await, []);
}

/// HipChat Connect §2.2: nobody sees the integration, and no transaction is open, while the provider is asked.
#[tokio::test]
async fn the_server_works_while_a_provider_takes_its_time() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let hold = Arc::new(Notify::new());
    builds.replies("/installed", Reply::After(Arc::clone(&hold), StatusCode::OK));
    let mut emma = Browser::opens(&team.emma).await;
    let (alana, body) =
        (team.alana.clone(), json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id]}));
    let installing = tokio::spawn(async move { alana.posts(INSTALL, body).await });
    builds.next_call().await;

    team.omar.says(&team.room, "meanwhile").await;
    assert_eq!(emma.heard(&team.room).await, []);
    assert_eq!(synchronised(&team.emma).await.versions.len(), 0);

    hold.notify_one();
    installing.await.unwrap().succeeded();
    assert_eq!(emma.hears_of_integrations().await["changedIntegrations"].as_object().unwrap().len(), 1);
}

/// Once begun, an installation is finished although the person has gone.
#[tokio::test]
async fn closing_the_page_does_not_leave_half_an_installation() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let hold = Arc::new(Notify::new());
    builds.replies("/installed", Reply::After(Arc::clone(&hold), StatusCode::OK));
    let mut emma = Browser::opens(&team.emma).await;
    let (alana, body) =
        (team.alana.clone(), json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id]}));
    let installing = tokio::spawn(async move { alana.posts(INSTALL, body).await });
    builds.next_call().await;
    installing.abort();
    assert!(installing.await.unwrap_err().is_cancelled());
    hold.notify_one();
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;
}

/// A provider without a callback is simply installed (HipChat Connect §1.3).
#[tokio::test]
async fn a_descriptor_without_callback_installs() {
    let team = Team::assembles().await;
    let mut descriptor = samples::links();
    descriptor["capabilities"].as_object_mut().unwrap().remove("installable");
    let links = Provider::start(&descriptor).await;
    assert_eq!(team.installs(&links).await["token"], samples::LINKS);
    assert_eq!(links.waiting_calls().await.len(), 0);
}
