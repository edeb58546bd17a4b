//! Where new versions come from besides the provider's own call: the descriptor's address, on request or after a time
//! (DESC-05), and installing in a further place.

use std::time::Duration;

use axum::http::StatusCode;
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{
    browser::Browser,
    provider::Reply,
    review::{BUILDS, UPDATES, greedy, waiting_for},
    samples::{self, BUILDS_1, BUILDS_2},
    team::{INSTALL, Team, fault_pointers},
};

#[tokio::test]
async fn desc_05_the_descriptor_is_fetched_again_on_request() {
    let team = Team::assembles().await;
    let (builds, _installation) = team.installed(&samples::builds()).await;
    let refresh = async || team.alana.posts(&format!("{BUILDS}/refresh"), json!({})).await;
    let outcome = async || refresh().await.json::<Value>()["outcome"].clone();
    assert_eq!(outcome().await, "unchanged");
    let mut emma = Browser::opens(&team.emma).await;
    builds.offers(&samples::builds_2());
    assert_eq!(outcome().await, "applied");
    assert_eq!(emma.hears_of_integrations().await["changedIntegrations"].as_object().unwrap().len(), 1);
    emma.agrees_with_the_server(&team.room).await;
    builds.offers(&greedy());
    assert_eq!(outcome().await, "waiting");
    assert_eq!(waiting_for(&team.alana).await.len(), 1);
    assert_eq!(emma.heard(&team.room).await, []);

    builds.offers(&samples::links());
    assert_eq!(fault_pointers(&refresh().await), ["/key"]);
    builds.replies("/descriptor", Reply::With(StatusCode::INTERNAL_SERVER_ERROR, Vec::new()));
    assert_eq!(refresh().await.refusal().kind, ErrorKind::ProviderFailed);
    let unknown = team.alana.posts(&format!("{UPDATES}/com.example.unknown/refresh"), json!({})).await;
    assert_eq!(unknown.refusal().kind, ErrorKind::NotFound);
}

/// One request for an integration in however many rooms, and what the provider changed through the API stays.
#[tokio::test]
async fn desc_05_the_descriptor_is_looked_at_now_and_then() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let body = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, body).await.succeeded();
    let rerun = "/v2/integration/com.example.builds/extension/action/builds.rerun";
    installation.puts(rerun, &samples::rerun()).await.succeeded();
    let asked = builds.descriptor_requests();

    let mut emma = Browser::opens(&team.emma).await;
    let mut renamed = samples::builds_2();
    renamed["capabilities"]["glance"][0]["name"]["value"] = json!("All builds");
    let seven_hours = Duration::from_secs(7 * 3600);
    team.server.app().clock.put_forward(seven_hours);
    builds.descriptor_was_asked_for(asked + 1).await;
    builds.offers(&renamed);
    team.server.app().clock.put_forward(seven_hours);
    let frame = emma.hears_of_integrations().await;
    let entry = &frame["changedIntegrations"][team.support.room.id.to_string()][0];
    assert_eq!(entry["extensions"]["glance"][0]["name"]["value"], "All builds");
    assert_eq!(entry["extensions"]["action"], json!([samples::rerun()]), "what it added through the API is in it");
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(builds.descriptor_requests(), asked + 2);
}

/// A room's owner does not decide for other rooms: the version in force is installed, and the newer one waits.
#[tokio::test]
async fn upd_06_installing_elsewhere_is_no_way_around_a_review() {
    let team = Team::assembles().await;
    let (builds, _installation) = team.installed(&samples::builds()).await;
    let mut greedy = greedy();
    greedy["capabilities"]["installable"]["callbackUrl"] = json!("http://127.0.0.1:1/installed");
    builds.offers(&greedy);
    let mut emma = Browser::opens(&team.emma).await;

    let source = json!({"descriptor_url": builds.descriptor_url()});
    let preview: Value = team.greta.posts("/v2/integration/preview", source.clone()).await.json();
    assert_eq!(preview["scopes"], json!(["view_room", "send_notification"]), "what would be installed");
    assert_eq!(waiting_for(&team.alana).await.len(), 0, "a preview stores nothing");
    let mut order = source;
    order["rooms"] = json!([team.support.room.id]);
    let installed: Value = team.greta.posts(INSTALL, order).await.json();
    assert_eq!(installed["token"], BUILDS_1);
    assert_eq!(builds.next_call().await.path, "/installed", "credentials went to the address that was agreed to");
    let frame = emma.hears_of_integrations().await;
    let rooms: Vec<&String> = frame["changedIntegrations"].as_object().unwrap().keys().collect();
    assert_eq!(rooms, [&team.support.room.id.to_string()]);
    assert_eq!(waiting_for(&team.alana).await.len(), 1);
    assert_eq!(waiting_for(&team.greta).await.len(), 0);
}

/// A harmless newer version is still told everywhere when it is installed somewhere.
#[tokio::test]
async fn a_harmless_version_arrives_with_an_installation() {
    let team = Team::assembles().await;
    let (builds, _installation) = team.installed(&samples::builds()).await;
    builds.offers(&samples::builds_2());
    let order = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    let installed: Value = team.greta.posts(INSTALL, order).await.json();
    assert_eq!(installed["token"], BUILDS_2);
    assert_eq!(waiting_for(&team.alana).await.len(), 0);
}
