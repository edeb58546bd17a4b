//! Dialogs of those who manage integrations, drawn with what the server answers.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use roomglass_app::{
    components::{
        catalogue::{
            AddressReady, Catalogue, CategoryFilter, Chosen, Deliveries, DeliveryLog, DetailBody, IncomingList,
            IncomingWebhooks, ListingForm, RemoteActions, RemoteList, UpdateBody, UpdateNotices, entry_list,
        },
        rail::UpdateBadge,
        simulator::{ExchangeLog, Findings},
    },
    page_data::{PageData, PageKind, WorkspaceData},
    state::{
        Store,
        simulator::{Checked, Exchange, Logged},
    },
};
use roomglass_protocol::{
    RoomId, RoomRef, Timestamp,
    rest::{catalogue::Entry, incoming_webhook::Created},
};
use serde_json::{Value, json};

const ROOM: RoomId = RoomId(7);
const DESK: &str = "com.example.desk";

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of the protocol")
}

/// What Sanna sees, who owns a room.
fn drawn(view: impl FnOnce() -> AnyView) -> String {
    drawn_for("member", 1, view)
}

/// What Sanna sees, with this role, in a room of this owner's.
fn drawn_for(role: &str, owner: u32, view: impl FnOnce() -> AnyView) -> String {
    let sanna = json!({"id": 1, "name": "Sanna", "mention": "sanna", "role": role});
    let room = json!({"id": ROOM, "name": "Launch", "privacy": "private", "owner_id": owner, "seq": 1, "messages": 1,
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
        "1 call to its address waits.",
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

fn waiting_update() -> Value {
    json!({"integration": DESK, "name": "Desk", "version": "abc", "arrived_at": "2026-01-02T08:00:00Z"})
}

#[test]
fn upd_06_a_version_that_waits_is_announced_with_the_way_to_its_review() {
    let html = drawn(|| {
        let waiting = RwSignal::new(vec![read(waiting_update())]);
        view! { <UpdateNotices waiting reviewing=RwSignal::new(None)/> }.into_any()
    });
    let words = ["Desk", "wants more than it was given", "2 January, 08:00", "Review the new version of Desk…"];
    assert!(in_order(&html, &words), "{html}");
}

#[test]
fn upd_06_a_review_shows_what_was_and_what_would_be_item_by_item() {
    let mut review = waiting_update();
    review["places"] = json!([RoomRef::Room(ROOM), RoomRef::Room(RoomId(99))]);
    review["difference"] = json!({
        "review": [
            {"subject": "scopes", "old": ["view_room"], "new": ["view_room", "view_messages"]},
            {"subject": "hosts", "purpose": "pages", "old": [], "new": ["https://other.example.com"]},
            {"subject": "events", "event": "room_message", "old": [{"pattern": "^/desk"}], "new": [{}]},
        ],
        "harmless": [
            {"subject": "extension", "kind": "glance", "key": "desk.open",
             "old": {"name": {"value": "Desk"}, "weight": 1, "queryUrl": "https://desk.example.com/q"},
             "new": {"name": {"value": "Service desk"}, "weight": 1, "queryUrl": "https://desk.example.com/q"}},
            {"subject": "extension", "kind": "webPanel", "key": "desk.page", "old": {"name": "Tickets"}},
            {"subject": "member", "pointer": "/description", "old": "Tickets", "new": "Tickets and more"},
        ],
    });
    let html = drawn(|| view! { <UpdateBody review=read(review)/> }.into_any());
    assert!(in_order(&html, &["Launch and 1 more", "What it would get more", "Changes along with it"]), "{html}");
    let (agree, along) = html.split_once("Changes along with it").expect("both lists");
    assert_eq!((agree.matches("data-weight=\"high\"").count(), along.matches("data-weight").count()), (3, 0), "{html}");
    assert!(in_order(agree, &["Added: ", "What it may do", "After", "Read messages"]), "{agree}");
    assert!(!agree.contains("See rooms"), "what stays is nothing to decide about: {agree}");
    let hosts = ["data-op=\"add\"", "Added: ", "opened by members", "After", "https://other.example.com"];
    assert!(in_order(agree, &hosts), "{agree}");
    let events = ["data-op=\"change\"", "Is told of room_message", "Before", "/^/desk/", "After", "every one"];
    assert!(in_order(agree, &events), "{agree}");
    let tile = ["tile: Service desk", "Before", "Desk", "After", "Service desk"];
    let others = [
        "data-op=\"remove\"",
        "Removed: ",
        "panel: Tickets",
        "/description",
        "Before",
        "Tickets",
        "After",
        "Tickets and more",
    ];
    assert!(in_order(along, &[&tile[..], &others].concat()), "{along}");
    assert!(!along.contains("queryUrl") && !along.contains("weight:"), "what stays is not shown: {along}");
}

#[test]
fn incoming_webhooks_are_listed_with_who_made_them_and_when_they_last_spoke() {
    let webhook = |id: u32, name: &str| json!({"id": id, "room_id": ROOM, "name": name, "created_by": 1, "created_at": "2026-01-01T10:15:00Z"});
    let list = |items: Value| {
        drawn(|| {
            let webhooks = RwSignal::new(Some(read(items)));
            view! { <IncomingList webhooks on_delete=Callback::new(|_| ())/> }.into_any()
        })
    };
    let mut used = webhook(2, "Alertmanager");
    used["last_used_at"] = json!("2026-01-03T07:30:00Z");
    let html = list(json!([webhook(1, "Backup"), used]));
    let backup = ["Backup", "Made by Sanna", "1 January, 10:15", "never used", "Delete Backup…"];
    let alerts = ["Alertmanager", "last used ", "3 January, 07:30", "Delete Alertmanager…"];
    assert!(in_order(&html, &[&backup[..], &alerts].concat()), "{html}");
    assert!(list(json!([])).contains("None in this room yet"));
}

#[test]
fn the_address_of_a_new_incoming_webhook_is_shown_with_a_button_that_copies_it() {
    let url = "https://chat.example.com/hooks/s3cret";
    let webhook =
        json!({"id": 1, "room_id": ROOM, "name": "Backup", "created_by": 1, "created_at": "2026-01-01T10:15:00Z"});
    let created: Created = read(json!({"webhook": webhook, "url": url}));
    let html = drawn(|| view! { <AddressReady created on_close=Callback::new(|()| ())/> }.into_any());
    assert!(in_order(&html, &["Address of Backup", url, "Copy", "shown this once"]), "{html}");
}

#[test]
fn inst_19_only_owner_and_administrators_are_offered_incoming_webhooks() {
    let offered = |role: &str, owner: u32| {
        let html = drawn_for(role, owner, || view! { <IncomingWebhooks room=ROOM/> }.into_any());
        html.contains("Make a webhook…")
    };
    assert_eq!([offered("member", 1), offered("administrator", 2), offered("member", 2)], [true, true, false]);
}

fn entry(key: &str, categories: &[&str]) -> Value {
    json!({"key": key, "name": key, "description": "", "homepage": null, "allowRoom": true, "allowGlobal": true,
           "scopes": [], "categories": categories})
}

#[test]
fn mkt_01_the_catalogue_is_narrowed_to_a_category() {
    let entries =
        [entry("builds", &["Development"]), entry("desk", &["support", "Development"]), entry("weather", &[])];
    let shown = |category: Option<&str>| -> Vec<String> {
        Owner::new().with(|| {
            let chosen = Chosen::new(category.map(str::to_owned));
            let all = entries.iter().map(|entry| read::<Entry>(entry.clone()));
            all.filter(|entry| chosen.includes(entry)).map(|entry| entry.key.to_string()).collect()
        })
    };
    assert_eq!(shown(None), ["builds", "desk", "weather"]);
    assert_eq!(shown(Some("Support")), ["desk"], "in any letter case");
    assert_eq!(shown(Some("Development")), ["builds", "desk"]);
    let filter = |categories: Value| {
        drawn(|| {
            let categories = Signal::stored(read(categories));
            view! { <CategoryFilter categories chosen=Chosen::new(Some("Support".to_owned()))/> }.into_any()
        })
    };
    let html = filter(json!([{"name": "Development", "entries": 2}, {"name": "Support", "entries": 1}]));
    let buttons =
        ["aria-label=\"Categories\"", "\"false\"", "All", "\"false\"", "Development", "2", "\"true\"", "Support", "1"];
    assert!(in_order(&html, &buttons), "{html}");
    assert!(!filter(json!([])).contains("Categories"), "without categories there is nothing to choose");
}

#[test]
fn mkt_01_the_detail_tells_what_is_added_and_who_sees_what_leaves() {
    let detail = json!({
        "entry": entry(DESK, &[]),
        "adds": [
            {"kind": "glance", "key": "desk.open", "name": "Open tickets", "conditional": true},
            {"kind": "action", "key": "desk.new", "name": "New ticket", "location": "hipchat.message.action"},
        ],
        "hosts": {"events": ["https://hooks.example.com"], "pages": ["https://a.example.com", "https://b.example.com"]},
        "events": {"room_message": [{"pattern": "^/desk"}], "room_enter": [{}]},
        "scopes": ["view_messages"],
    });
    let html = drawn(|| view! { <DetailBody detail=read(detail)/> }.into_any());
    let hosts = [
        "Is told what happens in rooms",
        "https://hooks.example.com",
        "learns who they are",
        "https://a.example.com, https://b.example.com",
    ];
    let adds = ["Open tickets", "tile, under conditions", "New ticket", "control on messages"];
    let told = ["room_enter", "every one", "room_message", "/^/desk/", "Read messages"];
    assert!(in_order(&html, &[&hosts[..], &adds, &told].concat()), "{html}");
}

#[test]
fn faults_of_a_descriptor_lead_to_their_lines() {
    let (checked, _) = Checked::of("{\n  \"key\": \"com.example.desk\",\n  \"description\": 7\n}");
    let html = drawn(|| view! { <Findings findings=checked.findings.clone() go_to=Callback::new(|_| ())/> }.into_any());
    assert!(in_order(&html, &["Fault", "Line 3", "<code>/description</code>", "expected text"]), "{html}");
    assert!(in_order(&html, &["Line 1", "<code>/name</code>"]), "{html}");
}

#[test]
fn the_simulator_tells_what_went_by_newest_first() {
    let request = Exchange::Request {
        url: "https://desk.example/tile?signed_request=a.b.c".to_owned(),
        status: None,
        took_ms: 31,
        body: "nobody listens".to_owned(),
    };
    let html = drawn(|| {
        let entry = |number, what| Logged { number, at: Timestamp(0), what };
        let log = vec![entry(1, request), entry(2, Exchange::Frame("{\"kind\":\"dynamic-data\"}".to_owned()))];
        view! { <ExchangeLog log=RwSignal::new(log)/> }.into_any()
    });
    let parts = [
        "Frame to browsers",
        "dynamic-data",
        "GET https://desk.example/tile · no answer · 31 ms",
        "signed_request=a.b.c",
    ];
    assert!(in_order(&html, &parts), "{html}");
}

#[test]
fn mkt_02_only_administrators_are_offered_to_list_and_to_read_other_catalogues() {
    let offered = |role: &str| {
        let html = drawn_for(role, 1, || {
            let room = Memo::new(|_| None);
            view! { <Catalogue room asked=None/> }.into_any()
        });
        ["List an integration…", "Catalogues of other servers", "Install from an address…"]
            .map(|words| html.contains(words))
    };
    assert_eq!(offered("administrator"), [true, true, true]);
    assert_eq!(offered("member"), [false, false, true]);
}

#[test]
fn mkt_04_an_entry_is_listed_for_an_audience_under_categories_and_can_be_withdrawn() {
    let form = |entry: Option<Value>| {
        drawn(|| view! { <ListingForm entry=entry.map(read) on_close=Callback::new(|()| ())/> }.into_any())
    };
    let mut listed = entry(DESK, &["Support", "Development"]);
    listed["audience"] = json!("public");
    listed["descriptorUrl"] = json!("https://desk.example.com/descriptor");
    let html = form(Some(listed));
    let parts = [
        "https://desk.example.com/descriptor",
        "Members of this organisation",
        "Everybody",
        "Categories",
        "Withdraw",
        "List it",
    ];
    assert!(in_order(&html, &parts), "{html}");
    let everybody = html.split("<label class=\"check\">").nth(2).expect("the second choice");
    assert!(everybody.contains(" checked") && everybody.contains("Everybody"), "{everybody}");
    let html = form(None);
    assert!(in_order(&html, &["Address of the descriptor", "Members of this organisation", "List it"]), "{html}");
    assert!(!html.contains("Withdraw"), "{html}");
}

fn remote_list(catalogues: Value) -> String {
    drawn(|| {
        let nothing = Callback::new(|_| ());
        let row_actions = RemoteActions { on_entries: nothing, on_ask: nothing, on_remove: nothing };
        view! { <RemoteList catalogues=RwSignal::new(Some(read(catalogues))) row_actions/> }.into_any()
    })
}

#[test]
fn mkt_03_catalogues_of_other_servers_tell_what_they_list_and_why_they_do_not_answer() {
    let html = remote_list(json!([
        {"url": "https://a.example/v2/catalogue", "entries": 12, "unused": 2, "checked_at": "2026-01-02T08:00:00Z"},
        {"url": "https://b.example/v2/catalogue", "entries": 1, "unused": 0, "checked_at": "2026-01-02T08:00:00Z",
         "problem": "There was no answer."},
    ]));
    let first = [
        "https://a.example",
        "12 entries, 2 more cannot be shown",
        "2 January, 08:00",
        "Entries of https://a.example",
        "Remove https://a.example",
    ];
    let second = [
        "https://b.example",
        "1 entry",
        "Ask https://b.example/v2/catalogue again",
        "There was no answer. What it listed before stays.",
    ];
    assert!(in_order(&html, &[&first[..], &second].concat()), "{html}");
    assert!(remote_list(json!([])).contains("None yet."));
    let listed = drawn(|| entry_list(vec![read(entry(DESK, &[]))]));
    assert!(listed.contains(DESK), "{listed}");
    assert!(drawn(|| entry_list(Vec::new())).contains("Nothing that is not listed here"));
}

#[test]
fn upd_06_the_way_to_integrations_tells_how_many_updates_wait() {
    let badge = |count: usize| drawn(|| view! { <UpdateBadge count=RwSignal::new(count)/> }.into_any());
    assert!(!badge(0).contains("badge"));
    assert!(in_order(&badge(1), &["badge", "1", " update to review"]), "{}", badge(1));
    assert!(in_order(&badge(3), &["3", " updates to review"]), "{}", badge(3));
}
