use roomglass_provider_kit::testing::client;
use roomglass_provider_kit::{LiveTile, testing::ChatServer, testing::Running};
use serde_json::json;

use crate::{World, provider, tile};

#[tokio::test]
async fn a_new_installation_gets_the_present_state_at_once() {
    let mut world = World::new().await;
    world.show("4");
    world.chat.install(&world.provider.url, Some(123)).await;
    let received = world.chat.received().await;
    assert_eq!(received.line, "POST /v2/integration/ui/room/123");
    assert_eq!(
        received.body,
        json!({"glance": [{"key": "builds.summary", "content": {"label": {"type": "html", "value": "4"}}}]})
    );
}

#[tokio::test]
async fn each_installation_is_told_where_it_is_push_02_push_03() {
    let mut world = World::new().await;
    world.chat.install(&world.provider.url, Some(123)).await;
    world.chat.install(&world.provider.url, None).await;
    world.show("4");
    let mut lines = [world.pushed().await.0, world.pushed().await.0];
    lines.sort();
    assert_eq!(lines, ["POST /v2/integration/ui", "POST /v2/integration/ui/room/123"]);
}

#[tokio::test]
async fn one_update_when_a_value_crosses_its_threshold_push_16() {
    let mut world = World::new().await;
    let tile_for = |value: u32| if value > 10 { "too many" } else { "fine" };
    world.show(tile_for(8));
    world.chat.install(&world.provider.url, Some(123)).await;
    assert_eq!(world.pushed().await.1, "fine");
    for value in [9, 11, 12] {
        world.show(tile_for(value));
    }
    assert_eq!(world.pushed().await.1, "too many");
    // Had 12 been pushed as well, it would come before this.
    world.show("the next thing");
    assert_eq!(world.pushed().await.1, "the next thing");
    assert!(!world.chat.has_received_more());
}

#[tokio::test]
async fn a_label_is_replaced_outright_as_thresholds_are_crossed_elem_07() {
    let mut world = World::new().await;
    world.chat.install(&world.provider.url, Some(123)).await;
    let label = |errors: u32| match errors {
        0..5 => "all well",
        5..20 => "some errors",
        20.. => "in trouble",
    };
    let mut seen = Vec::new();
    for errors in [0, 3, 7, 12, 25] {
        if world.tile.set(tile(label(errors))) {
            seen.push(world.pushed().await.1);
        }
    }
    assert_eq!(seen, ["all well", "some errors", "in trouble"]);
    assert!(!world.chat.has_received_more());
}

#[tokio::test]
async fn five_changes_and_two_repeats_are_five_updates_push_17() {
    let mut world = World::new().await;
    world.chat.install(&world.provider.url, Some(123)).await;
    let mut pushed = Vec::new();
    for value in ["1", "2", "2", "3", "4", "4", "5"] {
        if world.tile.set(tile(value)) {
            pushed.push(world.pushed().await.1);
        }
    }
    assert_eq!(pushed, ["1", "2", "3", "4", "5"]);
    assert!(!world.chat.has_received_more());
}

#[tokio::test]
async fn a_token_is_kept_and_renewed_when_refused() {
    let mut world = World::new().await;
    world.chat.install(&world.provider.url, Some(123)).await;
    for text in ["1", "2"] {
        world.show(text);
        assert_eq!(world.pushed().await.1, text);
    }
    let granted = world.chat.granted();
    assert!(granted <= 2, "one to prove the credentials, one to push with");
    world.chat.revoke_tokens();
    world.show("3");
    assert_eq!(world.pushed().await.1, "3");
    assert_eq!(world.chat.granted(), granted + 1);
}

#[tokio::test]
async fn what_a_busy_server_did_not_take_comes_again() {
    let mut world = World::new().await;
    world.chat.install(&world.provider.url, Some(123)).await;
    world.chat.refuse_next([503, 429]);
    world.show("4");
    assert_eq!(world.pushed().await.1, "4");
}

#[tokio::test]
async fn a_refusal_right_after_installing_is_not_final() {
    let mut world = World::new().await;
    world.show("4");
    world.chat.refuse_next([404, 403]);
    world.chat.install(&world.provider.url, Some(123)).await;
    assert_eq!(world.pushed().await.1, "4");
}

#[tokio::test]
async fn a_refusal_that_stays_does_not_block_what_comes_later() {
    let mut world = World::new().await;
    world.chat.install(&world.provider.url, Some(123)).await;
    world.chat.refuse_next([400, 400, 400]);
    world.show("not taken");
    world.chat.refused().await;
    world.show("taken");
    assert_eq!(world.pushed().await.1, "taken");
}

#[tokio::test]
async fn an_installation_the_server_no_longer_knows_is_forgotten() {
    let mut world = World::new().await;
    let gone = world.chat.install(&world.provider.url, Some(123)).await;
    world.chat.install(&world.provider.url, Some(456)).await;
    world.chat.forget(&gone);
    world.show("4");
    assert_eq!(world.pushed().await.0, "POST /v2/integration/ui/room/456");
    let address = format!("{}/data/tell", world.provider.url);
    let request = client().post(address).header("Authorization", format!("JWT {}", world.chat.token(&gone, 12)));
    let status = request.send().await.unwrap().status();
    assert!(status == 401 || status == 502, "forgotten already, or by this very request: {status}");
    let stored = std::fs::read_to_string(world.data.path().join("installations.json")).unwrap();
    assert!(!stored.contains(&gone.oauth_id), "{stored}");
}

#[tokio::test]
async fn a_provider_starts_while_its_chat_server_is_away() {
    let data = tempfile::tempdir().unwrap();
    let live = LiveTile::new("builds.summary");
    let first = Running::start(provider(&live), data.path()).await;
    let chat = ChatServer::start().await;
    chat.install(&first.url, Some(123)).await;
    first.stop().await;
    drop(chat);
    live.set(tile("4"));
    let second = Running::start(provider(&live), data.path()).await;
    let answer = client().get(format!("{}/descriptor", second.url)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    second.stop().await;
}
