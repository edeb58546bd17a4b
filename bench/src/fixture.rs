//! Data folders made before the server starts: people with sessions, rooms, integrations.

use std::path::Path;

use roomglass_protocol::{Person, Privacy, RoomId, RoomRef, Timestamp, UserId, integration::Descriptor};
use roomglass_storage::{Credentials, NewPerson, NewRoom, OauthId, Publisher, Storage, StorageError, TokenHash};
use tokio::sync::mpsc;

use crate::Outcome;

/// A store under preparation.
pub struct Fixture {
    storage: Storage,
    drain: tokio::task::JoinHandle<()>,
}

/// A person who can act.
pub struct Account {
    /// Who.
    pub person: Person,
    /// Their bearer token.
    pub token: String,
}

/// The moment everything in the fixture happened.
fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(since_epoch.as_millis() as i64)
}

impl Fixture {
    /// Opens an empty folder and sets up the organisation.
    pub async fn create(folder: &Path) -> Outcome<(Self, Account)> {
        let (sender, mut receiver) = mpsc::channel(64);
        let drain = tokio::spawn(async move { while receiver.recv().await.is_some() {} });
        let url = format!("sqlite:{}", folder.join("roomglass.db").display());
        let storage = Storage::open(&url, sender).await?;
        let first = newcomer("admin");
        let (_, person) = storage
            .write(move |tx| Box::pin(async move { tx.set_up("Bench", first, now()).await }))
            .await
            .map_err(|error: StorageError| error)?;
        let fixture = Self { storage, drain };
        let account = fixture.sign_in(person).await?;
        Ok((fixture, account))
    }

    /// Adds members, each with a session, in one transaction.
    pub async fn add_people(&self, count: usize) -> Outcome<Vec<Account>> {
        let accounts = self
            .storage
            .write(move |tx| {
                Box::pin(async move {
                    let mut accounts = Vec::with_capacity(count);
                    for number in 0..count {
                        let person = tx.add_person(newcomer(&format!("member{number}")), now()).await?;
                        let token = uuid::Uuid::new_v4().to_string();
                        tx.begin_session(&TokenHash::of(&token), person.id, "bench", now()).await?;
                        accounts.push(Account { person, token });
                    }
                    Ok::<_, StorageError>(accounts)
                })
            })
            .await?;
        Ok(accounts)
    }

    async fn sign_in(&self, person: Person) -> Outcome<Account> {
        let token = uuid::Uuid::new_v4().to_string();
        let hash = TokenHash::of(&token);
        let id = person.id;
        self.storage
            .write(move |tx| Box::pin(async move { tx.begin_session(&hash, id, "bench", now()).await }))
            .await
            .map_err(|error: StorageError| error)?;
        Ok(Account { person, token })
    }

    /// Makes a private room of `owner` with further members.
    pub async fn add_room(&self, name: String, owner: UserId, members: Vec<UserId>) -> Outcome<RoomId> {
        let room = self
            .storage
            .write(move |tx| {
                Box::pin(async move {
                    let room = NewRoom { name, privacy: Privacy::Private, topic: String::new() };
                    let room = tx.create_room(owner, room, now()).await?.room.id;
                    for member in members {
                        tx.add_member(room, member, owner, now()).await?;
                    }
                    Ok::<_, StorageError>(room)
                })
            })
            .await?;
        Ok(room)
    }

    /// Installs one integration in many rooms, in one transaction.
    pub async fn install(&self, descriptor: Descriptor, rooms: Vec<RoomId>, by: UserId) -> Outcome<()> {
        self.storage
            .write(move |tx| {
                Box::pin(async move {
                    let publisher = Publisher { origin: ORIGIN.to_owned(), address: descriptor.self_url.clone() };
                    let mut pending = Vec::with_capacity(rooms.len());
                    for room in rooms {
                        let oauth_id = OauthId(uuid::Uuid::new_v4().to_string());
                        let credentials = Credentials { oauth_id: oauth_id.clone(), secret: "s".repeat(40) };
                        tx.begin_installation(&descriptor, &publisher, RoomRef::Room(room), credentials, by, now())
                            .await?;
                        pending.push(oauth_id);
                    }
                    tx.finish_installations(&descriptor, &publisher, &pending, now()).await?;
                    Ok::<_, StorageError>(())
                })
            })
            .await?;
        Ok(())
    }

    /// Replaces an integration's descriptor, as its provider would.
    pub async fn update(&self, descriptor: Descriptor) -> Outcome<()> {
        self.storage
            .write(move |tx| Box::pin(async move { tx.update_descriptor(&descriptor, now()).await }))
            .await
            .map_err(|error: StorageError| error)?;
        Ok(())
    }

    /// Reads what a client of this person would hold after synchronising.
    pub async fn room_states(
        &self,
        user: UserId,
    ) -> Outcome<roomglass_protocol::OrderedMap<RoomRef, roomglass_protocol::token::RoomToken>> {
        Ok(self.storage.read().await?.room_tokens_of(user).await?)
    }

    /// Closes the store, so that the server can open it.
    pub async fn finish(self) {
        self.storage.close().await;
        drop(self.storage);
        self.drain.abort();
    }
}

const ORIGIN: &str = "https://bench.example.com";

fn newcomer(name: &str) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        email: format!("{name}@example.org"),
        password_hash: "!".to_owned(),
        role: if name == "admin" { roomglass_protocol::Role::Administrator } else { roomglass_protocol::Role::Member },
    }
}

/// A descriptor with a tile and a panel, of ordinary size.
pub fn descriptor(number: usize, version: usize) -> Descriptor {
    let text = serde_json::json!({
        "key": format!("com.example.bench{number}"),
        "name": format!("Bench {number}"),
        "description": "An integration of the bench",
        "links": { "self": format!("{ORIGIN}/{number}/descriptor") },
        "capabilities": {
            "glance": [{ "key": "tile", "name": { "value": format!("Tile {version}") },
                "queryUrl": format!("{ORIGIN}/{number}/tile"), "target": "panel",
                "icon": { "url": format!("{ORIGIN}/icon.png"), "url@2x": format!("{ORIGIN}/icon@2x.png") } }],
            "webPanel": [{ "key": "panel", "name": { "value": "Details" }, "location": "sidebar.right",
                "url": format!("{ORIGIN}/{number}/panel") }],
        },
    });
    Descriptor::parse(text.to_string().as_bytes()).expect("the bench's descriptor is valid")
}
