//! §10: data pushed by providers.

use axum::http::StatusCode;
use roomglass_protocol::{ErrorKind, push::TileUpdate};
use serde_json::{Value, json};

use super::{
    browser::Browser,
    samples,
    team::{INSTALL, Team, fault_pointers},
};

fn push(label: &str) -> Value {
    json!({"glance": [{"key": "builds.summary", "content": content(label)}]})
}

fn content(label: &str) -> Value {
    json!({
        "label": {"type": "html", "value": label},
        "status": {"type": "lozenge", "value": {"label": "NOT SO GOOD", "type": "error"}},
        "metadata": {"isConfigured": true, "failed": 2}
    })
}

fn labels(items: &[TileUpdate]) -> Vec<&str> {
    items.iter().map(|item| item.content.label.value.as_str()).collect()
}

/// Story 3, steps 1 to 5; PUSH-01, PUSH-03, PUSH-08.
#[tokio::test]
async fn story_3_a_push_to_a_room_reaches_its_connected_members() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut browsers = team.browsers().await;
    let mut greta = Browser::opens(&team.greta).await;
    let path = format!("/v2/integration/ui/room/{}", team.room.room.id);
    let answer = builds.caller.posts(&path, push("<b>2</b> failed builds")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
    for browser in &mut browsers {
        let items = serde_json::to_value(browser.hears_of_tiles().await).unwrap();
        let expected = json!([{"integration": "com.example.builds", "key": "builds.summary",
            "room_id": team.room.room.id, "content": content("<b>2</b> failed builds")}]);
        assert_eq!(items, expected);
    }
    assert_eq!(greta.heard(&team.support).await, []);
}

/// Story 3, steps 6 and 7; PUSH-05, PUSH-07: by number and by name lead to the same recipient, on all devices.
#[tokio::test]
async fn story_3_a_push_to_one_person_in_a_room() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = [Browser::opens(&team.emma).await, Browser::opens(&team.emma).await];
    let mut omar = Browser::opens(&team.omar).await;
    let (room, person) = (team.room.room.id, team.emma.person.id);
    let addresses = [
        "/room/Release%20team/user/emma%40example.org".to_owned(),
        format!("/room/{room}/user/{person}"),
        format!("/room/{room}/user/%40{}", team.emma.person.mention),
        "/room/release%20TEAM/user/EMMA%40example.org".to_owned(),
    ];
    for (number, address) in addresses.iter().enumerate() {
        let label = format!("<b>{number}</b>");
        for base in ["/v2/integration/ui", "/v2/addon/ui"] {
            builds.caller.posts(&format!("{base}{address}"), push(&label)).await.succeeded();
            for device in &mut emma {
                let items = device.hears_of_tiles().await;
                assert_eq!((labels(&items), items[0].room_id), (vec![label.as_str()], Some(room)), "{address}");
            }
        }
    }
    assert_eq!(omar.heard(&team.room).await, []);
}

/// PUSH-04: one person, in each of their rooms with the integration, and in no other.
#[tokio::test]
async fn a_push_to_one_person_everywhere() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let body = json!({"integration": "com.example.builds", "rooms": [team.support.room.id]});
    team.greta.posts(INSTALL, body).await.succeeded();
    let [mut emma, mut omar, mut greta] =
        [Browser::opens(&team.emma).await, Browser::opens(&team.omar).await, Browser::opens(&team.greta).await];
    let path = format!("/v2/addon/ui/user/{}", team.emma.person.id);
    builds.caller.posts(&path, push("yours")).await.succeeded();
    let mut rooms = [emma.hears_of_tiles().await[0].room_id, emma.hears_of_tiles().await[0].room_id];
    rooms.sort();
    assert_eq!(rooms, [Some(team.room.room.id), Some(team.support.room.id)]);
    assert_eq!((omar.heard(&team.room).await, greta.heard(&team.support).await), (vec![], vec![]));
}

/// Story 10, step 8; PUSH-02: everybody who has it; without a room when it is installed globally.
#[tokio::test]
async fn story_10_a_push_to_the_organisation() {
    let team = Team::assembles().await;
    let (_weather, weather) = team.installed_globally(&samples::weather(35)).await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let [mut emma, mut greta] = [Browser::opens(&team.emma).await, Browser::opens(&team.greta).await];
    let mut storm = content("<b>31</b> °C");
    storm["status"] = json!({"type": "icon", "value": {"url": "https://weather.example.org/thunder.png",
        "url@2x": "https://weather.example.org/thunder@2x.png"}});
    let body = json!({"glance": [{"key": "weather.now", "content": storm}]});
    weather.caller.posts("/v2/integration/ui", body).await.succeeded();
    for browser in [&mut emma, &mut greta] {
        let items = serde_json::to_value(browser.hears_of_tiles().await).unwrap();
        assert_eq!(items, json!([{"integration": "org.example.weather", "key": "weather.now", "content": storm}]));
    }
    // An integration of one room has nobody else to tell.
    builds.caller.posts("/v2/integration/ui", push("room")).await.succeeded();
    assert_eq!(emma.hears_of_tiles().await[0].room_id, Some(team.room.room.id));
    assert_eq!(greta.heard(&team.support).await, []);
}

/// HCC-08: HipChat's addresses do what ours do, to everybody, a room, a person, and a person in a room.
#[tokio::test]
async fn hipchats_addresses_have_the_same_effect() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let (room, person) = (team.room.room.id, team.emma.person.id);
    let body = json!({"glance": [{"key": "builds.summary", "content": {
        "label": {"type": "html", "value": "<b>4</b> open"},
        "status": {"type": "lozenge", "value": {"label": "NEW", "type": "success"}}, "metadata": {"open": 4}}}]});
    let rests =
        [String::new(), format!("/room/{room}"), format!("/user/{person}"), format!("/room/{room}/user/{person}")];
    for rest in rests {
        let mut effects = Vec::new();
        for base in ["/v2/integration/ui", "/v2/addon/ui"] {
            let answer = builds.caller.posts(&format!("{base}{rest}"), body.clone()).await;
            assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""), "{base}{rest}");
            effects.push(emma.hears_of_tiles().await);
        }
        assert_eq!(effects[0], effects[1], "{rest}");
        let told = serde_json::to_value(&effects[1][0].content).unwrap();
        assert_eq!(told, body["glance"][0]["content"], "{rest}");
        assert_eq!(emma.heard(&team.room).await, [], "{rest}: once");
    }
}

/// PUSH-06: several rooms, or several people, listed in the body.
#[tokio::test]
async fn the_body_may_list_recipients() {
    let team = Team::assembles().await;
    let (_weather, weather) = team.installed_globally(&samples::weather(35)).await;
    let third = team.greta.creates_room("Third").await;
    let mut browsers = team.browsers().await;
    let mut greta = Browser::opens(&team.greta).await;
    let body = |extra: Value| {
        let mut body = json!({"dynamicContentItem": [{"key": "weather.now", "content": content("x")}]});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let rooms = json!({"rooms": [team.support.room.id, "Third"]});
    weather.caller.posts("/v2/integration/ui", body(rooms)).await.succeeded();
    let mut heard = [greta.hears_of_tiles().await[0].room_id, greta.hears_of_tiles().await[0].room_id];
    heard.sort();
    assert_eq!(heard, [Some(team.support.room.id), Some(third.room.id)]);

    let users = json!({"users": [team.emma.person.id, "omar@example.org"]});
    let path = format!("/v2/integration/ui/room/{}", team.room.room.id);
    weather.caller.posts(&path, body(users.clone())).await.succeeded();
    let [alana, emma, omar] = &mut browsers;
    // Emma is in Support, too, and heard of the first push there.
    emma.hears_of_tiles().await;
    for browser in [emma, omar] {
        assert_eq!(browser.hears_of_tiles().await[0].room_id, Some(team.room.room.id));
    }
    assert_eq!((alana.heard(&team.room).await, greta.heard(&team.support).await), (vec![], vec![]));
    // What the address names already cannot be named again.
    let path = format!("{path}/user/{}", team.emma.person.id);
    assert_eq!(weather.caller.posts(&path, body(users)).await.refusal().kind, ErrorKind::Invalid);
}

/// PUSH-18, I8: only where the integration is, only its own tiles; foreign and missing are the same answer.
#[tokio::test]
async fn a_provider_pushes_nowhere_else() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let (_links, links) = team.installed(&samples::links()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let foreign = builds.caller.posts(&format!("/v2/integration/ui/room/{}", team.support.room.id), push("x")).await;
    let missing = builds.caller.posts("/v2/integration/ui/room/999999", push("x")).await;
    assert_eq!((foreign.status, &foreign.body), (missing.status, &missing.body));
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let stranger = builds.caller.posts(&format!("/v2/integration/ui/user/{}", team.greta.person.id), push("x")).await;
    let nobody = builds.caller.posts("/v2/integration/ui/user/999999", push("x")).await;
    assert_eq!((stranger.status, &stranger.body), (nobody.status, &nobody.body));
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    // Links has no tile of that key.
    let room = format!("/v2/integration/ui/room/{}", team.room.room.id);
    assert_eq!(fault_pointers(&links.caller.posts(&room, push("x")).await), ["/glance/0/key"]);
    // People and strangers do not push at all.
    for caller in [&team.alana, &team.server.anonymous()] {
        assert_eq!(caller.posts(&room, push("x")).await.refusal().kind, ErrorKind::Unauthenticated);
    }
    assert_eq!(emma.heard(&team.room).await, []);
}

/// AUTH-04.
#[tokio::test]
async fn a_push_needs_a_scope() {
    let team = Team::assembles().await;
    let mut builds = samples::builds();
    builds["capabilities"]["hipchatApiConsumer"]["scopes"] = json!(["send_notification"]);
    let (_builds, builds) = team.installed(&builds).await;
    let refusal = builds.caller.posts("/v2/integration/ui", push("x")).await.refusal();
    assert_eq!(refusal.kind, ErrorKind::Forbidden);
    assert!(refusal.message.contains("'view_room'"), "{}", refusal.message);
}

/// "Bad input": the provider gets 400 with every reason, and nothing is delivered, not even the good half.
#[tokio::test]
async fn malformed_data_reaches_nobody() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let path = format!("/v2/integration/ui/room/{}", team.room.room.id);
    let with = |member: &str, value: Value| {
        let mut content = content("good");
        content[member] = value;
        json!({"glance": [{"key": "builds.summary", "content": content}]})
    };
    let cases: [(Value, &[&str]); 11] = [
        (json!({}), &["/glance"]),
        (json!({"glance": []}), &["/glance"]),
        (json!({"glance": {"key": "builds.summary"}}), &["/glance"]),
        (json!({"glance": [{}]}), &["/glance/0/content", "/glance/0/key"]),
        (with("label", json!(null)), &["/glance/0/content/label"]),
        (with("label", json!({"type": "html", "value": ""})), &["/glance/0/content/label/value"]),
        (with("label", json!({"type": "html", "value": "x".repeat(1001)})), &["/glance/0/content/label/value"]),
        (with("label", json!({"type": "html", "value": "<img src=x>"})), &["/glance/0/content/label/value"]),
        (
            with("status", json!({"type": "lozenge", "value": {"label": "x".repeat(21), "type": "error"}})),
            &["/glance/0/content/status/value/label"],
        ),
        (
            with("status", json!({"type": "icon", "value": {"url": "javascript:alert(1)"}})),
            &["/glance/0/content/status/value/url"],
        ),
        (
            json!({"glance": [{"key": "builds.summary", "content": content("good")}, {"key": "other", "content": content("x")}],
                "rooms": "all"}),
            &["/glance/1/key", "/rooms"],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(fault_pointers(&builds.caller.posts(&path, body.clone()).await), expected, "{body}");
    }
    assert_eq!(emma.heard(&team.room).await, []);
}

/// ELEM-13, safety E4: labels leave the server with nothing but emphasis in them.
#[tokio::test]
async fn labels_are_cleaned_before_they_are_told() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    let table = [
        ("<b>2</b> failed", "<b>2</b> failed"),
        ("<img src=x onerror=alert(1)>2", "2"),
        ("<script>alert(1)</script><em>2</em>", "<em>2</em>"),
        ("<b onmouseover=alert(1) style=color:red>2</b>", "<b>2</b>"),
        ("<a href='https://evil.example'>2</a>", "2"),
    ];
    for (pushed, told) in table {
        builds.caller.posts("/v2/integration/ui", push(pushed)).await.succeeded();
        assert_eq!(labels(&emma.hears_of_tiles().await), [told]);
    }
}

/// PUSH-19: in the order accepted.
#[tokio::test]
async fn pushes_are_told_in_order() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let mut emma = Browser::opens(&team.emma).await;
    for number in 0..20 {
        builds.caller.posts("/v2/integration/ui", push(&number.to_string())).await.succeeded();
    }
    for number in 0..20 {
        assert_eq!(labels(&emma.hears_of_tiles().await), [number.to_string()]);
    }
}

/// HCC-08: what add-ons for HipChat post to `/v2/addon/ui…` has the same effect as under the source's address, and the
/// same answer.
#[tokio::test]
async fn hcc_08_both_families_of_addresses_have_equal_effects() {
    let team = Team::assembles().await;
    let mut descriptor = samples::builds();
    descriptor["capabilities"]["hipchatApiConsumer"]["scopes"] = json!(["view_group", "view_room"]);
    let (_builds, builds) = team.installed_globally(&descriptor).await;
    let mut emma = Browser::opens(&team.emma).await;
    let (room, person) = (team.room.room.id, team.emma.person.id);
    let recipients =
        [String::new(), format!("/room/{room}"), format!("/user/{person}"), format!("/room/{room}/user/{person}")];
    for (number, to) in recipients.iter().enumerate() {
        let mut effects = Vec::new();
        for family in ["integration", "addon"] {
            let body = push(&format!("<b>{number}</b> failed"));
            let answer = builds.caller.posts(&format!("/v2/{family}/ui{to}"), body).await;
            assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""), "/v2/{family}/ui{to}");
            effects.push(emma.hears_of_tiles().await);
        }
        assert_eq!(effects[0], effects[1], "{to}");
        assert_eq!(labels(&effects[0]), [format!("<b>{number}</b> failed")]);
    }
}
