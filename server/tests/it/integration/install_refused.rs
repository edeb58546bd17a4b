//! §13: everything that can go wrong while installing. Nothing remains of it, and the person is told what happened.

use axum::http::{Method, StatusCode};
use roomglass_protocol::{ErrorKind, Membership};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    browser::{Browser, synchronised},
    capabilities::asks_for_token,
    provider::{Provider, Reply},
    samples,
    team::{INSTALL, Team, fault_pointers},
};

/// INST-19: owner or administrator for a room, administrator for everybody, guests never; strangers see no room.
#[tokio::test]
async fn installing_needs_a_right() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let guest = team.server.guest("Gus").await;
    team.alana.adds(&guest, &team.room).await;
    let url = builds.descriptor_url();
    let in_room = |room: &Membership| json!({"descriptor_url": url, "rooms": [room.room.id]});
    let everywhere = json!({"descriptor_url": url, "global": true});

    let refusals = [
        (&guest, in_room(&team.room), ErrorKind::Forbidden),
        (&guest, everywhere.clone(), ErrorKind::Forbidden),
        (&team.emma, in_room(&team.room), ErrorKind::Forbidden),
        (&team.emma, everywhere, ErrorKind::Forbidden),
        (&team.greta, in_room(&team.room), ErrorKind::NotFound),
        (&team.server.anonymous(), in_room(&team.room), ErrorKind::Unauthenticated),
        (&team.alana, json!({"descriptor_url": url, "rooms": [999_999]}), ErrorKind::NotFound),
    ];
    for (person, body, kind) in refusals {
        let answer = person.posts(INSTALL, body).await;
        assert_eq!(answer.refusal().kind, kind, "{}", person.person.name);
    }
    assert_eq!(builds.waiting_calls().await.len(), 0);
    // The owner of a room needs no other right.
    team.greta.posts(INSTALL, in_room(&team.support)).await.succeeded();
}

/// Conversations belong to the people in them.
#[tokio::test]
async fn conversations_take_no_integrations() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let conversation = team.alana.opens_conversation_with(&[&team.emma]).await;
    let body = json!({"descriptor_url": builds.descriptor_url(), "rooms": [conversation.room.id]});
    assert_eq!(team.alana.posts(INSTALL, body).await.refusal().kind, ErrorKind::Invalid);
}

/// The request itself.
#[tokio::test]
async fn a_request_names_one_integration_and_where() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let (url, room) = (builds.descriptor_url(), team.room.room.id);
    let bodies = [
        json!({"rooms": [room]}),
        json!({"descriptor_url": url, "integration": "com.example.builds", "rooms": [room]}),
        json!({"descriptor_url": url}),
        json!({"descriptor_url": url, "rooms": []}),
        json!({"descriptor_url": url, "rooms": [room], "global": true}),
        json!({"descriptor_url": url, "rooms": (1..=51).collect::<Vec<i64>>()}),
        json!({"integration": "not a key", "rooms": [room]}),
    ];
    for body in bodies {
        assert_eq!(team.alana.posts(INSTALL, body.clone()).await.refusal().kind, ErrorKind::Invalid, "{body}");
    }
    let unknown = json!({"integration": "com.example.unknown", "rooms": [room]});
    assert_eq!(team.alana.posts(INSTALL, unknown).await.refusal().kind, ErrorKind::NotFound);
}

/// HCC-02.
#[tokio::test]
async fn the_provider_decides_where_it_can_be_installed() {
    let team = Team::assembles().await;
    let mut descriptor = samples::builds();
    descriptor["capabilities"]["installable"]["allowGlobal"] = json!(false);
    let rooms_only = Provider::start(&descriptor).await;
    let body = json!({"descriptor_url": rooms_only.descriptor_url(), "global": true});
    let refusal = team.alana.posts(INSTALL, body).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::Forbidden);
    assert!(refusal.message.contains("single rooms only"), "{}", refusal.message);
    team.installs(&rooms_only).await;

    let mut descriptor = samples::weather(35);
    descriptor["capabilities"]["installable"]["allowRoom"] = json!(false);
    let global_only = Provider::start(&descriptor).await;
    let body = json!({"descriptor_url": global_only.descriptor_url(), "rooms": [team.room.room.id]});
    assert!(team.alana.posts(INSTALL, body).await.refusal().message.contains("for everybody only"));
    team.installs_globally(&global_only).await;
}

/// "Bad input" of the issue: every fault with its pointer, nothing stored, the provider not called.
#[tokio::test]
async fn a_descriptor_with_faults_names_every_one_of_them() {
    let team = Team::assembles().await;
    let provider = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.room.room.id]});
    let with = |change: &dyn Fn(&mut Value)| {
        let mut descriptor = provider.own(&samples::builds());
        change(&mut descriptor);
        descriptor.to_string()
    };
    let cases =
        [("{\"key\": ", vec!["/key".to_owned()]), ("{\"key\": \"a\", \"key\": \"b\"}", vec!["/key".to_owned()])];
    let cases = cases.into_iter().map(|(text, pointers)| (text.to_owned(), pointers)).chain([
        (with(&|it| drop(it.as_object_mut().unwrap().remove("name"))), vec!["/name".to_owned()]),
        (
            with(&|it| it["capabilities"]["webhook"][0]["pattern"] = json!("(")),
            vec!["/capabilities/webhook/0/pattern".to_owned()],
        ),
        (
            with(&|it| {
                it["capabilities"]["glance"][0]["queryUrl"] = json!("ftp://builds.example.com/glance");
                it["capabilities"]["webPanel"][0]["url"] = json!("javascript:alert(1)");
            }),
            vec!["/capabilities/glance/0/queryUrl".to_owned(), "/capabilities/webPanel/0/url".to_owned()],
        ),
        (
            with(&|it| {
                let twin = it["capabilities"]["glance"][0].clone();
                it["capabilities"]["glance"].as_array_mut().unwrap().push(twin);
            }),
            vec!["/capabilities/glance/1/key".to_owned()],
        ),
        (with(&|it| it["description"] = json!("x".repeat(300_000))), vec![String::new()]),
    ]);
    for (descriptor, expected) in cases {
        provider.replies("/descriptor", Reply::With(StatusCode::OK, descriptor.clone().into_bytes()));
        let answer = team.alana.posts(INSTALL, body.clone()).await;
        assert_eq!(answer.refusal().kind, ErrorKind::InvalidDescriptor);
        assert_eq!(fault_pointers(&answer), expected, "{}", &descriptor[..descriptor.len().min(100)]);
    }
    assert_eq!(provider.waiting_calls().await.len(), 0);
    assert_eq!(synchronised(&team.emma).await.versions.len(), 0);
}

/// DESC: the content type is not looked at.
#[tokio::test]
async fn addresses_that_may_not_be_fetched_are_refused_without_trying() {
    let team = Team::assembles().await;
    for url in [
        "ftp://example.com/d",
        "file:///etc/passwd",
        "http://user:pw@127.0.0.1/",
        "http://169.254.169.254/d",
        "nonsense",
    ] {
        let body = json!({"descriptor_url": url, "rooms": [team.room.room.id]});
        let refusal = team.alana.posts(INSTALL, body).await.refusal();
        assert_eq!(refusal.kind, ErrorKind::Invalid, "{url}");
        assert!(refusal.message.contains("Nothing was changed"), "{}", refusal.message);
    }
}

/// "Bad input": provider unreachable or answering 500 when asked for its descriptor.
#[tokio::test]
async fn a_descriptor_that_cannot_be_had_is_the_providers_failure() {
    let team = Team::assembles().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}/descriptor", nobody.local_addr().unwrap());
    drop(nobody);
    let broken = Provider::start(&samples::builds()).await;
    broken.replies("/descriptor", Reply::With(StatusCode::INTERNAL_SERVER_ERROR, b"oops".to_vec()));
    for (url, words) in [(closed, "Could not reach"), (broken.descriptor_url(), "answered 500")] {
        let body = json!({"descriptor_url": url, "rooms": [team.room.room.id]});
        let refusal = team.alana.posts(INSTALL, body).await.refusal();
        assert_eq!(refusal.kind, ErrorKind::ProviderFailed);
        assert!(
            refusal.message.contains(words) && refusal.message.contains("Nothing was changed"),
            "{}",
            refusal.message
        );
    }
}

/// HCC-03, INST-20: a provider that refuses leaves no trace, and its words are shown.
#[tokio::test]
async fn nothing_remains_when_the_provider_refuses() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    builds.replies("/installed", Reply::With(StatusCode::BAD_REQUEST, b"Only rooms with a project, please".to_vec()));
    let body = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id]});
    let refusal = team.alana.posts(INSTALL, body).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::ProviderFailed);
    assert!(refusal.message.contains("answered 400"), "{}", refusal.message);
    assert!(refusal.message.contains("Only rooms with a project, please"), "{}", refusal.message);
    assert_eq!(emma.heard(&team.room).await, []);
    assert_eq!(synchronised(&team.emma).await.versions.len(), 0);
    // Its credentials are dead.
    let told = builds.next_call().await.json();
    let answer = asks_for_token(&team, told["oauthId"].as_str().unwrap(), told["oauthSecret"].as_str().unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // And another origin may use the key, since nobody has it.
    let another = Provider::start(&samples::builds()).await;
    team.installs(&another).await;
}

/// INST-20: of several rooms all or none; the installation that was accepted is told to end.
#[tokio::test]
async fn all_rooms_or_none() {
    let team = Team::assembles().await;
    let other = team.alana.creates_room("Other").await;
    let builds = Provider::start(&samples::builds()).await;
    builds.replies("/installed", Reply::InTurn(vec![StatusCode::CREATED, StatusCode::CONFLICT]));
    builds.replies("/installed/", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
    let body = json!({"descriptor_url": builds.descriptor_url(), "rooms": [team.room.room.id, other.room.id]});
    assert_eq!(team.alana.posts(INSTALL, body).await.refusal().kind, ErrorKind::ProviderFailed);
    let greetings = [builds.next_call().await, builds.next_call().await];
    let farewell = builds.next_call().await;
    assert_eq!(farewell.method, Method::DELETE);
    let accepted = greetings.iter().find(|call| call.status == StatusCode::CREATED).unwrap().json();
    assert_eq!(farewell.path, format!("/installed/{}", accepted["oauthId"].as_str().unwrap()));
    assert_eq!(synchronised(&team.alana).await.versions.len(), 0);
}

/// DATA-02, safety E2: a key belongs to the origin it was first installed from.
#[tokio::test]
async fn another_origin_cannot_take_over_a_key() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    team.installs(&builds).await;
    let impostor = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": impostor.descriptor_url(), "global": true});
    let refusal = team.alana.posts(INSTALL, body).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::Conflict);
    assert!(refusal.message.contains(&builds.base), "{}", refusal.message);
    assert_eq!(impostor.waiting_calls().await.len(), 0);
}
