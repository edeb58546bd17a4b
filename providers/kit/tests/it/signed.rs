use reqwest::{StatusCode, header::AUTHORIZATION};
use roomglass_provider_kit::testing::{Installed, client};
use serde_json::{Value, json};

use crate::World;

async fn ask(world: &World, token: &str) -> StatusCode {
    let address = format!("{}/tile/builds.summary?signed_request={token}", world.provider.url);
    client().get(address).send().await.unwrap().status()
}

async fn installed() -> (World, Installed) {
    let world = World::new().await;
    world.show("4");
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    (world, installed)
}

#[tokio::test]
async fn a_tile_is_answered_to_a_signed_request_auth_01() {
    let (world, installed) = installed().await;
    let token = world.chat.token(&installed, 12);
    let address = format!("{}/tile/builds.summary?signed_request={token}", world.provider.url);
    let answer = client().get(address).header("Origin", "https://chat.example.org").send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({"label": {"type": "html", "value": "4"}}));
}

#[tokio::test]
async fn a_tile_without_data_is_an_error_so_that_its_name_is_shown_desc_09() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    assert_eq!(ask(&world, &world.chat.token(&installed, 12)).await, 404);
}

#[tokio::test]
async fn the_handler_learns_who_asks_from_where_so_that_each_gets_their_own_dyn_08() {
    let (world, installed) = installed().await;
    let address = format!("{}/data/who?asked=a%26b", world.provider.url);
    for (scheme, user) in [("JWT ", 12), ("JWT token=", 12), ("JWT ", 13)] {
        let token = format!("{scheme}{}", world.chat.token(&installed, user));
        let answer: Value =
            client().get(&address).header(AUTHORIZATION, token).send().await.unwrap().json().await.unwrap();
        let expected =
            json!({"user": user, "room": 123, "zone": "Europe/Madrid", "asked": "a&b", "installation": "inst-1"});
        assert_eq!(answer, expected);
    }
}

#[tokio::test]
async fn unsigned_and_altered_requests_are_refused() {
    let (world, installed) = installed().await;
    let good = world.chat.token(&installed, 12);
    assert_eq!(ask(&world, &good).await, 200, "there is something to refuse");
    assert_eq!(client().get(format!("{}/tile/builds.summary", world.provider.url)).send().await.unwrap().status(), 401);
    let (body, _) = good.rsplit_once('.').unwrap();
    assert_eq!(ask(&world, &format!("{body}.")).await, 401);
    assert_eq!(ask(&world, &format!("{body}.AAAA")).await, 401);
    assert_eq!(ask(&world, "not-a-token").await, 401);
}

#[tokio::test]
async fn claims_that_do_not_fit_are_refused() {
    let (world, installed) = installed().await;
    let now = jsonwebtoken::get_current_timestamp();
    let wrong: [(&str, Value); 6] = [
        ("iss", json!("inst-unknown")),
        ("context", json!({"room_id": 123, "audience": "https://other.example.com"})),
        ("exp", json!(now - 31)),
        ("iat", json!(now - 15 * 60 - 40)),
        ("sub", json!("emma")),
        ("context", json!({"room_id": 456, "audience": world.provider.url})),
    ];
    for (name, value) in wrong {
        let mut claims = world.chat.claims(&installed, 12);
        claims[name] = value;
        assert_eq!(ask(&world, &world.chat.sign(&installed, &claims)).await, 401, "{name}");
    }
}

#[tokio::test]
async fn one_installation_cannot_sign_for_another() {
    let (world, first) = installed().await;
    let second = world.chat.install(&world.provider.url, Some(456)).await;
    let forged = world.chat.sign(&first, &world.chat.claims(&second, 12));
    assert_eq!(ask(&world, &forged).await, 401);
}

#[tokio::test]
async fn frames_may_ask_before_they_send_their_token() {
    let world = World::new().await;
    for (path, method) in [("/tile/builds.summary", "GET"), ("/data/who", "GET"), ("/data/tell", "POST")] {
        let request = client().request(reqwest::Method::OPTIONS, format!("{}{path}", world.provider.url));
        let answer = request.header("Origin", "null").send().await.unwrap();
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        assert_eq!(answer.headers()["access-control-allow-methods"], method);
        assert!(answer.headers()["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    }
}

#[tokio::test]
async fn a_command_acts_in_the_persons_room() {
    let (mut world, installed) = installed().await;
    world.pushed().await;
    let token = format!("JWT {}", world.chat.token(&installed, 12));
    let address = format!("{}/data/tell", world.provider.url);
    let answer = client().post(address).header(AUTHORIZATION, token).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let received = world.chat.received().await;
    assert_eq!(received.line, "POST /v2/room/123/notification");
    assert_eq!(received.body, json!({"message": "Told", "message_format": "text", "color": "gray", "notify": false}));
}
