//! §15: providers change their integrations.

use axum::http::StatusCode;
use roomglass_protocol::{ErrorKind, RoomRef};
use serde_json::{Value, json};

use super::{
    browser::{Browser, synchronise, synchronised},
    samples::{self, BUILDS_1, BUILDS_2, ROOM_WITH_BUILDS_2, WEATHER_2},
    team::{INSTALL, Team, fault_pointers},
};

const DESCRIPTOR: &str = "/v2/integration/com.example.builds/descriptor";
const RERUN: &str = "/v2/integration/com.example.builds/extension/action/builds.rerun";

/// Story 6, steps 1 to 5; UPD-01, UPD-07, UPD-08; of the notices of SSYNC-02 the one of an update.
#[tokio::test]
async fn story_6_a_whole_descriptor_replaces_the_former() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut browsers = team.browsers().await;
    let mut priya = synchronised(&team.priya).await;
    let room = team.room.room.id;

    let answer = installation.puts(DESCRIPTOR, &builds.own(&samples::builds_2())).await;
    assert_eq!(answer.status, StatusCode::OK);
    let updated: Value = answer.json();
    assert_eq!((&updated["token"], &updated["rooms"]), (&json!(BUILDS_2), &json!([room])));
    for browser in &mut browsers {
        let frame = browser.hears_of_integrations().await;
        let entry = &frame["changedIntegrations"][room.to_string()][0];
        assert_eq!((&frame["rev"], &entry["token"]), (&updated["rev"], &json!(BUILDS_2)));
        assert_eq!(entry["extensions"]["action"], json!([samples::rerun()]));
        assert_eq!(entry["extensions"].as_object().unwrap().len(), 4);
        browser.agrees_with_the_server(&team.room).await;
        assert_eq!(browser.installed.room_token(room.into()).to_string(), ROOM_WITH_BUILDS_2);
    }
    // Step 8: Priya sends the former token and receives version 2.
    let answer = synchronise(&team.priya, &mut priya, [room.into()]).await.unwrap();
    assert_eq!(answer.changed_integrations.len(), 1);
    assert_eq!(priya.room_token(room.into()).to_string(), ROOM_WITH_BUILDS_2);
}

/// Story 6, step 6; UPD-02, UPD-03, UPD-04, TOK-11.
#[tokio::test]
async fn story_6_single_extensions_lead_to_the_same_tokens() {
    let team = Team::assembles().await;
    let (_builds, installation) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;

    let added: Value = installation.puts(RERUN, &samples::rerun()).await.json();
    assert_eq!(added["token"], BUILDS_2);
    assert_eq!(emma.hears_of_integrations().await["changedIntegrations"].as_object().unwrap().len(), 1);
    emma.agrees_with_the_server(&team.room).await;

    let mut changed = samples::rerun();
    changed["name"]["value"] = json!("Run it again");
    let changed: Value = installation.puts(RERUN, &changed).await.json();
    assert_ne!(changed["token"], BUILDS_2);
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;

    let removed: Value = installation.caller.deletes(RERUN).await.json();
    assert_eq!(removed["token"], BUILDS_1);
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;
    assert_eq!(installation.caller.deletes(RERUN).await.refusal().kind, ErrorKind::NotFound);
}

/// Story 6, step 7; UPD-10.
#[tokio::test]
async fn an_update_without_a_change_is_silent() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let same = reversed(&builds.own(&samples::builds()));
    let answer: Value = installation.puts(DESCRIPTOR, &same).await.json();
    assert_eq!(answer["token"], BUILDS_1);
    assert_eq!(emma.heard(&team.room).await, []);
}

/// Members of every object in the opposite order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let text: Vec<String> =
                members.iter().rev().map(|(name, value)| format!("{}:{}", json!(name), reversed(value))).collect();
            serde_json::from_str(&format!("{{{}}}", text.join(","))).unwrap()
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        leaf => leaf.clone(),
    }
}

/// Names of the source are the same as those of HipChat Connect.
#[tokio::test]
async fn kinds_have_two_names() {
    let team = Team::assembles().await;
    let (_builds, installation) = team.installed(&samples::builds()).await;
    let tile = json!({"key": "builds.other", "name": {"value": "Other"}});
    let path = |kind: &str| format!("/v2/integration/com.example.builds/extension/{kind}/builds.other");
    let added: Value = installation.puts(&path("dynamicContentItem"), &tile).await.json();
    let again: Value = installation.puts(&path("glance"), &tile).await.json();
    assert_eq!(added["token"], again["token"]);
    installation.caller.deletes(&path("glance")).await.succeeded();
}

/// Story 4, first half: a global integration at its second version.
#[tokio::test]
async fn a_global_update_reaches_everybody_once() {
    let team = Team::assembles().await;
    let (weather, installation) = team.installed_globally(&samples::weather(35)).await;
    let mut greta = Browser::opens(&team.greta).await;
    let path = "/v2/integration/org.example.weather/descriptor";
    let updated: Value = installation.puts(path, &weather.own(&samples::weather(38))).await.json();
    assert_eq!((&updated["token"], &updated["global"]), (&json!(WEATHER_2), &json!(true)));
    assert_eq!(greta.heard(&team.support).await.len(), 1);
    greta.agrees_with_the_server(&team.support).await;
    assert_eq!(greta.installed.room_token(RoomRef::Global).to_string(), samples::GLOBAL_WITH_WEATHER_2);
}

/// SSYNC-14: one frame for each connection, naming the rooms of that person and no other.
#[tokio::test]
async fn each_member_hears_of_their_own_rooms() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let body = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, body).await.succeeded();
    let [mut emma, mut omar, mut greta] =
        [Browser::opens(&team.emma).await, Browser::opens(&team.omar).await, Browser::opens(&team.greta).await];
    installation.puts(DESCRIPTOR, &builds.own(&samples::builds_2())).await.succeeded();
    let rooms = |frame: Value| frame["changedIntegrations"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let [release, support] = [team.room.room.id.to_string(), team.support.room.id.to_string()];
    assert_eq!(rooms(omar.hears_of_integrations().await), std::slice::from_ref(&release));
    assert_eq!(rooms(greta.hears_of_integrations().await), std::slice::from_ref(&support));
    let mut both = vec![release, support];
    both.sort();
    assert_eq!(rooms(emma.hears_of_integrations().await), both);
    assert_eq!(emma.heard(&team.room).await, []);
}

/// HCC-04: the update callback hears of the new version, with the credentials it has.
#[tokio::test]
async fn the_update_callback_is_called() {
    let team = Team::assembles().await;
    let mut descriptor = samples::builds();
    descriptor["capabilities"]["installable"]["updateCallbackUrl"] = json!("{base}/updated");
    let (builds, installation) = team.installed(&descriptor).await;
    installation.puts(RERUN, &samples::rerun()).await.succeeded();
    let call = builds.next_call().await;
    assert_eq!(call.path, "/updated");
    assert_eq!(call.json(), installation.told);
}

/// Faults are named with their places, nothing is stored, nobody is told; nobody updates what is not theirs, and the
/// key stays what it was (DESC-04).
#[tokio::test]
async fn bad_and_foreign_updates_are_refused() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let (_links, other) = team.installed(&samples::links()).await;
    let mut emma = Browser::opens(&team.emma).await;

    let mut faulty = builds.own(&samples::builds_2());
    faulty["capabilities"]["glance"][0]["queryUrl"] = json!("nonsense");
    faulty["name"] = json!(7);
    let answer = installation.puts(DESCRIPTOR, &faulty).await;
    assert_eq!(fault_pointers(&answer), ["/capabilities/glance/0/queryUrl", "/name"]);
    let mut renamed = builds.own(&samples::builds_2());
    renamed["key"] = json!("com.example.other");
    assert_eq!(fault_pointers(&installation.puts(DESCRIPTOR, &renamed).await), ["/key"]);
    let mut large = builds.own(&samples::builds_2());
    large["description"] = json!("x".repeat(300_000));
    assert_eq!(fault_pointers(&installation.puts(DESCRIPTOR, &large).await), [""]);
    let mut rerun = samples::rerun();
    rerun["key"] = json!("another");
    assert_eq!(fault_pointers(&installation.puts(RERUN, &rerun).await), ["/key"]);

    for answer in [
        other.puts(DESCRIPTOR, &builds.own(&samples::builds_2())).await,
        other.puts(RERUN, &samples::rerun()).await,
        other.caller.deletes(RERUN).await,
        other.caller.deletes("/v2/integration/com.example.builds").await,
    ] {
        assert_eq!(answer.refusal().kind, ErrorKind::Forbidden);
    }
    let person = team.alana.requests(axum::http::Method::PUT, DESCRIPTOR, Some(samples::builds_2())).await;
    assert_eq!(person.refusal().kind, ErrorKind::Unauthenticated);
    assert_eq!(emma.heard(&team.room).await, []);
    emma.agrees_with_the_server(&team.room).await;
}

/// UPD-06: every kind, every operation, either way: connected clients reflect it. A webhook is more that leaves, so
/// somebody agrees to it first.
#[tokio::test]
async fn upd_06_every_kind_is_added_changed_and_deleted_in_either_way() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let page = "https://builds.example.com/page";
    let kinds = [
        ("glance", json!({"name": {"value": "One"}, "queryUrl": page})),
        ("webPanel", json!({"name": {"value": "One"}, "url": page, "location": "sidebar.right"})),
        ("dialog", json!({"title": {"value": "One"}, "url": page})),
        ("externalPage", json!({"name": {"value": "One"}, "url": page})),
        ("action", json!({"name": {"value": "One"}, "location": "message", "target": "builds.sidebar"})),
        ("webhook", json!({"event": "room_enter", "url": page})),
        ("hologram", json!({"of": "a kind of a later version"})),
    ];
    for (kind, mut extension) in kinds {
        extension["key"] = json!("builds.new");
        let mut changed = extension.clone();
        changed["note"] = json!("changed");
        let mut in_descriptor = Vec::new();
        for extension in [Some(&extension), Some(&changed), None] {
            let mut document = builds.own(&samples::builds());
            let list = document["capabilities"].as_object_mut().unwrap().entry(kind).or_insert_with(|| json!([]));
            list.as_array_mut().unwrap().extend(extension.cloned());
            in_descriptor.push(installation.puts(DESCRIPTOR, &document).await);
            agree(&team, kind, extension.is_some() && in_descriptor.len() == 1).await;
            shows(&team, &mut emma, kind, extension).await;
        }
        let path = format!("/v2/integration/com.example.builds/extension/{kind}/builds.new");
        for extension in [Some(&extension), Some(&changed), None] {
            match extension {
                Some(extension) => installation.puts(&path, extension).await.succeeded().status,
                None => installation.caller.deletes(&path).await.succeeded().status,
            };
            agree(&team, kind, extension.is_some() && extension.unwrap().get("note").is_none()).await;
            shows(&team, &mut emma, kind, extension).await;
        }
    }
}

/// Alana accepts what waits, and something waits exactly where a webhook hears more.
async fn agree(team: &Team, kind: &str, is_new: bool) {
    let waiting = super::review::waiting_for(&team.alana).await;
    assert_eq!(waiting.len(), usize::from(is_new && kind == "webhook"), "{kind}");
    for update in waiting {
        let accept = format!("{}/accept", super::review::BUILDS);
        team.alana.posts(&accept, json!({"version": update["version"]})).await.succeeded();
    }
}

/// Emma's client was told, and has the extension as it is now.
async fn shows(team: &Team, emma: &mut Browser, kind: &str, extension: Option<&Value>) {
    emma.hears_of_integrations().await;
    emma.agrees_with_the_server(&team.room).await;
    let version = emma.installed.versions.values().next().unwrap();
    let key = "builds.new".parse().unwrap();
    assert_eq!(version.extensions.find(&kind.into(), &key), extension, "{kind}");
}
