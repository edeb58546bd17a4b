//! The task that owns a socket: reads what the client says, writes what had to wait, and ends it.

use std::{io, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use roomglass_protocol::{
    ApiError, ErrorKind, MessageId, Person, Presence, RoomId,
    push::{ClientFrame, MAX_CLIENT_FRAME_BYTES, ServerFrame},
};
use tokio::time::{Instant, Sleep, sleep_until};
use tungstenite::{
    Error as SocketError, Message as SocketMessage,
    error::CapacityError,
    protocol::{Role, WebSocket, WebSocketConfig},
};

use super::{
    Close, Connection, EncodedFrame,
    budget::Budget,
    frame,
    heartbeat::{Due, HELLO_WITHIN, Heartbeat},
    opening,
    tap::Tap,
};
use crate::{api::message, state::AppState};

/// First size of the read buffer: most frames fit, and an idle connection holds little more.
const READ_BUFFER: usize = 1024;
/// How long a client may take to answer a close frame.
const GOODBYE_WITHIN: Duration = Duration::from_secs(5);
/// Notices of writing passed on, at most one in this time.
const TYPING_EVERY: Duration = Duration::from_secs(1);

/// Runs a connection until it ends, and forgets it on every way out.
pub(super) async fn run(app: AppState, connection: Connection, person: Person, read_before: Bytes) {
    let connection = Arc::new(connection);
    let registered = Registered { app: app.clone(), connection: connection.clone() };
    Actor::new(app, connection, person, read_before).run().await;
    drop(registered);
}

/// Unregisters when dropped, also when the actor panics.
struct Registered {
    app: AppState,
    connection: Arc<Connection>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.app.connections.unregister(self.connection.id);
    }
}

struct Actor {
    app: AppState,
    connection: Arc<Connection>,
    person: Person,
    socket: WebSocket<Tap>,
    /// Something that takes time. Until it is done nothing more is read, which holds up a client that sends faster
    /// than its messages are stored, and keeps them in order.
    in_flight: Option<BoxFuture<'static, ()>>,
    greeted: bool,
    budget: Budget,
    typed_at: Option<Instant>,
}

impl Actor {
    fn new(app: AppState, connection: Arc<Connection>, person: Person, read_before: Bytes) -> Self {
        let tap = Tap::new(connection.clone());
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_CLIENT_FRAME_BYTES))
            .max_frame_size(Some(MAX_CLIENT_FRAME_BYTES));
        let socket = WebSocket::from_partially_read(tap, read_before.to_vec(), Role::Server, Some(config));
        let budget = Budget::full(Instant::now());
        Self { app, connection, person, socket, in_flight: None, greeted: false, budget, typed_at: None }
    }

    async fn run(mut self) {
        let connection = self.connection.clone();
        let mut heartbeat = Heartbeat::new(rand::random());
        let mut timer = Box::pin(sleep_until(Instant::now() + HELLO_WITHIN));
        let mut goodbye_set = false;
        // What came with the handshake is in the reader's buffer: no readiness of the socket will tell of it.
        let mut at_end = !self.read();
        loop {
            let status = connection.status();
            if status.broken {
                return;
            }
            if at_end && !status.waiting {
                return drain(&connection, status.ended).await;
            }
            if status.ended && !goodbye_set {
                goodbye_set = true;
                timer.as_mut().reset(Instant::now() + GOODBYE_WITHIN);
            }
            tokio::select! {
                biased;
                () = connection.wake.notified() => {}
                ready = connection.socket.readable(), if !at_end && self.in_flight.is_none() => {
                    at_end = ready.is_err() || !self.read();
                }
                ready = connection.socket.writable(), if status.waiting => match ready {
                    Ok(()) => connection.flush(),
                    Err(_) => return,
                },
                () = done(&mut self.in_flight) => {
                    self.in_flight = None;
                    at_end = at_end || !self.read();
                }
                () = &mut timer => {
                    if goodbye_set || self.tick(&mut heartbeat, timer.as_mut()).is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Hello must have come by the first tick; after that the heart must beat.
    fn tick(&self, heartbeat: &mut Heartbeat, timer: std::pin::Pin<&mut Sleep>) -> Result<(), Gone> {
        let now = Instant::now();
        if !self.greeted {
            self.connection.close(Close::NoHello);
        }
        match heartbeat.due(now, self.socket.get_ref().last_read()) {
            Due::At(moment) => timer.reset(moment),
            Due::Ping(moment) => {
                self.connection.send_bytes(&frame::PING);
                timer.reset(moment);
            }
            Due::Cut => {
                tracing::debug!(connection = self.connection.id.0, "a silent connection is cut");
                return Err(Gone);
            }
        }
        Ok(())
    }

    /// Reads what is there, until something takes time. Returns whether more may come.
    fn read(&mut self) -> bool {
        while self.in_flight.is_none() {
            let message = match self.socket.read() {
                Ok(message) => message,
                Err(SocketError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return true,
                Err(error) => {
                    if let Some(close) = reason(&error) {
                        self.connection.close(close);
                    }
                    return false;
                }
            };
            if self.connection.status().ended {
                // Whatever it says now, nobody listens: only its goodbye is awaited.
                continue;
            }
            if !self.budget.take(Instant::now()) {
                self.connection.close(Close::TooManyFrames);
                continue;
            }
            match message {
                SocketMessage::Text(text) => self.handle(&text),
                SocketMessage::Binary(_) => self.connection.close(Close::Binary),
                SocketMessage::Ping(_) | SocketMessage::Pong(_) | SocketMessage::Close(_) | SocketMessage::Frame(_) => {
                }
            }
        }
        true
    }

    fn handle(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(ClientFrame::Hello { client_id, open_rooms, rev }) if !self.greeted => {
                self.greeted = true;
                let (app, connection) = (self.app.clone(), self.connection.clone());
                let opening = app.connections.register(connection.clone(), client_id, open_rooms);
                self.in_flight = Some(Box::pin(async move { opening::finish(&app, &connection, opening, rev).await }));
            }
            Ok(ClientFrame::Unknown) => {}
            Ok(_) if !self.greeted => self.connection.close(Close::NoHello),
            Ok(frame) => self.greeted_frame(frame),
            Err(error) => self.refuse(None, format!("The frame cannot be read: {error}.")),
        }
    }

    fn greeted_frame(&mut self, frame: ClientFrame) {
        let (connections, id) = (&self.app.connections, self.connection.id);
        match frame {
            ClientFrame::Hello { .. } => self.refuse(None, "Hello was said already."),
            ClientFrame::Active { rooms } => connections.set_open_rooms(id, rooms),
            ClientFrame::Presence { status: Presence::Offline } => {
                self.refuse(None, "Only the server sees that somebody is offline.");
            }
            ClientFrame::Presence { status } => connections.set_status(id, status),
            ClientFrame::Typing { room_id } => self.typing(room_id),
            ClientFrame::Message { room_id, id, text } => self.message(room_id, id, text),
            ClientFrame::Unknown => {}
        }
    }

    fn typing(&mut self, room_id: RoomId) {
        let now = Instant::now();
        let too_soon = self.typed_at.is_some_and(|last| now < last + TYPING_EVERY);
        if too_soon || !self.app.connections.follows(self.connection.id, room_id) {
            return;
        }
        self.typed_at = Some(now);
        let frame = EncodedFrame::new(&ServerFrame::Typing { room_id, user_id: self.person.id });
        self.app.connections.deliver_to_room(room_id, None, &frame, Some(self.person.id));
    }

    fn message(&mut self, room_id: RoomId, id: MessageId, text: String) {
        let (app, connection, author) = (self.app.clone(), self.connection.clone(), self.person.clone());
        self.in_flight = Some(Box::pin(async move {
            connection.tell(&match message::store(&app, &author, room_id, id, text, Vec::new()).await {
                Ok(stored) => ServerFrame::Ack { room_id, id, seq: stored.sent.seq, sent_at: stored.sent.sent_at },
                Err(error) => ServerFrame::Refused { id: Some(id), error: error.into_refusal() },
            });
        }));
    }

    fn refuse(&self, id: Option<MessageId>, why: impl Into<String>) {
        self.connection.tell(&ServerFrame::Refused { id, error: ApiError::new(ErrorKind::Invalid, why) });
    }
}

struct Gone;

/// Takes in what the client still sends after our close frame: closing a socket with unread bytes resets it, and the
/// client would never learn why.
async fn drain(connection: &Connection, ended: bool) {
    // Not an array: every idle task would hold its room.
    let mut discarded = vec![0; 4096];
    let everything = async {
        while connection.socket.readable().await.is_ok() {
            match connection.socket.try_read(&mut discarded) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
        }
    };
    if ended {
        // Whoever sends on and on is left at the end of the time.
        let _ = tokio::time::timeout(GOODBYE_WITHIN, everything).await;
    }
}

async fn done(in_flight: &mut Option<BoxFuture<'static, ()>>) {
    match in_flight {
        Some(work) => work.await,
        None => std::future::pending().await,
    }
}

/// What to tell a client whose connection cannot go on; nothing when it is gone already.
fn reason(error: &SocketError) -> Option<Close> {
    match error {
        SocketError::Capacity(CapacityError::MessageTooLong { .. }) => Some(Close::TooLarge),
        SocketError::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        SocketError::Protocol(_) | SocketError::Utf8(_) | SocketError::Capacity(_) => Some(Close::Protocol),
        _ => None,
    }
}
