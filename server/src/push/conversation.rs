//! What is said on a connection, whatever carries it: hello, frames, limits, signs of life.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use roomglass_protocol::{
    ApiError, ErrorKind, MessageId, Person, Presence, RoomId,
    push::{ClientFrame, ServerFrame},
};
use tokio::time::{Duration, Instant};

use super::{
    Close, Connection, EncodedFrame,
    budget::Budget,
    call_request, frame,
    heartbeat::{Due, HELLO_WITHIN, Heartbeat},
    opening,
};
use crate::{api::message, state::AppState};

/// How long a client may take to leave once it was told why.
pub(super) const GOODBYE_WITHIN: Duration = Duration::from_secs(5);
/// Notices of writing passed on, at most one in this time.
const TYPING_EVERY: Duration = Duration::from_secs(1);

/// The server's half of a connection. Dropped, it forgets the connection, also when its task panics.
pub(super) struct Conversation {
    app: AppState,
    connection: Arc<Connection>,
    person: Person,
    /// Something that takes time. Until it is done nothing more is listened to, which holds up a client that sends faster
    /// than its messages are stored, and keeps them in order.
    in_flight: Option<BoxFuture<'static, ()>>,
    greeted: bool,
    budget: Budget,
    call_budget: Budget,
    heartbeat: Heartbeat,
    typed_at: Option<Instant>,
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.app.connections.unregister(self.connection.id);
    }
}

/// The client is silent for too long: nobody is told, because nobody is there.
pub(super) struct Gone;

impl Conversation {
    pub(super) fn new(app: AppState, connection: Arc<Connection>, person: Person) -> Self {
        let now = Instant::now();
        Self {
            app,
            connection,
            person,
            in_flight: None,
            greeted: false,
            budget: Budget::of_frames(now),
            call_budget: call_request::budget(now),
            heartbeat: Heartbeat::new(rand::random()),
            typed_at: None,
        }
    }

    /// When [`Conversation::tick`] is due first.
    pub(super) fn first_tick() -> Instant {
        Instant::now() + HELLO_WITHIN
    }

    /// Whether something takes time: whoever carries the frames reads no further until [`Conversation::settled`].
    pub(super) fn is_busy(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Resolves when what took time is done; never when nothing does.
    pub(super) async fn settled(&mut self) {
        match &mut self.in_flight {
            Some(work) => work.await,
            None => std::future::pending().await,
        }
        self.in_flight = None;
    }

    /// Hello must have come by the first tick; after that the heart must beat. Returns when to look again.
    pub(super) fn tick(&mut self, last_heard: Instant) -> Result<Instant, Gone> {
        if !self.greeted {
            self.connection.close(Close::NoHello);
        }
        match self.heartbeat.due(Instant::now(), last_heard) {
            Due::At(moment) => Ok(moment),
            Due::Ping(moment) => {
                self.connection.send_bytes(&frame::PING);
                Ok(moment)
            }
            Due::Cut => {
                tracing::debug!(connection = self.connection.id.0, "a silent connection is cut");
                Err(Gone)
            }
        }
    }

    /// Whether one more frame is listened to: not after the end, and not when it is one too many.
    pub(super) fn admits(&mut self) -> bool {
        if self.connection.status().ended {
            return false;
        }
        let within = self.budget.take(1.0, Instant::now());
        if !within {
            self.connection.close(Close::TooManyFrames);
        }
        within
    }

    /// Takes in a frame that was admitted.
    pub(super) fn hear(&mut self, text: &str) {
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
            ClientFrame::Call(request) => {
                let budget = &mut self.call_budget;
                self.in_flight = call_request::handle(&self.app, &self.connection, &self.person, budget, request);
            }
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
