//! Frames as server-sent events: each is told in the bytes it was encoded into once, without the WebSocket's header.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::Stream;
use uuid::Uuid;

use crate::push::{
    Connection,
    frame::{self, Content},
};

/// The body of the answer. Dropped when the client is gone, it ends the connection.
pub(super) struct Events {
    connection: Arc<Connection>,
    /// The first event: where the client posts what it has to say.
    first: Option<Bytes>,
}

impl Events {
    pub(super) fn new(connection: Arc<Connection>, name: Uuid) -> Self {
        let mut first = BytesMut::new();
        first.put_slice(format!("event: connection\ndata: {name}\n\n").as_bytes());
        Self { connection, first: Some(first.freeze()) }
    }
}

impl Stream for Events {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        self.connection.poll_fetch(context).map(|piece| piece.map(|piece| Ok(as_events(&piece))))
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.connection.abandon();
    }
}

/// JSON has no line breaks, so that every frame is one line of data.
fn as_events(frames: &[u8]) -> Bytes {
    let mut events = BytesMut::with_capacity(frames.len() + 32);
    for content in frame::contents(frames) {
        match content {
            Content::Text(json) => [b"data: ", json, b"\n\n"].iter().for_each(|part| events.put_slice(part)),
            Content::Ping => events.put_slice(b"event: ping\ndata:\n\n"),
            Content::Close { code, reason } => {
                events.put_slice(format!("event: close\ndata: {code} {reason}\n\n").as_bytes());
            }
        }
    }
    events.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::EncodedFrame;

    #[test]
    fn every_frame_becomes_an_event_of_its_own() {
        let (short, long) = (EncodedFrame::of_json("{}"), EncodedFrame::of_json(&"y".repeat(70_000)));
        let mut frames = EncodedFrame::joined(&[short, long]).bytes().to_vec();
        frames.extend_from_slice(&frame::PING);
        frames.extend_from_slice(&frame::close(4008, "slow"));
        let events = format!(
            "data: {{}}\n\ndata: {}\n\nevent: ping\ndata:\n\nevent: close\ndata: 4008 slow\n\n",
            "y".repeat(70_000)
        );
        assert_eq!(as_events(&frames), events.as_bytes());
    }
}
