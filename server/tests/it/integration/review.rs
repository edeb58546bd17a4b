//! UPD-06: a version that gives its provider more waits until somebody has seen the difference and agreed.

use axum::http::StatusCode;
use roomglass_protocol::{ErrorKind, push::ServerFrame};
use serde_json::{Value, json};

use super::{
    browser::Browser,
    capabilities::asks_for_token,
    provider::Provider,
    samples::{self, BUILDS_1, BUILDS_2},
    team::{INSTALL, Installation, Team},
};
use crate::support::{Answer, Someone};

pub const UPDATES: &str = "/api/v1/updates";
pub const BUILDS: &str = "/api/v1/updates/com.example.builds";
const DESCRIPTOR: &str = "/v2/integration/com.example.builds/descriptor";
const RERUN: &str = "/v2/integration/com.example.builds/extension/action/builds.rerun";

/// Version 2 with one more scope and its page on another server.
pub fn greedy() -> Value {
    let mut greedy = samples::builds_2();
    greedy["capabilities"]["hipchatApiConsumer"]["scopes"] = json!(["view_room", "send_notification", "view_messages"]);
    greedy["capabilities"]["webPanel"][0]["url"] = json!("https://tracker.example.net/sidebar");
    greedy
}

/// What waits for somebody.
pub async fn waiting_for(someone: &Someone) -> Vec<Value> {
    someone.gets(UPDATES).await.json::<Value>()["items"].as_array().unwrap().clone()
}

async fn decides(someone: &Someone, what: &str) -> Answer {
    let version = waiting_for(someone).await[0]["version"].clone();
    someone.posts(&format!("{BUILDS}/{what}"), json!({ "version": version })).await
}

async fn puts_greedy(provider: &Provider, installation: &Installation) {
    let answer = installation.puts(DESCRIPTOR, &provider.own(&greedy())).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    let answer: Value = answer.json();
    assert_eq!((&answer["token"], &answer["waiting"]), (&json!(BUILDS_1), &json!(true)));
}

/// The next thing somebody is told of versions that wait.
pub async fn hears_of_waiting(browser: &mut Browser) -> Value {
    let frame = browser.client.until(|frame| matches!(frame, ServerFrame::Update { .. })).await;
    serde_json::to_value(frame).unwrap()
}

async fn scopes(team: &Team, installation: &Installation) -> Value {
    let grant = asks_for_token(team, &installation.id, &installation.secret).await;
    grant.json::<Value>()["scope"].clone()
}

#[tokio::test]
async fn upd_06_a_greedy_version_waits_until_it_is_accepted() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let [mut alana, mut emma] = [Browser::opens(&team.alana).await, Browser::opens(&team.emma).await];
    puts_greedy(&builds, &installation).await;

    // The old version stays in force, with its scopes; who may decide hears of it.
    let frame = hears_of_waiting(&mut alana).await;
    assert_eq!((&frame["integration"], &frame["waiting"]), (&json!("com.example.builds"), &json!(true)));
    let told = emma.client.hears_up_to_now(&team.room).await;
    assert!(!told.iter().any(|it| matches!(it, ServerFrame::Update { .. } | ServerFrame::Sync { .. })), "{told:?}");
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(scopes(&team, &installation).await, "send_notification view_room");
    let said = team.omar.says(&team.room, "secret").await;
    let history = team.room_path(&format!("/history/{}", said.id));
    assert_eq!(installation.caller.gets(&history).await.refusal().kind, ErrorKind::Forbidden);

    // Item by item, old and new.
    let review: Value = team.alana.gets(BUILDS).await.json();
    assert_eq!(review["places"], json!([team.room.room.id.to_string()]));
    let items = review["difference"]["review"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!((&items[0]["subject"], items[0]["new"].as_array().unwrap().len()), (&json!("scopes"), 3));
    let (purpose, new) = (&items[1]["purpose"], items[1]["new"].as_array().unwrap());
    assert!(*purpose == json!("pages") && new.contains(&json!("https://tracker.example.net")), "{items:?}");
    let harmless = review["difference"]["harmless"].as_array().unwrap();
    assert!(harmless.iter().any(|item| item["key"] == "builds.rerun" && item.get("old").is_none()), "{harmless:?}");

    // Nobody agrees to another version than they saw, and members do not decide.
    let other = team.alana.posts(&format!("{BUILDS}/accept"), json!({"version": "another"})).await;
    assert_eq!(other.refusal().kind, ErrorKind::Conflict);
    let version = json!({"version": review["version"]});
    for what in ["accept", "refuse", "refresh"] {
        let answer = team.emma.posts(&format!("{BUILDS}/{what}"), version.clone()).await;
        assert_eq!(answer.refusal().kind, ErrorKind::Forbidden);
    }
    assert_eq!(team.emma.gets(BUILDS).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(waiting_for(&team.emma).await, [] as [Value; 0]);

    let accepted: Value = team.alana.posts(&format!("{BUILDS}/accept"), version.clone()).await.json();
    assert_ne!(accepted["token"], BUILDS_1);
    let frame = emma.hears_of_integrations().await;
    let entry = &frame["changedIntegrations"][team.room.room.id.to_string()][0];
    assert_eq!(entry["extensions"]["webPanel"][0]["url"], "https://tracker.example.net/sidebar");
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(hears_of_waiting(&mut alana).await["waiting"], false);
    assert_eq!(waiting_for(&team.alana).await, [] as [Value; 0]);
    assert_eq!(scopes(&team, &installation).await, "send_notification view_messages view_room");
    let again = team.alana.posts(&format!("{BUILDS}/accept"), version).await.refusal();
    assert_eq!(again.kind, ErrorKind::NotFound);
    assert!(again.message.contains("No version of Builds waits"), "{}", again.message);
}

#[tokio::test]
async fn upd_06_a_refused_version_does_not_come_again() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    puts_greedy(&builds, &installation).await;
    assert_eq!(decides(&team.alana, "refuse").await.status, StatusCode::NO_CONTENT);
    let again = installation.puts(DESCRIPTOR, &builds.own(&greedy())).await;
    assert_eq!(again.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(waiting_for(&team.alana).await, [] as [Value; 0]);
    assert_eq!(scopes(&team, &installation).await, "send_notification view_room");
    let mut greedier = greedy();
    greedier["capabilities"]["hipchatApiConsumer"]["scopes"] = json!(["admin_room"]);
    assert_eq!(installation.puts(DESCRIPTOR, &builds.own(&greedier)).await.status, StatusCode::ACCEPTED);
    assert_eq!(waiting_for(&team.alana).await.len(), 1);
}

/// What is harmless by itself applies at once, and is not undone by accepting what waited.
#[tokio::test]
async fn upd_06_harmless_changes_do_not_wait_behind_others() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut greedy = greedy();
    greedy["capabilities"].as_object_mut().unwrap().remove("action");
    installation.puts(DESCRIPTOR, &builds.own(&greedy)).await.succeeded();
    let answer = installation.puts(RERUN, &samples::rerun()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.json::<Value>()["token"], BUILDS_2);
    let accepted: Value = decides(&team.alana, "accept").await.json();
    let mut browser = Browser::opens(&team.emma).await;
    browser.agrees_with_the_server(&team.room).await;
    let version = browser.installed.versions.values().next().unwrap();
    assert_eq!(version.extensions.actions().len(), 1);
    assert_ne!(accepted["token"], BUILDS_2);
}

/// UPD-03: also where the version that waits does not have it any more.
#[tokio::test]
async fn upd_06_what_is_in_force_can_be_removed_while_a_version_without_it_waits() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds_2()).await;
    let mut greedy = greedy();
    greedy["capabilities"].as_object_mut().unwrap().remove("action");
    installation.puts(DESCRIPTOR, &builds.own(&greedy)).await.succeeded();
    let answer = installation.caller.deletes(RERUN).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.json::<Value>()["token"], BUILDS_1);
    assert_eq!(waiting_for(&team.alana).await.len(), 1);
    assert_eq!(installation.caller.deletes(RERUN).await.refusal().kind, ErrorKind::NotFound, "neither has it now");
}

/// UNIN-01, UNIN-04: what waits for a review goes with the integration, and those who may decide are told.
#[tokio::test]
async fn upd_06_nothing_waits_of_an_integration_that_is_removed() {
    let team = Team::assembles().await;
    let keeper = samples::descriptor("com.example.keeper", "Keeper", &["manage_rooms"], &json!({}));
    let (_keeper, keeper) = team.installed_globally(&keeper).await;
    for way in ["removed from its last room", "withdrawn", "its room is deleted"] {
        let (builds, installation) = team.installed(&samples::builds()).await;
        puts_greedy(&builds, &installation).await;
        let mut alana = Browser::opens(&team.alana).await;
        match way {
            "withdrawn" => team.alana.deletes("/v2/integration/com.example.builds").await,
            "its room is deleted" => keeper.caller.deletes(&team.room_path("")).await,
            _ => {
                let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
                team.alana.posts(super::team::UNINSTALL, body).await
            }
        }
        .succeeded();
        let frame = hears_of_waiting(&mut alana).await;
        assert_eq!((&frame["integration"], &frame["waiting"]), (&json!("com.example.builds"), &json!(false)));
        assert_eq!(waiting_for(&team.alana).await, [] as [Value; 0]);
    }
}

#[tokio::test]
async fn upd_06_a_provider_may_take_a_version_back() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    puts_greedy(&builds, &installation).await;
    let back = installation.puts(DESCRIPTOR, &builds.own(&samples::builds_2())).await;
    assert_eq!(back.status, StatusCode::OK);
    assert_eq!(back.json::<Value>()["token"], BUILDS_2);
    assert_eq!(waiting_for(&team.alana).await, [] as [Value; 0]);
    assert_eq!(team.alana.gets(BUILDS).await.refusal().kind, ErrorKind::NotFound);
}

/// INST-19: whoever may install in all the places decides.
#[tokio::test]
async fn upd_06_the_owner_of_all_its_rooms_decides() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let body = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, body).await.succeeded();
    puts_greedy(&builds, &installation).await;
    assert_eq!(waiting_for(&team.greta).await.len(), 0, "it is in a room of Alana's, too");
    assert_eq!(team.greta.gets(BUILDS).await.refusal().kind, ErrorKind::Forbidden);
    let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    team.alana.posts(super::team::UNINSTALL, body).await.succeeded();
    assert_eq!(waiting_for(&team.greta).await.len(), 1);
    decides(&team.greta, "accept").await.succeeded();
}

/// HCC-04: an accepted version is told to the update callback of that version.
#[tokio::test]
async fn upd_06_the_provider_hears_of_its_accepted_version() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut greedy = greedy();
    greedy["capabilities"]["installable"]["updateCallbackUrl"] = json!("{base}/updated");
    installation.puts(DESCRIPTOR, &builds.own(&greedy)).await.succeeded();
    assert_eq!(builds.waiting_calls().await.len(), 0);
    decides(&team.alana, "accept").await.succeeded();
    let call = builds.next_call().await;
    assert_eq!((call.path.as_str(), call.json()), ("/updated", installation.told));
}

/// DESC-05, UPD-06, safety E2: a descriptor whose move to another server was agreed to is looked at there from then on.
#[tokio::test]
async fn upd_06_an_accepted_move_brings_further_versions() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut moved = samples::builds_2();
    moved["links"]["self"] = json!("{base}/descriptor");
    let elsewhere = Provider::start(&moved).await;
    let refresh = async || team.alana.posts(&format!("{BUILDS}/refresh"), json!({})).await;
    let answer = installation.puts(DESCRIPTOR, &elsewhere.own(&moved)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    let there = json!({"descriptor_url": elsewhere.descriptor_url()});
    let before = team.alana.posts("/v2/integration/preview", there).await;
    assert_eq!(before.refusal().kind, ErrorKind::Conflict, "nobody has agreed yet");

    decides(&team.alana, "accept").await.succeeded();
    moved["capabilities"]["glance"][0]["name"]["value"] = json!("All builds");
    elsewhere.offers(&moved);
    assert_eq!(refresh().await.json::<Value>()["outcome"], "applied");
    let old = json!({"descriptor_url": builds.descriptor_url()});
    let refused = team.alana.posts("/v2/integration/preview", old).await;
    assert_eq!(refused.refusal().kind, ErrorKind::Conflict, "its former server has no say any more");
}
