//! How a connection begins (CONN-02, CONN-05, AUTH-05).

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderName, Request, header},
};
use futures_util::{SinkExt as _, StreamExt as _};
use roomglass_protocol::{
    ClientId, ErrorKind, RoomId,
    push::{ClientFrame, ServerFrame},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tungstenite::{Message, protocol::frame::Utf8Bytes};

use crate::support::{Client, PATIENCE, TestServer, next_frame, open};

#[tokio::test]
async fn hello_is_answered_with_everything_and_then_with_what_is_missing() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    alice.creates_room("Support").await;
    let mut first = Client::over(&alice, open(&alice).await).await;
    first.says_hello(None).await;
    let ServerFrame::Welcome { rev, user, rooms: Some(rooms), people: Some(people), .. } = first.next().await else {
        panic!("no full welcome");
    };
    assert_eq!((user, rooms.len(), people.len()), (alice.person.clone(), 1, 2));

    let mut second = Client::over(&alice, open(&alice).await).await;
    second.says_hello(Some(rev)).await;
    let welcome = second.next().await;
    assert!(matches!(welcome, ServerFrame::Welcome { rooms: None, people: None, .. }), "{welcome:?}");

    alice.creates_room("Board").await;
    let mut third = Client::over(&alice, open(&alice).await).await;
    third.says_hello(Some(rev)).await;
    let welcome = third.next().await;
    assert!(matches!(&welcome, ServerFrame::Welcome { rooms: Some(rooms), .. } if rooms.len() == 2), "{welcome:?}");
}

/// CONN-05, DATA-01: Table A follows connections; each client of a person has a row.
#[tokio::test]
async fn table_a_has_a_row_for_each_connection_while_it_lasts() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let mut client = alice.connects().await;
    client.send(&ClientFrame::Active { rooms: vec![room.room.id, RoomId(7)] }).await;
    client.hears_up_to_now(&room).await;
    let table = server.app().connections.table();
    assert_eq!(table.len(), 1);
    assert_eq!((table[0].user_id, table[0].client_id.clone()), (alice.person.id, ClientId::new("web-1").unwrap()));

    client.send(&ClientFrame::Active { rooms: vec![] }).await;
    let second = alice.connects().await;
    let table = server.app().connections.table();
    assert_eq!(table.len(), 2);
    assert!(table.iter().all(|row| row.user_id == alice.person.id));
    assert_ne!(table[0].connection, table[1].connection);
    assert_eq!(server.app().connections.count(), 2);
    drop((client, second));
    timeout(PATIENCE, async {
        while server.app().connections.count() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("rows of closed connections go");
}

#[tokio::test]
async fn who_is_not_signed_in_gets_no_socket() {
    let server = TestServer::start().await;
    let answer = server.answers(upgrade(&server, &[]).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.refusal().kind, ErrorKind::Unauthenticated);
}

/// E12: a page of another site has the person's cookie, but not our origin.
#[tokio::test]
async fn pages_of_other_sites_get_no_socket() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let cookie = format!("roomglass_session={}", alice.token.as_ref().unwrap());
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let request = upgrade(&server, &[(header::COOKIE, &cookie), (header::ORIGIN, origin)]);
        let answer = server.answers(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.refusal().kind, ErrorKind::Forbidden, "{origin}");
    }
}

#[tokio::test]
async fn our_page_gets_a_socket_with_its_cookie() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let request = format!(
        "GET /v2/push HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: roomglass_session={1}\r\n\r\n",
        server.address(),
        alice.token.as_ref().unwrap()
    );
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1024];
    let length = stream.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).to_lowercase();
    assert!(answer.starts_with("http/1.1 101 "), "{answer}");
    // The key and answer of RFC 6455 §1.3.
    assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
}

/// A client may send its hello together with the handshake: what was read too early is not lost.
#[tokio::test]
async fn a_hello_that_comes_with_the_handshake_is_read() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let hello = br#"{"kind":"hello","client_id":"web-1"}"#;
    let mut bytes = format!(
        "GET /v2/push HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {}\r\n\r\n",
        server.address(),
        alice.token.as_ref().unwrap()
    )
    .into_bytes();
    // Masked with zeros, which leaves the text as it is.
    bytes.extend_from_slice(&[0x81, 0x80 | hello.len() as u8, 0, 0, 0, 0]);
    bytes.extend_from_slice(hello);
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(r#""kind":"welcome""#) {
        let read = timeout(PATIENCE, stream.read_buf(&mut answer)).await.expect("a welcome in time").unwrap();
        assert!(read > 0, "closed: {}", String::from_utf8_lossy(&answer));
    }
}

#[tokio::test]
async fn requests_that_are_no_handshake_are_refused() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let bearer = format!("Bearer {}", alice.token.as_ref().unwrap());
    let plain = alice.gets("/v2/push").await;
    assert_eq!(plain.refusal().kind, ErrorKind::Invalid);
    for missing in [header::CONNECTION, header::UPGRADE, header::SEC_WEBSOCKET_KEY, header::SEC_WEBSOCKET_VERSION] {
        let mut request = upgrade(&server, &[(header::AUTHORIZATION, &bearer)]).body(Body::empty()).unwrap();
        request.headers_mut().remove(&missing);
        assert_eq!(server.answers(request).await.refusal().kind, ErrorKind::Invalid, "without {missing}");
    }
}

#[tokio::test]
async fn nothing_comes_before_hello() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut socket = open(&alice).await;
    socket.send(Message::text(r#"{"kind":"active","rooms":[]}"#)).await.unwrap();
    assert_eq!(next_frame(&mut socket).await, Err(Some(4002)));
}

#[tokio::test]
async fn what_breaks_the_protocol_ends_the_connection_with_a_reason() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let too_large = "x".repeat(65 * 1024);
    let cases = [
        (Message::text(too_large), 1009),
        (Message::binary(vec![1, 2, 3]), 1003),
        (Message::Text(Utf8Bytes::from_static("")), 0),
    ];
    for (message, code) in cases {
        let mut client = alice.connects().await;
        client.socket.send(message).await.unwrap();
        if code == 0 {
            let refused = client.until(|frame| matches!(frame, ServerFrame::Refused { .. })).await;
            assert!(matches!(refused, ServerFrame::Refused { id: None, error } if error.kind == ErrorKind::Invalid));
        } else {
            assert_eq!(client.is_closed().await, Some(code));
        }
    }
}

#[tokio::test]
async fn a_goodbye_is_answered() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut client = alice.connects().await;
    client.socket.close(None).await.unwrap();
    let rest = timeout(PATIENCE, async { while let Some(Ok(_)) = client.socket.next().await {} });
    rest.await.expect("the server ends the connection");
}

#[tokio::test]
async fn a_flood_ends_the_connection() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut client = alice.connects().await;
    let flood = async {
        loop {
            if client.socket.feed(Message::text(r#"{"kind":"later"}"#)).await.is_err() {
                return;
            }
        }
    };
    // It may be noticed by a failing write as well as by the close frame.
    let _ = timeout(Duration::from_secs(2), flood).await;
    assert!(matches!(client.is_closed().await, Some(4029) | None));
}

#[tokio::test]
async fn the_server_says_goodbye_when_it_stops() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut client = alice.connects().await;
    server.app().connections.close_all();
    assert_eq!(client.is_closed().await, Some(1001));
}

fn upgrade(server: &TestServer, more: &[(HeaderName, &str)]) -> axum::http::request::Builder {
    let mut request = Request::get("/v2/push")
        .header(header::HOST, server.address().to_string())
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==");
    for (name, value) in more {
        request = request.header(name, *value);
    }
    request
}
