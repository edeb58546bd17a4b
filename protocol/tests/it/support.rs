//! People, rooms and messages for all tests.

use roomglass_protocol::{
    Attachment, Author, Event, EventBody, FileId, IntegrationKey, Membership, Message, MessageId, Organisation, Person,
    Privacy, Role, Room, RoomId, RoomKind, Sequence, Timestamp, UserId,
    event::MessageFormat,
    integration::Extensions,
    push::{PresenceOf, Revision},
    rest::snapshot::Snapshot,
};
use serde_json::Value;

/// Runs natively and in a browser.
#[cfg(not(target_arch = "wasm32"))]
pub use core::prelude::v1::test;
#[cfg(target_arch = "wasm32")]
pub use wasm_bindgen_test::wasm_bindgen_test as test;

pub const ALANA: UserId = UserId(11);
pub const EMMA: UserId = UserId(12);
pub const ROOM: RoomId = RoomId(123);

pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("a fixture is JSON")
}

pub fn key(text: &str) -> IntegrationKey {
    text.parse().expect("a key")
}

pub fn extensions(value: Value) -> Extensions {
    serde_json::from_value(value).expect("extensions")
}

pub fn person(id: UserId, name: &str, role: Role) -> Person {
    Person { id, name: name.to_owned(), mention: name.to_lowercase(), role }
}

pub fn alana() -> Person {
    person(ALANA, "Alana", Role::Administrator)
}

pub fn emma() -> Person {
    person(EMMA, "Emma", Role::Member)
}

pub fn room() -> Room {
    Room {
        id: ROOM,
        kind: RoomKind::Room,
        name: "Release team".to_owned(),
        privacy: Privacy::Private,
        owner_id: ALANA,
        topic: String::new(),
        seq: Sequence(10),
        messages: 8,
        archived: false,
    }
}

pub fn membership() -> Membership {
    Membership { room: room(), read_seq: Sequence(10), read_messages: 8, with: Vec::new() }
}

pub fn message_id(number: u128) -> MessageId {
    MessageId(uuid(number))
}

fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

pub fn message(number: u128, from: UserId, text: &str) -> Message {
    Message {
        id: message_id(number),
        from: Author::User { id: from, name: format!("User {from}"), mention: format!("user{from}") },
        text: text.to_owned(),
        format: MessageFormat::Markdown,
        color: None,
        card: None,
        metadata: None,
        attachments: Vec::new(),
        deleted: false,
        sent_at: Timestamp(1_767_262_500_000),
    }
}

pub fn file(number: u128, media_type: &str) -> Attachment {
    let (id, name) = (FileId(uuid(number)), format!("file {number}"));
    Attachment { id, name, media_type: media_type.to_owned(), size: 7, preview: false }
}

pub fn notification(text: &str, metadata: Option<Value>) -> Message {
    Message {
        from: Author::Integration { key: key("com.example.builds"), name: "Builds".to_owned() },
        format: MessageFormat::Html,
        metadata,
        ..message(77, ALANA, text)
    }
}

/// Entry `seq` of the room's log: a message with the id `seq`.
pub fn event(seq: i64) -> Event {
    let message = message(seq.unsigned_abs().into(), EMMA, "Hello");
    Event { room_id: ROOM, seq: Sequence(seq), messages: seq, at: message.sent_at, body: EventBody::Message(message) }
}

pub fn snapshot() -> Snapshot {
    Snapshot {
        rev: Revision(900),
        organisation: Organisation { id: 1, name: "Example One".to_owned() },
        user: emma(),
        people: vec![alana(), emma()],
        presence: vec![PresenceOf { user_id: ALANA, status: roomglass_protocol::Presence::Online }],
        rooms: vec![membership()],
    }
}
