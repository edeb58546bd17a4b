//! The connection where no WebSocket gets through: the same frames as events, and requests instead of frames (CONN-03).

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use roomglass_protocol::{
    ErrorKind, Membership, Presence,
    push::{MAX_CLIENT_FRAME_BYTES, PresenceOf, ServerFrame},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpSocket, TcpStream},
    time::{Duration, Instant, pause, resume, timeout},
};

use crate::support::{Answer, PATIENCE, Someone, TestServer, message_id};

/// A client that reads events from a real socket.
struct EventClient {
    someone: Someone,
    reader: BufReader<TcpStream>,
    /// What came before the first event.
    head: String,
    /// Where it posts.
    path: String,
}

/// One event: its name and its data.
type Event = (String, String);

impl EventClient {
    /// Connects, without saying hello.
    async fn opens(someone: &Someone) -> Self {
        Self::over(someone, TcpStream::connect(someone.server.address()).await.unwrap()).await
    }

    async fn over(someone: &Someone, mut stream: TcpStream) -> Self {
        let request = format!(
            "GET /v2/push/events HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nAccept-Encoding: br, gzip\r\n\
             Cookie: roomglass_session={}\r\n\r\n",
            someone.server.address(),
            someone.token.as_ref().unwrap()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut client =
            Self { someone: someone.clone(), reader: BufReader::new(stream), head: String::new(), path: String::new() };
        while !client.head.ends_with("\r\n\r\n") {
            assert!(client.reader.read_line(&mut client.head).await.unwrap() > 0, "{}", client.head);
        }
        let (name, connection) = client.next().await.expect("a first event");
        assert_eq!(name, "connection");
        client.path = format!("/v2/push/events/{connection}");
        client
    }

    async fn connects(someone: &Someone) -> Self {
        let mut client = Self::opens(someone).await;
        client.says(json!({"kind": "hello", "client_id": "web-2"})).await.succeeded();
        client.until("welcome").await;
        client
    }

    async fn says(&self, frame: Value) -> Answer {
        self.someone.posts(&self.path, frame).await
    }

    /// The next event; nothing at the end. Sizes of chunks stand between the lines of the events.
    async fn next(&mut self) -> Option<Event> {
        let (mut name, mut line) = ("message".to_owned(), String::new());
        loop {
            line.clear();
            let read = timeout(PATIENCE, self.reader.read_line(&mut line)).await.expect("an event in time");
            if read.unwrap_or_default() == 0 || line == "0\r\n" {
                return None;
            }
            if let Some(it) = line.strip_prefix("event: ") {
                name = it.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data:") {
                return Some((name, data.trim().to_owned()));
            }
        }
    }

    async fn frame(&mut self) -> Value {
        let (name, data) = self.next().await.expect("a frame");
        assert_eq!(name, "message", "{data}");
        serde_json::from_str(&data).unwrap()
    }

    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["kind"] == kind {
                return frame;
            }
        }
    }

    /// Frames up to a message with this text, but for presence, which is told a moment late.
    async fn hears(&mut self, text: &str) -> Vec<Value> {
        let mut heard = Vec::new();
        while heard.last().is_none_or(|frame: &Value| frame["text"] != text) {
            let frame = self.frame().await;
            if frame["kind"] != "presence" {
                heard.push(frame);
            }
        }
        heard
    }

    /// Reads on to the reason of the end.
    async fn is_closed(&mut self) -> String {
        loop {
            let (name, data) = self.next().await.expect("a reason");
            if name == "close" {
                assert_eq!(self.next().await, None, "something after the end");
                return data;
            }
        }
    }
}

async fn room_of(alice: &Someone, bob: &Someone) -> Membership {
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    room
}

/// The law of both transports: frame for frame the same, in the same order.
#[tokio::test]
async fn events_are_the_frames_of_the_socket() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = room_of(&alice, &bob).await;
    let (mut socket, mut events) = (bob.connects().await, EventClient::connects(&bob).await);

    alice.says(&room, "hello").await;
    alice.patches(&format!("/api/v1/rooms/{}", room.room.id), json!({"topic": "Printers"})).await.succeeded();
    for number in 0..20 {
        alice.says(&room, &format!("number {number}")).await;
    }
    let told = socket.hears("number 19").await.into_iter();
    let told = told.filter(|frame| !matches!(frame, ServerFrame::Presence { .. }));
    let told: Vec<Value> = told.map(|frame| serde_json::to_value(frame).unwrap()).collect();
    assert!(told.len() > 21, "{told:?}");
    assert_eq!(events.hears("number 19").await, told);
}

/// CONN-03, I3: what is posted is done in its order and acknowledged; who comes back is told only what it does not know.
#[tokio::test]
async fn what_is_posted_is_heard_like_a_frame() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = room_of(&alice, &bob).await;
    let (mut alices, mut bobs) = (EventClient::connects(&alice).await, bob.connects().await);
    let room_id = room.room.id;
    alices.says(json!({"kind": "typing", "room_id": room_id})).await.succeeded();
    for number in 0..5 {
        let frame =
            json!({"kind": "message", "room_id": room_id, "id": message_id(), "text": format!("number {number}")});
        assert_eq!(alices.says(frame).await.status, StatusCode::NO_CONTENT);
    }
    let heard = bobs.hears("number 4").await;
    assert!(heard.iter().any(|frame| matches!(frame, ServerFrame::Typing { .. })), "{heard:?}");
    let seqs: Vec<_> = heard.iter().filter_map(ServerFrame::event).map(|event| event.seq.0).collect();
    assert!(seqs.is_sorted() && seqs.len() == 5, "{seqs:?}");
    assert!(alices.until("ack").await["seq"].is_number());
    alices.says(json!({"kind": "message", "room_id": room_id, "id": message_id(), "text": ""})).await.succeeded();
    assert_eq!(alices.until("refused").await["error"]["type"], "invalid");

    let rev = alice.workspace().await.rev;
    let mut again = EventClient::opens(&alice).await;
    again.says(json!({"kind": "hello", "client_id": "web-2", "rev": rev})).await.succeeded();
    let welcome = again.until("welcome").await;
    assert_eq!((&welcome["rev"], welcome.get("rooms"), welcome.get("people")), (&json!(rev), None, None));
}

/// Nothing between browser and server may keep events back or keep them at all, and our own compression does not.
#[tokio::test]
async fn events_pass_through_proxies() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let head = EventClient::opens(&alice).await.head.to_lowercase();
    let wanted =
        ["http/1.1 200 ", "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"];
    assert!(wanted.iter().all(|line| head.contains(line)) && !head.contains("content-encoding"), "{head}");
}

/// E12: a connection belongs to the session that opened it, and to our own pages.
#[tokio::test]
async fn only_its_own_session_posts_to_a_connection() {
    let server = TestServer::start().await;
    let (alice, mallory) = (server.member("Alice").await, server.member("Mallory").await);
    let mut client = EventClient::connects(&alice).await;
    let away = json!({"kind": "presence", "status": "away"});
    let missing = mallory.posts(&format!("/v2/push/events/{}", uuid::Uuid::new_v4()), away.clone()).await;
    let foreign = mallory.posts(&client.path, away.clone()).await;
    assert_eq!(foreign.refusal().kind, ErrorKind::NotFound);
    assert_eq!(foreign.body, missing.body);
    let other_session = server.signs_in(&alice.person).await;
    assert_eq!(other_session.posts(&client.path, away.clone()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.anonymous().posts(&client.path, away.clone()).await.status, StatusCode::UNAUTHORIZED);
    for method in ["GET", "POST"] {
        let request = Request::builder()
            .method(method)
            .uri(if method == "GET" { "/v2/push/events" } else { &client.path })
            .header(header::ORIGIN, "https://evil.example")
            .header(header::COOKIE, format!("roomglass_session={}", alice.token.as_ref().unwrap()));
        let answer = server.answers(request.body(Body::from(away.to_string())).unwrap()).await;
        assert_eq!(answer.refusal().kind, ErrorKind::Forbidden, "{method}");
    }
    let too_large = client.says(json!({"kind": "later", "more": "x".repeat(MAX_CLIENT_FRAME_BYTES)})).await;
    assert_eq!(too_large.refusal().kind, ErrorKind::TooLarge);
    // None of that ended the connection, or was heard.
    client.says(json!({"kind": "presence", "status": "offline"})).await.succeeded();
    client.until("refused").await;
    assert_eq!(server.app().connections.table().len(), 1);
}

/// CONN-06: the same reasons as those of the socket, and then nothing more in either direction.
#[tokio::test]
async fn a_connection_that_ended_is_refused() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut hasty = EventClient::opens(&alice).await;
    hasty.says(json!({"kind": "active", "rooms": []})).await.succeeded();
    assert_eq!(hasty.is_closed().await, "4002 no hello");

    let mut client = EventClient::connects(&alice).await;
    server.app().connections.close_all();
    assert_eq!(client.is_closed().await, "1001 server stops");
    let late = client.says(json!({"kind": "active", "rooms": []})).await;
    assert_eq!(late.refusal().kind, ErrorKind::NotFound);

    let mut signed_out = EventClient::connects(&alice).await;
    alice.deletes("/api/v1/session").await.succeeded();
    assert_eq!(signed_out.is_closed().await, "4001 signed out");
}

/// CONN-09: whoever hangs up is gone for the others too.
#[tokio::test]
async fn a_client_that_hangs_up_is_forgotten() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let mut bobs = bob.connects().await;
    let client = EventClient::connects(&alice).await;
    assert_eq!(server.app().connections.table().len(), 2);
    let tells = |frame: &ServerFrame, wanted| {
        matches!(frame, ServerFrame::Presence { presence: PresenceOf { user_id, status } }
            if (*user_id, *status) == (alice.person.id, wanted))
    };
    bobs.until(|frame| tells(frame, Presence::Online)).await;
    let path = client.path.clone();
    drop(client);
    bobs.until(|frame| tells(frame, Presence::Offline)).await;
    assert_eq!(server.app().connections.table().len(), 1);
    assert_eq!(alice.posts(&path, json!({})).await.status, StatusCode::NOT_FOUND);
}

/// CONN-09: pings are answered by requests without content. The clock stands still and jumps.
#[tokio::test]
async fn a_silent_client_is_asked_and_then_cut() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let mut client = EventClient::connects(&alice).await;
    client.until("presence").await;
    let begun = Instant::now();
    for _ in 0..3 {
        pause();
        assert_eq!(client.next().await, Some(("ping".to_owned(), String::new())));
        // Databases answer from threads of their own, for which a clock that stands does not wait.
        resume();
        let pong = client.someone.requests(axum::http::Method::POST, &client.path, None).await;
        assert_eq!(pong.status, StatusCode::NO_CONTENT);
    }
    assert!(begun.elapsed() > Duration::from_secs(45), "{:?}", begun.elapsed());
    pause();
    assert_eq!(client.next().await, Some(("ping".to_owned(), String::new())));
    assert_eq!(client.next().await, None);
    assert_eq!(server.app().connections.count(), 0);
}

/// I12: whoever reads nothing is left behind, and holds up nobody.
#[tokio::test]
async fn a_slow_reader_of_events_is_closed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = room_of(&alice, &bob).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let stream = socket.connect(server.address()).await.unwrap();
    let client = EventClient::over(&bob, stream).await;
    client.says(json!({"kind": "hello", "client_id": "web-2"})).await.succeeded();
    let mut alices = alice.connects().await;
    let text = "x".repeat(9_000);
    for sent in 0.. {
        if sent > 0 && server.app().connections.count() == 1 {
            break;
        }
        assert!(sent < 3_000, "{sent} messages later the slow reader is still there");
        let id = message_id();
        alice.sends(room.room.id, id, &text).await.succeeded();
        alices.until(|frame| matches!(frame, ServerFrame::Message { message, .. } if message.id == id)).await;
    }
}
