//! §20, and what people see before and after installing.

use axum::http::StatusCode;
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{
    provider::{Provider, Reply},
    samples,
    statements::Statements,
    team::{INSTALL, Team, fault_pointers},
};

const CATALOGUE: &str = "/api/v1/catalogue";
const PREVIEW: &str = "/v2/integration/preview";

/// Story 10, steps 1 and 2; MKT-01, MKT-02.
#[tokio::test]
async fn story_10_entries_are_found_by_their_words() {
    let team = Team::assembles().await;
    let [builds, weather] = [Provider::start(&samples::builds()).await, Provider::start(&samples::weather(35)).await];
    for provider in [&builds, &weather] {
        let answer = team.alana.posts(CATALOGUE, json!({"descriptor_url": provider.descriptor_url()})).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    let found: Value = team.emma.gets("/v2/marketplace?q=weather%20ROOMS").await.json();
    let expected = json!({"items": [{"key": "org.example.weather", "name": "Weather", "description": "Weather for rooms",
        "homepage": "https://example.com", "vendor": "Example", "allowRoom": true, "allowGlobal": true,
        "scopes": ["view_room"], "descriptorUrl": weather.descriptor_url()}]});
    assert_eq!(found, expected);
    let all: Value = team.emma.gets("/v2/marketplace").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let none: Value = team.emma.gets("/v2/marketplace?q=sauce").await.json();
    assert_eq!(none, json!({"items": []}));

    let path = format!("{CATALOGUE}/org.example.weather");
    assert_eq!(team.alana.deletes(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(team.alana.deletes(&path).await.refusal().kind, ErrorKind::NotFound);
    let none: Value = team.emma.gets("/v2/marketplace?q=weather").await.json();
    assert_eq!(none, json!({"items": []}));
}

#[tokio::test]
async fn only_administrators_list_integrations() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": builds.descriptor_url()});
    assert_eq!(team.emma.posts(CATALOGUE, body.clone()).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(team.server.anonymous().gets("/v2/marketplace").await.refusal().kind, ErrorKind::Unauthenticated);
    let mut faulty = builds.own(&samples::builds());
    faulty["name"] = json!("");
    builds.replies("/descriptor", Reply::json(&faulty));
    assert_eq!(fault_pointers(&team.alana.posts(CATALOGUE, body).await), ["/name"]);
}

/// A listed key is bound to its publisher before anybody installs it; a key changed afterwards is noticed.
#[tokio::test]
async fn a_listed_key_belongs_to_its_origin() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    team.alana.posts(CATALOGUE, json!({"descriptor_url": builds.descriptor_url()})).await.succeeded();
    let impostor = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": impostor.descriptor_url(), "rooms": [team.room.room.id]});
    assert_eq!(team.alana.posts(INSTALL, body).await.refusal().kind, ErrorKind::Conflict);
    builds.offers(&samples::links());
    let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    assert_eq!(fault_pointers(&team.alana.posts(INSTALL, body).await), ["/key"]);
}

/// HCC-07: name, origin, scopes and hosts, before anything is stored.
#[tokio::test]
async fn a_preview_shows_what_would_be_installed() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": builds.descriptor_url()});
    let review: Value = team.emma.posts(PREVIEW, body.clone()).await.json();
    assert_eq!((&review["name"], &review["origin"]), (&json!("Builds"), &json!(builds.base)));
    assert_eq!(review["scopes"], json!(["view_room", "send_notification"]));
    let hosts = review["hosts"].as_array().unwrap();
    assert!(hosts.contains(&json!("https://builds.example.com")) && hosts.contains(&json!(builds.base)), "{hosts:?}");
    assert_eq!(review["extensions"]["glance"][0]["key"], "builds.summary");
    assert_eq!(builds.waiting_calls().await.len(), 0);
    let guest = team.server.guest("Gus").await;
    assert_eq!(guest.posts(PREVIEW, body).await.refusal().kind, ErrorKind::Forbidden);
    let unknown = json!({"integration": "com.example.builds"});
    assert_eq!(team.emma.posts(PREVIEW, unknown).await.refusal().kind, ErrorKind::NotFound);
}

/// Safety E2: what is installed is what was shown, whatever the provider offers by then.
#[tokio::test]
async fn what_changed_since_it_was_seen_is_not_installed() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let source = json!({"descriptor_url": builds.descriptor_url()});
    let review: Value = team.alana.posts(PREVIEW, source).await.json();
    let order = json!({
        "descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id], "version": review["version"],
    });
    let mut greedy = samples::builds();
    greedy["capabilities"]["hipchatApiConsumer"]["scopes"] = json!(["view_room", "send_notification", "admin_room"]);
    builds.offers(&greedy);
    let refusal = team.alana.posts(INSTALL, order.clone()).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::Conflict);
    assert!(refusal.message.contains("has changed Builds since you looked at it"), "{}", refusal.message);
    let path = format!("/api/v1/rooms/{}/integrations", team.room.room.id);
    assert_eq!(team.alana.gets(&path).await.json::<Value>()["items"], json!([]));
    builds.offers(&samples::builds());
    team.alana.posts(INSTALL, order).await.succeeded();
}

/// What is installed in a room costs as many queries as before, however much it is.
#[tokio::test]
async fn the_list_of_a_room_asks_once_for_all_its_integrations() {
    let statements = Statements::counted();
    let team = Team::assembles().await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    let path = format!("/api/v1/rooms/{}/integrations", team.room.room.id);
    let credentials = "SELECT oauth_id, secret";
    let (with_one, _) = statements.during_of(credentials, team.emma.gets(&path)).await;
    let (_links, _) = team.installed(&samples::links()).await;
    let (_weather, _) = team.installed_globally(&samples::weather(35)).await;
    let (with_three, answer) = statements.during_of(credentials, team.emma.gets(&path)).await;
    assert_eq!(answer.json::<Value>()["items"].as_array().unwrap().len(), 3);
    assert_eq!((with_one, with_three), (1, 1));
}

/// What is installed in a room, for its members alone.
#[tokio::test]
async fn members_see_what_is_installed() {
    let team = Team::assembles().await;
    let (_builds, _) = team.installed(&samples::builds()).await;
    let (_weather, _) = team.installed_globally(&samples::weather(35)).await;
    let path = format!("/api/v1/rooms/{}/integrations", team.room.room.id);
    let listed: Value = team.emma.gets(&path).await.json();
    let items = listed["items"].as_array().unwrap();
    let short: Vec<_> =
        items.iter().map(|item| (item["name"].as_str().unwrap(), item["place"].as_str().unwrap())).collect();
    assert_eq!(short, [("Builds", team.room.room.id.to_string().as_str()), ("Weather", "global")]);
    assert_eq!(items[0]["scopes"].as_array().unwrap().len(), 2);
    assert_eq!(team.greta.gets(&path).await.refusal().kind, ErrorKind::NotFound);
}
