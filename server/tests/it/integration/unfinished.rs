//! §13: what happens while a provider has not answered its callback yet, and what is left of it when it never does.

use std::{sync::Arc, time::Duration};

use axum::http::{Method, StatusCode};
use roomglass_protocol::ErrorKind;
use roomglass_storage::{StorageError, Supplement};
use serde_json::{Value, json};
use tokio::{sync::Notify, task::JoinHandle};

use super::{
    browser::{Browser, synchronised},
    capabilities::asks_for_token,
    provider::{Provider, Reply},
    review::greedy,
    samples,
    team::{INSTALL, Team, UNINSTALL},
};
use crate::support::{Answer, Someone};

/// An installation whose provider was told and has not answered.
struct Attempt {
    /// Public half of its credentials.
    id: String,
    secret: String,
    hold: Arc<Notify>,
    answer: JoinHandle<Answer>,
}

impl Attempt {
    async fn begins(someone: &Someone, provider: &Provider, order: Value, outcome: StatusCode) -> Self {
        let hold = Arc::new(Notify::new());
        provider.replies("/installed", Reply::After(Arc::clone(&hold), outcome));
        let someone = someone.clone();
        let answer = tokio::spawn(async move { someone.posts(INSTALL, order).await });
        let told = provider.next_call().await.json();
        provider.replies("/installed", Reply::With(StatusCode::NO_CONTENT, Vec::new()));
        let text = |member: &str| told[member].as_str().unwrap().to_owned();
        Self { id: text("oauthId"), secret: text("oauthSecret"), hold, answer }
    }

    /// The provider answers, and then the server.
    async fn ends(self) -> Answer {
        self.hold.notify_one();
        self.answer.await.unwrap()
    }
}

/// The next thing a provider hears is that these credentials have ended.
async fn hears_goodbye(provider: &Provider, id: &str) {
    let call = provider.next_call().await;
    assert_eq!((call.method, call.path), (Method::DELETE, format!("/installed/{id}")));
}

fn in_room(team: &Team, provider: &Provider) -> Value {
    json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.room.room.id]})
}

fn in_support(team: &Team, provider: &Provider) -> Value {
    json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.support.room.id]})
}

/// HCC-15, INST-20: before it has agreed, an add-on adds nothing that members see, and nothing is left when it refuses.
#[tokio::test]
async fn hcc_15_a_room_gets_nothing_from_an_add_on_that_is_not_installed_yet() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let attempt =
        Attempt::begins(&team.alana, &builds, in_room(&team, &builds), StatusCode::INTERNAL_SERVER_ERROR).await;
    let grant: Value = asks_for_token(&team, &attempt.id, &attempt.secret).await.json();
    let caller = team.calls_with(grant["access_token"].as_str().unwrap());
    let tile = json!({"name": {"value": "Early"}, "queryUrl": "https://builds.example.com/early"});
    let early = caller.puts(&team.room_path("/extension/glance/early"), tile).await;
    assert_eq!(early.status, StatusCode::BAD_REQUEST, "a conflict, as add-ons know it");
    assert!(early.body.contains("not installed here yet"), "{}", early.body);
    assert_eq!(attempt.ends().await.refusal().kind, ErrorKind::ProviderFailed);
    assert_eq!(emma.heard(&team.room).await, []);
    assert_eq!(synchronised(&team.emma).await.versions.len(), 0);
}

/// INST-20, DATA-02, UNIN-04: what a stopped server left half done ends by itself, or when an administrator says so.
#[tokio::test]
async fn inst_20_what_a_stopped_server_left_half_done_ends() {
    let team = Team::assembles().await;
    let (builds, links) = (Provider::start(&samples::builds()).await, Provider::start(&samples::links()).await);
    let of_builds = Attempt::begins(&team.alana, &builds, in_room(&team, &builds), StatusCode::OK).await;
    let of_links = Attempt::begins(&team.alana, &links, in_room(&team, &links), StatusCode::OK).await;
    let server = team.server.restarts().await;
    let alana = server.signs_in(&team.alana.person).await;

    let path = "/v2/integration/com.example.links";
    assert_eq!(alana.deletes(path).await.status, StatusCode::NO_CONTENT);
    hears_goodbye(&links, &of_links.id).await;
    assert_eq!(alana.deletes(path).await.refusal().kind, ErrorKind::NotFound);

    // The key is taken while the provider may still answer, and free afterwards.
    let moved = Provider::start(&samples::builds()).await;
    let refusal = alana.posts(INSTALL, in_room(&team, &moved)).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::Conflict);
    assert!(refusal.message.contains(&builds.base), "{}", refusal.message);
    assert_eq!(moved.waiting_calls().await.len(), 0);
    server.app().clock.put_forward(Duration::from_secs(3600));
    hears_goodbye(&builds, &of_builds.id).await;
    alana.posts(INSTALL, in_room(&team, &moved)).await.succeeded();
}

/// Safety E2: a version nobody saw does not come into force because the one in force is removed meanwhile.
#[tokio::test]
async fn upd_06_only_the_version_that_was_seen_is_installed() {
    let team = Team::assembles().await;
    let (builds, installation) = team.installed(&samples::builds()).await;
    builds.offers(&greedy());
    let source = json!({"descriptor_url": builds.descriptor_url()});
    let preview: Value = team.greta.posts("/v2/integration/preview", source).await.json();
    let (mut seen, unseen) = (in_support(&team, &builds), in_support(&team, &builds));
    seen["version"] = preview["version"].clone();
    for order in [seen, unseen] {
        let attempt = Attempt::begins(&team.greta, &builds, order, StatusCode::OK).await;
        let id = attempt.id.clone();
        let body = json!({"integration": "com.example.builds", "rooms": [team.room.room.id]});
        team.alana.posts(UNINSTALL, body).await.succeeded();
        let removed = builds.next_call().await;
        assert_eq!(removed.method, Method::DELETE);
        assert_ne!(removed.path, format!("/installed/{id}"));
        let refusal = attempt.ends().await.refusal();
        assert_eq!(refusal.kind, ErrorKind::Conflict);
        assert!(refusal.message.contains("Look at it again"), "{}", refusal.message);
        hears_goodbye(&builds, &id).await;
        assert_eq!(synchronised(&team.greta).await.versions.len(), 0);

        builds.offers(&samples::builds());
        team.installs(&builds).await;
        assert_ne!(builds.next_call().await.json()["oauthId"], json!(installation.id));
        builds.offers(&greedy());
    }
}

/// INST-20: of two people who install in one place at once, the first reads what became of it.
#[tokio::test]
async fn inst_20_two_people_at_once_install_one_integration() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let first = Attempt::begins(&team.greta, &builds, in_support(&team, &builds), StatusCode::OK).await;
    let id = first.id.clone();
    team.alana.posts(INSTALL, in_support(&team, &builds)).await.succeeded();
    builds.next_call().await;
    let refusal = first.ends().await.refusal();
    assert_eq!(refusal.kind, ErrorKind::Conflict);
    assert!(refusal.message.contains("Somebody else"), "{}", refusal.message);
    hears_goodbye(&builds, &id).await;
    assert_eq!(synchronised(&team.greta).await.versions.len(), 1);
}

/// HCC-04: where nobody knows whether a commit was made, the provider is not told that its credentials have ended; what
/// was not made ends later.
#[tokio::test]
async fn hcc_04_a_commit_of_which_nobody_knows_is_not_taken_back() {
    let team = Team::assembles().await;
    let builds = Provider::start(&samples::builds()).await;
    let attempt = Attempt::begins(&team.alana, &builds, in_room(&team, &builds), StatusCode::OK).await;
    let (id, secret) = (attempt.id.clone(), attempt.secret.clone());
    let mut reader = team.server.app().storage.read().await.unwrap();
    let stored = reader.integration(&"com.example.builds".parse().unwrap()).await.unwrap().unwrap();
    drop(reader);
    // A row that is in the way of the last write.
    let (key, room) = (stored.descriptor.key.clone(), team.room.room.id);
    let in_the_way = Supplement { key: key.clone(), integration: key, room, own: Default::default() };
    let write = team.server.app().storage.write(move |tx| {
        Box::pin(async move {
            let now = roomglass_server::clock::now();
            tx.put_supplement(in_the_way, &stored.descriptor, &stored.publisher, now).await
        })
    });
    write.await.unwrap_or_else(|error: StorageError| panic!("{error}"));

    assert_eq!(attempt.ends().await.refusal().kind, ErrorKind::Internal);
    assert_eq!(asks_for_token(&team, &id, &secret).await.status, StatusCode::OK, "they may count");
    team.server.app().clock.put_forward(Duration::from_secs(3600));
    hears_goodbye(&builds, &id).await;
    assert_eq!(asks_for_token(&team, &id, &secret).await.status, StatusCode::UNAUTHORIZED);
}
