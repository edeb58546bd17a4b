//! Frames as bytes, made once for all recipients.

use bytes::{Bytes, BytesMut};
use roomglass_protocol::push::ServerFrame;

/// Room for the longest header of an unmasked WebSocket frame.
const MAX_HEADER: usize = 10;
const FINAL_TEXT: u8 = 0x81;
const FINAL_CLOSE: u8 = 0x88;
const FINAL_PING: u8 = 0x89;

/// A complete unmasked WebSocket text frame: header and JSON. Clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedFrame(Bytes);

impl EncodedFrame {
    /// Serialises a frame.
    pub fn new(frame: &ServerFrame) -> Self {
        Self::written_by(|buffer| {
            if let Err(error) = serde_json::to_writer(buffer, frame) {
                // All keys are text and all numbers finite; a reader repairs itself after an empty object.
                tracing::error!(%error, "a frame could not be serialised");
            }
        })
    }

    /// A frame of JSON that is text already.
    pub fn of_json(json: &str) -> Self {
        Self::written_by(|buffer| buffer.extend_from_slice(json.as_bytes()))
    }

    fn written_by(write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut buffer = vec![0; MAX_HEADER];
        write(&mut buffer);
        let length = buffer.len() - MAX_HEADER;
        let (header, used) = header(FINAL_TEXT, length);
        let start = MAX_HEADER - used;
        buffer[start..MAX_HEADER].copy_from_slice(&header[..used]);
        Self(Bytes::from(buffer).slice(start..))
    }

    /// Several frames that go to the same recipients, so that each of them costs one write.
    pub(super) fn joined(frames: &[Self]) -> Self {
        match frames {
            [only] => only.clone(),
            frames => {
                let mut bytes = BytesMut::with_capacity(frames.iter().map(|frame| frame.0.len()).sum());
                frames.iter().for_each(|frame| bytes.extend_from_slice(&frame.0));
                Self(bytes.freeze())
            }
        }
    }

    pub(super) fn bytes(&self) -> &Bytes {
        &self.0
    }
}

fn header(first: u8, length: usize) -> ([u8; MAX_HEADER], usize) {
    let mut header = [0; MAX_HEADER];
    header[0] = first;
    let used = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => {
            header[1] = short;
            2
        }
        (_, Ok(medium)) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&medium.to_be_bytes());
            4
        }
        _ => {
            header[1] = 127;
            header[2..10].copy_from_slice(&(length as u64).to_be_bytes());
            10
        }
    };
    (header, used)
}

/// What a frame of ours holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'b> {
    /// JSON.
    Text(&'b [u8]),
    Ping,
    Close {
        code: u16,
        reason: &'b str,
    },
}

/// Takes whole frames of ours apart again, for those who get them by another way than a WebSocket.
pub(super) fn contents(mut frames: &[u8]) -> impl Iterator<Item = Content<'_>> {
    std::iter::from_fn(move || {
        let (first, payload, rest) = split_first(frames)?;
        frames = rest;
        Some(match first {
            FINAL_PING => Content::Ping,
            FINAL_CLOSE => {
                let (code, reason) = payload.split_first_chunk()?;
                Content::Close { code: u16::from_be_bytes(*code), reason: std::str::from_utf8(reason).ok()? }
            }
            _ => Content::Text(payload),
        })
    })
}

fn split_first(frames: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let ([first, short], rest) = frames.split_first_chunk()?;
    let (length, rest) = match short {
        126 => rest.split_first_chunk().map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))?,
        127 => rest
            .split_first_chunk()
            .and_then(|(length, rest)| Some((usize::try_from(u64::from_be_bytes(*length)).ok()?, rest)))?,
        short => (usize::from(*short), rest),
    };
    let (payload, rest) = rest.split_at_checked(length)?;
    Some((*first, payload, rest))
}

/// A ping without content.
pub(super) const PING: Bytes = Bytes::from_static(&[FINAL_PING, 0]);

/// A close frame. `reason` is at most 123 bytes.
pub(super) fn close(code: u16, reason: &'static str) -> Bytes {
    let mut bytes = vec![FINAL_CLOSE, (2 + reason.len()) as u8];
    bytes.extend_from_slice(&code.to_be_bytes());
    bytes.extend_from_slice(reason.as_bytes());
    bytes.into()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tungstenite::protocol::frame::FrameSocket;

    use super::*;

    /// Reads it back with an independent implementation.
    fn payloads(bytes: &[u8]) -> Vec<String> {
        let mut socket = FrameSocket::new(Cursor::new(bytes.to_vec()));
        std::iter::from_fn(|| socket.read(None).unwrap()).map(|frame| frame.into_text().unwrap().to_string()).collect()
    }

    #[test]
    fn frames_of_every_length_are_read_back() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 200_000] {
            let text = "x".repeat(length);
            assert_eq!(payloads(EncodedFrame::of_json(&text).bytes()), [text]);
        }
    }

    #[test]
    fn joined_frames_stay_separate_frames() {
        let (one, other) = (EncodedFrame::of_json("{}"), EncodedFrame::of_json(&"y".repeat(300)));
        assert_eq!(payloads(EncodedFrame::joined(&[one, other]).bytes()), ["{}".to_owned(), "y".repeat(300)]);
    }
}
