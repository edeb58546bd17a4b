//! What is told to whom.

use roomglass_protocol::{
    ErrorKind, EventBody, IntegrationKey, RoomRef, Sequence,
    integration::{Label, TileData},
    push::{ClientFrame, ServerFrame, TileUpdate},
    sync::{ChangedIntegration, ChangedIntegrations},
};
use roomglass_storage::{Change, StorageError};
use serde_json::{Map, json};

use crate::support::{Client, TestServer, message_id};

/// MSG-14, MSG-15, CONN-07: on both of the devices of one and on the one of the other.
#[tokio::test]
async fn a_message_reaches_every_member_with_its_place_in_the_log() {
    let server = TestServer::start().await;
    let (alice, bob, olaf) = (server.member("Alice").await, server.member("Bob").await, server.member("Olaf").await);
    let (room, elsewhere) = (alice.creates_room("Support").await, olaf.creates_room("Elsewhere").await);
    bob.joins(&room).await;
    let (mut tab, mut phone, mut bobs) = (alice.connects().await, alice.connects().await, bob.connects().await);
    let mut outsider = olaf.connects().await;

    let sent = alice.says(&room, "hello").await;
    for client in [&mut tab, &mut phone, &mut bobs] {
        let heard = client.hears("hello").await.pop();
        let Some(ServerFrame::Message { room_id, seq, messages, message, .. }) = heard else { panic!("no message") };
        assert_eq!((room_id, seq, messages, message.id), (room.room.id, sent.seq, 1, sent.id));
        assert_eq!((message.sender(), message.sent_at), (Some(alice.person.id), sent.sent_at));
    }
    let overheard = outsider.hears_up_to_now(&elsewhere).await;
    assert!(overheard.iter().all(|frame| frame.event().is_none()), "{overheard:?}");
}

#[tokio::test]
async fn a_message_over_the_socket_is_acknowledged_like_one_over_http() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let mut client = alice.connects().await;
    let id = message_id();
    client.sends_message(&room, id, "hello").await;
    let is_ack = |frame: &ServerFrame| matches!(frame, ServerFrame::Ack { id: acked, .. } if *acked == id);
    let ServerFrame::Ack { seq, sent_at, .. } = client.until(is_ack).await else { unreachable!() };
    let again: roomglass_protocol::rest::message::Sent = alice.sends(room.room.id, id, "hello").await.json();
    assert_eq!((again.seq, again.sent_at), (seq, sent_at));

    for text in ["", "other text"] {
        client.sends_message(&room, id, text).await;
        let refused = client.until(|frame| matches!(frame, ServerFrame::Refused { .. })).await;
        let ServerFrame::Refused { id: about, error } = refused else { unreachable!() };
        let kind = if text.is_empty() { ErrorKind::Invalid } else { ErrorKind::Conflict };
        assert_eq!((about, error.kind), (Some(id), kind));
    }
}

/// I3: one client's messages keep their order, however fast it sends.
#[tokio::test]
async fn messages_of_one_socket_keep_their_order() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let mut client = alice.connects().await;
    for number in 0..50 {
        client.sends_message(&room, message_id(), &format!("number {number}")).await;
    }
    let heard = client.hears("number 49").await;
    let events: Vec<_> = heard.iter().filter_map(ServerFrame::event).collect();
    let seqs: Vec<_> = events.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (2..=51).collect::<Vec<_>>());
    let texts: Vec<_> = events.iter().map(|event| event.message().unwrap().text.clone()).collect();
    assert_eq!(texts, (0..50).map(|number| format!("number {number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn frames_of_later_versions_are_ignored_and_hello_is_said_once() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let mut client = alice.connects().await;
    client.send_text(r#"{"kind":"dance","style":"polka"}"#).await;
    assert!(refusals(&client.hears_up_to_now(&room).await).is_empty());
    client.says_hello(None).await;
    client.send(&ClientFrame::Presence { status: roomglass_protocol::Presence::Offline }).await;
    client.send_text(r#"{"kind":"typing","room_id":"seven"}"#).await;
    client.send_text("nonsense").await;
    for _ in 0..4 {
        client.until(|frame| matches!(frame, ServerFrame::Refused { .. })).await;
    }
}

fn refusals(frames: &[ServerFrame]) -> Vec<&ServerFrame> {
    frames.iter().filter(|frame| matches!(frame, ServerFrame::Refused { .. })).collect()
}

#[tokio::test]
async fn writing_is_told_to_the_others_in_the_room_only_and_not_too_often() {
    let server = TestServer::start().await;
    let (alice, bob, olaf) = (server.member("Alice").await, server.member("Bob").await, server.member("Olaf").await);
    let (room, elsewhere) = (alice.creates_room("Support").await, olaf.creates_room("Elsewhere").await);
    bob.joins(&room).await;
    let (mut alices, mut bobs, mut outsider) = (alice.connects().await, bob.connects().await, olaf.connects().await);

    // Not one's own room: nobody hears of it.
    outsider.send(&ClientFrame::Typing { room_id: room.room.id }).await;
    for _ in 0..5 {
        bobs.send(&ClientFrame::Typing { room_id: room.room.id }).await;
    }
    let expected = ServerFrame::Typing { room_id: room.room.id, user_id: bob.person.id };
    assert_eq!(alices.until(|frame| matches!(frame, ServerFrame::Typing { .. })).await, expected);
    for (client, room) in [(&mut alices, &room), (&mut bobs, &room), (&mut outsider, &elsewhere)] {
        let heard = client.hears_up_to_now(room).await;
        assert!(!heard.iter().any(|frame| matches!(frame, ServerFrame::Typing { .. })), "{heard:?}");
    }
}

#[tokio::test]
async fn reading_is_told_to_the_readers_other_clients_only() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let (mut alices, mut bobs) = (alice.connects().await, bob.connects().await);
    let sent = alice.says(&room, "hello").await;
    bob.posts(&format!("/api/v1/rooms/{}/read", room.room.id), json!({ "seq": sent.seq })).await.succeeded();
    let read = bobs.until(|frame| matches!(frame, ServerFrame::Read { .. })).await;
    assert!(matches!(read, ServerFrame::Read { seq, messages: 1, .. } if seq == sent.seq));
    let heard = alices.hears_up_to_now(&room).await;
    assert!(!heard.iter().any(|frame| matches!(frame, ServerFrame::Read { .. })), "{heard:?}");
}

/// SSYNC-06, SSYNC-07, SSYNC-14: one frame for each connection, with that user's rooms and no other.
#[tokio::test]
async fn a_changed_integration_is_told_once_to_each_with_their_rooms() {
    let server = TestServer::start().await;
    let (alice, bob, olaf) = (server.member("Alice").await, server.member("Bob").await, server.member("Olaf").await);
    let (one, two) = (alice.creates_room("One").await, alice.creates_room("Two").await);
    let outside = olaf.creates_room("Outside").await;
    bob.joins(&two).await;
    let (mut alices, mut bobs, mut olafs) = (alice.connects().await, bob.connects().await, olaf.connects().await);
    let key = IntegrationKey::new("com.example.builds").unwrap();
    let in_rooms = vec![RoomRef::Room(one.room.id), RoomRef::Room(two.room.id)];
    changes(&server, in_rooms.clone(), &key).await;

    let heard = alices.hears_up_to_now(&one).await;
    assert_eq!(syncs(&heard), [told(&in_rooms, &key)]);
    assert_eq!(syncs(&bobs.hears_up_to_now(&two).await), [told(&in_rooms[1..], &key)]);
    assert_eq!(syncs(&olafs.hears_up_to_now(&outside).await), Vec::<ChangedIntegrations>::new());

    let everywhere = vec![RoomRef::Global, RoomRef::Room(two.room.id)];
    changes(&server, everywhere.clone(), &key).await;
    assert_eq!(syncs(&bobs.hears_up_to_now(&two).await), [told(&everywhere, &key)]);
    assert_eq!(syncs(&olafs.hears_up_to_now(&outside).await), [told(&everywhere[..1], &key)]);
}

async fn changes(server: &TestServer, places: Vec<RoomRef>, key: &IntegrationKey) {
    let change = ChangedIntegration::deleted(key.clone());
    let recorded = server.app().storage.write(move |tx| {
        Box::pin(async move {
            tx.record(Change::IntegrationsChanged { places, change });
            Ok::<_, StorageError>(())
        })
    });
    recorded.await.unwrap();
}

fn syncs(frames: &[ServerFrame]) -> Vec<ChangedIntegrations> {
    let changed = |frame: &ServerFrame| match frame {
        ServerFrame::Sync { changed_integrations, .. } => Some(changed_integrations.clone()),
        _ => None,
    };
    frames.iter().filter_map(changed).collect()
}

fn told(places: &[RoomRef], key: &IntegrationKey) -> ChangedIntegrations {
    places.iter().map(|place| (*place, vec![ChangedIntegration::deleted(key.clone())])).collect()
}

/// PUSH-19, and the reach of what providers push.
#[tokio::test]
async fn tile_data_reaches_members_and_is_ordered() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let (room, bobs_room) = (alice.creates_room("Support").await, bob.creates_room("Board").await);
    let (mut alices, mut bobs) = (alice.connects().await, bob.connects().await);
    let connections = &server.app().connections;
    let push = || ServerFrame::DynamicData { rev: connections.next_push_revision(), items: vec![tile()] };
    connections.send_to_members(room.room.id, &push());
    connections.send_to_member(room.room.id, alice.person.id, &push());
    connections.send_to_member(room.room.id, bob.person.id, &push());
    connections.send_to_users(&[alice.person.id], &push());
    connections.send_to_everyone(&push());

    let revisions = |frames: Vec<ServerFrame>| -> Vec<i64> {
        let rev = |frame: &ServerFrame| match frame {
            ServerFrame::DynamicData { rev, .. } => Some(rev.0),
            _ => None,
        };
        frames.iter().filter_map(rev).collect()
    };
    let alices_pushes = revisions(alices.hears_up_to_now(&room).await);
    assert_eq!(alices_pushes.len(), 4);
    assert!(alices_pushes.is_sorted_by(|one, next| one < next), "{alices_pushes:?}");
    assert_eq!(revisions(bobs.hears_up_to_now(&bobs_room).await), alices_pushes[3..]);
}

fn tile() -> TileUpdate {
    TileUpdate {
        integration: IntegrationKey::new("com.example.builds").unwrap(),
        key: roomglass_protocol::ExtensionKey::new("builds.summary").unwrap(),
        room_id: None,
        content: TileData {
            label: Label { format: "html".to_owned(), value: "<b>3</b>".to_owned() },
            status: None,
            metadata: None,
            elements: Vec::new(),
            other: Map::new(),
        },
    }
}

/// SSYNC-15
#[tokio::test]
async fn joining_and_leaving_reach_the_members_other_clients_and_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    let (mut alices, mut bobs) = (alice.connects().await, bob.connects().await);
    bob.joins(&room).await;
    let joined = bobs.until(|frame| matches!(frame, ServerFrame::Room { .. })).await;
    assert!(matches!(&joined, ServerFrame::Room { room: seen, .. } if seen.room.id == room.room.id));
    let event = alices.until(|frame| matches!(frame, ServerFrame::Event { .. })).await.event().unwrap();
    assert_eq!(event.body, EventBody::Joined { user_id: bob.person.id, by: None });

    bob.leaves(&room).await;
    let left = bobs.until(|frame| matches!(frame, ServerFrame::RoomLeft { .. })).await;
    assert!(matches!(left, ServerFrame::RoomLeft { room_id, .. } if room_id == room.room.id));
    let event = alices.until(|frame| matches!(frame, ServerFrame::Event { .. })).await.event().unwrap();
    assert_eq!((event.seq, event.body), (Sequence(3), EventBody::Left { user_id: bob.person.id, by: None }));
}

/// Everything between the snapshot and the registration arrives: many clients connect while somebody speaks.
#[tokio::test]
async fn nothing_is_lost_while_a_client_connects() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let speaking = tokio::spawn({
        let (alice, room) = (alice.clone(), room.clone());
        async move {
            for number in 0..60 {
                alice.says(&room, &format!("number {number}")).await;
            }
            alice.says(&room, "the end").await;
        }
    });
    let mut clients: Vec<Client> = Vec::new();
    while !speaking.is_finished() && clients.len() < 30 {
        clients.push(bob.connects().await);
    }
    speaking.await.unwrap();
    for client in &mut clients {
        client.agrees_with_the_server().await;
    }
}
