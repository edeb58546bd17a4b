//! The rows of the log, decided without a DOM: what is grouped, where days begin, where the "new" line stands.

use roomglass_protocol::{
    Event, Message, MessageId, Sequence, Timestamp,
    state::{Timeline, TimelineEntry},
};
use time::Date;

/// One row, with everything that is drawn of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The day that begins with it.
    pub day: Option<Date>,
    /// It is the first unread one, and so many messages are.
    pub new: Option<usize>,
    /// It goes on from the row before: no head of its own.
    pub grouped: bool,
    /// Place in the log, for `aria-posinset`.
    pub position: i64,
    /// What it shows.
    pub body: RowBody,
}

/// What a row shows.
#[derive(Debug, Clone, PartialEq)]
pub enum RowBody {
    /// A message of the log.
    Message(Message),
    /// A message on its way, or the reason it was refused.
    Pending(Message, Option<String>),
    /// Anything else that happened.
    Event(Event),
}

/// What makes a row another row: one whose key stays is not drawn again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowKey {
    id: String,
    day: Option<Date>,
    new: Option<usize>,
    grouped: bool,
    refusal: Option<String>,
    stored: bool,
    deleted: bool,
}

impl Row {
    /// Id of its element, and the fragment of links to it.
    pub fn element_id(&self) -> String {
        match &self.body {
            RowBody::Message(message) | RowBody::Pending(message, _) => message_element_id(message.id),
            RowBody::Event(event) => format!("e-{}", event.seq),
        }
    }

    /// See [`RowKey`].
    pub fn key(&self) -> RowKey {
        let refusal = match &self.body {
            RowBody::Pending(_, refusal) => refusal.clone(),
            RowBody::Message(_) | RowBody::Event(_) => None,
        };
        let stored = !matches!(self.body, RowBody::Pending(..));
        let deleted = matches!(&self.body, RowBody::Message(message) if message.deleted);
        RowKey { id: self.element_id(), day: self.day, new: self.new, grouped: self.grouped, refusal, stored, deleted }
    }
}

/// Id of the element of a message.
pub fn message_element_id(id: MessageId) -> String {
    format!("m-{id}")
}

/// All rows. `new_after` is the last entry that was read when the room was opened; `day_of` knows the reader's zone.
pub fn rows(timeline: &Timeline, new_after: Option<Sequence>, day_of: impl Fn(Timestamp) -> Date) -> Vec<Row> {
    let unread = new_after.map_or(0, |seq| unread_after(timeline, seq));
    let mut rows: Vec<Row> = Vec::with_capacity(timeline.events().len() + timeline.pending().len());
    let mut day_before = None;
    let mut message_before: Option<&Message> = None;
    let mut marked = false;
    let mut pending = 0;

    for entry in timeline.entries() {
        let (at, position, message, body) = match entry {
            TimelineEntry::Stored(event) => (event.at, event.seq.0, event.message(), stored_body(event)),
            TimelineEntry::Pending(entry) => {
                pending += 1;
                let body = RowBody::Pending(entry.message.clone(), entry.failure.clone());
                (entry.message.sent_at, timeline.newest().0 + pending, Some(&entry.message), Some(body))
            }
        };
        let Some(body) = body else { continue };
        let today = day_of(at);
        let day = (day_before != Some(today)).then_some(today);
        let is_unread = matches!(entry, TimelineEntry::Stored(event) if new_after.is_some_and(|seq| event.seq > seq));
        let new = (!marked && is_unread && message.is_some() && unread > 0).then_some(unread);
        marked |= new.is_some();
        let continues = message_before.zip(message).is_some_and(|(before, this)| Timeline::continues(before, this));
        rows.push(Row { day, new, grouped: continues && day.is_none() && new.is_none(), position, body });
        day_before = Some(today);
        message_before = message;
    }
    rows
}

fn unread_after(timeline: &Timeline, seq: Sequence) -> usize {
    timeline.events().iter().filter(|event| event.seq > seq && event.message().is_some()).count()
}

/// A deletion is seen at the message; events of a later version keep their place in the log and are not drawn.
fn stored_body(event: &Event) -> Option<RowBody> {
    use roomglass_protocol::EventBody;
    match &event.body {
        EventBody::Message(message) => Some(RowBody::Message(message.clone())),
        EventBody::Deleted { .. } | EventBody::Unknown => None,
        _ => Some(RowBody::Event(event.clone())),
    }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::{Author, EventBody, RoomId, UserId};

    use super::*;

    const MINUTE: i64 = 60_000;

    fn message(id: u128, from: i64, at: i64) -> Message {
        let from = Author::User { id: UserId(from), name: format!("Person {from}"), mention: format!("p{from}") };
        Message {
            id: MessageId(uuid::Uuid::from_u128(id)),
            from,
            text: "hello".to_owned(),
            format: Default::default(),
            color: None,
            card: None,
            metadata: None,
            attachments: Vec::new(),
            deleted: false,
            sent_at: Timestamp(at),
        }
    }

    fn said(seq: i64, from: i64, at: i64) -> Event {
        let body = EventBody::Message(message(seq as u128, from, at));
        Event { room_id: RoomId(1), seq: Sequence(seq), messages: seq, at: Timestamp(at), body }
    }

    fn timeline(events: Vec<Event>) -> Timeline {
        let mut timeline = Timeline::default();
        timeline.insert(events);
        timeline
    }

    fn utc(at: Timestamp) -> Date {
        at.utc().date()
    }

    #[test]
    fn msg_16_messages_of_one_author_within_five_minutes_are_grouped() {
        let events = vec![said(1, 1, 0), said(2, 1, 4 * MINUTE), said(3, 2, 5 * MINUTE), said(4, 2, 20 * MINUTE)];
        let grouped: Vec<bool> = rows(&timeline(events), None, utc).iter().map(|row| row.grouped).collect();
        assert_eq!(grouped, [false, true, false, false]);
    }

    #[test]
    fn a_day_begins_with_its_first_row_in_the_zone_of_the_reader() {
        let log = timeline(vec![said(1, 1, 23 * 60 * MINUTE), said(2, 1, 23 * 60 * MINUTE + MINUTE)]);
        let days =
            |zone: &dyn Fn(Timestamp) -> Date| rows(&log, None, zone).iter().filter(|row| row.day.is_some()).count();
        assert_eq!(days(&utc), 1);
        assert_eq!(days(&|at| utc(Timestamp(at.0 + 59 * MINUTE))), 2);
    }

    #[test]
    fn the_new_line_stands_before_the_first_unread_message_and_counts_them() {
        let events = vec![said(1, 1, 0), said(2, 1, 1), said(3, 1, 2)];
        let rows = rows(&timeline(events), Some(Sequence(1)), utc);
        assert_eq!(rows.iter().map(|row| row.new).collect::<Vec<_>>(), [None, Some(2), None]);
        assert!(!rows[1].grouped, "the line separates");
    }

    #[test]
    fn pending_messages_stand_below_and_a_refusal_makes_another_row() {
        let mut log = timeline(vec![said(1, 1, 0)]);
        log.send(message(9, 2, MINUTE));
        let pending = rows(&log, None, utc).remove(1);
        assert_eq!((pending.position, &pending.body), (2, &RowBody::Pending(message(9, 2, MINUTE), None)));
        log.fail(MessageId(uuid::Uuid::from_u128(9)), "Too long.".to_owned());
        assert_ne!(rows(&log, None, utc)[1].key(), pending.key());
    }
}
