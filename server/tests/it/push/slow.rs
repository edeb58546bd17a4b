//! Queues are bounded, and one slow reader delays nobody (I12).

use std::time::Instant;

use roomglass_protocol::push::{MAX_CLIENT_FRAME_BYTES, ServerFrame};
use tokio::net::TcpSocket;

use crate::support::{Client, TestServer, message_id, open_over};

#[tokio::test]
async fn a_slow_reader_is_closed_while_the_others_read_on() {
    let server = TestServer::start().await;
    let (alice, bob, sluggish) = (server.member("Alice").await, server.member("Bob").await, server.member("Sid").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    sluggish.joins(&room).await;
    let mut bobs = bob.connects().await;
    let mut sids = with_a_small_buffer(&sluggish).await;

    // Sid reads nothing from here on; Bob reads everything.
    let text = "x".repeat(9_000);
    let (mut sent, begin) = (0, Instant::now());
    while server.app().connections.count() > 1 {
        let id = message_id();
        alice.sends(room.room.id, id, &text).await.succeeded();
        sent += 1;
        bobs.until(|frame| matches!(frame, ServerFrame::Message { message, .. } if message.id == id)).await;
        assert!(sent < 3_000, "{sent} messages later the slow reader is still there, {:?}", begin.elapsed());
    }
    // What it finds when it wakes up is whole frames and then the reason.
    assert_eq!(sids.is_closed().await, Some(4008));
    // It comes back and is up to date.
    sluggish.connects().await.agrees_with_the_server().await;
}

async fn with_a_small_buffer(someone: &crate::support::Someone) -> Client {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let stream = socket.connect(someone.server.address()).await.unwrap();
    let socket = open_over(someone, stream).await;
    let mut client = Client::over(someone, socket).await;
    client.says_hello(None).await;
    client.until(|frame| matches!(frame, ServerFrame::Welcome { .. })).await;
    client
}

#[tokio::test]
async fn the_largest_message_passes_both_ways() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let mut client = alice.connects().await;
    let longest = "é".repeat(10_000);
    assert!(longest.len() < MAX_CLIENT_FRAME_BYTES);
    client.sends_message(&room, message_id(), &longest).await;
    client.hears(&longest).await;
}
