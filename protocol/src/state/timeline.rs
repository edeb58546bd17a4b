//! The loaded part of a room's log, and the messages still under way.

use serde::{Deserialize, Serialize};

use crate::{Event, Message, MessageId, Sequence, Timestamp, rest::message::Sent};

/// A message this client wrote that the server has not acknowledged (the outbox).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMessage {
    /// The message as it will be drawn.
    pub message: Message,
    /// Why it was refused; `None` while it is under way or waiting for the connection.
    pub failure: Option<String>,
}

/// One row of the log as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum TimelineEntry<'a> {
    /// Stored by the server.
    Stored(&'a Event),
    /// Not yet acknowledged.
    Pending(&'a PendingMessage),
}

/// A contiguous stretch of a room's log ending at the newest event the client has, plus pending messages below it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Timeline {
    events: Vec<Event>,
    pending: Vec<PendingMessage>,
    /// Whether the log goes further back than what is loaded.
    pub older: bool,
}

impl Timeline {
    /// Takes in entries in any order, repeated or not. Those that would leave a gap above the newest contiguous entry
    /// are refused, and the position after which entries must be fetched is returned.
    pub fn insert(&mut self, events: impl IntoIterator<Item = Event>) -> Option<Sequence> {
        let _ = events.into_iter().count();
        todo!("written by the protocol author")
    }

    /// Takes in a page of older entries; it must end right before the oldest loaded one, else it is ignored.
    pub fn prepend(&mut self, events: Vec<Event>, older: bool) {
        let _ = (events, older);
        todo!("written by the protocol author")
    }

    /// Adds a message under way; one already stored or pending under that id is left alone.
    pub fn send(&mut self, message: Message) {
        let _ = message;
        todo!("written by the protocol author")
    }

    /// The server has stored a pending message. It stays drawn in place until its event arrives.
    pub fn acknowledge(&mut self, sent: &Sent) {
        let _ = sent;
        todo!("written by the protocol author")
    }

    /// The server refused a pending message.
    pub fn fail(&mut self, id: MessageId, why: String) {
        let _ = (id, why);
        todo!("written by the protocol author")
    }

    /// Puts a failed message under way again; returns it, or `None` when there is no such message.
    pub fn retry(&mut self, id: MessageId) -> Option<&PendingMessage> {
        let _ = id;
        todo!("written by the protocol author")
    }

    /// Forgets a failed message.
    pub fn discard(&mut self, id: MessageId) {
        let _ = id;
        todo!("written by the protocol author")
    }

    /// Stored entries in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Messages not yet acknowledged, oldest first.
    pub fn pending(&self) -> &[PendingMessage] {
        &self.pending
    }

    /// Everything to draw, in order.
    pub fn entries(&self) -> impl Iterator<Item = TimelineEntry<'_>> {
        self.events.iter().map(TimelineEntry::Stored).chain(self.pending.iter().map(TimelineEntry::Pending))
    }

    /// Position of the newest contiguous entry; the cursor gaps are repaired from.
    pub fn newest(&self) -> Sequence {
        self.events.last().map_or(Sequence::START, |event| event.seq)
    }

    /// Position of the oldest loaded entry.
    pub fn oldest(&self) -> Sequence {
        self.events.first().map_or(Sequence::START, |event| event.seq)
    }

    /// Whether a message continues the one before it: same author, within five minutes (design §4.3).
    pub fn continues(previous: &Message, message: &Message) -> bool {
        let Timestamp(before) = previous.sent_at;
        previous.from == message.from && (0..5 * 60 * 1000).contains(&(message.sent_at.0 - before))
    }
}
