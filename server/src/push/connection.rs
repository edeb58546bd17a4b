//! The handle of one connection.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use roomglass_protocol::{
    UserId,
    push::{Revision, ServerFrame},
};
use roomglass_storage::{SessionId, TokenHash};
use tokio::sync::Notify;

use super::{
    EncodedFrame, frame,
    line::Line,
    outbox::{Outbox, Overflow},
};

/// Names a connection for as long as the server runs; never used twice, so that a late goodbye cannot remove a newer
/// socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Why the server closes a connection. Clients synchronise when they come back, whatever the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The server stops.
    GoingAway,
    /// What the client sent is not the protocol.
    Protocol,
    /// Binary frames are not understood.
    Binary,
    /// A frame was larger than 64 KiB.
    TooLarge,
    /// The fault is ours.
    Internal,
    /// The session ended.
    SignedOut,
    /// No hello came in time.
    NoHello,
    /// The client reads too slowly (I12).
    Slow,
    /// The client sends too much.
    TooManyFrames,
}

impl Close {
    /// Close code on the wire.
    pub fn code(self) -> u16 {
        self.code_and_reason().0
    }

    fn code_and_reason(self) -> (u16, &'static str) {
        match self {
            Self::GoingAway => (1001, "server stops"),
            Self::Protocol => (1002, "not the protocol"),
            Self::Binary => (1003, "text only"),
            Self::TooLarge => (1009, "too large"),
            Self::Internal => (1011, "server fault"),
            Self::SignedOut => (4001, "signed out"),
            Self::NoHello => (4002, "no hello"),
            Self::Slow => (4008, "slow"),
            Self::TooManyFrames => (4029, "too many frames"),
        }
    }
}

/// A client's connection, as everybody but its task sees it. Sending never waits.
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// Whose.
    pub user_id: UserId,
    /// Opened by which session.
    pub session_id: SessionId,
    pub(super) token: TokenHash,
    line: Line,
    /// Wakes its task: something waits to be written, or the connection is to end.
    pub(super) wake: Notify,
    outbox: Mutex<Outbox>,
    /// Revision of the welcome; older changes are in it already.
    since: AtomicI64,
}

/// What the task has to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    /// Something waits for the socket.
    pub waiting: bool,
    /// A close frame was sent or waits.
    pub ended: bool,
    /// Nothing can be written any more.
    pub broken: bool,
}

impl Connection {
    pub(super) fn new(id: ConnectionId, user_id: UserId, session_id: SessionId, token: TokenHash, line: Line) -> Self {
        Self {
            id,
            user_id,
            session_id,
            token,
            line,
            wake: Notify::new(),
            outbox: Mutex::default(),
            since: AtomicI64::new(0),
        }
    }

    /// Sends a frame: at once when the socket takes it, else when it does. A reader so slow that 256 KiB would wait is
    /// closed.
    pub fn send(&self, frame: &EncodedFrame) {
        self.send_bytes(frame.bytes());
    }

    /// Encodes and sends a frame for this connection alone.
    pub fn tell(&self, frame: &ServerFrame) {
        self.send(&EncodedFrame::new(frame));
    }

    /// As [`Connection::send`], unless the welcome told of that revision already.
    pub(super) fn send_change(&self, rev: Option<Revision>, frame: &EncodedFrame) {
        if rev.is_none_or(|rev| rev > self.since()) {
            self.send(frame);
        }
    }

    pub(super) fn send_bytes(&self, bytes: &Bytes) {
        let mut outbox = self.outbox();
        let waited = outbox.is_waiting();
        if let Err(Overflow) = outbox.send(&self.line, bytes) {
            tracing::debug!(connection = self.id.0, "a slow reader is closed");
            outbox.end(&self.line, close_frame(Close::Slow));
            self.wake.notify_one();
        } else if outbox.is_broken() || (outbox.is_waiting() && !waited) {
            self.wake.notify_one();
        }
        self.line.wake();
    }

    /// Closes the connection; what waits is dropped.
    pub fn close(&self, close: Close) {
        self.outbox().end(&self.line, close_frame(close));
        self.wake.notify_one();
        self.line.wake();
    }

    /// Nobody reads any more: what waits is dropped, and whoever carries the frames stops.
    pub(super) fn abandon(&self) {
        self.outbox().abandon();
        self.wake.notify_one();
        self.line.wake();
    }

    /// Fetches what waits longest, for a line that takes nothing by itself; nothing once all is told after the end.
    pub(super) fn poll_fetch(&self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        // First, so that whatever comes after the look wakes the reader.
        self.line.register(context);
        let mut outbox = self.outbox();
        match outbox.fetch() {
            Some(piece) => {
                if outbox.is_ended() {
                    self.wake.notify_one();
                }
                Poll::Ready(Some(piece))
            }
            None if outbox.is_ended() || outbox.is_broken() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }

    pub(super) fn flush(&self) {
        self.outbox().flush(&self.line);
    }

    pub(super) fn status(&self) -> Status {
        let outbox = self.outbox();
        Status { waiting: outbox.is_waiting(), ended: outbox.is_ended(), broken: outbox.is_broken() }
    }

    pub(super) fn since(&self) -> Revision {
        Revision(self.since.load(Ordering::Acquire))
    }

    pub(super) fn set_since(&self, rev: Revision) {
        self.since.store(rev.0, Ordering::Release);
    }

    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        // No code that holds the lock can panic half-way through a change.
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn close_frame(close: Close) -> Bytes {
    let (code, reason) = close.code_and_reason();
    frame::close(code, reason)
}
