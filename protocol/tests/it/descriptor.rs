//! Descriptors: what is accepted, what becomes of it, and what is told of faults (§6).

use roomglass_protocol::{
    Fault, IntegrationKey, RoomId,
    integration::{Descriptor, ExtensionKind, MAX_DESCRIPTOR_BYTES, MAX_EXTENSIONS, Scope},
    token::IntegrationToken,
};
use serde_json::{Value, json};

use crate::support::test;

fn minimal() -> Value {
    json!({
        "name": "Minimal",
        "key": "com.example.minimal",
        "description": "",
        "links": { "self": "https://minimal.example.com/descriptor" },
        "capabilities": {}
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut document = minimal();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    document.pointer_mut(parent).expect("the parent is there")[name] = value;
    document
}

fn without(pointer: &str) -> Value {
    let mut document = minimal();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    document.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(name);
    document
}

fn parse(document: &Value) -> Result<Descriptor, Vec<Fault>> {
    Descriptor::parse(document.to_string().as_bytes())
}

fn accepted(document: &Value) -> Descriptor {
    parse(document).unwrap_or_else(|faults| panic!("{document}: {faults:?}"))
}

fn warnings(document: &Value) -> Vec<Fault> {
    Descriptor::review(document.to_string().as_bytes()).unwrap_or_else(|faults| panic!("{document}: {faults:?}")).1
}

fn pointers(document: &Value) -> Vec<String> {
    parse(document).expect_err(&document.to_string()).into_iter().map(|fault| fault.pointer).collect()
}

fn capability(word: &str, value: Value) -> Value {
    with("/capabilities", json!({ word: value }))
}

fn token(descriptor: &Descriptor) -> IntegrationToken {
    IntegrationToken::of(&descriptor.key, &descriptor.extensions)
}

#[test]
fn the_general_part_is_read() {
    let sentry = Descriptor::parse(include_bytes!("../descriptors/sentry.json")).unwrap();
    assert_eq!((sentry.name.as_str(), sentry.vendor.as_deref()), ("Sentry for HipChat", Some("Sentry")));
    assert_eq!(sentry.scopes, [Scope::SendNotification, Scope::ViewRoom]);
    assert!(sentry.homepage.is_none());
    assert!(sentry.origins().contains(&"https://sentry-hipchat-ac-assets.s3.amazonaws.com".to_owned()));
    assert!(sentry.origins().contains(&"http://127.0.0.1:3000".to_owned()));
    let lunch = accepted(&capability("installable", json!({ "allowGlobal": false })));
    assert_eq!((lunch.allow_room, lunch.allow_global), (true, false), "HCC-02: both true when absent");
}

#[test]
fn what_is_required_is_named() {
    // DESC-03.
    for pointer in ["/name", "/key", "/description", "/links/self", "/capabilities"] {
        assert_eq!(pointers(&without(pointer)), [pointer]);
        assert_eq!(pointers(&with(pointer, Value::Null)), [pointer], "null is absent");
    }
    assert_eq!(pointers(&without("/links")), ["/links/self"]);
    let taken = pointers(&with("/key", json!("incoming-webhook:7")));
    assert_eq!(taken, ["/key"], "it is not for integrations");
    assert_eq!(pointers(&json!({})), ["/capabilities", "/key", "/name", "/description", "/links/self"]);
    assert_eq!(pointers(&json!([])), [""]);
    assert_eq!(pointers(&json!(null)), [""]);
}

#[test]
fn a_provider_cannot_take_the_key_of_what_another_adds_in_a_room() {
    // HCC-15, DATA-02.
    let document = with("/key", json!("room:7:com.example.builds")).to_string();
    let faults = Descriptor::review(document.as_bytes()).expect_err("not a provider's key");
    assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/key"]);
}

#[test]
fn every_fault_is_told_at_once() {
    // DESC-19: three faults in three places.
    let document = with(
        "/capabilities",
        json!({
            "glance": [{ "key": "g", "name": { "value": "" } }],
            "webPanel": { "key": "p", "name": { "value": "P" }, "location": "sidebar.right", "url": "ftp://a.example" },
            "webhook": [{ "event": "room_message", "url": "https://a.example", "pattern": "(" }],
        }),
    );
    assert_eq!(
        pointers(&document),
        ["/capabilities/glance/0/name/value", "/capabilities/webPanel/url", "/capabilities/webhook/0/pattern"]
    );
}

#[test]
fn a_hostile_document_gets_a_bounded_answer() {
    let document = capability("glance", vec![json!(1); MAX_EXTENSIONS].into());
    assert_eq!(pointers(&document).len(), 100);
}

#[test]
fn extensions_are_many_but_not_without_end() {
    // Decision 17; DESC-08 up to there.
    let tiles = |count: usize| -> Value {
        (0..count).map(|number| json!({ "key": format!("t{number}"), "name": "T" })).collect()
    };
    assert_eq!(accepted(&capability("glance", tiles(MAX_EXTENSIONS))).extensions.glances().len(), MAX_EXTENSIONS);
    for kind in ["glance", "hologram"] {
        let faults = parse(&capability(kind, tiles(MAX_EXTENSIONS + 1))).unwrap_err();
        let excess = format!("/capabilities/{kind}/{MAX_EXTENSIONS}");
        assert_eq!(faults, [Fault::new(excess, "there are more than 1000 extensions")]);
    }
    let both =
        json!({ "glance": tiles(MAX_EXTENSIONS), "webhook": { "event": "room_enter", "url": "https://a.example" } });
    assert_eq!(pointers(&with("/capabilities", both)), ["/capabilities/webhook"]);
}

#[test]
fn size_and_repetition_are_refused() {
    let padded = |bytes: usize| format!("{}{}", minimal(), " ".repeat(bytes - minimal().to_string().len()));
    assert!(Descriptor::parse(padded(MAX_DESCRIPTOR_BYTES).as_bytes()).is_ok());
    assert!(Descriptor::parse(padded(MAX_DESCRIPTOR_BYTES + 1).as_bytes()).is_err());
    let twice = minimal().to_string().replacen('{', "{\"key\":\"other\",", 1);
    assert_eq!(Descriptor::parse(twice.as_bytes()).unwrap_err()[0].pointer, "/key");
}

#[test]
fn the_words_of_the_source_are_those_of_hipchat() {
    let glance = json!({ "key": "g", "name": { "value": "G" } });
    let panel = json!({ "key": "p", "name": { "value": "P" }, "url": "https://a.example", "location": "hipchat.sidebar.right" });
    let action = json!({ "key": "a", "name": { "value": "A" }, "location": "hipchat.message.action" });
    let source = with(
        "/capabilities",
        json!({ "dynamicContentItem": glance, "relatedContent": [panel], "conditionalControl": action }),
    );
    let hipchat = with("/capabilities", json!({ "glance": [glance], "webPanel": panel, "action": [action] }));
    let (source, hipchat) = (accepted(&source), accepted(&hipchat));
    assert_eq!(source, hipchat);
    assert_eq!(source.document["capabilities"]["webPanel"][0]["location"], "sidebar.right");
    assert_eq!(source.document["capabilities"]["action"][0]["location"], "message");
    let input =
        capability("action", json!([{ "key": "a", "name": { "value": "A" }, "location": "hipchat.input.action" }]));
    assert_eq!(accepted(&input).extensions.actions()[0].location, "input");
}

#[test]
fn both_words_for_a_kind_may_be_used_at_once() {
    let item = |key: &str| json!([{ "key": key, "name": { "value": "x" } }]);
    let both = |one: &str, other: &str| {
        with("/capabilities", json!({ "dynamicContentItem": item(one), "glance": item(other) }))
    };
    assert_eq!(accepted(&both("a", "b")).extensions.glances().len(), 2);
    assert_eq!(pointers(&both("a", "a")), ["/capabilities/glance/0/key"]);
}

#[test]
fn keys_are_unique_within_a_kind() {
    // DESC-11.
    let named = |key: &str| json!({ "key": key, "name": { "value": "x" }, "url": "https://a.example" });
    let twice = capability("externalPage", json!([named("a"), named("b"), named("a")]));
    assert_eq!(pointers(&twice), ["/capabilities/externalPage/2/key"]);
    let kinds = with("/capabilities", json!({ "externalPage": [named("a")], "glance": [named("a")] }));
    assert!(parse(&kinds).is_ok());
}

#[test]
fn keys_have_1_to_40_characters() {
    let named = |key: Value| capability("glance", json!([{ "key": key, "name": { "value": "x" } }]));
    assert!(parse(&named(json!("k".repeat(40)))).is_ok());
    for key in [json!(""), json!("k".repeat(41)), json!("a b"), json!("ä"), json!(7), json!(null)] {
        assert_eq!(pointers(&named(key)), ["/capabilities/glance/0/key"]);
    }
    assert!(parse(&capability("hologram", json!([{ "key": "k".repeat(41) }]))).is_err(), "of unknown kinds too");
}

/// Table P of the requirements: two items, one related content, three controls, one webhook.
fn table_p() -> Value {
    let item = |key: &str, target: &str| json!({ "key": key, "name": { "value": key }, "target": target });
    let control = |key: &str| json!({ "key": key, "name": { "value": key }, "target": "related-1", "location": "message", "conditions": [] });
    with(
        "/capabilities",
        json!({
            "dynamicContentItem": [item("item-1", "related-1"), item("item-2", "related-1")],
            "relatedContent": [{ "key": "related-1", "name": { "value": "Details" }, "location": "sidebar.right",
                                 "url": "https://service.example.com/details" }],
            "conditionalControl": [control("control-1"), control("control-2"), control("control-3")],
            "webhook": [{ "key": "hook-1", "name": "Greeting", "event": "room_message", "pattern": "^/hello$",
                          "url": "https://service.example.com/hello", "authentication": "jwt" }],
        }),
    )
}

#[test]
fn extensions_come_in_any_number_and_combination() {
    // DESC-08.
    let extensions = accepted(&table_p()).extensions;
    let keys =
        |keys: Vec<&roomglass_protocol::ExtensionKey>| keys.into_iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(keys(extensions.glances().iter().map(|glance| &glance.key).collect()), ["item-1", "item-2"]);
    let actions = extensions.actions();
    assert_eq!(keys(actions.iter().map(|action| &action.key).collect()), ["control-1", "control-2", "control-3"]);
    assert!(actions.iter().all(|action| extensions.target(action.target.as_ref().unwrap()).is_some()));
    let webhooks = extensions.webhooks();
    assert_eq!((webhooks.len(), webhooks[0].pattern.as_deref(), webhooks[0].signed), (1, Some("^/hello$"), true));
    assert_eq!(extensions.iter().len(), 7);
}

#[test]
fn a_webhook_is_part_of_the_version() {
    // DESC-17.
    let mut changed = table_p();
    changed["capabilities"]["webhook"][0]["pattern"] = json!("^/goodbye$");
    assert_ne!(token(&accepted(&changed)), token(&accepted(&table_p())));
}

#[test]
fn unknown_kinds_are_kept_and_hashed() {
    // DESC-18.
    let document = |size: i32| capability("hologram", json!([{ "key": "h", "size": size }]));
    let (one, two) = (accepted(&document(1)), accepted(&document(2)));
    assert_eq!(one.document, document(1));
    assert_ne!(token(&one), token(&two));
    let unstorable = pointers(&capability("holo\0gram", json!([{ "key": "h" }])));
    assert_eq!(unstorable, ["/capabilities/holo\0gram/0"]);
}

#[test]
fn other_capabilities_are_no_extensions() {
    let document = with(
        "/capabilities",
        json!({
            "oauth2Provider": { "tokenUrl": "https://a.example" },
            "configurable": { "url": "https://a.example/configure" },
            "links": [{ "key": "x" }],
            "command": [{ "key": "x" }],
            "numbers": [1, 2],
            "keyless": [{ "name": "x" }],
            "empty": [],
            "flag": true,
        }),
    );
    let descriptor = accepted(&document);
    assert!(descriptor.extensions.0.is_empty());
    assert_eq!(descriptor.document, document);
}

#[test]
fn addresses_are_complete_and_http() {
    let page = |url: &str| capability("externalPage", json!([{ "key": "p", "name": { "value": "P" }, "url": url }]));
    for url in [
        "https://a.example",
        "http://127.0.0.1:3000/x?y={a.b}&z",
        "https://a.example/{id}/{message.id}",
        "https://[::1]/",
    ] {
        assert!(parse(&page(url)).is_ok(), "{url}");
    }
    for url in [
        "",
        "/x",
        "a.example",
        "//a.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://{host}/x",
        "https://a.example{x}",
        "https://a.{x}.example/",
        "{x}",
        "https://a.example:{port}/",
        "https://user:secret@a.example/",
        "https://a b/",
    ] {
        assert_eq!(pointers(&page(url)), ["/capabilities/externalPage/0/url"], "{url}");
    }
    let glance = |icon: Value| capability("glance", json!([{ "key": "g", "name": { "value": "G" }, "icon": icon }]));
    let icon = json!({ "url": "data:image/png;base64,A", "url@2x": "javascript:x" });
    assert_eq!(pointers(&glance(icon)), ["/capabilities/glance/0/icon/url", "/capabilities/glance/0/icon/url@2x"]);
    assert_eq!(pointers(&with("/links/homepage", json!("javascript:alert(1)"))), ["/links/homepage"]);
    assert!(parse(&with("/links/homepage", json!(""))).is_ok());
}

#[test]
fn patterns_are_compiled() {
    let hook = |pattern: &str| {
        capability("webhook", json!({ "event": "room_message", "url": "https://a.example", "pattern": pattern }))
    };
    assert!(parse(&hook("\u{8}*")).is_ok(), "seen in a real add-on");
    assert_eq!(pointers(&hook("(?=x)")), ["/capabilities/webhook/pattern"]);
    let flagged = json!({ "event": "room_message", "url": "https://a.example", "pattern": "^/x", "flags": "gi" });
    let webhooks = accepted(&capability("webhook", flagged)).extensions.webhooks();
    assert_eq!(webhooks[0].pattern.as_deref(), Some("(?i)^/x"));
    // COND-16: of a condition it is a warning, for the condition does not hold.
    let regex =
        json!({ "condition": "message_matches", "params": { "regex": { "pattern": "(?!bot)", "flags": "i" } } });
    let action = json!({ "key": "a", "name": { "value": "A" }, "location": "message",
        "conditions": [{ "type": "or", "conditions": [regex] }] });
    let odd = warnings(&capability("action", json!([action])));
    assert_eq!(odd[0].pointer, "/capabilities/action/0/conditions");
    assert!(odd[0].message.starts_with("a condition with a pattern never holds: the pattern is not understood"));
    let hooks = |count: usize| {
        let hook =
            |index| json!({ "event": "room_message", "url": "https://a.example", "pattern": format!("{index}") });
        capability("webhook", (0..count).map(hook).collect())
    };
    assert!(parse(&hooks(50)).is_ok());
    assert_eq!(pointers(&hooks(51)), ["/capabilities/webhook/50/pattern"]);
}

#[test]
fn scopes_are_known_and_counted_once() {
    let scopes = |scopes: Value| capability("hipchatApiConsumer", json!({ "scopes": scopes, "fromName": "Bot" }));
    let descriptor = accepted(&scopes(json!(["view_room", "view_room", "send_notification"])));
    assert_eq!(descriptor.scopes, [Scope::ViewRoom, Scope::SendNotification]);
    assert_eq!(descriptor.from_name.as_deref(), Some("Bot"));
    assert_eq!(pointers(&scopes(json!(["view_room", "root"]))), ["/capabilities/hipchatApiConsumer/scopes/1"]);
    assert_eq!(pointers(&scopes(json!("view_room"))), ["/capabilities/hipchatApiConsumer/scopes"]);
}

#[test]
fn dangling_targets_are_tolerated_and_odd_ones_are_not() {
    let glance =
        |target: Value| capability("glance", json!([{ "key": "g", "name": { "value": "G" }, "target": target }]));
    for target in [json!("nowhere"), json!({ "key": "nowhere", "options": {} }), json!(null), json!("not a key")] {
        assert!(parse(&glance(target)).is_ok());
    }
    assert_eq!(pointers(&glance(json!(7))), ["/capabilities/glance/0/target"]);
    assert_eq!(pointers(&glance(json!({ "type": "x" }))), ["/capabilities/glance/0/target/key"]);
}

#[test]
fn what_is_odd_is_told_and_tolerated() {
    // DESC-15, but for the refusal (decision 11).
    let document = with(
        "/capabilities",
        json!({
            "glance": [{ "key": "g", "name": "G", "target": "p" }, { "key": "h", "name": "H", "target": "nowhere" }],
            "webPanel": { "key": "p", "name": "P", "url": "https://a.example", "location": "sidebar.right" },
            "action": [
                { "key": "a", "name": "A", "location": "hipchat.message.action", "target": { "key": "gone" } },
                { "key": "b", "name": "B", "location": "hologram", "target": "g",
                  "conditions": [{ "type": "or", "conditions": [{ "condition": "room_is_pubic" }] }] }
            ],
            "hologram": [{ "key": "h" }],
        }),
    );
    let odd = warnings(&document);
    let told: Vec<_> = odd.iter().map(|warning| warning.pointer.as_str()).collect();
    assert_eq!(
        told,
        [
            "/capabilities/action/0/target",
            "/capabilities/action/1/conditions",
            "/capabilities/action/1/location",
            "/capabilities/glance/1/target",
            "/capabilities/hologram/0",
            "/capabilities/webPanel"
        ]
    );
    assert_eq!(odd[0].message, "there is no \"gone\" in this descriptor, so nothing will open");
    assert_eq!(warnings(&table_p()), []);
}

#[test]
fn hcc_15_an_integration_speaks_for_what_it_adds_in_a_room() {
    let base = accepted(&table_p());
    let added = base.for_room(RoomId(7), &base.extensions).unwrap();
    assert_ne!(added.key, base.key);
    assert_eq!((added.key.speaker(), base.key.speaker()), (base.key.as_str(), base.key.as_str()));
    assert!(!base.key.as_str().contains(':'));
    let with_colon: IntegrationKey = "com.example:builds".parse().unwrap();
    assert_eq!(with_colon.speaker(), "com.example:builds");
}

#[test]
fn warnings_are_bounded() {
    let glances = (0..100).map(|number| json!({ "key": format!("g{number}"), "name": "G", "target": "nowhere" }));
    assert_eq!(warnings(&capability("glance", glances.collect())).len(), 20);
}

#[test]
fn members_nobody_reads_are_told() {
    // Misplaced, misspelt, or of another time: installed all the same.
    let mut document = with(
        "/capabilities",
        json!({
            "installable": { "callbackUrl": "https://a.example", "unistalledUrl": "https://a.example" },
            "webhok": { "event": "room_message" },
            "dialog": [{ "key": "d", "title": "D", "url": "https://a.example/{id}", "width": 400 }],
            "webhook": [{ "event": "room_message", "url": "https://a.example/{id}" }],
        }),
    );
    document["configurable"] = json!({ "url": "https://a.example" });
    document["baseUrl"] = json!("https://a.example");
    let told: Vec<String> =
        warnings(&document).into_iter().map(|Fault { pointer, message }| format!("{pointer}: {message}")).collect();
    assert_eq!(
        told,
        [
            "/baseUrl: nothing is done with \"baseUrl\"",
            "/configurable: nothing is done with \"configurable\" here; it belongs into \"capabilities\"",
            "/capabilities/dialog/0/width: nothing is done with \"width\"",
            "/capabilities/dialog/0/url: {id} is filled in when this opens, with nothing where there is no such value",
            "/capabilities/installable/unistalledUrl: nothing is done with \"unistalledUrl\"",
            "/capabilities/webhok: nothing is done with \"webhok\"",
            "/capabilities/webhook/0/url: {id} is sent as it is: nothing is filled in here",
        ]
    );
}

#[test]
fn one_extension_is_added_replaced_and_removed() {
    // UPD-02 to UPD-05.
    let first = accepted(&minimal());
    let (kind, key) = (ExtensionKind::from("dynamicContentItem"), "g".parse().unwrap());
    let glance = |name: &str| json!({ "name": { "value": name } });
    let second = first.with_extension(kind.clone(), &key, glance("One")).unwrap();
    assert_eq!(second.document["capabilities"]["glance"], json!([{ "key": "g", "name": { "value": "One" } }]));
    let third = second.with_extension(kind.clone(), &key, glance("Two")).unwrap();
    assert_eq!(third.extensions.glances()[0].name.value, "Two");
    assert_eq!(third.extensions.glances().len(), 1);
    assert_eq!(third.without_extension(&kind, &key), Some(first.clone()));
    assert_eq!(first.without_extension(&kind, &key), None);
}

#[test]
fn faults_of_one_extension_point_into_it() {
    let descriptor = accepted(&minimal());
    let key = "p".parse().unwrap();
    let refused = |kind: &str, extension: Value| descriptor.with_extension(kind.into(), &key, extension).unwrap_err();
    let panel = json!({ "name": { "value": "P" }, "url": "x", "location": "sidebar.right" });
    assert_eq!(refused("webPanel", panel)[0].pointer, "/url");
    assert_eq!(refused("webPanel", json!({ "key": "other" }))[0].pointer, "/key");
    assert_eq!(refused("webPanel", json!([]))[0].pointer, "");
    assert_eq!(refused("installable", json!({}))[0].pointer, "");
    let large = json!({ "name": { "value": "P" }, "filler": "x".repeat(MAX_DESCRIPTOR_BYTES) });
    assert_eq!(refused("glance", large)[0].pointer, "");
}

#[test]
fn a_webhook_without_key_can_be_removed_by_its_derived_one() {
    let hook = |event: &str| json!({ "event": event, "url": "https://a.example" });
    let descriptor = accepted(&capability("webhook", json!([hook("room_enter"), hook("room_exit")])));
    let key = descriptor.extensions.webhooks()[0].key.clone();
    let left = descriptor.without_extension(&ExtensionKind::WEBHOOK.into(), &key).unwrap();
    assert_eq!(left.extensions.webhooks().iter().map(|hook| hook.event.as_str()).collect::<Vec<_>>(), ["room_exit"]);
}

/// CC-18: a control may open an application, one of those that only write, call, meet or show code.
#[test]
fn applications_may_be_opened_but_not_any() {
    let with = |url: &str| {
        let mut document = minimal();
        document["capabilities"]["externalPage"] =
            json!([{ "key": "call", "name": { "value": "Call" }, "url": url, "location": "external" }]);
        Descriptor::parse(document.to_string().as_bytes())
    };
    for url in ["tel:+49301234", "mailto:{user.email}", "MSTeams://l/chat", "https://example.com/"] {
        let descriptor = with(url).unwrap();
        assert!(descriptor.origins().iter().all(|origin| origin.starts_with("https://")), "{url}");
    }
    for url in
        ["javascript:alert(1)", "file:///etc/passwd", "ms-msdt:/id", "tel:", "data:text/html,x", "{scheme}:x", "tel"]
    {
        assert_eq!(with(url).unwrap_err()[0].pointer, "/capabilities/externalPage/0/url", "{url}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn hostile_documents_are_read_to_their_end() {
    let fill = |piece: &str| piece.repeat((MAX_DESCRIPTOR_BYTES - 400) / piece.len());
    let list = |kind: &str, piece: &str| {
        let items = fill(piece);
        let document = minimal().to_string();
        document.replace(
            "\"capabilities\":{}",
            &format!("\"capabilities\":{{\"{kind}\":[{}]}}", items.trim_end_matches(',')),
        )
    };
    let nested = fill("[");
    for text in [
        list("webhook", r#"{"url":"https://a.example","event":"x"},"#),
        list("glance", r#"{"key":"a"},"#),
        list("hologram", r#"{"key":"a"},"#),
        list("glance", "1,"),
        minimal().to_string().replace("https://minimal", &format!("https://minimal/{}", fill("{"))),
        minimal().to_string().replace("https://minimal.example.com/", &format!("https://a.example/{}", fill("{a}"))),
        nested,
    ] {
        assert!(text.len() <= MAX_DESCRIPTOR_BYTES);
        _ = Descriptor::review(text.as_bytes()).map(|(descriptor, _)| (token(&descriptor), descriptor.origins()));
        _ = roomglass_protocol::json::Lines::of(text.as_bytes()).line("/capabilities/glance/9999/key");
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;

    use super::*;
    use crate::real_descriptors::REAL;

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Descriptor::parse(&bytes).is_err());
        }

        /// A real descriptor with one value replaced is accepted or refused with pointers that lead into it.
        #[test]
        fn one_odd_value_does_no_harm(which in 0..REAL.len(), place in any::<prop::sample::Index>(), odd in 0..6_usize) {
            let mut document: Value = serde_json::from_str(REAL[which].text).unwrap();
            let pointers = all_pointers(&document, "");
            let pointer = &pointers[place.index(pointers.len())];
            let values = [json!(null), json!(1.5), json!(""), json!([]), json!({}), json!([{ "key": "k" }])];
            *document.pointer_mut(pointer).unwrap() = values[odd].clone();
            match parse(&document) {
                Ok(descriptor) => prop_assert_eq!(&parse(&descriptor.document), &Ok(descriptor.clone())),
                Err(faults) => prop_assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.message.is_empty())),
            }
        }
    }

    fn all_pointers(value: &Value, at: &str) -> Vec<String> {
        let inner: Vec<(String, &Value)> = match value {
            Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
            Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), member)).collect(),
            _ => Vec::new(),
        };
        let below = inner.into_iter().flat_map(|(step, value)| all_pointers(value, &format!("{at}/{step}")));
        below.chain([at.to_owned()]).collect()
    }
}
