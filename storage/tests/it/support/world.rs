//! People who talk in rooms.

use roomglass_protocol::{
    Author, Event, EventBody, IntegrationKey, Membership, Message, MessageId, Person, Privacy, Role, RoomId, RoomRef,
    Timestamp, UserId,
    event::MessageFormat,
    integration::{Descriptor, origin_of},
    push::Revision,
};
use roomglass_storage::{
    Appended, Change, Committed, Credentials, NewPerson, NewRoom, OauthId, Publisher, Reader, Storage, StorageError,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::Database;

/// A moment; storage has no clock of its own.
pub const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub const MINUTE_MS: i64 = 60_000;

/// An open database and what it tells.
pub struct World {
    pub storage: Storage,
    committed: mpsc::Receiver<Committed>,
}

impl World {
    pub async fn open(database: &Database) -> Self {
        let (sender, committed) = mpsc::channel(10_000);
        let storage = Storage::open(&database.url, sender).await.unwrap();
        Self { storage, committed }
    }

    pub async fn read(&self) -> Reader {
        self.storage.read().await.unwrap()
    }

    /// Commits told since the last time, each with its changes.
    pub fn commits(&mut self) -> Vec<Vec<(Revision, Change)>> {
        std::iter::from_fn(|| self.committed.try_recv().ok()).map(Committed::into_changes).collect()
    }

    /// Changes told since the last time.
    pub fn changes(&mut self) -> Vec<Change> {
        self.commits().into_iter().flatten().map(|(_, change)| change).collect()
    }

    pub async fn person(&self, name: &str) -> Person {
        self.person_with_role(name, Role::Member).await
    }

    pub async fn person_with_role(&self, name: &str, role: Role) -> Person {
        let person = new_person(name, &format!("{name}@example.com"), role);
        stored!(self, |tx| tx.add_person(person, NOW)).unwrap()
    }

    pub async fn room(&self, by: &Person, name: &str) -> RoomId {
        self.room_with_privacy(by, name, Privacy::Public).await
    }

    pub async fn room_with_privacy(&self, by: &Person, name: &str, privacy: Privacy) -> RoomId {
        let room = NewRoom { name: name.to_owned(), privacy, topic: String::new() };
        let by = by.id;
        stored!(self, |tx| tx.create_room(by, room, NOW)).unwrap().room.id
    }

    pub async fn joins(&self, person: &Person, room: RoomId) {
        let user = person.id;
        stored!(self, |tx| tx.join_room(room, user, NOW)).unwrap();
    }

    pub async fn leaves(&self, person: &Person, room: RoomId) {
        let user = person.id;
        stored!(self, |tx| tx.leave_room(room, user, NOW)).unwrap();
    }

    pub async fn sends(&self, room: RoomId, message: Message) -> Result<Appended, StorageError> {
        stored!(self, |tx| tx.append_message(room, message))
    }

    pub async fn says(&self, person: &Person, room: RoomId, number: u128) -> Appended {
        self.sends(room, message(person, number, &format!("message {number}"))).await.unwrap()
    }

    pub async fn membership(&self, room: RoomId, user: UserId) -> Membership {
        self.read().await.membership(room, user).await.unwrap().expect("a member")
    }

    /// Installs an integration in places, its provider agreeing.
    pub async fn installs(&self, by: &Person, descriptor: &Descriptor, places: &[RoomRef]) {
        let ids: Vec<OauthId> = places.iter().map(|place| oauth_id(&descriptor.key, *place)).collect();
        for (id, place) in ids.iter().zip(places) {
            self.begins_installation(by, descriptor, *place, id.clone()).await.unwrap();
        }
        let descriptor = descriptor.clone();
        stored!(self, |tx| tx.finish_installations(&descriptor, &publisher(), &ids, NOW)).unwrap();
    }

    pub async fn begins_installation(
        &self,
        by: &Person,
        descriptor: &Descriptor,
        place: RoomRef,
        oauth_id: OauthId,
    ) -> Result<(), StorageError> {
        let (descriptor, by) = (descriptor.clone(), by.id);
        let credentials = Credentials { secret: format!("secret of {}", oauth_id.0), oauth_id };
        stored!(self, |tx| tx.begin_installation(&descriptor, &publisher(), place, credentials, by, NOW))
    }
}

pub const ORIGIN: &str = "https://example.com";

/// Of every integration here.
pub fn publisher() -> Publisher {
    publisher_at("https://example.com/found-here")
}

/// Who offers a descriptor at an address.
pub fn publisher_at(address: &str) -> Publisher {
    Publisher { origin: origin_of(address).unwrap(), address: address.to_owned() }
}

pub fn new_person(name: &str, email: &str, role: Role) -> NewPerson {
    NewPerson { name: name.to_owned(), email: email.to_owned(), password_hash: format!("hash of {name}"), role }
}

pub fn message_id(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(number))
}

pub fn message(person: &Person, number: u128, text: &str) -> Message {
    let from = Author::User { id: person.id, name: person.name.clone(), mention: person.mention.clone() };
    message_from(from, number, text)
}

pub fn notification(key: &IntegrationKey, number: u128, text: &str) -> Message {
    message_from(Author::Integration { key: key.clone(), name: "Builds".to_owned() }, number, text)
}

fn message_from(from: Author, number: u128, text: &str) -> Message {
    let (id, text) = (message_id(number), text.to_owned());
    let format = MessageFormat::Markdown;
    let attachments = Vec::new();
    Message {
        id,
        from,
        text,
        format,
        color: None,
        card: None,
        metadata: None,
        attachments,
        deleted: false,
        sent_at: NOW,
    }
}

pub fn key(text: &str) -> IntegrationKey {
    IntegrationKey::new(text).unwrap()
}

/// Unique for each integration and place, and the same each time.
pub fn oauth_id(key: &IntegrationKey, place: RoomRef) -> OauthId {
    OauthId(format!("{key} in {place}"))
}

/// An integration with one tile for each name.
pub fn descriptor(key: &str, tiles: &[&str]) -> Descriptor {
    let glances: Vec<Value> = tiles.iter().map(|tile| json!({ "key": tile, "name": { "value": tile } })).collect();
    parse(&json!({
        "key": key,
        "name": key,
        "description": "For tests",
        "links": { "self": format!("https://example.com/{key}") },
        "capabilities": {
            "hipchatApiConsumer": { "scopes": ["send_notification", "view_room"] },
            "installable": { "allowRoom": true, "allowGlobal": true },
            "glance": glances,
        },
    }))
}

pub fn parse(document: &Value) -> Descriptor {
    Descriptor::parse(document.to_string().as_bytes()).unwrap()
}

/// The events among changes.
pub fn events(changes: &[Change]) -> Vec<&Event> {
    let mut events = Vec::new();
    for change in changes {
        if let Change::EventAppended { event } = change {
            events.push(event);
        }
    }
    events
}

/// What the events among changes say.
pub fn bodies(changes: &[Change]) -> Vec<&EventBody> {
    events(changes).into_iter().map(|event| &event.body).collect()
}
