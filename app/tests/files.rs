//! Files of messages, deleted messages, and what their authors can do, as a page first draws them.
#![cfg(feature = "ssr")]

use leptos::prelude::*;
use roomglass_app::{
    components::{
        composer::Composer,
        controls::{ControlsMenu, ControlsOn, OpenControls},
        log::Log,
        provider::ProviderNames,
        room::OpenRoom,
    },
    page_data::{PageData, PageKind, WorkspaceData},
    state::{Loading, Progress, Store, Upload},
};
use roomglass_protocol::{Event, Message, RoomId, event::EventBody};
use serde_json::{Value, json};

const ROOM: RoomId = RoomId(7);

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of the protocol")
}

/// What Sanna sees in a room of this owner's.
fn drawn(role: &str, owner: i64, happens: impl FnOnce(Store, OpenRoom), view: impl FnOnce() -> AnyView) -> String {
    let sanna = json!({"id": 1, "name": "Sanna", "mention": "sanna", "role": role});
    let room = json!({"id": ROOM, "name": "Launch", "privacy": "private", "owner_id": owner, "seq": 1, "messages": 1,
        "read_seq": 1, "read_messages": 1});
    let snapshot = read(json!({"rev": 5, "organisation": {"id": 1, "name": "Northwind Ferries"}, "user": sanna,
        "people": [sanna], "presence": [], "rooms": [room]}));
    let data = WorkspaceData { snapshot, room: None, catalogue: None };
    let page = PageData { page: PageKind::Workspace(Box::new(data)), ..PageData::default() };
    let owner = Owner::new();
    let html = owner.with(|| {
        let store = Store::new(&page);
        provide_context(store);
        provide_context(ProviderNames::new());
        let room = OpenRoom::new(store, ROOM);
        provide_context(room);
        happens(store, room);
        view().to_html()
    });
    // Cleaning up is for the browser: it gives the focus back.
    std::mem::forget(owner);
    html.replace("<!>", "")
}

/// A message with two files, of this person.
fn said(from: i64) -> Event {
    let id = |number: u32| format!("6f1c2a34-0000-4000-8000-{number:012}");
    read(json!({"room_id": ROOM, "seq": 1, "messages": 1, "at": "2026-01-01T10:15:00Z", "kind": "message",
    "id": "01890000-0000-7000-8000-000000000001", "sent_at": "2026-01-01T10:15:00Z", "text": "",
    "from": {"type": "user", "id": from, "name": "Author"},
    "attachments": [
        {"id": id(1), "name": "logo.png", "media_type": "image/png", "size": 2048, "preview": true},
        {"id": id(2), "name": "<b>.svg", "media_type": "image/svg+xml", "size": 26_214_400},
    ]}))
}

fn log(event: Event) -> String {
    let happens = |store: Store, _| {
        let signals = store.shared_room(ROOM);
        signals.timeline.update(|timeline| {
            timeline.insert([event]);
        });
        signals.newest.set(Loading::Done);
    };
    drawn("member", 2, happens, || view! { <Log/> }.into_any())
}

#[test]
fn msg_18_files_are_links_that_save_and_only_pictures_are_drawn() {
    let html = log(said(2));
    let address = |number: u32| format!("/api/v1/rooms/7/files/6f1c2a34-0000-4000-8000-{number:012}");
    assert!(html.contains(&format!("href=\"{}\"", address(1))) && html.contains("download=\"logo.png\""), "{html}");
    assert!(html.contains(&format!("<img src=\"{}\"", address(1))), "{html}");
    assert!(!html.contains(&format!("src=\"{}\"", address(2))), "a drawing may hold scripts: {html}");
    assert!(html.contains("&lt;b&gt;.svg") && html.contains("2 kB") && html.contains("26 MB"), "{html}");
}

#[test]
fn msg_21_of_a_deleted_message_a_line_stays_and_no_tools() {
    let before = log(said(1));
    assert!(before.contains("logo.png") && before.contains("View controls for the message"), "{before}");
    let mut event = said(1);
    event.body = EventBody::Message(event.message().expect("a message").clone().into_tombstone());
    let html = log(event);
    assert!(html.contains("Message deleted") && html.contains("data-state=\"deleted\""), "{html}");
    assert!(!html.contains("logo.png") && !html.contains("View controls"), "{html}");
}

fn menu(role: &str, owner: i64, message: Message) -> String {
    let happens = |_, room: OpenRoom| {
        let on = ControlsOn::Message(message);
        room.controls.set(Some(OpenControls { anchor: "here".to_owned(), opener: None, on }));
    };
    drawn(role, owner, happens, || view! { <ControlsMenu/> }.into_any())
}

#[test]
fn msg_21_the_fixed_actions_are_there_and_deleting_for_those_who_may() {
    let own = menu("member", 2, said(1).message().expect("a message").clone());
    for action in ["Reply", "Attach a file", "Delete…"] {
        assert!(own.contains(action), "{action}: {own}");
    }
    let of_other = || said(2).message().expect("a message").clone();
    let shown = [("member", 2), ("guest", 2), ("member", 1), ("administrator", 2)]
        .map(|(role, owner)| menu(role, owner, of_other()).contains("Delete…"));
    assert_eq!(shown, [false, false, true, true]);
}

#[test]
fn msg_18_files_of_the_next_message_show_how_far_they_are() {
    let upload = |key, progress| Upload { key, name: format!("{key}.txt"), size: 1500, progress };
    let failed = Progress::Failed("The connection was lost.".to_owned(), true);
    let uploads =
        vec![upload(1, Progress::Sending(42)), upload(2, failed), upload(3, Progress::Failed("No.".to_owned(), false))];
    let happens = |_, room: OpenRoom| {
        room.uploads.set(uploads);
        room.picked.set(1);
    };
    let html = drawn("member", 2, happens, || view! { <Composer/> }.into_any());
    assert!(html.contains("Attach files") && html.contains("Remove 1.txt") && html.contains("1.5 kB"), "{html}");
    assert!(html.contains("aria-valuenow=\"42\"") && html.contains("inline-size: 42%"), "{html}");
    assert!(html.contains("The connection was lost.") && html.contains("No."), "{html}");
    assert_eq!(html.matches("Try again").count(), 1, "another try of what can never do is not offered: {html}");
}
