//! Messages of a room by time, as providers ask for them.

use roomglass_protocol::{Event, RoomId, Sequence, Timestamp};

use crate::{Reader, StorageError, log::event_of};

/// Which messages of a room, counted from the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// None stored before this.
    pub from: Timestamp,
    /// None stored after this.
    pub until: Timestamp,
    /// None before this position in the log.
    pub first: Sequence,
    /// How many of the newest to leave out.
    pub skip: usize,
    /// How many at most.
    pub max: usize,
}

impl Default for Span {
    fn default() -> Self {
        Self { from: Timestamp(i64::MIN), until: Timestamp(i64::MAX), first: Sequence::START, skip: 0, max: 0 }
    }
}

impl Reader {
    /// Messages of a room that were not deleted, newest first, and whether there are older ones. One entry more than wanted is read: it
    /// tells that.
    pub async fn history(&mut self, room: RoomId, span: Span) -> Result<(Vec<Event>, bool), StorageError> {
        let statement = sqlx::query(
            "SELECT room_id, seq, messages, at, body FROM events
             WHERE room_id = $1 AND message_id IS NOT NULL AND kind = 'message' AND seq >= $2 AND at >= $3 AND at <= $4
             ORDER BY seq DESC LIMIT $5 OFFSET $6",
        );
        let statement = statement.bind(room.0).bind(span.first.0).bind(span.from.0).bind(span.until.0);
        let rows = self.all(statement.bind(number(span.max).saturating_add(1)).bind(number(span.skip))).await?;
        let events = rows.iter().take(span.max).map(event_of).collect::<Result<_, _>>()?;
        Ok((events, span.max > 0 && rows.len() > span.max))
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
