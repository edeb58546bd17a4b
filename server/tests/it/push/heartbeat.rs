//! Dead connections are noticed (CONN-09). The clock of these tests stands still and jumps to the next timer whenever
//! nobody has anything to do.

use futures_util::StreamExt as _;
use roomglass_protocol::push::ServerFrame;
use tokio::time::{Duration, Instant, pause};
use tungstenite::Message;

use crate::support::{TestServer, next_frame, open};

#[tokio::test]
async fn who_does_not_say_hello_in_time_is_sent_away() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut socket = open(&alice).await;
    pause();
    let begun = Instant::now();
    assert_eq!(next_frame(&mut socket).await, Err(Some(4002)));
    assert!((9..=11).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn who_answers_pings_stays() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut client = alice.connects().await;
    pause();
    let begun = Instant::now();
    let mut pings = 0;
    while begun.elapsed() < Duration::from_secs(300) {
        match client.socket.next().await {
            Some(Ok(Message::Ping(_))) => pings += 1,
            Some(Ok(Message::Text(_))) => {}
            other => panic!("{other:?} after {:?}", begun.elapsed()),
        }
    }
    assert!((14..=20).contains(&pings), "{pings} pings in five minutes");
}

#[tokio::test]
async fn who_is_silent_is_pinged_and_then_cut_and_forgotten() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut client = alice.connects().await;
    client.until(|frame| matches!(frame, ServerFrame::Presence { .. })).await;
    // A client that reads but never answers: the library below would send pongs by itself.
    let stream = client.socket.get_mut();
    pause();
    let begun = Instant::now();
    let mut told = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(stream, &mut told).await.unwrap();
    assert_eq!(told, [0x89, 0], "one ping");
    assert!((25..=31).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    assert_eq!(server.app().connections.count(), 0);
}
