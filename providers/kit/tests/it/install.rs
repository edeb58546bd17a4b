use roomglass_provider_kit::{
    ChatServers, LiveTile, Settings,
    testing::{ChatServer, Installed, Running, client},
};
use serde_json::json;

use crate::{World, provider};

/// Whether the provider accepts what the installation signs.
async fn knows(world: &World, installed: &Installed) -> bool {
    let token = world.chat.token(installed, 12);
    let address = format!("{}/data/who?signed_request={token}", world.provider.url);
    client().get(address).send().await.unwrap().status() == 200
}

#[tokio::test]
async fn installing_is_remembered_over_a_restart_hcc_03() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    let mut world = world.restart().await;
    let moved = Installed { provider: world.provider.url.clone(), ..installed };
    assert!(knows(&world, &moved).await);
    world.show("4");
    assert_eq!(world.pushed().await, ("POST /v2/integration/ui/room/123".to_owned(), "4".to_owned()));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_secrets() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new().await;
    world.chat.install(&world.provider.url, None).await;
    let file = world.data.path().join("installations.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains("secret of installation 1"));
    assert_eq!(std::fs::read_dir(world.data.path()).unwrap().count(), 1, "no temporary file is left");
}

#[tokio::test]
async fn removing_ends_everything_hcc_04() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    assert!(knows(&world, &installed).await);
    let address = format!("{}/installed/{}", world.provider.url, installed.oauth_id);
    assert_eq!(client().delete(&address).send().await.unwrap().status(), 204);
    assert!(!knows(&world, &installed).await);
    assert_eq!(client().delete(&address).send().await.unwrap().status(), 204, "unknown ids get the same answer");
    let world = world.restart().await;
    assert!(!knows(&world, &Installed { provider: world.provider.url.clone(), ..installed }).await);
}

#[tokio::test]
async fn an_update_posts_the_same_credentials_again() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    assert_eq!(world.chat.post_credentials(&installed).await.status(), 200);
    assert!(knows(&world, &installed).await);
}

#[tokio::test]
async fn a_known_id_with_another_secret_is_refused() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    let overwrite = Installed { secret: "of somebody else".to_owned(), ..installed.clone() };
    assert_eq!(world.chat.post_credentials(&overwrite).await.status(), 409);
    assert!(knows(&world, &installed).await);
}

#[tokio::test]
async fn credentials_the_chat_did_not_issue_are_refused() {
    let world = World::new().await;
    let good = world.chat.credentials(&world.provider.url, None);
    let forged = Installed { oauth_id: "inst-forged".to_owned(), ..good };
    assert_eq!(world.chat.post_credentials(&forged).await.status(), 403);
    assert!(!knows(&world, &forged).await);
}

#[tokio::test]
async fn a_chat_server_that_was_not_allowed_cannot_install() {
    let data = tempfile::tempdir().unwrap();
    let chat_servers = ChatServers::Origins(vec!["https://chat.example.org".to_owned()]);
    let settings = Settings { chat_servers, ..Settings::new(data.path()) };
    let provider = provider(&LiveTile::new("builds.summary"));
    let running =
        Running::start_with(|listener, stop| provider.serve(listener, settings, async { drop(stop.await) })).await;
    let chat = ChatServer::start().await;
    let installed = chat.credentials(&running.url, None);
    assert_eq!(chat.post_credentials(&installed).await.status(), 403);
    assert_eq!(chat.granted(), 0, "the stranger was not even contacted");
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_a_clients_mistake() {
    let world = World::new().await;
    let address = format!("{}/installed", world.provider.url);
    let unreadable = client().post(&address).json(&json!({"oauthId": 7})).send().await.unwrap();
    assert_eq!(unreadable.status(), 400);
    let nowhere = json!({"oauthId": "a", "oauthSecret": "b", "groupId": 1, "capabilitiesUrl": "http://127.0.0.1:1/"});
    let unreachable = client().post(&address).json(&nowhere).send().await.unwrap();
    assert_eq!(unreachable.status(), 400);
    let sentence = unreachable.text().await.unwrap();
    assert!(sentence.contains("cannot be reached"), "{sentence}");
}
