//! The loaded part of a room's log, and the messages still under way.

use serde::{Deserialize, Serialize};

use crate::{Event, EventBody, Message, MessageId, OrderedSet, Sequence, Timestamp, rest::message::Sent};

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
    /// are refused, and the position after which entries must be fetched is returned. An empty timeline begins with
    /// the first of them; entries below the oldest are taken only if they join it.
    pub fn insert(&mut self, events: impl IntoIterator<Item = Event>) -> Option<Sequence> {
        let mut events: Vec<Event> = events.into_iter().collect();
        events.sort_by_key(|event| event.seq);
        events.dedup_by_key(|event| event.seq);
        if self.events.is_empty() {
            self.begin_with(events)
        } else {
            let above = events.split_off(events.partition_point(|event| event.seq < self.oldest()));
            self.extend_down(events);
            self.extend_up(above)
        }
    }

    /// Takes in a page of older entries; it must end right before the oldest loaded one, else it is ignored.
    pub fn prepend(&mut self, events: Vec<Event>, older: bool) {
        let contiguous = events.windows(2).all(|pair| pair[0].seq.next() == pair[1].seq);
        let joins = match (events.last(), self.events.first()) {
            (Some(last), Some(oldest)) => last.seq.next() == oldest.seq,
            _ => true,
        };
        if contiguous && joins {
            self.settle(&events);
            self.events.splice(0..0, events);
            self.older = older;
            self.bury_from(0);
        }
    }

    /// Adds a message under way; one already stored or pending under that id is left alone.
    pub fn send(&mut self, message: Message) {
        let stored = self.events.iter().filter_map(Event::message).any(|known| known.id == message.id);
        if !stored && self.find(message.id).is_none() {
            self.pending.push(PendingMessage { message, failure: None });
        }
    }

    /// The server has stored a pending message. It stays drawn in place until its event arrives.
    pub fn acknowledge(&mut self, sent: &Sent) {
        if let Some(pending) = self.find(sent.id) {
            pending.message.sent_at = sent.sent_at;
            pending.failure = None;
        }
    }

    /// The server refused a pending message.
    pub fn fail(&mut self, id: MessageId, why: String) {
        if let Some(pending) = self.find(id) {
            pending.failure = Some(why);
        }
    }

    /// Puts a failed message under way again; returns it, or `None` when there is no such message.
    pub fn retry(&mut self, id: MessageId) -> Option<&PendingMessage> {
        let pending = self.find(id).filter(|pending| pending.failure.is_some())?;
        pending.failure = None;
        Some(pending)
    }

    /// Forgets a failed message.
    pub fn discard(&mut self, id: MessageId) {
        self.pending.retain(|pending| pending.message.id != id || pending.failure.is_none());
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

    fn find(&mut self, id: MessageId) -> Option<&mut PendingMessage> {
        self.pending.iter_mut().find(|pending| pending.message.id == id)
    }

    fn begin_with(&mut self, mut events: Vec<Event>) -> Option<Sequence> {
        if events.is_empty() {
            return None;
        }
        let above = events.split_off(1);
        self.older = events.first().is_some_and(|first| first.seq > Sequence::START.next());
        self.settle(&events);
        self.events = events;
        self.extend_up(above)
    }

    fn extend_up(&mut self, events: Vec<Event>) -> Option<Sequence> {
        for event in events {
            if event.seq > self.newest().next() {
                return Some(self.newest());
            }
            if event.seq == self.newest().next() {
                self.settle(std::slice::from_ref(&event));
                self.events.push(event);
                self.bury_from(self.events.len() - 1);
            }
        }
        None
    }

    fn extend_down(&mut self, mut events: Vec<Event>) {
        let mut begin = events.len();
        let mut above = self.oldest();
        while begin > 0 && events[begin - 1].seq.next() == above {
            begin -= 1;
            above = events[begin].seq;
        }
        let joining = events.split_off(begin);
        self.settle(&joining);
        self.events.splice(0..0, joining);
        self.older = self.older && self.oldest() > Sequence::START.next();
        self.bury_from(0);
    }

    /// Puts what stays of deleted messages in their place, as the entries from this index on tell. Older ones may have
    /// been asked for before a deletion and come after it.
    fn bury_from(&mut self, first: usize) {
        for index in first..self.events.len() {
            if let EventBody::Deleted { entry, .. } = &self.events[index].body {
                let entry = (**entry).clone();
                if let Ok(place) = self.events.binary_search_by_key(&entry.seq, |event| event.seq) {
                    self.events[place] = entry;
                }
            }
        }
    }

    /// A message that has become an event is no longer pending.
    fn settle(&mut self, events: &[Event]) {
        if !self.pending.is_empty() {
            let stored: OrderedSet<MessageId> = events.iter().filter_map(|event| Some(event.message()?.id)).collect();
            self.pending.retain(|pending| !stored.contains(&pending.message.id));
        }
    }
}
