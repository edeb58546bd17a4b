//! The socket as the WebSocket reader sees it.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use bytes::Bytes;
use tokio::{net::TcpStream, time::Instant};

use super::Connection;

/// Reads come from the socket, while pongs and goodbyes queue up behind the frames of the fan-out, so that no two of
/// them mix.
pub(super) struct Tap {
    connection: Arc<Connection>,
    socket: Arc<TcpStream>,
    last_read: Instant,
}

impl Tap {
    pub(super) fn new(connection: Arc<Connection>, socket: Arc<TcpStream>) -> Self {
        Self { connection, socket, last_read: Instant::now() }
    }

    /// When the last bytes came.
    pub(super) fn last_read(&self) -> Instant {
        self.last_read
    }
}

impl Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.socket.try_read(buffer)?;
        self.last_read = Instant::now();
        Ok(read)
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.connection.send_bytes(&Bytes::copy_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
