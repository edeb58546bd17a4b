//! What the server draws, in the words of the product: no script has run when this is read.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use roomglass_app::{
    page_data::{AssetNames, PageData, PageKind, RoomData, WorkspaceData},
    shell,
    state::Theme,
};
use roomglass_protocol::{
    Author, Event, EventBody, IntegrationKey, Membership, Message, MessageId, Organisation, Person, Presence, Privacy,
    Role, Room, RoomId, RoomKind, RoomRef, Sequence, Timestamp, UserId,
    event::MessageFormat,
    integration::{ExtensionKind, Extensions},
    push::{PresenceOf, Revision},
    rest::{message::Page, snapshot::Snapshot},
    sync::{InstalledState, InstalledVersion},
    token::IntegrationToken,
};

const SANNA: UserId = UserId(1);
const AMINA: UserId = UserId(2);
const LAUNCH: RoomId = RoomId(7);
const OPERATIONS: RoomId = RoomId(8);

fn drawn(page: PageKind, address: &str) -> String {
    let assets = AssetNames {
        sprite: "/assets/icons-1.svg".into(),
        style: "/assets/style-1.css".into(),
        script: "/assets/roomglass-1.js".into(),
        wasm: "/assets/roomglass-1.wasm".into(),
        fonts: Vec::new(),
    };
    let data = PageData { page, assets, theme: Some(Theme::Dark) };
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(data);
        provide_context(RequestUrl::new(address));
        provide_context(leptos::nonce::Nonce::from_value("n0nce"));
        shell().to_html()
    });
    owner.unset();
    // Marks for hydration, which nobody sees.
    html.replace("<!>", "")
}

/// The page without its embedded data: what a reader could see.
fn seen(page: PageKind, address: &str) -> String {
    let html = drawn(page, address);
    let (before, data) = html.split_once("<script type=\"application/json\"").expect("embedded data");
    let (_, after) = data.split_once("</script>").expect("its end");
    format!("{before}{after}")
}

fn person(id: UserId, name: &str) -> Person {
    let mention = name.split(' ').next().unwrap_or_default().to_lowercase();
    Person { id, name: name.into(), mention, role: Role::Member }
}

fn membership(id: RoomId, name: &str, privacy: Privacy, messages: i64, read: i64) -> Membership {
    let room = Room {
        id,
        kind: RoomKind::Room,
        name: name.into(),
        privacy,
        owner_id: SANNA,
        topic: "Goes live on Thursday".into(),
        seq: Sequence(messages),
        messages,
        archived: false,
    };
    Membership { room, read_seq: Sequence(read), read_messages: read, with: Vec::new() }
}

fn said(seq: i64, from: UserId, name: &str, text: &str) -> Event {
    let at = Timestamp(1_795_082_640_000 + seq * 60_000);
    let message = Message {
        id: MessageId(uuid::Uuid::from_u128(seq as u128)),
        from: Author::User { id: from, name: name.into(), mention: name.to_lowercase() },
        text: text.into(),
        format: MessageFormat::Markdown,
        color: None,
        card: None,
        metadata: None,
        attachments: Vec::new(),
        deleted: false,
        sent_at: at,
    };
    Event { room_id: LAUNCH, seq: Sequence(seq), messages: seq, at, body: EventBody::Message(message) }
}

fn pagerline() -> InstalledState {
    let key = IntegrationKey::new("com.example.pagerline").expect("key");
    let glance = serde_json::json!({
        "key": "incidents",
        "name": {"value": "Open incidents"},
        "queryUrl": "https://pagerline.example/data",
        "target": "panel",
        "icon": {"url": "https://pagerline.example/i.png", "url@2x": "https://pagerline.example/i2.png"}
    });
    let extensions = Extensions([(ExtensionKind::from(ExtensionKind::GLANCE), vec![glance])].into());
    let token: IntegrationToken = serde_json::from_value("0".repeat(40).into()).expect("token");
    InstalledState {
        rooms: [(RoomRef::Room(LAUNCH), [key.clone()].into())].into(),
        versions: [(key, InstalledVersion { token, extensions })].into(),
        pushed: Default::default(),
    }
}

fn workspace(room: Option<RoomData>) -> PageKind {
    let snapshot = Snapshot {
        rev: Revision(5),
        organisation: Organisation { id: 1, name: "Northwind Ferries".into() },
        user: person(SANNA, "Sanna Virtanen"),
        people: vec![person(SANNA, "Sanna Virtanen"), person(AMINA, "Amina Okafor")],
        presence: vec![PresenceOf { user_id: AMINA, status: Presence::Away }],
        rooms: vec![
            membership(LAUNCH, "checkout-launch", Privacy::Private, 3, 1),
            membership(OPERATIONS, "operations", Privacy::Public, 12, 0),
        ],
    };
    PageKind::Workspace(Box::new(WorkspaceData { snapshot, room, catalogue: None }))
}

fn launch() -> PageKind {
    let items = vec![
        said(1, AMINA, "Amina", "Morning"),
        said(2, AMINA, "Amina", "Rollout of **checkout v2** starts, @sanna <script>alert(1)</script>"),
        said(3, SANNA, "Sanna", "See https://runbook.example/x"),
    ];
    let page = Page { items, more: false };
    workspace(Some(RoomData { room_id: LAUNCH, page, members: vec![SANNA, AMINA], installed: pagerline() }))
}

#[test]
fn a_room_is_readable_before_any_script_has_run() {
    let html = seen(launch(), "/rooms/7");
    assert!(html.contains("<title>checkout-launch · Roomglass</title>"), "{html}");
    for words in
        ["Northwind Ferries", "checkout-launch", "Goes live on Thursday", "Morning", "<strong>checkout v2</strong>"]
    {
        assert!(html.contains(words), "{words} is missing in {html}");
    }
    assert!(html.contains("New, 2 messages"), "{html}");
    assert!(html.contains("data-theme=\"dark\""));
}

#[test]
fn text_of_people_is_never_markup_and_mentions_and_links_are_marked() {
    let html = drawn(launch(), "/rooms/7");
    assert!(!html.contains("<script>alert(1)"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    assert!(html.contains("<span data-me=\"\" class=\"mention\">@sanna</span>"), "{html}");
    assert!(
        html.contains("href=\"https://runbook.example/x\" target=\"_blank\" rel=\"noopener noreferrer\""),
        "{html}"
    );
}

#[test]
fn unread_messages_are_counted_beside_each_room() {
    let html = seen(launch(), "/rooms/7");
    let operations = html.split("href=\"/rooms/8\"").nth(1).expect("a link to operations");
    let row = operations.split("</a>").next().expect("its end");
    assert!(row.contains("operations") && row.contains("12<"), "{row}");
}

#[test]
fn a_tile_is_drawn_in_its_static_form_with_its_icon_from_our_server() {
    let html = seen(launch(), "/rooms/7");
    assert!(html.contains("Open incidents"), "{html}");
    assert!(
        html.contains("src=\"/icons/com.example.pagerline?url=https%3A%2F%2Fpagerline.example%2Fi.png\""),
        "{html}"
    );
    // DESC-13: for displays of high resolution.
    assert!(
        html.contains("srcset=\"/icons/com.example.pagerline?url=https%3A%2F%2Fpagerline.example%2Fi2.png 2x\""),
        "{html}"
    );
    assert!(!html.contains("\"https://pagerline.example"), "browsers contact no provider for a tile");
    assert!(html.contains("aria-label=\"View controls for Pagerline\""), "{html}");
}

#[test]
fn dci_01_tiles_stand_apart_from_the_messages() {
    let html = seen(launch(), "/rooms/7");
    let (_, shelf) = html.split_once("aria-label=\"Live tiles\"").expect("the shelf");
    let (shelf, log) = shelf.split_once("role=\"feed\"").expect("the messages after it");
    assert!(shelf.contains("Open incidents") && !shelf.contains("Morning"), "{shelf}");
    assert!(log.contains("Morning") && !log.contains("Open incidents"), "{log}");
}

#[test]
fn times_are_in_utc_until_the_page_is_alive() {
    assert!(seen(launch(), "/rooms/7").contains(">10:05</time>"));
}

#[test]
fn drawing_twice_gives_the_same() {
    assert_eq!(drawn(launch(), "/rooms/7"), drawn(launch(), "/rooms/7"));
}

#[test]
fn articles_of_the_feed_are_named_and_placed() {
    let html = seen(launch(), "/rooms/7");
    let articles: Vec<&str> = html.split("<article").skip(1).collect();
    assert_eq!(articles.len(), 3, "{html}");
    for (index, article) in articles.iter().enumerate() {
        let named = article.split("aria-labelledby=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a name");
        assert!(article.contains(&format!("id=\"{named}\"")), "{named} names nothing in {article}");
        assert!(article.contains(&format!("aria-posinset=\"{}\"", index + 1)));
    }
    assert_eq!(html.matches("<article ").count(), html.matches("aria-setsize=\"-1\"").count());
    assert!(articles[2].contains("tabindex=\"0\""), "the newest row is in the tab order");
}

#[test]
fn somebody_elses_room_is_not_found() {
    let html = seen(workspace(None), "/rooms/99");
    assert!(html.contains("There is nothing here"), "{html}");
    assert!(html.contains("Northwind Ferries"), "the rail stays");
}

#[test]
fn without_a_room_the_page_says_what_to_do() {
    let html = seen(workspace(None), "/rooms");
    assert!(html.contains("Choose a room"), "{html}");
    assert!(html.contains("data-screen=\"list\""), "{html}");
}

#[test]
fn people_are_listed_with_their_presence() {
    let html = seen(workspace(None), "/people");
    assert!(html.contains("Amina Okafor") && html.contains(", away"), "{html}");
    assert!(html.contains("aria-label=\"Message Amina Okafor\""));
    assert!(!html.contains("aria-label=\"Message Sanna Virtanen\""), "nobody talks to themselves");
}

#[test]
fn the_simulator_waits_for_a_descriptor() {
    let html = seen(workspace(None), "/simulator");
    assert!(html.contains("<h1 class=\"page__title\">Simulator</h1>"), "{html}");
    assert!(html.contains("placeholder=\"Paste a descriptor\"") && html.contains("Nothing is written yet."), "{html}");
    assert!(!html.contains("aria-label=\"Live tiles\""), "there is no room before there is a descriptor");
}

#[test]
fn forms_of_people_who_are_not_signed_in() {
    assert!(seen(PageKind::Setup, "/setup").contains("Set up Roomglass"));
    assert!(seen(PageKind::SignIn, "/signin").contains("Sign in to Roomglass"));
    let gone = PageKind::Invitation { token: "t".into(), details: None };
    assert!(seen(gone, "/invite/t").contains("no longer valid"));
}

#[test]
fn an_offline_page_draws_the_same_for_every_address() {
    assert_eq!(drawn(PageKind::Shell, "/rooms/7"), drawn(PageKind::Shell, "/shell"));
}

#[test]
fn every_script_carries_the_nonce_and_no_element_a_style_or_handler() {
    let html = drawn(launch(), "/rooms/7");
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        assert!(tag.contains("nonce=\"n0nce\"") || tag.contains("application/json"), "{tag}");
    }
    assert!(!html.contains(" style=") && !html.contains(" onclick="));
}
