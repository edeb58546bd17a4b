//! Parts of an open room, drawn with what the client would hold: tiles with data, menus, related content.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use roomglass_app::{
    components::{
        catalogue::{Place, ReviewBody},
        controls::{ControlsMenu, ControlsOn, OpenControls, Why, show_why},
        log::Log,
        panel::{ContentDialog, Panel},
        provider::ProviderNames,
        room::{OpenRoom, members::show_members},
        shelf::Shelf,
    },
    page_data::{PageData, PageKind, WorkspaceData},
    state::{ContentPage, ContentPlace, Loading, OpenContent, OpenExtras, OpenRequest, OpenedFrom, Store},
};
use roomglass_protocol::{
    ApiError, ErrorKind, Event, ExtensionKey, IntegrationKey, Message, RoomId, RoomKind, RoomRef, Timestamp, UserId,
    integration::{Descriptor, ExtensionRef, Extensions, TileData},
    push::Revision,
    sync::ChangedIntegration,
    token::IntegrationToken,
};
use serde_json::{Value, json};

const ROOM: RoomId = RoomId(7);
const OTHER: RoomId = RoomId(8);
/// Amina's.
const FOREIGN: RoomId = RoomId(9);
const DESK: &str = "com.example.desk";

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of the protocol")
}

fn key(text: &str) -> ExtensionKey {
    text.parse().expect("an extension key")
}

/// An open room of Sanna's in which the desk is installed.
#[derive(Clone, Copy)]
struct Opened {
    store: Store,
    room: OpenRoom,
}

impl Opened {
    fn receives(self, tile: &str, data: Value) {
        let id = ExtensionRef { integration: desk(), key: key(tile) };
        let data = TileData::parse(&data).expect("data without faults");
        self.store.shared_tile(ROOM, &id).update(|state| state.pushed(data, Timestamp(1), true));
    }

    /// The log of a room is loaded; it is one message.
    fn loads(self, room: RoomId, text: &str) {
        let event: Event = read(json!({"room_id": room, "seq": 1, "messages": 1, "at": "2026-01-01T10:15:00Z",
            "kind": "message", "id": "01890000-0000-7000-8000-000000000001", "sent_at": "2026-01-01T10:15:00Z",
            "from": {"type": "user", "id": 1, "name": "Sanna"}, "text": text}));
        let signals = self.store.shared_room(room);
        signals.timeline.update(|timeline| {
            timeline.insert([event]);
        });
        signals.newest.set(Loading::Done);
    }

    /// The desk has posted a notification with a card; it is all that the log holds.
    fn posts(self, card: Value) {
        let event: Event = read(json!({"room_id": ROOM, "seq": 1, "messages": 1, "at": "2026-01-01T10:15:00Z",
            "kind": "message", "id": CARD_MESSAGE, "sent_at": "2026-01-01T10:15:00Z", "format": "text",
            "from": {"type": "integration", "key": desk(), "name": "Desk"}, "text": "Ticket 7 in words", "card": card}));
        let signals = self.store.shared_room(ROOM);
        signals.timeline.update(|timeline| {
            timeline.insert([event]);
        });
        signals.newest.set(Loading::Done);
    }

    fn opens_menu_of(self, on: ControlsOn) {
        self.room.controls.set(Some(OpenControls { anchor: "here".to_owned(), opener: None, on }));
    }

    /// Opens related content as a tile would.
    fn opens(self, target: &str) {
        let extensions =
            self.store.installed.with_untracked(|installed| installed.versions[&desk()].extensions.clone());
        let request = OpenRequest {
            integration: desk(),
            target: key(target),
            room: ROOM,
            action: None,
            element: OpenedFrom::Tile,
            extras: OpenExtras::default(),
        };
        let target = extensions.target(&key(target)).expect("a target");
        match OpenContent::of(1, request, &target).expect("content that is shown inside the interface") {
            (ContentPlace::Panel, content) => self.store.panel.set(Some(content)),
            (ContentPlace::Dialog, content) => self.store.dialog.set(Some(content)),
        }
    }
}

fn desk() -> IntegrationKey {
    DESK.parse().expect("an integration key")
}

fn page() -> PageData {
    let sanna = json!({"id": 1, "name": "Sanna", "mention": "sanna", "role": "member"});
    let amina = json!({"id": 2, "name": "Amina", "mention": "amina", "role": "member"});
    let room = |id: RoomId, name: &str| {
        let owner = if id == FOREIGN { 2 } else { 1 };
        json!({"id": id, "name": name, "privacy": "private", "owner_id": owner, "seq": 1, "messages": 1, "read_seq": 1,
               "read_messages": 1})
    };
    let snapshot = read(json!({
        "rev": 5, "organisation": {"id": 1, "name": "Northwind Ferries"}, "user": sanna, "people": [sanna, amina],
        "presence": [{"user_id": 2, "status": "away"}], "rooms": [room(ROOM, "Launch"), room(OTHER, "Support"), room(FOREIGN, "Board")],
    }));
    let data = WorkspaceData { snapshot, room: None, catalogue: None };
    PageData { page: PageKind::Workspace(Box::new(data)), ..PageData::default() }
}

/// What is drawn, after something has happened in a room with these extensions of the desk.
fn drawn(extensions: Value, happens: impl FnOnce(Opened), view: impl FnOnce() -> AnyView) -> String {
    drawn_in(extensions, ROOM, happens, view)
}

/// The same with another room open.
fn drawn_in(extensions: Value, open: RoomId, happens: impl FnOnce(Opened), view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let store = Store::new(&page());
        provide_context(store);
        provide_context(ProviderNames::new());
        let room = OpenRoom::new(store, open);
        provide_context(room);
        let extensions: Extensions = read(extensions);
        let token = IntegrationToken::of(&desk(), &extensions);
        let present = ChangedIntegration::Present { key: desk(), token, extensions: Some(extensions) };
        store.installed.update(|installed| {
            installed.apply(Revision(1), true, &[(RoomRef::Room(ROOM), vec![present])].into());
        });
        happens(Opened { store, room });
        view().to_html()
    });
    // Cleaning up is for the browser: it gives the focus back.
    std::mem::forget(owner);
    html.replace("<!>", "")
}

/// The desk's tile, with or without an icon, as it looks with this data.
fn tile(icon: bool, data: Value) -> String {
    let mut glance = json!({"key": "desk.open", "name": {"value": "Desk"}, "target": "desk.page"});
    if icon {
        glance["icon"] = json!({"url": "https://desk.example.com/i.png", "url@2x": "https://desk.example.com/i2.png"});
    }
    let html = drawn(
        json!({"glance": [glance]}),
        |opened| opened.receives("desk.open", data),
        || view! { <Shelf/> }.into_any(),
    );
    let (_, tile) = html.split_once("class=\"tile__open\"").expect("a tile");
    tile.split_once("</button>").expect("its end").0.to_owned()
}

fn data(label: &str, status: Option<Value>) -> Value {
    let label = json!({"type": "html", "value": label});
    status.map_or_else(|| json!({"label": label}), |status| json!({"label": label, "status": status}))
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

/// The whole tile, its target and the desk's other pages.
fn tile_with(elements: Value) -> String {
    let data = json!({"label": {"type": "html", "value": "<b>4</b> open"}, "elements": elements});
    drawn(controls(json!([])), |opened| opened.receives("desk.open", data), || view! { <Shelf/> }.into_any())
}

#[test]
fn elem_08_elem_09_elem_10_elem_11_elements_stand_beside_the_label_and_say_what_they_show() {
    let html = tile_with(json!([
        {"type": "chart", "value": {"values": (1..=20).collect::<Vec<_>>(), "label": "Tickets"}},
        {"type": "badge", "value": {"count": 120, "max": 99, "type": "error"}},
        {"type": "avatar", "value": {"people": [
            {"id": 1}, {"id": 2, "name": "hidden"}, {"name": "Ada Lovelace", "icon": {"url": "https://desk.example.com/ada.png"}},
            {"id": 77}, {"name": "Grace Hopper"}]}},
        {"type": "button", "value": {"label": "New ticket", "target": "desk.dialog"}},
        {"type": "gauge", "value": 7},
    ]));
    let (open, beside) = html.split_once("</button>").expect("the tile's own button");
    assert!(
        open.contains("aria-describedby=\"tile-marks-com.example.desk-desk.open") && open.contains("<b>4</b>"),
        "{open}"
    );
    let parts = [
        "id=\"tile-marks-com.example.desk-desk.open\"",
        "aria-label=\"Tickets: 20 values from 1 to 20, the last 20\"",
        "99+",
        "error",
        "aria-label=\"Sanna, Amina, Ada Lovelace, Grace Hopper\"",
        "/icons/com.example.desk?url=https%3A%2F%2Fdesk.example.com%2Fada.png",
        "New ticket</button>",
    ];
    assert!(in_order(beside, &parts), "{beside}");
}

#[test]
fn elem_08_a_button_that_opens_nothing_is_not_drawn() {
    let button = json!([{"type": "button", "value": {"label": "Go"}}]);
    assert!(tile_with(button.clone()).contains("Go</button>"), "its tile has a target");
    let data = json!({"label": {"type": "html", "value": "x"}, "elements": button});
    let glance = json!({"key": "desk.open", "name": {"value": "Desk"}});
    let html = drawn(
        json!({"glance": [glance]}),
        |opened| opened.receives("desk.open", data),
        || view! { <Shelf/> }.into_any(),
    );
    assert!(!html.contains("Go</button>"), "{html}");
}

#[test]
fn elem_04_the_details_of_a_lozenge_describe_its_tile() {
    let status =
        json!({"type": "lozenge", "value": {"label": "BUSY", "type": "moved", "tooltip": "3 of 4 people are away"}});
    let data = data("<b>4</b> open", Some(status));
    let html =
        drawn(controls(json!([])), |opened| opened.receives("desk.open", data), || view! { <Shelf/> }.into_any());
    assert!(
        html.contains("aria-describedby=\"tile-marks-com.example.desk-desk.open tile-tip-com.example.desk-desk.open\""),
        "{html}"
    );
    let tip = html.split_once("id=\"tile-tip-com.example.desk-desk.open\"").expect("a tooltip").1;
    assert!(tip.contains("role=\"tooltip\"") && in_order(tip, &["3 of 4 people are away</span>"]), "{tip}");
    assert!(!tile(true, self::data("x", None)).contains("aria-describedby"), "a tile without more says no more");
}

const ICON: &str = "/icons/com.example.desk?url=https%3A%2F%2Fdesk.example.com%2Fi.png";

// DCI-05 and ELEM-12: icon, label, indicator; what is absent leaves nothing behind.
#[test]
fn elem_12_parts_of_a_tile_are_combined_freely_and_stand_in_one_order() {
    let lozenge = json!({"type": "lozenge", "value": {"label": "LOCKED", "type": "current"}});
    let sun = json!({"type": "icon", "value": {"url": "https://desk.example.com/sun.png"}});
    let text = json!({"type": "text", "value": "sunny"});
    let marks = ["class=\"lozenge\"", "class=\"statusicon\"", "class=\"tile__text\""];
    for (status, mark) in [(None, None), (Some(lozenge), Some(0)), (Some(sun), Some(1)), (Some(text), Some(2))] {
        for icon in [true, false] {
            let tile = tile(icon, data("<b>4</b> open", status.clone()));
            assert_eq!(tile.contains(ICON), icon, "{tile}");
            let mut parts = vec!["<b>4</b>", " open"];
            parts.extend(mark.map(|mark: usize| marks[mark]));
            if icon {
                parts.insert(0, ICON);
            }
            assert!(in_order(&tile, &parts), "{parts:?} in {tile}");
            for (index, other) in marks.iter().enumerate() {
                assert_eq!(tile.contains(other), mark == Some(index), "{other} in {tile}");
            }
        }
    }
}

#[test]
fn dci_04_the_icon_stays_while_the_label_changes() {
    for label in ["<b>4</b> open", "<b>5</b> open"] {
        let tile = tile(true, data(label, None));
        assert!(in_order(&tile, &[ICON, &label[..8]]), "{tile}");
        assert!(!tile.contains("Desk</"), "the name gives way to the label: {tile}");
    }
}

fn controls(conditions: Value) -> Value {
    let control = |place: &str| {
        json!({"key": place, "name": {"value": "Discuss"}, "location": place, "target": "desk.page",
               "conditions": conditions})
    };
    json!({
        "action": (["message", "sidebar", "glance"].map(control)),
        "glance": [{"key": "desk.open", "name": {"value": "Desk"}, "target": "desk.page"}],
        "webPanel": [{"key": "desk.page", "name": {"value": "Tickets"}, "location": "sidebar.right",
                      "url": "https://desk.example.com/page"}],
        "dialog": [{"key": "desk.dialog", "title": {"value": "New ticket"}, "url": "https://desk.example.com/new"}],
    })
}

fn message(text: &str) -> Message {
    read(json!({"id": "01890000-0000-7000-8000-000000000001", "from": {"type": "user", "id": 1, "name": "Sanna"},
                "text": text, "sent_at": "2026-01-01T10:15:00Z"}))
}

fn menu(extensions: Value, happens: impl FnOnce(Opened)) -> String {
    drawn(extensions, happens, || view! { <ControlsMenu/> }.into_any())
}

#[test]
fn cc_09_cc_12_who_finds_no_controls_is_told_so() {
    let html = menu(controls(json!([])), |opened| opened.opens_menu_of(ControlsOn::Input));
    assert!(html.contains("No controls available") && !html.contains("Discuss"), "{html}");
    let failing = controls(json!([{"condition": "room_is_public"}]));
    let html = menu(failing, |opened| opened.opens_menu_of(ControlsOn::Message(message("hello"))));
    assert!(html.contains("No controls available") && !html.contains("Discuss"), "{html}");
    assert!(html.contains("Reply"), "our own actions are there");
}

#[test]
fn cc_09_the_owner_of_a_room_finds_why_a_control_is_hidden() {
    let group = json!({"type": "or", "conditions": [
        {"condition": "message_contains_link"}, {"condition": "room_is_private", "invert": true},
    ]});
    let extensions = controls(json!([{"condition": "room_is_public"}, group, {"condition": "moon_is_full"}]));
    let asked = || {
        let on = ControlsOn::Message(message("see https://example.com"));
        show_why(Why::Controls(Box::new(on)), Callback::new(|()| ()))
    };
    let html = drawn(extensions, |_| {}, asked);
    let privacy = ["Discuss", "Hidden", "Does not hold", "room_is_public", "Found ", "private"];
    let any = [
        "Holds",
        "Any of these",
        "Holds",
        "message_contains_link",
        "https://example.com",
        "Does not hold",
        "not ",
        "room_is_private",
    ];
    let unknown = ["Does not hold", "moon_is_full", "does not know it", "Found nothing to test"];
    assert!(in_order(&html, &[&privacy[..], &any, &unknown].concat()), "{html}");
    assert_eq!(html.matches("Discuss").count(), 1, "only what belongs on messages: {html}");
}

#[test]
fn cond_27_what_is_not_known_fails_and_holds_when_it_is_turned_round() {
    let said = |invert: bool| {
        let conditions = json!([{"condition": "moon_is_full", "invert": invert}]);
        let asked = || {
            let on = ControlsOn::Message(message("hello"));
            show_why(Why::Controls(Box::new(on)), Callback::new(|()| ()))
        };
        drawn(controls(conditions), |_| {}, asked)
    };
    assert!(in_order(&said(false), &["Does not hold", "moon_is_full", "does not know it, so that it fails."]));
    let html = said(true);
    assert!(
        in_order(&html, &["Holds", "not ", "moon_is_full", "does not know it, so that its opposite holds."]),
        "{html}"
    );
}

#[test]
fn hcc_14_a_hidden_tile_is_explained_by_what_its_data_holds() {
    let tests = json!([{"attr": "status", "eq": "open"}]);
    let conditions = json!([{"condition": "glance_matches", "params": {"metadata": tests}}]);
    let glance = json!({"key": "desk.open", "name": {"value": "Tickets"}, "conditions": conditions});
    let explained = |status: &str| {
        let label = json!({"type": "html", "value": "x"});
        let data = json!({"label": label, "metadata": {"status": status}});
        drawn(
            json!({"glance": [glance]}),
            |opened| opened.receives("desk.open", data),
            || show_why(Why::Tiles, Callback::new(|()| ())),
        )
    };
    let (hidden, shown) = (explained("closed"), explained("open"));
    assert!(
        in_order(&hidden, &["Tickets", "Hidden", "Does not hold", "glance_matches", "Found ", "closed"]),
        "{hidden}"
    );
    assert!(in_order(&shown, &["Tickets", "Shown", "Holds", "glance_matches"]), "{shown}");
    assert!(!hidden.contains("Controls"), "{hidden}");
}

#[test]
fn inst_19_only_who_looks_after_integrations_is_offered_the_reasons() {
    let offered = |open: ControlsOn| {
        menu(controls(json!([])), |opened| opened.opens_menu_of(open)).contains("Why these controls?")
    };
    assert!(offered(ControlsOn::Input), "Sanna owns the room");
    let others = drawn_in(
        json!({}),
        FOREIGN,
        |opened| opened.opens_menu_of(ControlsOn::Input),
        || view! { <ControlsMenu/> }.into_any(),
    );
    assert!(others.contains("No controls available") && !others.contains("Why these controls?"), "{others}");
}

#[test]
fn cc_13_what_a_message_says_when_its_menu_opens_counts() {
    let offers = |text: &str| {
        let extensions = controls(json!([{"condition": "message_contains_link"}]));
        menu(extensions, |opened| opened.opens_menu_of(ControlsOn::Message(message(text)))).contains("Discuss")
    };
    assert_eq!([offers("see the page"), offers("see https://example.com")], [false, true]);
}

#[test]
fn cond_24_the_menu_of_a_panel_tests_what_its_tile_holds() {
    let offers = |status: &str| {
        let tests = json!([{"attr": "status", "eq": "to do"}]);
        let extensions = controls(json!([{"condition": "glance_matches", "params": {"metadata": tests}}]));
        let html = menu(extensions, |opened| {
            let label = json!({"type": "html", "value": "x"});
            opened.receives("desk.open", json!({"label": label, "metadata": {"status": status}}));
            opened.opens("desk.page");
            opened.opens_menu_of(ControlsOn::Panel(desk(), key("desk.page")));
        });
        html.contains("Discuss")
    };
    assert_eq!([offers("to do"), offers("done")], [true, false]);
}

#[test]
fn desc_15_who_installs_is_told_of_a_target_that_leads_nowhere() {
    let review = |target: &str| {
        let glance = json!({"key": "desk.open", "name": {"value": "Desk"}, "target": target});
        let panel = json!({"key": "desk.page", "name": {"value": "Tickets"}, "location": "sidebar.right",
                           "url": "https://desk.example.com/page"});
        let descriptor = json!({"key": DESK, "name": "Desk", "description": "Tickets",
            "links": {"self": "https://desk.example.com/descriptor"},
            "capabilities": {"installable": {}, "glance": [glance], "webPanel": [panel]}});
        let (_, warnings) = Descriptor::review(descriptor.to_string().as_bytes()).expect("a descriptor without faults");
        let review = json!({"version": "1", "key": DESK, "warnings": warnings, "name": "Desk", "description": "", "vendor": null, "homepage": null,
            "origin": "https://desk.example.com", "hosts": [], "scopes": [], "allow_room": true, "allow_global": true,
            "extensions": {"glance": [glance], "webPanel": [panel]}});
        drawn(
            json!({}),
            |_| {},
            || {
                let review = read(review);
                let place = Place::new(expect_context(), Some(ROOM), &review);
                view! { <ReviewBody review place/> }.into_any()
            },
        )
    };
    let html = review("nowhere");
    assert!(html.contains("/capabilities/glance/0/target") && html.contains("nothing will open"), "{html}");
    assert!(!review("desk.page").contains("should look at"));
}

#[test]
fn cc_04_tiles_and_open_related_content_have_a_button_for_their_controls() {
    const BUTTON: &str = "aria-label=\"View controls for Desk\"";
    let both = || view! { <Shelf/><Panel/> }.into_any();
    let html = drawn(controls(json!([])), |opened| opened.opens("desk.page"), both);
    assert_eq!(html.matches(BUTTON).count(), 2, "{html}");
    let dialog =
        drawn(controls(json!([])), |opened| opened.opens("desk.dialog"), || view! { <ContentDialog/> }.into_any());
    assert_eq!(dialog.matches(BUTTON).count(), 1, "{dialog}");
}

#[test]
fn cc_15_rc_08_a_dialog_has_its_title_and_can_be_closed() {
    let dialog = || view! { <ContentDialog/> }.into_any();
    let html = drawn(controls(json!([])), |opened| opened.opens("desk.dialog"), dialog);
    assert!(html.starts_with("<dialog") && html.contains("New ticket"), "{html}");
    assert!(html.contains("aria-label=\"Close\""), "{html}");
}

#[test]
fn hcc_12_a_dialog_of_style_warning_warns_before_what_it_is_for() {
    let dialog = |style: &str| {
        let delete = json!({"key": "delete", "name": {"value": "Delete"}});
        let page = json!({"key": "desk.dialog", "title": {"value": "Delete it?"}, "url": "https://desk.example.com/new",
                          "options": {"style": style, "primaryAction": delete}});
        drawn(json!({"dialog": [page]}), |opened| opened.opens("desk.dialog"), || view! { <ContentDialog/> }.into_any())
    };
    let html = dialog("warning");
    assert!(in_order(&html, &["Delete it?", "Warning", "data-style=\"warning\"", "btn--danger", "Delete"]), "{html}");
    let html = dialog("normal");
    assert!(!html.contains("Warning") && html.contains("btn--primary") && !html.contains("btn--danger"), "{html}");
}

#[test]
fn a_page_that_could_not_be_opened_blames_nobody_but_says_why() {
    let panel = || view! { <Panel/> }.into_any();
    let opened = |opened: Opened| {
        opened.opens("desk.page");
        let error = ApiError::new(ErrorKind::Unavailable, "The server cannot be reached.");
        opened.store.panel.update(|open| open.as_mut().expect("a panel").page = ContentPage::Failed(error));
    };
    let html = drawn(controls(json!([])), opened, panel);
    assert!(html.contains("The server cannot be reached.") && html.contains("Try again"), "{html}");
    assert!(!html.contains("is not answering"), "the desk was not asked: {html}");
}

#[test]
fn msg_07_another_room_shows_its_own_messages_and_tiles() {
    let shows = |room: RoomId| {
        let glance = json!({"key": "desk.open", "name": {"value": "Desk of Launch"}});
        let loaded = |opened: Opened| {
            opened.loads(ROOM, "Lift-off on Thursday");
            opened.loads(OTHER, "The printer is on fire");
        };
        let html = drawn(json!({"glance": [glance]}), loaded, || {
            provide_context(OpenRoom::new(expect_context(), room));
            view! { <Shelf/><Log/> }.into_any()
        });
        ["Lift-off on Thursday", "The printer is on fire", "Desk of Launch"].map(|words| html.contains(words))
    };
    assert_eq!(shows(ROOM), [true, false, true]);
    assert_eq!(shows(OTHER), [false, true, false]);
}

// MSG-22; the list of rooms is in `first_frame`.
#[test]
fn msg_10_members_of_a_room_are_listed_with_their_status() {
    let members = |opened: Opened| opened.room.signals.members.set(Some(vec![UserId(1), UserId(2)]));
    let on_close = || Callback::new(|()| ());
    let html = drawn(json!({}), members, || show_members(on_close()).into_any());
    assert!(in_order(&html, &["Members of Launch", "Sanna", "owner", "Amina", "away"]), "{html}");
}

const CARD_MESSAGE: &str = "01890000-0000-7000-8000-000000000009";

fn drawn_card(card: Value) -> String {
    drawn(json!({}), |opened| opened.posts(card), || view! { <Log/> }.into_any())
}

/// Where browsers find a picture of the card at the desk's host.
fn picture(name: &str) -> String {
    format!("/api/v1/rooms/7/messages/{CARD_MESSAGE}/picture?url=https%3A%2F%2Fdesk.example.com%2F{name}")
}

#[test]
fn hcc_18_a_card_of_each_style_takes_the_place_of_the_text() {
    for style in ["file", "image", "application", "link", "media"] {
        let html = drawn_card(json!({
            "id": "1", "style": style, "format": "medium", "title": "Ticket <7>", "url": "https://desk.example.com/7",
            "description": {"format": "html", "value": "<b>Printer</b> on fire"},
            "icon": {"url": "https://desk.example.com/i.png", "url@2x": "https://desk.example.com/i2.png"},
            "thumbnail": {"url": "https://desk.example.com/t.png", "width": 120, "height": 90},
            "attributes": [
                {"label": "State", "value": {"label": "OPEN", "style": "lozenge-error"}},
                {"label": "Owner", "value": {"label": "Amina", "url": "https://desk.example.com/amina"}},
            ],
        }));
        assert!(html.contains(&format!("data-style=\"{style}\"")) && html.contains("data-format=\"medium\""), "{html}");
        let link = "href=\"https://desk.example.com/7\" target=\"_blank\" rel=\"noopener noreferrer\"";
        let parts = [
            "Ticket &lt;7&gt;",
            "<b>Printer</b> on fire",
            "State: ",
            "data-kind=\"error\"",
            "OPEN",
            "Owner: ",
            "Amina",
        ];
        assert!(html.contains(link) && in_order(&html, &parts), "{html}");
        for name in ["i.png", "i2.png", "t.png"] {
            assert!(html.contains(&picture(name)), "{name} in {html}");
        }
        assert!(!html.contains("src=\"https://") && !html.contains("srcset=\"https://"), "all pictures come from us");
        assert!(!html.contains("Ticket 7 in words"), "{html}");
    }
}

#[test]
fn hcc_18_a_card_with_an_activity_is_a_line_that_opens() {
    let html = drawn_card(json!({"id": "1", "style": "application", "title": "Ticket 7",
        "activity": {"html": "Amina <b>closed</b> it", "icon": {"url": "https://desk.example.com/a.png"}}}));
    assert!(
        in_order(&html, &["<details", "<summary>", &picture("a.png"), "Amina ", "<b>closed</b>", "Ticket 7"]),
        "{html}"
    );
    assert!(!html.contains(" open"), "it is closed at first: {html}");
}

#[test]
fn hcc_18_an_image_says_what_it_shows_and_without_what_it_needs_the_text_is_drawn() {
    let image = json!({"id": "1", "style": "image", "title": "The printer", "url": "https://desk.example.com/p.png"});
    let html = drawn_card(image);
    assert!(html.contains(&picture("p.png")) && html.contains("alt=\"The printer\""), "{html}");
    let html =
        drawn_card(json!({"id": "1", "style": "link", "title": "Ticket 7", "url": "https://desk.example.com/7"}));
    assert!(html.contains("Ticket 7 in words") && !html.contains("msgcard"), "{html}");
}

#[test]
fn hcc_17_links_of_a_notification_open_pages_of_its_sender_alone() {
    let drawn = |target: &str| {
        let words = format!("See <a href=\"#\" data-target=\"{target}\">the ticket</a>");
        drawn_card(
            json!({"id": "1", "style": "application", "title": "Ticket 7", "description": {"format": "html", "value": words}}),
        )
    };
    for target in ["desk.dialog", "com.example.desk:desk.dialog"] {
        assert!(
            drawn(target).contains("<button type=\"button\" class=\"link\">the ticket</button>"),
            "{}",
            drawn(target)
        );
    }
    let foreign = drawn("com.example.other:desk.dialog");
    assert!(foreign.contains("See the ticket") && !foreign.contains("class=\"link\""), "{foreign}");
}

/// Contract §1.8: what an integration says to one person is read in a conversation, which has no integrations; links lead where they
/// lead.
#[test]
fn hcc_17_links_said_in_a_conversation_open_no_pages_of_integrations() {
    let words = "See <a href=\"https://desk.example.com/7\" data-target=\"desk.dialog\">the ticket</a>";
    let said_in = |kind: RoomKind| {
        drawn_notification_in(kind, words).contains("<a href=\"https://desk.example.com/7\" target=\"_blank\"")
    };
    assert_eq!([RoomKind::Room, RoomKind::Conversation].map(said_in), [false, true]);
}

/// A notification of the desk's, once the page stands.
fn drawn_notification(text: &str) -> String {
    drawn_notification_in(RoomKind::Room, text)
}

fn drawn_notification_in(kind: RoomKind, text: &str) -> String {
    let event: Event = read(json!({"room_id": ROOM, "seq": 1, "messages": 1, "at": "2026-01-01T10:15:00Z",
        "kind": "message", "id": CARD_MESSAGE, "sent_at": "2026-01-01T10:15:00Z", "format": "html",
        "from": {"type": "integration", "key": desk(), "name": "Desk"}, "text": text}));
    let happens = |opened: Opened| {
        let signals = opened.store.shared_room(ROOM);
        signals.timeline.update(|timeline| {
            timeline.insert([event]);
        });
        signals.newest.set(Loading::Done);
        opened.store.hydrated.set(true);
        opened.store.workspace.update(|known| {
            let membership = known.as_mut().and_then(|known| known.rooms.get_mut(&ROOM)).expect("the room");
            membership.room.kind = kind;
        });
    };
    drawn(json!({}), happens, || view! { <Log/> }.into_any())
}

#[test]
fn hcc_17_pictures_of_notifications_come_through_us_and_tables_keep_their_cells() {
    let html = drawn_notification(
        "Built <img src=\"https://desk.example.com/ok.png\" alt=\"passed\" width=\"16\" height=\"16\"> by \
         <span style=\"color:red\">Amina</span><table><tbody><tr><th colspan=\"2\">Step</th></tr>\
         <tr><td>Test</td><td><b>3</b> min</td></tr></tbody></table>after",
    );
    let parts = [
        "Built",
        &picture("ok.png"),
        "alt=\"passed\"",
        "by ",
        "data-tone=\"red\"",
        "Amina",
        "<th colspan=\"2\">",
        "Step",
        "</tr><tr><td>",
        "Test",
        "<b>3</b>",
        "after",
    ];
    assert!(in_order(&html, &parts), "{html}");
    assert!(!html.contains("src=\"https://"), "{html}");
    let plain = drawn_notification("<b>4</b> of 5");
    assert!(plain.contains("<b>4</b> of 5") && !plain.contains("msg__picture"), "{plain}");
}
