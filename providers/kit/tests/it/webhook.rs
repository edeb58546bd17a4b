use reqwest::header::AUTHORIZATION;
use roomglass_provider_kit::testing::{Installed, client};
use serde_json::{Value, json};

use crate::World;

fn event(installed: &Installed, room: i64) -> Value {
    json!({"event": "room_message", "oauth_client_id": installed.oauth_id, "webhook_id": 77,
        "item": {"message": {"id": "m-5530", "date": "2026-01-01T10:20:00Z",
                             "from": {"id": 13, "mention_name": "omar", "name": "Omar"},
                             "mentions": [], "message": "/build <main>", "type": "message"},
                 "room": {"id": room, "name": "Release team", "privacy": "private", "is_archived": false}}})
}

async fn tell(world: &World, token: &str, event: &Value) -> reqwest::Response {
    let address = format!("{}/webhook/builds.command", world.provider.url);
    client().post(address).header(AUTHORIZATION, token).json(event).send().await.unwrap()
}

#[tokio::test]
async fn a_signed_event_is_answered_with_a_notification_hook_03_hook_04() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    for scheme in ["JWT ", "JWT token="] {
        let token = format!("{scheme}{}", world.chat.token(&installed, 13));
        let answer = tell(&world, &token, &event(&installed, 123)).await;
        assert_eq!(answer.status(), 200);
        let expected = json!({"message": "Omar wrote /build &lt;main&gt;", "message_format": "html", "color": "gray",
            "notify": false});
        assert_eq!(answer.json::<Value>().await.unwrap(), expected);
    }
}

/// "Replayed": what somebody found in a log does not happen again; a further try of the chat server is signed anew.
#[tokio::test]
async fn an_event_is_not_told_twice_with_one_token() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    let [first, second] = [(); 2].map(|()| format!("JWT {}", world.chat.token(&installed, 13)));
    for (token, status) in [(&first, 200), (&first, 401), (&second, 200), (&first, 401)] {
        assert_eq!(tell(&world, token, &event(&installed, 123)).await.status(), status);
    }
}

#[tokio::test]
async fn an_event_that_is_not_signed_for_its_installation_is_refused() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    let other = world.chat.install(&world.provider.url, Some(456)).await;
    let token = format!("JWT {}", world.chat.token(&installed, 13));
    assert_eq!(tell(&world, &token, &event(&installed, 123)).await.status(), 200, "there is something to refuse");
    assert_eq!(tell(&world, "Bearer x", &event(&installed, 123)).await.status(), 401);
    assert_eq!(tell(&world, "JWT x.y.z", &event(&installed, 123)).await.status(), 401);
    assert_eq!(tell(&world, &token, &event(&other, 123)).await.status(), 401);
    assert_eq!(tell(&world, &token, &event(&installed, 456)).await.status(), 401);
    assert_eq!(tell(&world, &token, &json!({"event": "room_message"})).await.status(), 400);
}
