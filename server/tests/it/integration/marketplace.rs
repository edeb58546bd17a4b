//! §20: what is on offer here and on other servers.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{
    browser::Browser,
    provider::{Provider, Reply},
    samples,
    team::{INSTALL, Team},
};
use crate::support::{Someone, TestServer};

const CATALOGUE: &str = "/api/v1/catalogue";
const CATALOGUES: &str = "/api/v1/catalogues";

fn public_catalogue(server: &TestServer) -> String {
    server.app().config.address("/v2/catalogue")
}

async fn names(someone: &Someone, query: &str) -> Vec<String> {
    let found: Value = someone.gets(&format!("/v2/marketplace{query}")).await.json();
    found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

async fn lists(team: &Team, provider: &Provider, audience: &str, categories: Value) {
    let body = json!({"descriptor_url": provider.descriptor_url(), "audience": audience, "categories": categories});
    team.alana.posts(CATALOGUE, body).await.succeeded();
}

/// An entry as another server would list it.
fn entry(key: &str, name: &str, descriptor_url: &str) -> Value {
    json!({"key": key, "name": name, "description": format!("{name} from elsewhere"), "homepage": null,
        "allowRoom": true, "allowGlobal": true, "scopes": ["view_room"], "descriptorUrl": descriptor_url})
}

/// MKT-01: one word of one description among thirty, and what it would add and tell.
#[tokio::test]
async fn mkt_01_an_entry_is_found_and_looked_at() {
    let team = Team::assembles().await;
    for number in 0..29 {
        let key = format!("com.example.other{number}");
        let other = samples::descriptor(&key, &format!("Other {number}"), &["view_room"], &json!({}));
        lists(&team, &Provider::start(&other).await, "organisation", json!(["Tools"])).await;
    }
    let mut descriptor = samples::builds();
    descriptor["description"] = json!("Watches pipelines");
    let builds = Provider::start(&descriptor).await;
    lists(&team, &builds, "organisation", json!(["Development", "Tools"])).await;
    assert_eq!(names(&team.emma, "?q=PIPELINES").await, ["Builds"]);
    assert_eq!(names(&team.emma, "?category=development").await, ["Builds"]);
    assert_eq!(names(&team.emma, "?q=development").await, ["Builds"]);
    assert_eq!(names(&team.emma, "").await.len(), 30);
    let found: Value = team.emma.gets("/v2/marketplace?q=pipelines&category=nothing").await.json();
    assert_eq!(found["items"], json!([]));
    let categories = json!([{"name": "Development", "entries": 1}, {"name": "Tools", "entries": 30}]);
    assert_eq!(found["categories"], categories);

    let detail: Value = team.emma.gets("/v2/marketplace/com.example.builds").await.json();
    assert_eq!(
        (&detail["entry"]["name"], &detail["scopes"]),
        (&json!("Builds"), &json!(["view_room", "send_notification"]))
    );
    let adds = json!([
        {"kind": "glance", "key": "builds.summary", "name": "Builds", "conditional": true},
        {"kind": "webPanel", "key": "builds.sidebar", "name": "Recent builds", "location": "sidebar.right"}
    ]);
    assert_eq!(detail["adds"], adds);
    assert_eq!(detail["events"], json!({"room_message": [{"pattern": "^/build\\b"}]}));
    assert_eq!(detail["hosts"]["events"], json!(["https://builds.example.com"]));
    assert_eq!(detail["hosts"]["credentials"], json!([builds.base]));
    let guest = team.server.guest("Gus").await;
    assert_eq!(guest.gets("/v2/marketplace/com.example.builds").await.refusal().kind, ErrorKind::Forbidden);
    let unknown = team.emma.gets("/v2/marketplace/com.example.unknown").await;
    assert_eq!(unknown.refusal().kind, ErrorKind::NotFound);
}

/// MKT-03, MKT-04: users of another organisation do not see an organisation's own entries.
#[tokio::test]
async fn mkt_04_an_organisations_own_entries_stay_there() {
    let [here, there] = [Team::assembles().await, Team::assembles().await];
    let [builds, weather] = [Provider::start(&samples::builds()).await, Provider::start(&samples::weather(35)).await];
    lists(&here, &builds, "public", json!(["Development"])).await;
    // Nothing is public unless somebody says so.
    here.alana.posts(CATALOGUE, json!({"descriptor_url": weather.descriptor_url()})).await.succeeded();
    assert_eq!(names(&here.emma, "").await, ["Builds", "Weather"]);
    assert_eq!(names(&here.server.guest("Gus").await, "").await, ["Builds"]);

    let url = public_catalogue(&here.server);
    let added: Value = there.alana.posts(CATALOGUES, json!({ "url": url })).await.json();
    assert_eq!((&added["entries"], &added["unused"], added.get("problem")), (&json!(1), &json!(0), None));
    let found: Value = there.emma.gets("/v2/marketplace").await.json();
    let items = found["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["name"], &items[0]["catalogue"]), (1, &json!("Builds"), &json!(url)));
    assert_eq!(names(&there.emma, "?q=weather").await, [""; 0]);

    // What is listed elsewhere is not told on, and only administrators change what is read.
    let third: Value = there.server.anonymous().gets("/v2/catalogue").await.json();
    assert_eq!(third, json!({"items": []}));
    for answer in [
        there.emma.posts(CATALOGUES, json!({ "url": url })).await,
        there.emma.gets(CATALOGUES).await,
        there.emma.deletes(&format!("{CATALOGUES}?url={url}")).await,
    ] {
        assert_eq!(answer.refusal().kind, ErrorKind::Forbidden);
    }
    assert_eq!(there.alana.deletes(&format!("{CATALOGUES}?url={url}")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(there.alana.deletes(&format!("{CATALOGUES}?url={url}")).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(names(&there.emma, "").await, [""; 0]);
}

/// MKT-05, MKT-01: a selection from another server's catalogue does all that installing does (INST-04 to INST-16).
#[tokio::test]
async fn mkt_05_a_selection_is_fetched_stored_and_sent() {
    let [here, there] = [Team::assembles().await, Team::assembles().await];
    let builds = Provider::start(&samples::builds()).await;
    lists(&here, &builds, "public", json!([])).await;
    there.alana.posts(CATALOGUES, json!({ "url": public_catalogue(&here.server) })).await.succeeded();
    let mut browsers = there.browsers().await;
    let asked = builds.descriptor_requests();
    let order = json!({"integration": "com.example.builds", "rooms": [there.room.room.id]});
    let installed: Value = there.alana.posts(INSTALL, order).await.json();
    assert_eq!((&installed["token"], builds.descriptor_requests()), (&json!(samples::BUILDS_1), asked + 1));
    assert_eq!(builds.next_call().await.path, "/installed");
    for browser in &mut browsers {
        let frame = browser.hears_of_integrations().await;
        let entry = &frame["changedIntegrations"][there.room.room.id.to_string()][0];
        assert_eq!((&entry["token"], entry["extensions"].as_object().unwrap().len()), (&json!(samples::BUILDS_1), 3));
        browser.agrees_with_the_server(&there.room).await;
        assert_eq!(browser.installed.room_token(there.room.room.id.into()).to_string(), samples::ROOM_WITH_BUILDS_1);
    }
}

/// MKT-03: read again only when it has changed.
#[tokio::test]
async fn a_catalogue_is_asked_whether_it_has_changed() {
    let team = Team::assembles().await;
    let other = Provider::start(&samples::builds()).await;
    let url = format!("{}/catalogue", other.base);
    let offers = |name: &'static str, item: Value| {
        other.replies("/catalogue", Reply::Named(name, json!({"items": [item]}).to_string().into_bytes()));
    };
    let asks = async || team.alana.posts(CATALOGUES, json!({ "url": url })).await.json::<Value>();
    offers("\"1\"", entry("com.example.one", "One", "https://one.example.com/descriptor"));
    asks().await;
    assert_eq!(other.next_call().await.header(header::IF_NONE_MATCH), None);
    asks().await;
    assert_eq!(other.next_call().await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(names(&team.emma, "").await, ["One"]);

    // Every hour, whoever asks or not.
    team.server.app().clock.put_forward(Duration::from_secs(2 * 3600));
    assert_eq!(other.next_call().await.header(header::IF_NONE_MATCH), Some("\"1\""));
    offers("\"2\"", entry("com.example.two", "Two", "https://two.example.com/descriptor"));
    asks().await;
    assert_eq!(names(&team.emma, "").await, ["Two"]);

    // When it does not answer, what it listed stays.
    other.replies("/catalogue", Reply::With(StatusCode::INTERNAL_SERVER_ERROR, Vec::new()));
    let state = asks().await;
    assert!(state["problem"].as_str().unwrap().contains("answered 500"), "{state}");
    assert_eq!(names(&team.emma, "").await, ["Two"]);
    let listed: Value = team.alana.gets(CATALOGUES).await.json();
    assert_eq!(listed["items"], json!([state]));
}

/// MKT-03: whoever removes a catalogue does not find it back because it was being asked at that moment.
#[tokio::test]
async fn a_catalogue_that_is_removed_while_it_is_asked_stays_away() {
    let team = Team::assembles().await;
    let other = Provider::start(&samples::builds()).await;
    let url = format!("{}/catalogue", other.base);
    let offers = |name| json!({"items": [entry("com.example.one", name, "https://one.example.com/descriptor")]});
    other.replies("/catalogue", Reply::json(&offers("One")));
    let asks = async || team.alana.posts(CATALOGUES, json!({ "url": url })).await;
    asks().await.succeeded();
    other.next_call().await;
    let told = Arc::new(Notify::new());
    other.replies("/catalogue", Reply::Later(Arc::clone(&told), offers("Two").to_string().into_bytes()));
    let removes = async {
        other.next_call().await;
        team.alana.deletes(&format!("{CATALOGUES}?url={url}")).await.succeeded();
        told.notify_one();
    };
    let (asked, ()) = tokio::join!(asks(), removes);
    assert_eq!(asked.refusal().kind, ErrorKind::NotFound);
    assert_eq!(team.alana.gets(CATALOGUES).await.json::<Value>(), json!({"items": []}));
    assert_eq!(names(&team.emma, "").await, [""; 0]);
}

/// What this server lists for others has a name, too.
#[tokio::test]
async fn the_public_catalogue_says_when_nothing_has_changed() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    lists(&team, &builds, "public", json!([])).await;
    let asks = async |known: &str| {
        let request = Request::get("/v2/catalogue").header(header::IF_NONE_MATCH, known).body(Body::empty());
        team.server.answers(request.unwrap()).await
    };
    let first = asks("\"unknown\"").await;
    let name = first.headers[header::ETAG].to_str().unwrap();
    let again = asks(name).await;
    assert_eq!((first.status, again.status, again.body.as_str()), (StatusCode::OK, StatusCode::NOT_MODIFIED, ""));
    assert_eq!(first.json::<Value>()["items"][0]["audience"], "public");
}

/// Safety E1, E2: a catalogue is foreign text.
#[tokio::test]
async fn a_hostile_catalogue_is_contained() {
    let team = Team::assembles().await;
    let (builds, _installation) = team.installed(&samples::builds()).await;
    let other = Provider::start(&samples::links()).await;
    let url = format!("{}/catalogue", other.base);
    let asks = async || team.alana.posts(CATALOGUES, json!({ "url": url })).await;
    for (body, kind) in [
        (b"<html>".to_vec(), ErrorKind::ProviderFailed),
        (vec![b' '; 2_000_000], ErrorKind::ProviderFailed),
        (b"{\"items\": 7}".to_vec(), ErrorKind::ProviderFailed),
    ] {
        other.replies("/catalogue", Reply::With(StatusCode::OK, body));
        assert_eq!(asks().await.refusal().kind, kind);
    }
    let refused = team.alana.posts(CATALOGUES, json!({"url": "file:///etc/passwd"})).await;
    assert_eq!(refused.refusal().kind, ErrorKind::Invalid);
    assert_eq!(team.alana.gets(CATALOGUES).await.json::<Value>(), json!({"items": []}));

    let with = |member: &str, value: Value| {
        let mut entry = entry("com.example.odd", "Odd", "https://odd.example.com/descriptor");
        entry[member] = value;
        entry
    };
    let items = json!([
        with("homepage", json!("javascript:alert(1)")),
        with("descriptorUrl", json!("ftp://odd.example.com/")),
        with("name", json!("x".repeat(101))),
        with("scopes", json!(["everything"])),
        with("categories", json!(["a", "b", "c", "d", "e", "f"])),
        with("key", json!("not a key")),
        7,
        entry("com.example.good", "Good", "https://good.example.com/descriptor"),
        entry("com.example.good", "Good twice", "https://good.example.com/descriptor"),
        entry("com.example.builds", "Better builds", &other.descriptor_url()),
    ]);
    other.replies("/catalogue", Reply::json(&json!({ "items": items })));
    let added: Value = asks().await.json();
    assert_eq!((&added["entries"], &added["unused"]), (&json!(2), &json!(8)));
    assert_eq!(names(&team.emma, "").await, ["Better builds", "Good"]);
    // A key that is installed here keeps its address.
    let asked = builds.descriptor_requests();
    let order = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, order).await.succeeded();
    assert_eq!((builds.descriptor_requests(), other.descriptor_requests()), (asked + 1, 0));
    // One that is listed here is shown as it is listed.
    lists(&team, &builds, "organisation", json!([])).await;
    assert_eq!(names(&team.emma, "").await, ["Builds", "Good"]);

    let far = json!({"descriptor_url": builds.descriptor_url(), "categories": [" "]});
    assert_eq!(team.alana.posts(CATALOGUE, far).await.refusal().kind, ErrorKind::Invalid);
    let mut browser = Browser::opens(&team.emma).await;
    browser.agrees_with_the_server(&team.room).await;
}
