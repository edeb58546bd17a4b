//! The task that owns a socket: reads what the client says, writes what had to wait, and ends it.

use std::{io, sync::Arc};

use bytes::Bytes;
use roomglass_protocol::{Person, push::MAX_CLIENT_FRAME_BYTES};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until},
};
use tungstenite::{
    Error as SocketError, Message as SocketMessage,
    error::CapacityError,
    protocol::{Role, WebSocket, WebSocketConfig},
};

use super::{
    Close, Connection,
    conversation::{Conversation, GOODBYE_WITHIN},
    tap::Tap,
};
use crate::state::AppState;

/// First size of the read buffer: most frames fit, and an idle connection holds little more.
const READ_BUFFER: usize = 1024;

/// Runs a connection over a socket of its own until it ends.
pub(super) async fn run(
    app: AppState,
    connection: Connection,
    socket: Arc<TcpStream>,
    person: Person,
    read_before: Bytes,
) {
    Actor::new(app, Arc::new(connection), socket, person, read_before).run().await;
}

struct Actor {
    connection: Arc<Connection>,
    socket: Arc<TcpStream>,
    reader: WebSocket<Tap>,
    conversation: Conversation,
}

impl Actor {
    fn new(
        app: AppState,
        connection: Arc<Connection>,
        socket: Arc<TcpStream>,
        person: Person,
        read_before: Bytes,
    ) -> Self {
        let tap = Tap::new(connection.clone(), socket.clone());
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_CLIENT_FRAME_BYTES))
            .max_frame_size(Some(MAX_CLIENT_FRAME_BYTES));
        let reader = WebSocket::from_partially_read(tap, read_before.to_vec(), Role::Server, Some(config));
        let conversation = Conversation::new(app, connection.clone(), person);
        Self { connection, socket, reader, conversation }
    }

    async fn run(mut self) {
        let (connection, socket) = (self.connection.clone(), self.socket.clone());
        let mut timer = Box::pin(sleep_until(Conversation::first_tick()));
        let mut goodbye_set = false;
        // What came with the handshake is in the reader's buffer: no readiness of the socket will tell of it.
        let mut at_end = !self.read();
        loop {
            let status = connection.status();
            if status.broken {
                return;
            }
            if at_end && !status.waiting {
                return drain(&socket, status.ended).await;
            }
            if status.ended && !goodbye_set {
                goodbye_set = true;
                timer.as_mut().reset(Instant::now() + GOODBYE_WITHIN);
            }
            tokio::select! {
                biased;
                () = connection.wake.notified() => {}
                ready = socket.readable(), if !at_end && !self.conversation.is_busy() => {
                    at_end = ready.is_err() || !self.read();
                }
                ready = socket.writable(), if status.waiting => match ready {
                    Ok(()) => connection.flush(),
                    Err(_) => return,
                },
                () = self.conversation.settled() => {
                    at_end = at_end || !self.read();
                }
                () = &mut timer => {
                    if goodbye_set {
                        return;
                    }
                    match self.conversation.tick(self.reader.get_ref().last_read()) {
                        Ok(next) => timer.as_mut().reset(next),
                        Err(_) => return,
                    }
                }
            }
        }
    }

    /// Reads what is there, until something takes time. Returns whether more may come.
    fn read(&mut self) -> bool {
        while !self.conversation.is_busy() {
            let message = match self.reader.read() {
                Ok(message) => message,
                Err(SocketError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return true,
                Err(error) => {
                    if let Some(close) = reason(&error) {
                        self.connection.close(close);
                    }
                    return false;
                }
            };
            if !self.conversation.admits() {
                // Whatever it says now, nobody listens: only its goodbye is awaited.
                continue;
            }
            match message {
                SocketMessage::Text(text) => self.conversation.hear(&text),
                SocketMessage::Binary(_) => self.connection.close(Close::Binary),
                SocketMessage::Ping(_) | SocketMessage::Pong(_) | SocketMessage::Close(_) | SocketMessage::Frame(_) => {
                }
            }
        }
        true
    }
}

/// Takes in what the client still sends after our close frame: closing a socket with unread bytes resets it, and the
/// client would never learn why.
async fn drain(socket: &TcpStream, ended: bool) {
    // Not an array: every idle task would hold its room.
    let mut discarded = vec![0; 4096];
    let everything = async {
        while socket.readable().await.is_ok() {
            match socket.try_read(&mut discarded) {
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

/// What to tell a client whose connection cannot go on; nothing when it is gone already.
fn reason(error: &SocketError) -> Option<Close> {
    match error {
        SocketError::Capacity(CapacityError::MessageTooLong { .. }) => Some(Close::TooLarge),
        SocketError::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        SocketError::Protocol(_) | SocketError::Utf8(_) | SocketError::Capacity(_) => Some(Close::Protocol),
        _ => None,
    }
}
