//! Requests in parts whose lines end with LF alone, as the programs of HipChat's time wrote them (its own library for
//! Ruby among them): they are given the ends that the standard asks for, and no byte of a file is changed.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, stream};

/// The same request with CRLF at the ends of its lines outside of parts; untouched where it has them already.
pub(super) fn standard<S, E>(bytes: S, boundary: &str) -> impl Stream<Item = Result<Bytes, E>> + Unpin + use<S, E>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let lines =
        Lines { delimiter: format!("--{boundary}").into_bytes(), waiting: BytesMut::new(), at: Place::Beginning };
    Box::pin(stream::unfold((bytes, Some(lines)), async |(mut bytes, lines)| {
        let mut lines = lines?;
        match bytes.next().await {
            Some(Ok(piece)) => {
                let straight = lines.take(&piece);
                Some((Ok(straight), (bytes, Some(lines))))
            }
            Some(Err(error)) => Some((Err(error), (bytes, None))),
            None => Some((Ok(lines.waiting.freeze()), (bytes, None))),
        }
    }))
}

/// Where in the request the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Beginning,
    /// In the head of a part, and whether anything is in its present line.
    Head {
        line_begun: bool,
    },
    Part,
    /// After a delimiter; what follows is there.
    Delimiter,
    /// After the last part, or in a request that needs nothing.
    Through,
}

struct Lines {
    delimiter: Vec<u8>,
    /// What may be part of a delimiter.
    waiting: BytesMut,
    at: Place,
}

impl Lines {
    /// What can be handed on of a piece.
    fn take(&mut self, piece: &[u8]) -> Bytes {
        self.waiting.extend_from_slice(piece);
        let mut straight = BytesMut::with_capacity(self.waiting.len() + 16);
        while self.step(&mut straight) {}
        straight.freeze()
    }

    /// Whether there is more to do before the next piece.
    fn step(&mut self, straight: &mut BytesMut) -> bool {
        match self.at {
            Place::Beginning => self.begin(straight),
            Place::Head { line_begun } => self.head(line_begun, straight),
            Place::Part => self.part(straight),
            Place::Delimiter => self.delimiter(straight),
            Place::Through => {
                straight.extend_from_slice(&self.waiting.split());
                false
            }
        }
    }

    fn begin(&mut self, straight: &mut BytesMut) -> bool {
        let known = self.waiting.len().min(self.delimiter.len());
        if self.waiting[..known] != self.delimiter[..known] {
            self.at = Place::Through;
            return true;
        }
        let Some(end) = self.waiting.get(self.delimiter.len()) else { return false };
        if *end != b'\n' {
            self.at = Place::Through;
            return true;
        }
        straight.extend_from_slice(&self.waiting.split_to(self.delimiter.len()));
        self.at = Place::Delimiter;
        true
    }

    fn head(&mut self, line_begun: bool, straight: &mut BytesMut) -> bool {
        let Some(end) = self.waiting.iter().position(|byte| *byte == b'\n') else {
            let line_begun = line_begun || !self.waiting.is_empty();
            straight.extend_from_slice(&self.waiting.split());
            self.at = Place::Head { line_begun };
            return false;
        };
        straight.extend_from_slice(&self.waiting.split_to(end));
        self.end_line(straight);
        self.at = if line_begun || end > 0 { Place::Head { line_begun: false } } else { Place::Part };
        true
    }

    /// Hands on all that cannot belong to a delimiter, which stands on a line of its own.
    fn part(&mut self, straight: &mut BytesMut) -> bool {
        let whole = self.delimiter.len() + 1;
        let is_delimiter = |bytes: &[u8]| bytes[0] == b'\n' && bytes[1..] == self.delimiter[..];
        let Some(end) = self.waiting.windows(whole).position(is_delimiter) else {
            let known = self.waiting.len().saturating_sub(whole - 1);
            straight.extend_from_slice(&self.waiting.split_to(known));
            return false;
        };
        straight.extend_from_slice(&self.waiting.split_to(end));
        match &self.waiting[whole..] {
            [] | [b'-'] => return false,
            [b'\n', ..] | [b'-', b'-', ..] => {
                self.end_line(straight);
                straight.extend_from_slice(&self.waiting.split_to(whole - 1));
                self.at = Place::Delimiter;
            }
            _ => straight.extend_from_slice(&self.waiting.split_to(1)),
        }
        true
    }

    fn delimiter(&mut self, straight: &mut BytesMut) -> bool {
        if self.waiting.first() == Some(&b'\n') {
            self.end_line(straight);
            self.at = Place::Head { line_begun: false };
        } else {
            self.at = Place::Through;
        }
        true
    }

    fn end_line(&mut self, straight: &mut BytesMut) {
        let _ = self.waiting.split_to(1);
        straight.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// The same, however it is cut into pieces.
    fn straightened(request: &[u8], piece: usize) -> Vec<u8> {
        let pieces: Vec<_> =
            request.chunks(piece).map(|part| Ok::<_, Infallible>(Bytes::copy_from_slice(part))).collect();
        let straight = standard(stream::iter(pieces), "b");
        let all = futures_util::FutureExt::now_or_never(straight.collect::<Vec<_>>()).expect("nothing is waited for");
        all.into_iter().flat_map(Result::unwrap).collect()
    }

    // MSG-18, contract §5.3
    #[test]
    fn lines_get_their_ends_and_files_keep_their_bytes() {
        let sent = b"--b\nX: y\nZ: w\n\none\ntwo\r\n\n--bee\n\n--b\nX: y\n\nlast\n--b--";
        let meant = b"--b\r\nX: y\r\nZ: w\r\n\r\none\ntwo\r\n\n--bee\n\r\n--b\r\nX: y\r\n\r\nlast\r\n--b--";
        for piece in 1..=sent.len() {
            let straight = straightened(sent, piece);
            assert_eq!(String::from_utf8_lossy(&straight), String::from_utf8_lossy(meant), "{piece} bytes at once");
        }
    }

    #[test]
    fn a_request_as_the_standard_has_it_is_left_alone() {
        for request in ["--b\r\nX: y\r\n\r\n\n--b\n\r\n--b--", "--b--", "preamble\n--b\n\nx", "", "-", "--b"] {
            for piece in 1..=request.len().max(1) {
                let straight = straightened(request.as_bytes(), piece);
                assert_eq!(String::from_utf8_lossy(&straight), request, "{piece} bytes at once");
            }
        }
    }
}
