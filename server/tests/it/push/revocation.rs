//! What somebody may no longer see stops at once (I9).

use roomglass_protocol::{ErrorKind, push::ServerFrame};
use roomglass_storage::StorageError;

use crate::support::{TestServer, message_id};

/// MSG-06, MSG-17.
#[tokio::test]
async fn who_was_removed_hears_nothing_more_of_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_private_room("Board").await;
    let own = bob.creates_room("Own").await;
    alice.adds(&bob, &room).await;
    let (mut bobs, mut alices) = (bob.connects().await, alice.connects().await);
    alice.says(&room, "you hear this").await;
    bobs.hears("you hear this").await;

    alice.removes(&bob, &room).await;
    alice.says(&room, "but not this").await;
    let heard = bobs.hears_up_to_now(&own).await;
    assert!(
        heard.iter().any(|frame| matches!(frame, ServerFrame::RoomLeft { room_id, .. } if *room_id == room.room.id))
    );
    assert!(heard.iter().all(|frame| frame.event().is_none_or(|event| event.room_id != room.room.id)), "{heard:?}");

    let id = message_id();
    bobs.sends_message(&room, id, "let me in").await;
    let refused = bobs.until(|frame| matches!(frame, ServerFrame::Refused { .. })).await;
    assert!(
        matches!(refused, ServerFrame::Refused { id: Some(about), error } if about == id && error.kind == ErrorKind::NotFound)
    );
    let delivered = alices.hears_up_to_now(&room).await.into_iter().filter_map(|frame| frame.event());
    let texts: Vec<_> = delivered.filter_map(|event| Some(event.message()?.text.clone())).collect();
    assert_eq!(texts, ["you hear this", "but not this"]);
}

#[tokio::test]
async fn all_sockets_of_revoked_sessions_are_closed() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let elsewhere = server.signs_in(&alice.person).await;
    let bob = server.member("Bob").await;
    let room = bob.creates_room("Support").await;
    let (mut one, mut two, mut bobs) = (alice.connects().await, elsewhere.connects().await, bob.connects().await);
    let user = alice.person.id;
    let ended = server.app().storage.write(move |tx| Box::pin(async move { tx.end_sessions_of(user).await }));
    ended.await.unwrap_or_else(|error: StorageError| panic!("{error}"));
    assert_eq!((one.is_closed().await, two.is_closed().await), (Some(4001), Some(4001)));
    bobs.hears_up_to_now(&room).await;
}

#[tokio::test]
async fn a_session_that_ended_between_handshake_and_hello_opens_nothing() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut socket = crate::support::open(&alice).await;
    alice.deletes("/api/v1/session").await.succeeded();
    futures_util::SinkExt::send(&mut socket, tungstenite::Message::text(r#"{"kind":"hello","client_id":"web-1"}"#))
        .await
        .unwrap();
    assert_eq!(crate::support::next_frame(&mut socket).await, Err(Some(4001)));
}
