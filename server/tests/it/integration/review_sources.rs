//! Where new versions come from besides the provider's own call: the descriptor's address, on request or after a time
//! (DESC-05), and installing in a further place.

use std::time::Duration;

use axum::http::StatusCode;
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{
    browser::Browser,
    provider::{Provider, Reply},
    review::{BUILDS, UPDATES, greedy, hears_of_waiting, waiting_for},
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

/// UPD-06, HCC-04: a provider that offers again what needs no review has taken back the version that waited, also where
/// an installation brings the newer one; it is told of it for the rooms that had the one before.
#[tokio::test]
async fn upd_06_installing_elsewhere_takes_back_what_waited() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    builds.offers(&greedy());
    let refreshed: Value = team.alana.posts(&format!("{BUILDS}/refresh"), json!({})).await.json();
    assert_eq!(refreshed["outcome"], "waiting");
    let mut alana = Browser::opens(&team.alana).await;
    let mut harmless = samples::builds_2();
    harmless["capabilities"]["installable"]["updateCallbackUrl"] = json!("{base}/updated");
    builds.offers(&harmless);
    let order = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    let installed: Value = team.greta.posts(INSTALL, order).await.json();
    assert_eq!(installed["token"], BUILDS_2);
    assert_eq!(waiting_for(&team.alana).await, [] as [Value; 0]);
    assert_eq!(hears_of_waiting(&mut alana).await["waiting"], false);
    let [installed, updated] = [builds.next_call().await, builds.next_call().await];
    assert_eq!((installed.path.as_str(), &installed.json()["roomId"]), ("/installed", &json!(team.support.room.id)));
    assert_eq!((updated.path.as_str(), updated.json()), ("/updated", installation.told));
}

/// DESC-05, HipChat Connect §1.1: add-ons name another address as their own than the one they are served from; it is
/// that one where they are asked for again.
#[tokio::test]
async fn desc_05_a_descriptor_is_looked_for_where_it_was_found() {
    let team = Team::assembles().await;
    let with_self = |mut descriptor: Value, address: &str| {
        descriptor["links"]["self"] = json!(address);
        descriptor
    };
    let own = "https://builds.example.com/descriptor";
    let (builds, _installation) = team.installed(&with_self(samples::builds(), own)).await;
    let refresh = async || team.alana.posts(&format!("{BUILDS}/refresh"), json!({})).await;
    let outcome = async || refresh().await.succeeded().json::<Value>()["outcome"].clone();
    assert_eq!(outcome().await, "unchanged");
    builds.offers(&with_self(samples::builds_2(), own));
    assert_eq!(outcome().await, "applied");
    let by_key = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, by_key).await.succeeded();
    // A version that was agreed to and names the same address has not moved.
    builds.offers(&with_self(greedy(), own));
    assert_eq!(outcome().await, "waiting");
    let version = waiting_for(&team.alana).await[0]["version"].clone();
    team.alana.posts(&format!("{BUILDS}/accept"), json!({"version": version})).await.succeeded();
    assert_eq!(outcome().await, "unchanged");

    // Where it names another one at the server it comes from, that is asked from then on.
    let links = Provider::start(&samples::links()).await;
    team.installs(&links).await;
    links.next_call().await;
    let moved = with_self(samples::links(), "{base}/later");
    links.offers(&moved);
    links.replies("/later", Reply::json(&links.own(&moved)));
    for _ in 0..2 {
        team.alana.posts(&format!("{UPDATES}/com.example.links/refresh"), json!({})).await.succeeded();
    }
    assert_eq!(links.next_call().await.path, "/later");
}

/// UPD-02, DESC-05: an address at which nothing has changed says nothing about what its provider changed itself since,
/// also where the integration is installed in a further room.
#[tokio::test]
async fn desc_05_installing_elsewhere_undoes_nothing_that_the_provider_changed() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let rerun = "/v2/integration/com.example.builds/extension/action/builds.rerun";
    installation.puts(rerun, &samples::rerun()).await.succeeded();
    let descriptor = "/v2/integration/com.example.builds/descriptor";
    assert_eq!(installation.puts(descriptor, &builds.own(&greedy())).await.status, StatusCode::ACCEPTED);
    let order = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    let installed: Value = team.greta.posts(INSTALL, order).await.json();
    assert_eq!(installed["token"], BUILDS_2);
    assert_eq!(waiting_for(&team.alana).await.len(), 1, "it was not taken back");
}
