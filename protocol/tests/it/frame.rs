//! Every kind of frame and event, frozen. A difference here is a change of the wire format: add, never alter.

use roomglass_protocol::{
    Event, EventBody,
    call::{CallNews, CallRequest, CallTold},
    push::{ClientFrame, ServerFrame},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::support::{parse, test};

macro_rules! fixtures {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("fixtures/", $name, ".json")))),*]
    };
}

/// Reads a fixture and checks that writing gives it back.
fn frozen<T: DeserializeOwned + Serialize>(name: &str, text: &str) -> T {
    let value: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(serde_json::to_value(&value).unwrap(), parse(text), "{name}");
    value
}

/// The fixture of each kind. No `_`: a new kind asks for its fixture.
fn server_fixture(frame: &ServerFrame) -> &'static str {
    match frame {
        ServerFrame::Welcome { rooms: Some(_), .. } => "frames/server-welcome",
        ServerFrame::Welcome { rooms: None, .. } => "frames/server-welcome-unchanged",
        ServerFrame::Message { message, .. } if message.is_notification() => "frames/server-notification",
        ServerFrame::Message { .. } => "frames/server-message",
        ServerFrame::Event { .. } => "frames/server-event",
        ServerFrame::Room { .. } => "frames/server-room",
        ServerFrame::RoomLeft { .. } => "frames/server-room-left",
        ServerFrame::Read { .. } => "frames/server-read",
        ServerFrame::Person { .. } => "frames/server-person",
        ServerFrame::Presence { .. } => "frames/server-presence",
        ServerFrame::Typing { .. } => "frames/server-typing",
        ServerFrame::Sync { .. } => "frames/server-sync",
        ServerFrame::DynamicData { .. } => "frames/server-dynamic-data",
        ServerFrame::Update { .. } => "frames/server-update",
        ServerFrame::Ack { .. } => "frames/server-ack",
        ServerFrame::Refused { .. } => "frames/server-refused",
        ServerFrame::Call(_) => "frozen in frames_of_calls_are_frozen",
        ServerFrame::Unknown => "nothing: it is never sent",
    }
}

fn client_fixture(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::Hello { rev: Some(_), .. } => "frames/client-hello",
        ClientFrame::Hello { rev: None, .. } => "frames/client-hello-first",
        ClientFrame::Active { .. } => "frames/client-active",
        ClientFrame::Presence { .. } => "frames/client-presence",
        ClientFrame::Typing { .. } => "frames/client-typing",
        ClientFrame::Message { .. } => "frames/client-message",
        ClientFrame::Call(_) => "frozen in frames_of_calls_are_frozen",
        ClientFrame::Unknown => "nothing: it is never sent",
    }
}

fn event_fixture(event: &Event) -> &'static str {
    match event.body {
        EventBody::Message(ref message) if message.deleted => "events/tombstone",
        EventBody::Message(ref message) if !message.attachments.is_empty() => "events/message-files",
        EventBody::Message(_) => "events/message",
        EventBody::Created { .. } => "events/created",
        EventBody::Joined { .. } => "events/joined",
        EventBody::Left { .. } => "events/left",
        EventBody::Changed { .. } => "events/changed",
        EventBody::Integration { .. } => "events/integration",
        EventBody::CallStarted { .. } => "events/call-started",
        EventBody::CallEnded { .. } => "events/call-ended",
        EventBody::Deleted { .. } => "events/deleted",
        EventBody::Unknown => "nothing: it is never made",
    }
}

#[test]
fn server_frames_are_frozen() {
    for (name, text) in fixtures![
        "frames/server-welcome",
        "frames/server-welcome-unchanged",
        "frames/server-message",
        "frames/server-notification",
        "frames/server-event",
        "frames/server-room",
        "frames/server-room-left",
        "frames/server-read",
        "frames/server-person",
        "frames/server-presence",
        "frames/server-typing",
        "frames/server-sync",
        "frames/server-dynamic-data",
        "frames/server-update",
        "frames/server-ack",
        "frames/server-refused",
    ] {
        assert_eq!(server_fixture(&frozen(name, text)), name);
    }
}

#[test]
fn client_frames_are_frozen() {
    for (name, text) in fixtures![
        "frames/client-hello",
        "frames/client-hello-first",
        "frames/client-active",
        "frames/client-presence",
        "frames/client-typing",
        "frames/client-message",
    ] {
        assert_eq!(client_fixture(&frozen(name, text)), name);
    }
}

/// The fixture of everything that is told of calls, and of everything that is wanted. No `_`.
fn told_fixture(told: &CallTold) -> &'static str {
    match told {
        CallTold::State { .. } => "frames/server-call-state",
        CallTold::Joined { .. } => "frames/server-call-joined",
        CallTold::Signal { .. } => "frames/server-call-signal",
        CallTold::Declined { .. } => "frames/server-call-declined",
        CallTold::Refused(_) => "frames/server-call-refused",
        CallTold::Unknown => "nothing: it is never sent",
    }
}

fn request_fixture(request: &CallRequest) -> &'static str {
    match request {
        CallRequest::Join { instead_of: None, .. } => "frames/client-call-join",
        CallRequest::Join { instead_of: Some(_), .. } => "frames/client-call-join-again",
        CallRequest::Leave => "frames/client-call-leave",
        CallRequest::Media { .. } => "frames/client-call-media",
        CallRequest::Signal { .. } => "frames/client-call-signal",
        CallRequest::Decline { .. } => "frames/client-call-decline",
        CallRequest::Unknown => "nothing: it is never sent",
    }
}

#[test]
fn frames_of_calls_are_frozen() {
    for (name, text) in fixtures![
        "frames/server-call-state",
        "frames/server-call-joined",
        "frames/server-call-signal",
        "frames/server-call-declined",
        "frames/server-call-refused",
    ] {
        let ServerFrame::Call(news) = frozen::<ServerFrame>(name, text) else { panic!("{name} is not about calls") };
        let told = news.clone().read().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((told_fixture(&told), CallNews::new(&told)), (name, news));
    }
    for (name, text) in fixtures![
        "frames/client-call-join",
        "frames/client-call-join-again",
        "frames/client-call-leave",
        "frames/client-call-media",
        "frames/client-call-signal",
        "frames/client-call-decline",
    ] {
        let ClientFrame::Call(request) = serde_json::from_str(text).unwrap() else {
            panic!("{name} is not about calls")
        };
        assert_eq!((request_fixture(&request), parse(&request.frame())), (name, parse(text)));
    }
}

#[test]
fn what_later_versions_say_of_calls_is_ignored() {
    let later = |members: &str| format!(r#"{{"kind":"call",{members},"depth":3}}"#);
    let ServerFrame::Call(news) = serde_json::from_str(&later(r#""is":"hologram""#)).unwrap() else { panic!() };
    assert_eq!(news.read().unwrap(), CallTold::Unknown);
    let request = serde_json::from_str::<ClientFrame>(&later(r#""do":"hologram""#)).unwrap();
    assert_eq!(request, ClientFrame::Call(CallRequest::Unknown));
}

#[test]
fn events_are_frozen() {
    for (name, text) in fixtures![
        "events/message",
        "events/message-files",
        "events/tombstone",
        "events/deleted",
        "events/created",
        "events/joined",
        "events/left",
        "events/changed",
        "events/integration",
        "events/call-started",
        "events/call-ended",
    ] {
        assert_eq!(event_fixture(&frozen(name, text)), name);
    }
}

#[test]
fn an_event_is_the_same_by_frame_and_by_page() {
    let message: Event = frozen("events/message", include_str!("fixtures/events/message.json"));
    let joined: Event = frozen("events/joined", include_str!("fixtures/events/joined.json"));
    for event in [message, joined] {
        let frame = ServerFrame::of_event(roomglass_protocol::push::Revision(1), event.clone());
        assert_eq!(frame.event(), Some(event));
    }
}

#[test]
fn frames_of_later_versions_are_ignored() {
    let frame = r#"{"kind":"hologram","rev":1,"depth":{"x":[1]}}"#;
    assert_eq!(serde_json::from_str::<ServerFrame>(frame).unwrap(), ServerFrame::Unknown);
    assert_eq!(serde_json::from_str::<ClientFrame>(frame).unwrap(), ClientFrame::Unknown);
}

#[test]
fn later_members_of_known_frames_are_ignored() {
    let mut frame: Value = parse(include_str!("fixtures/frames/server-typing.json"));
    frame["mood"] = "calm".into();
    assert!(matches!(serde_json::from_value(frame).unwrap(), ServerFrame::Typing { .. }));
}

#[test]
fn a_broken_frame_is_not_an_unknown_one() {
    // The client must notice that it has missed something.
    assert!(serde_json::from_str::<ServerFrame>(r#"{"kind":"typing","room_id":"x"}"#).is_err());
    assert!(serde_json::from_str::<ServerFrame>(r#"{"rev":1}"#).is_err());
}
