//! Rooms that are put away, and brought back (HCC-16).

use roomglass_protocol::{Attachment, EventBody, FileId, Person, RoomId, RoomRef, Sequence, rest::message::Query};
use roomglass_storage::{Change, Conflict, NewFile, NewIncomingWebhook, IncomingCall, RoomChange, StorageError, TokenHash};
use uuid::Uuid;

use crate::support::*;

struct Lounge {
    world: World,
    ada: Person,
    bob: Person,
    room: RoomId,
}

impl Lounge {
    async fn opens(database: &Database) -> Self {
        let world = World::open(database).await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let room = world.room(&ada, "lounge").await;
        world.joins(&bob, room).await;
        world.says(&bob, room, 1).await;
        Self { world, ada, bob, room }
    }

    async fn archives(&self, archived: bool) {
        let (room, by) = (self.room, self.ada.id);
        let change = RoomChange { archived: Some(archived), ..RoomChange::default() };
        let changed = stored!(self.world, |tx| tx.change_room(room, by, change, NOW)).unwrap();
        assert_eq!((changed.archived, changed.is_open()), (archived, !archived));
    }

    async fn starts_a_call(&self) -> Result<(), StorageError> {
        let (room, by) = (self.room, self.ada.id);
        stored!(self.world, |tx| tx.call_started(room, by, NOW))
    }

    async fn uploads(&self) -> Result<(), StorageError> {
        let (id, name) = (FileId(Uuid::from_u128(1)), "plan.txt".to_owned());
        let attachment = Attachment { id, name, media_type: "text/plain".to_owned(), size: 5, preview: false };
        let file = NewFile { room: self.room, uploaded_by: Some(self.bob.id), attachment };
        stored!(self.world, |tx| tx.add_file(&file, 1000, NOW))
    }

    async fn seq(&self) -> Sequence {
        self.world.membership(self.room, self.ada.id).await.room.seq
    }
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, StorageError>) {
    assert!(matches!(outcome, Err(StorageError::Conflict(Conflict::RoomArchived))), "{outcome:?}");
}

pub async fn members_read_an_archived_room_and_nothing_is_said_in_it(database: Database) {
    let mut lounge = Lounge::opens(&database).await;
    let (room, ada) = (lounge.room, lounge.ada.clone());
    let integration = descriptor("builds", &["status"]).key;
    let address = NewIncomingWebhook {
        room,
        name: "Alerts".to_owned(),
        secret: TokenHash::of("secret"),
        created_by: ada.id,
    };
    let webhook = stored!(lounge.world, |tx| tx.add_incoming_webhook(address, NOW)).unwrap().id;
    let alert = |number| IncomingCall { webhook, message: notification(&key("incoming"), number, "fire") };
    lounge.world.changes();

    lounge.archives(true).await;
    let changes = lounge.world.changes();
    let told = EventBody::Changed { by: ada.id, topic: None, name: None, privacy: None, archived: Some(true) };
    assert_eq!(bodies(&changes), [&told]);
    let Some(Change::RoomChanged { memberships }) = changes.last() else { panic!("{changes:?}") };
    assert!(memberships.len() == 2 && memberships.iter().all(|(_, seen)| seen.room.archived), "{memberships:?}");
    lounge.archives(true).await;
    assert!(lounge.world.changes().is_empty(), "it is archived already");

    let seq = lounge.seq().await;
    refused(lounge.world.sends(room, message(&ada, 2, "hello?")).await);
    refused(lounge.world.sends(room, notification(&integration, 3, "built")).await);
    let call = alert(4);
    refused(stored!(lounge.world, |tx| tx.receive(call)));
    refused(lounge.starts_a_call().await);
    refused(lounge.uploads().await);
    let repeated = lounge.world.sends(room, message(&lounge.bob, 1, "message 1")).await;
    assert!(repeated.is_ok_and(|appended| appended.repeated), "it was stored before");
    let stranger = lounge.world.person("eve").await;
    let hidden = lounge.world.sends(room, message(&stranger, 5, "hello")).await;
    assert!(matches!(hidden, Err(StorageError::NotFound(_))), "who is not a member learns nothing: {hidden:?}");
    assert_eq!(lounge.seq().await, seq, "the log is as it was");

    let page = lounge.world.read().await.messages(room, Query::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(lounge.world.membership(room, ada.id).await.unread(), 1);
    let reader = ada.id;
    stored!(lounge.world, |tx| tx.mark_read(room, reader, seq)).unwrap();
    assert_eq!(lounge.world.membership(room, ada.id).await.unread(), 0);

    lounge.archives(false).await;
    let told = lounge.world.changes();
    let back = bodies(&told).into_iter().any(|body| matches!(body, EventBody::Changed { archived: Some(false), .. }));
    assert!(back, "{told:?}");
    lounge.world.sends(room, message(&ada, 2, "hello?")).await.unwrap();
    lounge.world.sends(room, notification(&integration, 3, "built")).await.unwrap();
    let call = alert(4);
    stored!(lounge.world, |tx| tx.receive(call)).unwrap();
    lounge.starts_a_call().await.unwrap();
    lounge.uploads().await.unwrap();
}

pub async fn an_archived_room_is_left_entered_and_brought_back(database: Database) {
    let lounge = Lounge::opens(&database).await;
    let (room, ada, bob) = (lounge.room, lounge.ada.id, lounge.bob.id);
    let eve = lounge.world.person("eve").await;
    let builds = descriptor("builds", &["status"]);
    lounge.world.installs(&lounge.ada, &builds, &[RoomRef::Room(room)]).await;
    stored!(lounge.world, |tx| tx.call_started(room, ada, NOW)).unwrap();
    lounge.archives(true).await;
    stored!(lounge.world, |tx| tx.call_ended(room, 60, NOW)).unwrap();
    stored!(lounge.world, |tx| tx.delete_message(room, message_id(1), bob, NOW)).unwrap();
    lounge.world.joins(&eve, room).await;
    let added = lounge.world.membership(room, eve.id).await;
    assert!(added.room.archived, "who enters is told what it is");
    let rooms = lounge.world.read().await.rooms_of(eve.id).await.unwrap();
    assert_eq!(rooms, [added], "and finds it among their own");
    stored!(lounge.world, |tx| tx.remove_member(room, bob, ada, NOW)).unwrap();
    stored!(lounge.world, |tx| tx.uninstall(&builds.key, &[RoomRef::Room(room)], ada, NOW)).unwrap();
    lounge.world.leaves(&lounge.ada, room).await;
    let (owner, change) = (eve.id, RoomChange { archived: Some(false), ..RoomChange::default() });
    let back = stored!(lounge.world, |tx| tx.change_room(room, owner, change, NOW)).unwrap();
    assert_eq!((back.archived, back.owner_id), (false, owner));
}

pub async fn rooms_to_join_leave_out_archived_ones(database: Database) {
    let lounge = Lounge::opens(&database).await;
    let (room, eve) = (lounge.room, lounge.world.person("eve").await.id);
    let joinable = async || {
        let rooms = lounge.world.read().await.joinable_rooms(eve).await.unwrap();
        rooms.into_iter().map(|room| room.id).collect::<Vec<_>>()
    };
    assert_eq!(joinable().await, [room]);
    lounge.archives(true).await;
    assert!(joinable().await.is_empty());
    let named = lounge.world.read().await.named_rooms().await.unwrap();
    assert!(named.iter().any(|named| named.id == room && named.archived), "its name is taken");
    lounge.archives(false).await;
    assert_eq!(joinable().await, [room]);
}
