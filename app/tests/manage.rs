//! Dialogs of those who manage integrations, drawn with what the server answers.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use roomglass_app::{
    components::catalogue::{Deliveries, DeliveryLog},
    page_data::{PageData, PageKind, WorkspaceData},
    state::Store,
};
use roomglass_protocol::RoomId;
use serde_json::{Value, json};

const ROOM: RoomId = RoomId(7);
const DESK: &str = "com.example.desk";

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of the protocol")
}

/// What Sanna sees, who owns a room.
fn drawn(view: impl FnOnce() -> AnyView) -> String {
    let sanna = json!({"id": 1, "name": "Sanna", "mention": "sanna", "role": "member"});
    let room = json!({"id": ROOM, "name": "Launch", "privacy": "private", "owner_id": 1, "seq": 1, "messages": 1,
        "read_seq": 1, "read_messages": 1});
    let snapshot = read(json!({"rev": 5, "organisation": {"id": 1, "name": "Northwind Ferries"}, "user": sanna,
        "people": [sanna], "presence": [], "rooms": [room]}));
    let data = WorkspaceData { snapshot, room: None, catalogue: None };
    let page = PageData { page: PageKind::Workspace(Box::new(data)), ..PageData::default() };
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(Store::new(&page));
        view().to_html()
    });
    // Cleaning up is for the browser: it gives the focus back.
    std::mem::forget(owner);
    html.replace("<!>", "")
}

/// Whether these stand in a text one after another.
fn in_order(html: &str, parts: &[&str]) -> bool {
    let mut rest = html;
    parts.iter().all(|part| match rest.split_once(part) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

fn deliveries(webhooks: Value, items: Value, more: bool) -> String {
    drawn(|| {
        let log = Deliveries::new(ROOM, DESK.parse().expect("an integration key"));
        log.show(read(json!({"webhooks": webhooks, "items": items, "more": more})));
        view! { <DeliveryLog log/> }.into_any()
    })
}

#[test]
fn hook_07_the_log_tells_event_time_outcome_and_every_try_of_a_call() {
    let delivery = |id: i64, state: &str, attempts: Value| {
        json!({"id": id, "webhook": "hears", "event": "room_message", "seq": 40 + id, "at": "2026-01-01T10:15:00Z",
               "state": state, "attempts": attempts})
    };
    let attempt = |status: Option<u16>, note: Option<&str>| {
        let mut attempt = json!({"at": "2026-01-01T10:16:00Z", "took_ms": 120});
        if let Some(status) = status {
            attempt["status"] = status.into();
        }
        if let Some(note) = note {
            attempt["note"] = note.into();
        }
        attempt
    };
    let tries = json!([attempt(None, Some("The connection was refused.")), attempt(Some(503), None)]);
    let items = json!([
        delivery(4, "waiting", json!([])),
        delivery(3, "failed", tries),
        delivery(2, "refused", json!([attempt(Some(404), None)])),
        delivery(1, "delivered", json!([attempt(Some(200), None)])),
    ]);
    let webhooks = json!([{"key": "hears", "event": "room_message", "waiting": 1}]);
    let html = deliveries(webhooks.clone(), items, false);
    let waiting = [
        "1 call waits.",
        "room_message",
        "1 January, 10:15",
        "Waiting",
        "Not tried yet",
        "Replay room_message number 44",
    ];
    let failed =
        ["Given up", "2 tries, answered 503 after 120 ms", "no answer", "The connection was refused.", "number 43"];
    let others = ["Refused", "1 try, answered 404", "number 42", "Delivered", "1 try, answered 200", "number 41"];
    assert!(in_order(&html, &[&waiting[..], &failed, &others].concat()), "{html}");
    assert!(!html.contains("Show older") && !html.contains("Resume"), "{html}");
    let nothing = deliveries(webhooks, json!([]), false);
    assert!(nothing.contains("It was told of nothing here"), "{nothing}");
    assert!(deliveries(json!([]), json!([delivery(1, "waiting", json!([]))]), true).contains("Show older calls"));
}

#[test]
fn hook_07_a_suspended_webhook_says_since_when_and_can_be_resumed() {
    let webhooks = json!([
        {"key": "enters", "event": "room_enter", "waiting": 0},
        {"key": "hears", "event": "room_message", "waiting": 0, "suspended_at": "2026-01-02T08:00:00Z"},
    ]);
    let html = deliveries(webhooks, json!([]), false);
    assert!(
        in_order(&html, &["room_message", "Suspended since ", "2 January, 08:00", "Resume room_message"]),
        "{html}"
    );
    assert_eq!(html.matches(">Resume<").count(), 1, "{html}");
}
