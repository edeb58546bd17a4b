//! "Bad input" of the product: closed kinds of refusal with a sentence, nothing stored by halves, nobody held up.

use axum::http::{Method, StatusCode};
use jsonwebtoken::{EncodingKey, Header, encode};
use roomglass_protocol::{
    ErrorKind,
    integration::{MAX_DESCRIPTOR_BYTES, MAX_EXTENSIONS},
    push::ServerFrame,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    browser::{Browser, synchronised},
    provider::{Provider, Reply},
    samples,
    team::{INSTALL, Team, UNINSTALL},
    webhook::{hook, listens},
};
use crate::support::{Answer, PATIENCE, Someone};

/// What an integration with every scope may do in its room: each would be seen by its members.
fn deeds(team: &Team) -> [(Method, String, Value); 5] {
    let tile = json!({"glance": [{"key": "tile", "content": {"label": {"type": "html", "value": "x"}}}]});
    let webhook = json!({"url": "http://127.0.0.1:9/hook", "event": "room_message", "name": "Mine"});
    let room = team.room.room.id;
    [
        (Method::POST, format!("/v2/integration/ui/room/{room}"), tile),
        (Method::POST, team.room_path("/notification"), json!({"message": "hello"})),
        (Method::POST, team.room_path("/webhook"), webhook),
        (Method::PUT, team.room_path("/topic"), json!({"topic": "Friday"})),
        (Method::GET, team.room_path("/history"), Value::Null),
    ]
}

fn can_everything(key: &str) -> Value {
    let scopes = ["view_room", "view_group", "view_messages", "send_notification", "admin_room"];
    let tile = json!({"glance": [{"key": "tile", "name": {"value": "Tile"}, "queryUrl": "{base}/tile"}]});
    samples::descriptor(key, "Hostile", &scopes, &tile)
}

async fn does(caller: &Someone, (method, path, body): &(Method, String, Value)) -> Answer {
    let body = (!body.is_null()).then(|| body.clone());
    caller.requests(method.clone(), path, body).await
}

/// What a member of the room heard up to now; people come and go meanwhile.
async fn told(browser: &mut Browser, team: &Team) -> Vec<ServerFrame> {
    let heard = browser.client.hears_up_to_now(&team.room).await;
    heard.into_iter().filter(|frame| !matches!(frame, ServerFrame::Presence { .. })).collect()
}

/// AUTH-04, UNIN-08, I8: tokens that are forged, signed instead of granted, of a session, of another room, of what was
/// removed, or without the scope do nothing anywhere.
#[tokio::test]
async fn tokens_that_do_not_count_do_nothing() {
    let team = Team::assembles().await;
    let (_provider, good) = team.installed(&can_everything("com.example.good")).await;
    let (_provider, removed) = team.installed(&can_everything("com.example.removed")).await;
    let scopeless = samples::descriptor("com.example.less", "Less", &[], &json!({}));
    let (_provider, scopeless) = team.installed(&scopeless).await;
    let body = json!({"integration": "com.example.removed", "rooms": [team.room.room.id]});
    team.alana.posts(UNINSTALL, body).await.succeeded();
    let elsewhere = Provider::start(&can_everything("com.example.elsewhere")).await;
    elsewhere.replies("/installed", Reply::AfterCallingBack);
    let body = json!({"descriptor_url": elsewhere.descriptor_url(), "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, body).await.succeeded();
    let elsewhere = team.installation_of(&elsewhere).await;

    let claims = json!({"iss": good.id, "sub": "1", "iat": 1, "exp": 4_000_000_000_u64});
    let signed = encode(&Header::default(), &claims, &EncodingKey::from_secret(good.secret.as_bytes())).unwrap();
    let (first, forged) = good.caller.token.as_deref().unwrap().split_at(1);
    let another = if first == "0" { "1" } else { "0" };
    let cases = [
        ("forged", team.calls_with(&format!("{another}{forged}")), ErrorKind::Unauthenticated),
        ("cut", team.calls_with(forged), ErrorKind::Unauthenticated),
        ("signed with the secret", team.calls_with(&signed), ErrorKind::Unauthenticated),
        ("the secret itself", team.calls_with(&good.secret), ErrorKind::Unauthenticated),
        ("of a session", team.calls_with(team.alana.token.as_deref().unwrap()), ErrorKind::Unauthenticated),
        ("of what was removed", removed.caller, ErrorKind::Unauthenticated),
        ("without the scope", scopeless.caller, ErrorKind::Forbidden),
        ("of another room", elsewhere.caller, ErrorKind::NotFound),
    ];
    let mut emma = Browser::opens(&team.emma).await;
    for (what, caller, kind) in &cases {
        for deed in &deeds(&team) {
            let answer = does(caller, deed).await;
            assert!(!answer.status.is_success(), "{what}: {}", deed.1);
            let refusal = answer.refusal();
            assert_eq!((refusal.kind, refusal.message.is_empty()), (*kind, false), "{what}: {}", deed.1);
        }
    }
    assert_eq!(told(&mut emma, &team).await, []);
    let webhooks: Value = good.caller.gets(&team.room_path("/webhook")).await.json();
    assert_eq!(webhooks["items"], json!([]));
    for deed in &deeds(&team) {
        does(&good.caller, deed).await.succeeded();
    }
}

/// DESC-19, INST-20: 256 KiB of many or of deep, refused with one sentence; nothing is stored, the provider not called.
#[tokio::test]
async fn descriptors_that_are_too_much_are_refused() {
    let team = Team::assembles().await;
    let provider = Provider::start(&samples::builds()).await;
    let many = |kind: &str, count: usize, extension: &dyn Fn(usize) -> Value| {
        let mut descriptor = provider.own(&samples::descriptor("com.example.many", "Many", &[], &json!({})));
        descriptor["capabilities"][kind] = (0..count).map(extension).collect();
        descriptor.to_string()
    };
    let deep = format!("{}{}", "[".repeat(MAX_DESCRIPTOR_BYTES / 2), "]".repeat(MAX_DESCRIPTOR_BYTES / 2));
    let deep_inside = many("glance", 1, &|_| json!({"key": "g", "name": "G"})).replace("\"G\"", &deep[..100_000]);
    let condition = (0..60).fold(json!({"condition": "user_is_admin"}), |inner, _| json!({"conditions": [inner]}));
    let cases = [
        (
            many("hologram", 10_000, &|number| json!({"key": format!("h{number}")})),
            format!("/capabilities/hologram/{MAX_EXTENSIONS}"),
        ),
        (
            many("glance", 5_000, &|number| json!({"key": format!("t{number}"), "name": "T"})),
            format!("/capabilities/glance/{MAX_EXTENSIONS}"),
        ),
        (
            many("webhook", 51, &|_| json!({"event": "room_message", "url": "http://127.0.0.1:9", "pattern": "x"})),
            "/capabilities/webhook/50/pattern".to_owned(),
        ),
        (deep, "/0".repeat(127)),
        (deep_inside, format!("/capabilities/glance/0/name{}", "/0".repeat(123))),
        (
            many(
                "action",
                1,
                &|_| json!({"key": "a", "name": "A", "location": "message", "conditions": [condition], "weight": "heavy"}),
            ),
            "/capabilities/action/0/weight".to_owned(),
        ),
    ];
    let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.room.room.id]});
    for (text, pointer) in cases {
        assert!(text.len() <= MAX_DESCRIPTOR_BYTES);
        provider.replies("/descriptor", Reply::With(StatusCode::OK, text.into_bytes()));
        let refusal = team.alana.posts(INSTALL, body.clone()).await.refusal();
        assert_eq!(refusal.kind, ErrorKind::InvalidDescriptor);
        assert_eq!(refusal.faults[0].pointer, pointer, "{}", refusal.faults[0].message);
    }
    assert_eq!(provider.waiting_calls().await.len(), 0);
    assert_eq!(synchronised(&team.emma).await.versions.len(), 0);
}

/// Bodies of providers: too deep, too large, or not JSON at all.
#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let team = Team::assembles().await;
    let (_provider, good) = team.installed(&can_everything("com.example.good")).await;
    let mut emma = Browser::opens(&team.emma).await;
    let deep = (0..200).fold(json!("x"), |inner, _| json!([inner]));
    for (method, path, _) in deeds(&team).iter().filter(|(method, ..)| *method != Method::GET) {
        for (body, kinds) in [
            (json!({"message": deep, "topic": deep, "glance": deep, "url": deep}), [ErrorKind::Invalid; 2]),
            (json!({"message": "x".repeat(3 << 20)}), [ErrorKind::TooLarge, ErrorKind::Invalid]),
            (json!("nonsense"), [ErrorKind::Invalid; 2]),
        ] {
            let refusal = good.caller.requests(method.clone(), path, Some(body)).await.refusal();
            assert!(kinds.contains(&refusal.kind), "{path}: {refusal:?}");
        }
    }
    assert_eq!(told(&mut emma, &team).await, []);
}

/// HCC-03, INST-20: whatever the callback does but accept, nothing remains and everything can be tried again.
#[tokio::test]
async fn a_callback_that_misbehaves_leaves_nothing() {
    let team = Team::assembles().await;
    let provider = Provider::start(&samples::builds()).await;
    let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [team.room.room.id]});
    let megabyte = vec![b'x'; 2 << 20];
    let garbage = b"\xff\xfe\x00<script>alert(1)</script>".to_vec();
    let cases = [
        (StatusCode::TEMPORARY_REDIRECT, Vec::new()),
        (StatusCode::NOT_MODIFIED, Vec::new()),
        (StatusCode::IM_A_TEAPOT, garbage),
        (StatusCode::INTERNAL_SERVER_ERROR, megabyte),
    ];
    for (status, answer) in cases {
        provider.replies("/installed", Reply::With(status, answer));
        let refusal = team.alana.posts(INSTALL, body.clone()).await.refusal();
        assert_eq!(refusal.kind, ErrorKind::ProviderFailed, "{status}");
        assert!(refusal.message.len() < 1000, "{}", refusal.message.len());
        assert_eq!(synchronised(&team.emma).await.versions.len(), 0, "{status}");
    }
    provider.replies("/installed", Reply::AfterCallingBack);
    team.alana.posts(INSTALL, body).await.succeeded();
    assert_eq!(synchronised(&team.emma).await.versions.len(), 1);
}

/// HOOK-02, COND-28: a pattern meant to explode is matched in linear time, so messages and other hooks go on.
#[tokio::test]
async fn patterns_meant_to_explode_do_not() {
    let team = Team::assembles().await;
    let patterns = ["^(a+)+$", "^(a|aa)+$", "(.*a){12}!$", "^(([a-z])+.)+[A-Z]([a-z])+$"];
    let hooks: Vec<Value> = (0..12)
        .map(|number| {
            let mut hook = hook("room_message", Some(patterns[number % patterns.len()]));
            hook["key"] = json!(format!("hook-{number}"));
            hook
        })
        .collect();
    let (slow, _) = listens(&team, json!(hooks)).await;
    let descriptor = samples::listener("com.example.quick", &["view_room"], &json!([hook("room_message", None)]));
    let (quick, _) = team.installed(&descriptor).await;
    let begun = std::time::Instant::now();
    for _ in 0..3 {
        team.omar.says(&team.room, &format!("{}!", "a".repeat(3_000))).await;
        assert!(quick.next_call().await.json()["item"]["message"]["message"].as_str().unwrap().ends_with('!'));
    }
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    // Three of the twelve match: they are told of all three messages, the others of none.
    for _ in 0..9 {
        timeout(PATIENCE, slow.next_call()).await.expect("a call in time");
    }
    assert_eq!(slow.waiting_calls().await.len(), 0);
}

/// ELEM: 500 tiles in one room are all there, and all can change.
#[tokio::test]
async fn five_hundred_tiles_in_a_room() {
    let team = Team::assembles().await;
    let key = |number: usize| format!("tile-{number}");
    let tiles: Value = (0..500).map(|number| json!({"key": key(number), "name": {"value": "T"}})).collect();
    let many = samples::descriptor("com.example.many", "Many", &["view_room"], &json!({"glance": tiles}));
    let (_provider, many) = team.installed(&many).await;
    let mut emma = Browser::opens(&team.emma).await;
    let held = &emma.installed.versions[&"com.example.many".parse().unwrap()].extensions;
    assert_eq!(held.glances().len(), 500);

    let content = json!({"label": {"type": "html", "value": "<b>1</b>"}});
    let push = |numbers: std::ops::Range<usize>| -> Value {
        let tiles: Vec<Value> = numbers.map(|number| json!({"key": key(number), "content": content})).collect();
        json!({"glance": tiles})
    };
    let path = format!("/v2/integration/ui/room/{}", team.room.room.id);
    let refusal = many.caller.posts(&path, push(0..101)).await.refusal();
    assert_eq!(
        (refusal.kind, refusal.faults[0].message.as_str()),
        (ErrorKind::Invalid, "expected a list of at most 100 tiles")
    );
    let mut heard = Vec::new();
    for hundred in 0..5 {
        many.caller.posts(&path, push(hundred * 100..(hundred + 1) * 100)).await.succeeded();
        heard.extend(emma.hears_of_tiles().await.into_iter().map(|tile| tile.key.to_string()));
    }
    assert_eq!(heard, (0..500).map(key).collect::<Vec<_>>());
}
