//! New credentials for installations that go on (issue 3, part 6; HipChat Connect §2.2).

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use axum::http::{Method, StatusCode};
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{
    capabilities::asks_for_token,
    provider::{Provider, Reply},
    samples,
    signed_url::verified,
    team::{INSTALL, Installation, Team, UNINSTALL},
};

const ROTATE: &str = "/v2/integration/rotate";

fn in_room(team: &Team) -> Value {
    json!({"integration": "com.example.builds", "rooms": [team.room.room.id]})
}

async fn counts(team: &Team, id: &str, secret: &str) -> bool {
    asks_for_token(team, id, secret).await.status == StatusCode::OK
}

/// AUTH-02: the person's address is signed with the present secret.
async fn signed_by(team: &Team, installation: &Installation) -> Value {
    let request = json!({"integration": "com.example.builds", "kind": "webPanel", "extension": "builds.sidebar",
        "attribute": "url", "room_id": team.room.room.id});
    let answer: Value = team.emma.posts("/v2/integration/signed-url", request).await.json();
    verified(answer["jwt"].as_str().unwrap(), &installation.secret)
}

#[tokio::test]
async fn both_pairs_count_until_the_former_one_ends() {
    let team = Team::assembles().await;
    let (builds, former) = team.installed(&samples::builds()).await;
    assert_eq!(team.alana.posts(ROTATE, in_room(&team)).await.status, StatusCode::NO_CONTENT);
    // The provider used the new pair before it answered.
    let new = team.installation_of(&builds).await;
    assert_ne!((&new.id, &new.secret), (&former.id, &former.secret));
    assert_eq!(new.told["roomId"], former.told["roomId"]);
    assert_eq!(signed_by(&team, &new).await["iss"], json!(new.id));

    assert!(counts(&team, &former.id, &former.secret).await);
    assert!(counts(&team, &new.id, &new.secret).await);
    assert!(!counts(&team, &new.id, &former.secret).await && !counts(&team, &former.id, &new.secret).await);
    for caller in [&former.caller, &new.caller] {
        caller.gets(&team.room_path("")).await.succeeded();
    }
    let push = json!({"glance": [{"key": "builds.summary", "content": {"label": {"type": "html", "value": "1"}}}]});
    former.caller.posts(&format!("/v2/integration/ui/room/{}", team.room.room.id), push).await.succeeded();

    team.server.app().clock.put_forward(Duration::from_secs(2 * 3600));
    let goodbye = builds.next_call().await;
    assert_eq!((goodbye.method, goodbye.path), (Method::DELETE, format!("/installed/{}", former.id)));
    assert!(!counts(&team, &former.id, &former.secret).await);
    assert!(counts(&team, &new.id, &new.secret).await);
}

/// All or nothing over several rooms, and the pairs that were there go on.
#[tokio::test]
async fn a_provider_that_refuses_one_room_keeps_all_as_they_were() {
    let team = Team::assembles().await;
    let (builds, first) = team.installed(&samples::builds()).await;
    let second = team.alana.creates_room("Second").await;
    let order = json!({"integration": "com.example.builds", "rooms": [second.room.id]});
    team.alana.posts(INSTALL, order).await.succeeded();
    builds.next_call().await;
    builds.replies("/installed", Reply::InTurn(vec![StatusCode::OK, StatusCode::BAD_REQUEST]));
    let both = json!({"integration": "com.example.builds", "rooms": [team.room.room.id, second.room.id]});
    let refused = team.alana.posts(ROTATE, both).await.refusal();
    assert_eq!(refused.kind, ErrorKind::ProviderFailed);
    assert!(refused.message.contains("answered 400"), "{}", refused.message);
    let mut told = Vec::new();
    for _ in 0..2 {
        told.push(builds.next_call().await);
    }
    let goodbye = builds.next_call().await;
    let accepted = told.iter().find(|call| call.status == StatusCode::OK).unwrap().json();
    assert_eq!(goodbye.path, format!("/installed/{}", accepted["oauthId"].as_str().unwrap()));
    for call in &told {
        let told = call.json();
        assert!(!counts(&team, told["oauthId"].as_str().unwrap(), told["oauthSecret"].as_str().unwrap()).await);
    }
    assert!(counts(&team, &first.id, &first.secret).await);
    assert_eq!(signed_by(&team, &first).await["iss"], json!(first.id));
}

/// INST-19.
#[tokio::test]
async fn only_those_who_may_install_there_change_credentials() {
    let team = Team::assembles().await;
    let (builds, _installation) = team.installed(&samples::builds()).await;
    assert_eq!(team.emma.posts(ROTATE, in_room(&team)).await.refusal().kind, ErrorKind::Forbidden);
    let elsewhere = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    assert_eq!(team.greta.posts(ROTATE, elsewhere).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(builds.waiting_calls().await.len(), 0);

    let mut silent = samples::links();
    silent["capabilities"]["installable"].as_object_mut().unwrap().remove("callbackUrl");
    let links = Provider::start(&silent).await;
    team.installs(&links).await;
    let untold = json!({"integration": "com.example.links", "rooms": [team.room.room.id]});
    assert_eq!(team.alana.posts(ROTATE, untold).await.refusal().kind, ErrorKind::Invalid);
}

/// The ids of the next removals that a provider hears of.
async fn goodbyes(provider: &Provider, count: usize) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for _ in 0..count {
        let call = provider.next_call().await;
        assert_eq!(call.method, Method::DELETE);
        ids.insert(call.path.strip_prefix("/installed/").unwrap().to_owned());
    }
    ids
}

/// HCC-04: what it was told while an integration was removed does not stay with its provider.
#[tokio::test]
async fn new_credentials_end_with_an_installation_that_ends_meanwhile() {
    let team = Team::assembles().await;
    let (builds, former) = team.installed(&samples::builds()).await;
    let told = Arc::new(Notify::new());
    builds.replies("/installed", Reply::After(Arc::clone(&told), StatusCode::OK));
    builds.replies("/installed/", Reply::With(StatusCode::OK, Vec::new()));
    let meanwhile = async {
        let new = builds.next_call().await.json()["oauthId"].as_str().unwrap().to_owned();
        team.alana.posts(UNINSTALL, in_room(&team)).await.succeeded();
        assert_eq!(goodbyes(&builds, 1).await, BTreeSet::from([former.id.clone()]));
        told.notify_one();
        new
    };
    let (answer, new) = tokio::join!(team.alana.posts(ROTATE, in_room(&team)), meanwhile);
    assert_eq!(answer.refusal().kind, ErrorKind::NotFound);
    assert_eq!(goodbyes(&builds, 1).await, BTreeSet::from([new]));
}

/// HCC-04: both pairs were the provider's, and it hears of the end of both.
#[tokio::test]
async fn former_credentials_end_with_their_installation() {
    let team = Team::assembles().await;
    let (builds, former) = team.installed(&samples::builds()).await;
    team.alana.posts(ROTATE, in_room(&team)).await.succeeded();
    let new = team.installation_of(&builds).await;
    team.alana.posts(UNINSTALL, in_room(&team)).await.succeeded();
    assert_eq!(goodbyes(&builds, 2).await, BTreeSet::from([former.id, new.id]));
}
