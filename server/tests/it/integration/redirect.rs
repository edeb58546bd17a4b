//! HCC-05: the person's browser tells the add-on (HipChat Connect §2.3).

use std::collections::HashMap;

use axum::http::{StatusCode, header};
use roomglass_protocol::{ErrorKind, Membership};
use serde_json::{Value, json};
use url::Url;

use super::{
    capabilities::asks_for_token,
    provider::Provider,
    review::{BUILDS, greedy, waiting_for},
    samples,
    team::{INSTALL, Team, UNINSTALL},
};

/// An add-on that is told by browsers alone, as those made for HipChat's client-side flow.
fn told_by_browsers(mut descriptor: Value) -> Value {
    let installable = &mut descriptor["capabilities"]["installable"];
    installable.as_object_mut().unwrap().remove("callbackUrl");
    for step in ["installed", "updated", "uninstalled"] {
        installable[format!("{step}Url")] = json!(format!("{{base}}/{step}?from=roomglass"));
    }
    descriptor
}

/// Where a browser is sent: path, and what the address carries.
fn read(redirect: &Value, provider: &Provider) -> (String, HashMap<String, String>) {
    let url = Url::parse(redirect.as_str().unwrap_or_else(|| panic!("no redirect: {redirect}"))).unwrap();
    assert_eq!(url.origin().ascii_serialization(), provider.base);
    (url.path().to_owned(), url.query_pairs().into_owned().collect())
}

fn path_of(address: &str) -> String {
    Url::parse(address).unwrap().path().to_owned()
}

fn room_page(team: &Team, room: &Membership) -> String {
    team.server.app().config.address(&format!("/rooms/{}", room.room.id))
}

#[tokio::test]
async fn hcc_05_the_add_on_reads_its_installation_once() {
    let team = Team::assembles().await;
    let builds = Provider::start(&told_by_browsers(samples::builds())).await;
    let order = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id],
        "relay_state": "step 2&x=/"});
    let installed: Value = team.alana.posts(INSTALL, order).await.json();
    let (path, carried) = read(&installed["redirect"], &builds);
    assert_eq!((path.as_str(), carried["from"].as_str()), ("/installed", "roomglass"));
    assert_eq!(carried["relayState"], "step 2&x=/");
    assert_eq!(carried["redirect_url"], room_page(&team, &team.room));
    assert_eq!(builds.waiting_calls().await.len(), 0, "there is no callback");

    let nobody = team.server.anonymous();
    let elsewhere = path_of(&carried["installable_url"]).replace("com.example.builds", "com.example.other");
    assert_eq!(nobody.gets(&elsewhere).await.refusal().kind, ErrorKind::NotFound);
    let answer = nobody.gets(&path_of(&carried["installable_url"])).await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let told: Value = answer.json();
    assert_eq!((&told["roomId"], &told["groupId"]), (&json!(team.room.room.id), &json!(1)));
    assert_eq!(told["capabilitiesUrl"], team.server.app().config.address("/v2/capabilities"));
    let again = nobody.gets(&path_of(&carried["installable_url"])).await;
    assert_eq!(again.refusal().kind, ErrorKind::NotFound);
    let (id, secret) = (told["oauthId"].as_str().unwrap(), told["oauthSecret"].as_str().unwrap());
    assert_eq!(asks_for_token(&team, id, secret).await.status, StatusCode::OK);
}

/// A callback comes first; the browser goes there all the same.
#[tokio::test]
async fn hcc_05_both_ways_tell_of_the_same_installation() {
    let team = Team::assembles().await;
    let mut descriptor = samples::builds();
    descriptor["capabilities"]["installable"]["installedUrl"] = json!("{base}/welcome");
    let builds = Provider::start(&descriptor).await;
    let installed = team.installs_globally(&builds).await;
    let told = builds.next_call().await.json();
    let (_, carried) = read(&installed["redirect"], &builds);
    assert_eq!(carried["redirect_url"], team.server.app().config.address("/rooms"));
    let read: Value = team.server.anonymous().gets(&path_of(&carried["installable_url"])).await.json();
    assert_eq!(read, told);
}

/// With several rooms the browser goes round once for each, and every add-on's page sees only where to go next.
#[tokio::test]
async fn hcc_05_several_rooms_are_told_one_after_another() {
    let team = Team::assembles().await;
    let builds = Provider::start(&told_by_browsers(samples::builds())).await;
    let second = team.alana.creates_room("Second").await;
    let order = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id, second.room.id]});
    let installed: Value = team.alana.posts(INSTALL, order).await.json();
    let nobody = team.server.anonymous();
    let (_, first) = read(&installed["redirect"], &builds);
    let onward = nobody.gets(&path_of(&first["redirect_url"])).await;
    assert_eq!(onward.status, StatusCode::SEE_OTHER);
    let (_, last) = read(&json!(onward.headers[header::LOCATION].to_str().unwrap()), &builds);
    let mut rooms = Vec::new();
    for carried in [&first, &last] {
        let told: Value = nobody.gets(&path_of(&carried["installable_url"])).await.json();
        rooms.push(told["roomId"].clone());
    }
    assert_eq!(rooms, [json!(team.room.room.id), json!(second.room.id)]);
    assert_eq!(last["redirect_url"], room_page(&team, &second));
    let unknown = nobody.gets("/v2/addon/com.example.builds/onward/unknown").await;
    assert_eq!(unknown.headers[header::LOCATION], "/rooms");
}

/// `updatedUrl` after a review and `uninstalledUrl` work alike; of what has ended there is no secret.
#[tokio::test]
async fn hcc_05_updates_and_removals_are_told_too() {
    let team = Team::assembles().await;
    let builds = Provider::start(&told_by_browsers(samples::builds())).await;
    let installed = team.installs(&builds).await;
    let nobody = team.server.anonymous();
    let (_, carried) = read(&installed["redirect"], &builds);
    let told: Value = nobody.gets(&path_of(&carried["installable_url"])).await.json();

    builds.offers(&told_by_browsers(greedy()));
    team.alana.posts(&format!("{BUILDS}/refresh"), json!({})).await.succeeded();
    let version = waiting_for(&team.alana).await[0]["version"].clone();
    let accepted: Value = team.alana.posts(&format!("{BUILDS}/accept"), json!({"version": version})).await.json();
    let (path, carried) = read(&accepted["redirect"], &builds);
    assert_eq!(path, "/updated");
    let updated: Value = nobody.gets(&path_of(&carried["installable_url"])).await.json();
    assert_eq!(updated, told, "the credentials it has");

    let order = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
    let removed: Value = team.alana.posts(UNINSTALL, order).await.json();
    let (path, carried) = read(&removed["redirect"], &builds);
    assert_eq!(path, "/uninstalled");
    let gone: Value = nobody.gets(&path_of(&carried["installable_url"])).await.json();
    assert_eq!((&gone["oauthId"], gone.get("oauthSecret")), (&told["oauthId"], None));
}

#[tokio::test]
async fn hcc_05_a_relay_state_is_bounded() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let order = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id],
        "relay_state": "x".repeat(1025)});
    assert_eq!(team.alana.posts(INSTALL, order).await.refusal().kind, ErrorKind::Invalid);
    assert_eq!(builds.descriptor_requests(), 0);
}

/// HCC-05, §2.2: an add-on's site sends the browser here; what would be installed is shown there first.
#[tokio::test]
async fn a_site_leads_to_the_dialog_that_installs() {
    let server = crate::support::TestServer::start().await;
    let alice = server.member("Alice").await;
    let link = "/addons/install?url=https%3A%2F%2Fx.example%2Fd%3Fa%3D1%26b&room=7&relayState=%22%26next%3Dhttps%3A%2F%2Fevil.example&more=1";
    let led = alice.gets(link).await;
    assert_eq!(led.status, axum::http::StatusCode::SEE_OTHER);
    assert_eq!(
        led.headers["location"],
        "/integrations?install=https%3A%2F%2Fx.example%2Fd%3Fa%3D1%26b&room=7&relayState=%22%26next%3Dhttps%3A%2F%2Fevil.example"
    );
    assert_eq!(
        alice.gets("/addons/install?key=com.example.x").await.headers["location"],
        "/integrations?key=com.example.x"
    );
    let too_long = alice.gets(&format!("/addons/install?url={}", "x".repeat(5_000))).await;
    assert_eq!(too_long.status, axum::http::StatusCode::BAD_REQUEST);
}
