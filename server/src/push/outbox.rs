//! What waits to be written to one socket: at most [`LIMIT`] bytes behind the frames under way, usually none.

use std::{collections::VecDeque, io, io::IoSlice};

use bytes::{Buf, Bytes};

/// Most bytes that wait for one slow reader (I12).
pub(super) const LIMIT: usize = 256 * 1024;

/// Most pieces handed to the system in one write.
const PIECES: usize = 16;

/// A socket that can be written to without waiting.
pub(super) trait TryWrite {
    /// Writes some of the pieces, or says that it would have to wait.
    fn try_write(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize>;
}

impl TryWrite for tokio::net::TcpStream {
    fn try_write(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        match pieces {
            [only] => Self::try_write(self, only),
            pieces => self.try_write_vectored(pieces),
        }
    }
}

/// Bytes that the socket has not taken yet.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pieces: VecDeque<Bytes>,
    waiting: usize,
    /// A close frame was the last thing put in: nothing follows it.
    ended: bool,
    /// The socket failed: nothing can be written any more.
    broken: bool,
}

/// The reader is too slow: more than [`LIMIT`] bytes would wait behind the piece that is under way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overflow;

impl Outbox {
    /// Writes at once what the socket takes; the rest waits.
    pub(super) fn send(&mut self, socket: &impl TryWrite, bytes: &Bytes) -> Result<(), Overflow> {
        if self.ended || self.broken {
            return Ok(());
        }
        let mut rest = bytes.clone();
        if self.pieces.is_empty() {
            rest.advance(self.write(socket, &[IoSlice::new(bytes)]));
        }
        if rest.is_empty() || self.broken {
            return Ok(());
        }
        // The first piece may be as long as a welcome is, and tells nothing of how fast its reader is.
        if let Some(first) = self.pieces.front()
            && self.waiting - first.len() + rest.len() > LIMIT
        {
            return Err(Overflow);
        }
        self.waiting += rest.len();
        self.pieces.push_back(rest);
        Ok(())
    }

    /// Ends with a close frame. What waits is dropped, but for the rest of a frame that is under way.
    pub(super) fn end(&mut self, socket: &impl TryWrite, close: Bytes) {
        if self.ended {
            return;
        }
        self.ended = true;
        // Only the first piece can be a frame's rest: whole frames can go, half a frame would garble the close frame.
        self.pieces.truncate(1);
        self.pieces.push_back(close);
        self.waiting = self.pieces.iter().map(Bytes::len).sum();
        self.flush(socket);
    }

    /// Hands out what waits longest.
    pub(super) fn fetch(&mut self) -> Option<Bytes> {
        let piece = self.pieces.pop_front()?;
        self.waiting -= piece.len();
        Some(piece)
    }

    /// Nobody will take anything any more.
    pub(super) fn abandon(&mut self) {
        self.broken = true;
        self.pieces.clear();
        self.waiting = 0;
    }

    /// Writes what the socket takes.
    pub(super) fn flush(&mut self, socket: &impl TryWrite) {
        while !self.pieces.is_empty() && !self.broken {
            let pieces: Vec<_> = self.pieces.iter().take(PIECES).map(|piece| IoSlice::new(piece)).collect();
            let written = write(socket, &pieces);
            drop(pieces);
            match written {
                Ok(0) => return,
                Ok(written) => self.advance(written),
                Err(Broken) => self.broken = true,
            }
        }
    }

    /// Whether something waits for the socket.
    pub(super) fn is_waiting(&self) -> bool {
        !self.pieces.is_empty() && !self.broken
    }

    /// Whether a close frame was put in.
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether the socket failed.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    fn write(&mut self, socket: &impl TryWrite, pieces: &[IoSlice<'_>]) -> usize {
        write(socket, pieces).unwrap_or_else(|Broken| {
            self.broken = true;
            0
        })
    }

    fn advance(&mut self, mut written: usize) {
        self.waiting -= written;
        while let Some(piece) = self.pieces.front_mut() {
            if written < piece.len() {
                piece.advance(written);
                return;
            }
            written -= piece.len();
            self.pieces.pop_front();
        }
    }
}

struct Broken;

fn write(socket: &impl TryWrite, pieces: &[IoSlice<'_>]) -> Result<usize, Broken> {
    match socket.try_write(pieces) {
        Ok(written) => Ok(written),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(0),
        Err(_) => Err(Broken),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// Takes as many bytes as it has room for.
    #[derive(Default)]
    struct Pipe {
        room: Cell<usize>,
        taken: RefCell<Vec<u8>>,
        broken: bool,
    }

    impl TryWrite for Pipe {
        fn try_write(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
            if self.broken {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).take(self.room.get()).collect();
            if bytes.is_empty() {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.room.set(self.room.get() - bytes.len());
            self.taken.borrow_mut().extend_from_slice(&bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn what_the_socket_takes_does_not_wait() {
        let (pipe, mut outbox) = (Pipe { room: Cell::new(100), ..Pipe::default() }, Outbox::default());
        outbox.send(&pipe, &Bytes::from_static(b"abc")).unwrap();
        assert!(!outbox.is_waiting());
        assert_eq!(*pipe.taken.borrow(), b"abc");
    }

    #[test]
    fn the_rest_waits_and_keeps_its_order_however_little_the_socket_takes() {
        let (pipe, mut outbox) = (Pipe { room: Cell::new(2), ..Pipe::default() }, Outbox::default());
        for frame in [&b"abc"[..], b"defg", b"h"] {
            outbox.send(&pipe, &Bytes::from_static(frame)).unwrap();
        }
        assert_eq!(*pipe.taken.borrow(), b"ab");
        for _ in 0..3 {
            pipe.room.set(2);
            outbox.flush(&pipe);
        }
        assert_eq!((pipe.taken.borrow().as_slice(), outbox.is_waiting()), (&b"abcdefgh"[..], false));
    }

    #[test]
    fn a_full_queue_ends_with_a_readable_close_frame() {
        let (pipe, mut outbox) = (Pipe { room: Cell::new(1), ..Pipe::default() }, Outbox::default());
        outbox.send(&pipe, &Bytes::from_static(b"ab")).unwrap();
        outbox.send(&pipe, &Bytes::from(vec![b'x'; LIMIT])).unwrap();
        assert_eq!(outbox.send(&pipe, &Bytes::from_static(b"y")), Err(Overflow));
        outbox.end(&pipe, Bytes::from_static(b"CLOSE"));
        outbox.send(&pipe, &Bytes::from_static(b"late")).unwrap();
        pipe.room.set(LIMIT);
        outbox.flush(&pipe);
        assert_eq!(*pipe.taken.borrow(), b"abCLOSE");
    }

    /// A welcome names everybody, and is larger than the limit where there are thousands.
    #[test]
    fn one_long_frame_and_a_full_queue_behind_it_find_room() {
        let (pipe, mut outbox) = (Pipe::default(), Outbox::default());
        for length in [3 * LIMIT, LIMIT] {
            outbox.send(&pipe, &Bytes::from(vec![b'x'; length])).unwrap();
        }
        assert_eq!(outbox.send(&pipe, &Bytes::from_static(b"y")), Err(Overflow));
        assert_eq!(outbox.fetch().map(|piece| piece.len()), Some(3 * LIMIT));
        outbox.send(&pipe, &Bytes::from_static(b"y")).unwrap();
        outbox.abandon();
        assert_eq!((outbox.fetch(), outbox.is_waiting()), (None, false));
    }

    #[test]
    fn a_broken_socket_holds_nothing() {
        let (pipe, mut outbox) = (Pipe { broken: true, ..Pipe::default() }, Outbox::default());
        outbox.send(&pipe, &Bytes::from_static(b"abc")).unwrap();
        assert!(outbox.is_broken() && !outbox.is_waiting());
    }
}
