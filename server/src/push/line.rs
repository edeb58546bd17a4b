//! What carries a connection's frames to its client.

use std::{io, io::IoSlice, sync::Arc, task::Context};

use futures_util::task::AtomicWaker;
use tokio::net::TcpStream;

use super::outbox::TryWrite;

/// A WebSocket, or the body of an answer where no WebSocket gets through (CONN-03).
pub(super) enum Line {
    /// Written to at once.
    Socket(Arc<TcpStream>),
    /// Takes nothing by itself: the body fetches from the outbox, as fast as its client reads.
    Body(AtomicWaker),
}

impl Line {
    /// A line that a body fetches from.
    pub(super) fn to_body() -> Self {
        Self::Body(AtomicWaker::new())
    }

    /// Something may have come into the outbox.
    pub(super) fn wake(&self) {
        if let Self::Body(waker) = self {
            waker.wake();
        }
    }

    /// Notes who is to be woken.
    pub(super) fn register(&self, context: &Context<'_>) {
        if let Self::Body(waker) = self {
            waker.register(context.waker());
        }
    }
}

impl TryWrite for Line {
    fn try_write(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Socket(socket) => TryWrite::try_write(&**socket, pieces),
            Self::Body(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}
