//! Which updates wait for a review (UPD-06, safety E2).

use roomglass_protocol::integration::{Descriptor, Difference, DifferenceItem, Listening, Purpose, Scope};
use serde_json::{Value, json};

use crate::support::test;

fn document() -> Value {
    json!({
        "name": "Builds",
        "key": "com.example.builds",
        "description": "Builds for rooms",
        "links": {"self": "https://builds.example.com/descriptor", "homepage": "https://example.com"},
        "capabilities": {
            "hipchatApiConsumer": {"scopes": ["view_room"], "avatar": "https://pictures.example.com/a.png"},
            "installable": {"callbackUrl": "https://builds.example.com/installed"},
            "glance": [{
                "key": "builds.summary",
                "name": {"value": "Builds"},
                "queryUrl": "https://builds.example.com/glance?room={room}",
                "icon": {"url": "https://pictures.example.com/icon.png"}
            }],
            "webhook": [{
                "key": "builds.command",
                "event": "room_message",
                "pattern": "^/build\\b",
                "url": "https://builds.example.com/hook"
            }]
        }
    })
}

fn read(document: &Value) -> Descriptor {
    Descriptor::parse(document.to_string().as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The difference a change of the document makes.
fn made_by(change: impl FnOnce(&mut Value)) -> Difference {
    let mut changed = document();
    change(&mut changed);
    Difference::between(&read(&document()), &read(&changed))
}

fn to_review(change: impl FnOnce(&mut Value)) -> Vec<DifferenceItem> {
    made_by(change).review
}

fn hosts(purpose: Purpose, old: &[&str], new: &[&str]) -> DifferenceItem {
    let owned = |hosts: &[&str]| hosts.iter().map(|host| format!("https://{host}")).collect();
    DifferenceItem::Hosts { purpose, old: owned(old), new: owned(new) }
}

fn messages(old: &[Option<&str>], new: &[Option<&str>]) -> DifferenceItem {
    let listening = |patterns: &[Option<&str>]| {
        let read = |pattern: &Option<&str>| Listening { pattern: pattern.map(str::to_owned), flags: String::new() };
        patterns.iter().map(read).collect()
    };
    DifferenceItem::Events { event: "room_message".to_owned(), old: listening(old), new: listening(new) }
}

#[test]
fn upd_06_more_scopes_wait_and_fewer_do_not() {
    let wanted = |words: Value| made_by(|document| document["capabilities"]["hipchatApiConsumer"]["scopes"] = words);
    let more = DifferenceItem::Scopes { old: vec![Scope::ViewRoom], new: vec![Scope::ViewMessages, Scope::ViewRoom] };
    assert_eq!(wanted(json!(["view_room", "view_messages"])).review, [more]);
    assert!(wanted(json!([])).is_harmless());
    assert!(!wanted(json!([])).is_empty());
}

#[test]
fn upd_06_a_server_waits_by_what_it_is_contacted_for() {
    let builds = "builds.example.com";
    let found = to_review(|it| it["capabilities"]["glance"][0]["queryUrl"] = json!("https://tracker.example.net/"));
    assert_eq!(found, [hosts(Purpose::Pages, &[builds], &["tracker.example.net"])]);
    let found = to_review(|it| it["capabilities"]["installable"]["callbackUrl"] = json!("https://evil.example.net/"));
    assert_eq!(found, [hosts(Purpose::Credentials, &[builds], &["evil.example.net"])]);
    // Known already, but for nothing more than pictures.
    let found = to_review(|it| it["capabilities"]["webhook"][0]["url"] = json!("https://pictures.example.com/hook"));
    assert_eq!(found, [hosts(Purpose::Events, &[builds], &["pictures.example.com"])]);
    let found = to_review(|it| it["capabilities"]["configurable"] = json!({"url": "https://config.example.net/"}));
    assert_eq!(found, [hosts(Purpose::Pages, &[builds], &[builds, "config.example.net"])]);
    let found = to_review(|it| it["links"]["self"] = json!("https://elsewhere.example.net/descriptor"));
    assert_eq!(found, [hosts(Purpose::Descriptor, &[builds], &["elsewhere.example.net"])]);
    let found = to_review(|it| it["links"]["homepage"] = json!("https://shop.example.net/"));
    assert_eq!(found, [hosts(Purpose::Links, &["example.com"], &["shop.example.net"])]);
    // The same server under another scheme or port is another one.
    let found = to_review(|it| it["capabilities"]["glance"][0]["icon"]["url"] = json!("http://pictures.example.com/i"));
    assert!(matches!(&found[..], [DifferenceItem::Hosts { purpose: Purpose::Pictures, .. }]), "{found:?}");
}

/// HOOK-02: what a provider is told of is part of what was agreed to.
#[test]
fn upd_06_another_pattern_waits() {
    let hook = |change: fn(&mut Value)| to_review(|document| change(&mut document["capabilities"]["webhook"][0]));
    let command = Some("^/build\\b");
    assert_eq!(hook(|hook| hook["pattern"] = json!(".*")), [messages(&[command], &[Some(".*")])]);
    assert_eq!(hook(|hook| _ = hook.as_object_mut().unwrap().remove("pattern")), [messages(&[command], &[None])]);
    let found = hook(|hook| hook["event"] = json!("room_enter"));
    assert!(matches!(&found[..], [DifferenceItem::Events { event, .. }] if event == "room_enter"), "{found:?}");
    // A second webhook would be a way around it.
    let found = to_review(|document| {
        let hooks = document["capabilities"]["webhook"].as_array_mut().unwrap();
        hooks.push(json!({"event": "room_message", "url": "https://builds.example.com/all"}));
    });
    assert_eq!(found, [messages(&[command], &[None, command])]);
}

#[test]
fn upd_06_who_is_told_everything_may_ask_for_less() {
    let mut all = document();
    all["capabilities"]["webhook"][0].as_object_mut().unwrap().remove("pattern");
    let difference = Difference::between(&read(&all), &read(&document()));
    assert!(difference.is_harmless());
    assert!(difference.harmless.contains(&messages(&[None], &[Some("^/build\\b")])), "{difference:?}");
}

#[test]
fn upd_06_names_tiles_controls_and_their_conditions_apply_at_once() {
    let difference = made_by(|document| {
        document["name"] = json!("All builds");
        document["capabilities"]["glance"][0]["name"]["value"] = json!("All builds");
        document["capabilities"]["action"] = json!([{
            "key": "builds.rerun", "name": {"value": "Run again"}, "location": "message",
            "conditions": [{"condition": "message_matches", "params": {"regex": {"pattern": "https://ci.example.net"}}}]
        }]);
    });
    assert!(difference.is_harmless(), "{difference:?}");
    let said: Vec<Value> = difference.harmless.iter().map(|item| serde_json::to_value(item).unwrap()).collect();
    assert_eq!(said.len(), 3);
    assert_eq!(
        (&said[0]["kind"], &said[0]["key"], said[0].get("old")),
        (&json!("action"), &json!("builds.rerun"), None)
    );
    assert_eq!(said[1]["old"]["name"], json!({"value": "Builds"}));
    let renamed = json!({"subject": "member", "pointer": "/name", "old": "Builds", "new": "All builds"});
    assert_eq!(said[2], renamed);
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use proptest::{collection::vec, prelude::*, sample::subsequence};
    use roomglass_protocol::token::IntegrationToken;

    use super::*;

    const SCOPES: [&str; 4] = ["view_room", "view_group", "view_messages", "send_notification"];
    const HOSTS: [&str; 3] = ["one.example.com", "two.example.com", "three.example.com"];
    const PATTERNS: [Option<&str>; 3] = [None, Some("^/a"), Some("b$")];

    fn address() -> impl Strategy<Value = String> {
        prop::sample::select(HOSTS.to_vec()).prop_map(|host| format!("https://{host}/x"))
    }

    /// Few choices each, so that two of them often have something in common.
    fn any_descriptor() -> impl Strategy<Value = Descriptor> {
        let glance = (address(), "[ab]").prop_map(|(url, name)| json!({"name": {"value": name}, "queryUrl": url}));
        let webhook = (address(), prop::sample::select(PATTERNS.to_vec()))
            .prop_map(|(url, pattern)| json!({"event": "room_message", "url": url, "pattern": pattern}));
        let scopes = subsequence(SCOPES.to_vec(), 0..=SCOPES.len());
        (scopes, address(), vec(glance, 0..3), vec(webhook, 0..3)).prop_map(|(scopes, callback, glances, webhooks)| {
            let mut document = document();
            let named = |list: Vec<Value>| {
                let with_key = |(number, mut value): (usize, Value)| {
                    value["key"] = json!(format!("k{number}"));
                    value
                };
                list.into_iter().enumerate().map(with_key).collect::<Vec<_>>()
            };
            let capabilities = &mut document["capabilities"];
            capabilities["hipchatApiConsumer"]["scopes"] = json!(scopes);
            capabilities["installable"]["callbackUrl"] = json!(callback);
            capabilities["glance"] = json!(named(glances));
            capabilities["webhook"] = json!(named(webhooks));
            read(&document)
        })
    }

    proptest! {
        #[test]
        fn nothing_differs_from_itself(one in any_descriptor()) {
            prop_assert!(Difference::between(&one, &one).is_empty());
        }

        /// Whatever changes tokens or rights is listed, so nobody agrees to what they were not shown.
        #[test]
        fn upd_06_every_change_is_listed(old in any_descriptor(), new in any_descriptor()) {
            let token = |it: &Descriptor| IntegrationToken::of(&it.key, &it.extensions);
            let same = token(&old) == token(&new)
                && old.callback_url == new.callback_url
                && old.scopes == new.scopes;
            prop_assert_eq!(Difference::between(&old, &new).is_empty(), same);
        }

        /// What applies at once gives the provider nothing that was not agreed to.
        #[test]
        fn upd_06_a_harmless_update_gives_no_more(old in any_descriptor(), new in any_descriptor()) {
            if Difference::between(&old, &new).is_harmless() {
                prop_assert!(new.scopes.iter().all(|scope| old.scopes.contains(scope)));
                let before = old.contacts();
                for (purpose, origins) in new.contacts() {
                    prop_assert!(before.get(&purpose).is_some_and(|known| origins.is_subset(known)), "{:?}", purpose);
                }
                for webhook in new.extensions.webhooks() {
                    let covers = |known: &Option<String>| known.is_none() || *known == webhook.pattern;
                    prop_assert!(old.extensions.webhooks().iter().any(|known| covers(&known.pattern)));
                }
            }
        }

        /// Many small steps never come to one that would have had to be reviewed.
        #[test]
        fn upd_06_harmless_steps_add_up_to_a_harmless_one(
            one in any_descriptor(), two in any_descriptor(), three in any_descriptor()
        ) {
            let harmless = |old: &Descriptor, new: &Descriptor| Difference::between(old, new).is_harmless();
            if harmless(&one, &two) && harmless(&two, &three) {
                prop_assert!(harmless(&one, &three));
            }
        }
    }
}
