//! What is read from extensions in normal form.

use roomglass_protocol::{
    ExtensionKey,
    integration::{Descriptor, ExtensionKind, Extensions, Target},
};
use serde_json::json;

use crate::support::{extensions, test};

fn key(text: &str) -> ExtensionKey {
    text.parse().expect("a key")
}

fn sample() -> Extensions {
    extensions(json!({
        "glance": [
            { "key": "late", "name": { "value": "Late" }, "weight": 200 },
            { "key": "plain", "name": "Plain", "queryUrl": "https://q.example/glance", "target": { "key": "panel", "type": "x" } },
            { "key": "early", "name": { "value": "Early", "i18n": "k" }, "weight": 10,
              "icon": { "url": "https://i.example/1.png", "url@2x": "https://i2.example/2.png" }, "target": "dialog" },
            { "key": "nameless" }
        ],
        "webPanel": [{ "key": "panel", "name": { "value": "Panel" }, "location": "sidebar.right", "url": "https://p.example/x?a={b}" }],
        "dialog": [{ "key": "dialog", "title": { "value": "Dialog" }, "url": "https://d.example:8443/", "options": { "size": "large" } }],
        "externalPage": [{ "key": "page", "name": { "value": "Page" }, "url": "https://e.example/" }],
        "action": [
            { "key": "b", "name": { "value": "B" }, "location": "message", "target": "early" },
            { "key": "a", "name": { "value": "A" }, "location": "input", "target": "nowhere" }
        ],
        "webhook": [
            { "event": "room_message", "url": "https://h.example/hook", "pattern": "^/x", "authentication": "jwt" },
            { "event": "room_enter", "url": "https://h.example/hook" },
            { "event": "room_enter", "url": "https://h.example/hook" }
        ],
        "hologram": [{ "key": "h", "url": "https://unknown.example/" }]
    }))
}

#[test]
fn lists_come_by_weight() {
    // HCC-13; equal weights keep the order of the descriptor.
    let glances = sample().glances();
    assert_eq!(glances.iter().map(|glance| glance.key.as_str()).collect::<Vec<_>>(), ["early", "plain", "late"]);
    assert_eq!(glances[1].name.value, "Plain");
    assert_eq!(glances[1].target, Some(key("panel")));
    assert_eq!(glances[0].icon.as_ref().and_then(|icon| icon.url_2x.as_deref()), Some("https://i2.example/2.png"));
    let actions = sample().actions();
    assert_eq!(actions.iter().map(|action| action.key.as_str()).collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn targets_lead_to_pages_and_through_glances() {
    // RC-02.
    let target = |name: &str| sample().target(&key(name));
    assert!(matches!(target("panel"), Some(Target::WebPanel(panel)) if panel.location == "sidebar.right"));
    assert!(matches!(target("dialog"), Some(Target::Dialog(dialog)) if dialog.options == json!({ "size": "large" })));
    assert!(matches!(target("page"), Some(Target::ExternalPage(_))));
    assert!(matches!(target("early"), Some(Target::Dialog(_))), "sentry: an action's target may be a glance");
    assert!(target("late").is_none() && target("nowhere").is_none());
    let glances = sample().glances();
    let pages =
        glances.iter().filter_map(|glance| sample().target(glance.target.as_ref()?)).map(|target| match target {
            Target::WebPanel(panel) => panel.url,
            Target::Dialog(dialog) => dialog.url,
            Target::ExternalPage(page) => page.url,
        });
    assert_eq!(pages.collect::<Vec<_>>(), ["https://d.example:8443/", "https://p.example/x?a={b}"]);
}

#[test]
fn actions_have_a_place_and_either_form_of_target() {
    // HCC-11, in the words of HipChat; the client opens what `Extensions::target` leads to.
    let action = |location: &str, target: serde_json::Value| json!({ "key": "a", "name": { "value": "A" }, "location": location, "target": target });
    let read = |location: &str, target: serde_json::Value| {
        let capabilities = json!({
            "action": [action(location, target)],
            "webPanel": [{ "key": "panel", "name": { "value": "Panel" }, "location": "hipchat.sidebar.right", "url": "https://p.example/" }]
        });
        let document = json!({ "key": "com.example.a", "name": "A", "description": "", "links": { "self": "https://p.example/d" },
            "capabilities": capabilities });
        Descriptor::parse(document.to_string().as_bytes()).expect("a descriptor").extensions
    };
    for (location, place) in [("hipchat.message.action", "message"), ("hipchat.input.action", "input")] {
        let forms = [
            json!("panel"),
            json!({ "key": "panel" }),
            json!({ "key": "panel", "type": "webPanel", "options": { "w": 1 } }),
        ];
        let opened = forms.map(|form| {
            let extensions = read(location, form);
            let action = extensions.actions().remove(0);
            assert_eq!(action.location, place);
            extensions.target(action.target.as_ref().expect("a target")).expect("a page")
        });
        assert!(matches!(&opened[0], Target::WebPanel(panel) if panel.location == "sidebar.right"));
        assert_eq!((&opened[1], &opened[2]), (&opened[0], &opened[0]), "the same view opens");
    }
}

#[test]
fn glances_that_target_each_other_lead_nowhere() {
    let circle = extensions(json!({ "glance": [
        { "key": "a", "name": "A", "target": "b" }, { "key": "b", "name": "B", "target": "a" }] }));
    assert_eq!(circle.target(&key("a")), None);
}

#[test]
fn webhooks_without_keys_are_named_after_their_content() {
    let webhooks = sample().webhooks();
    let keys: Vec<_> = webhooks.iter().map(|webhook| webhook.key.as_str().to_owned()).collect();
    assert!(keys[0].starts_with("webhook-") && keys[0].len() == 20);
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys[2], format!("{}-2", keys[1]), "equal ones are counted");
    assert_eq!((webhooks[0].signed, webhooks[1].signed), (true, false));
    let found = sample();
    let found = found.find(&ExtensionKind::WEBHOOK.into(), &webhooks[0].key).expect("found by the derived key");
    assert_eq!(found.get("key"), None, "which does not enter the descriptor");
    assert_eq!(sample().webhooks(), webhooks);
}

#[test]
fn origins_are_those_browsers_contact() {
    assert_eq!(
        sample().origins(),
        [
            "https://d.example:8443",
            "https://e.example",
            "https://i.example",
            "https://i2.example",
            "https://p.example",
            "https://q.example"
        ]
    );
}

#[test]
fn one_extension_is_put_and_taken_out() {
    // UPD-02 to UPD-04.
    let mut changed = sample();
    let kind = ExtensionKind::from(ExtensionKind::GLANCE);
    changed.put("dynamicContentItem".into(), &key("plain"), json!({ "name": { "value": "New" } }));
    assert_eq!(changed.0[&kind].len(), 4);
    assert_eq!(changed.find(&kind, &key("plain")), Some(&json!({ "key": "plain", "name": { "value": "New" } })));
    changed.put(kind.clone(), &key("added"), json!({ "key": "added", "name": "x" }));
    assert_eq!(changed.0[&kind].len(), 5);
    assert!(changed.remove(&kind, &key("added")) && !changed.remove(&kind, &key("added")));

    let dialogs = ExtensionKind::from(ExtensionKind::DIALOG);
    assert!(changed.remove(&dialogs, &key("dialog")));
    assert!(!changed.0.contains_key(&dialogs), "a kind without extensions is not there");
}

#[test]
fn iteration_is_sorted_by_kind_then_key() {
    let sample = sample();
    let order: Vec<_> = sample.iter().into_iter().map(|(kind, key, _)| (kind.clone(), key)).collect();
    assert!(order.is_sorted());
    assert_eq!(order.len(), 13);
}
