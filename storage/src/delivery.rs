//! The queue and the log of webhook deliveries: everything that reads them.

use std::collections::BTreeMap;

use roomglass_protocol::{
    DeliveryId, ExtensionKey, RoomId, Sequence, Timestamp,
    rest::webhook::{Attempt, DEFAULT_LIMIT, Delivery, DeliveryState, MAX_LIMIT, Query},
};
use sqlx::AssertSqlSafe;

use crate::{
    OauthId, Reader, StorageError,
    reader::placeholders,
    row::{Row, damaged},
};

/// An address of an installation. What is told there is told in order, one call after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiverId(pub(crate) i64);

/// How an address does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Names it.
    pub id: ReceiverId,
    /// Whose.
    pub installation: OauthId,
    /// The address, as the descriptor gave it when calls were queued.
    pub address: String,
    /// When the first of its calls is to be made; absent when none waits.
    pub due_at: Option<Timestamp>,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
    /// From when on one event is let through to see whether it answers again.
    pub trial_at: Option<Timestamp>,
    /// Calls that wait.
    pub waiting: i64,
}

/// A receiver that is due, with the first of its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub receiver: ReceiverId,
    /// Whose.
    pub installation: OauthId,
    /// The call to make.
    pub delivery: DeliveryId,
    /// Key of the webhook.
    pub webhook: ExtensionKey,
    /// What the event is called.
    pub event: String,
    /// Room of the event.
    pub room: RoomId,
    /// Its place in the room's log, or [`crate::WHOLE_ROOM`].
    pub seq: Sequence,
    /// When the tries began.
    pub since: Timestamp,
    /// Tries made in vain.
    pub tries: i64,
    /// Whether this is only to see whether the receiver answers again.
    pub suspended: bool,
}

impl Reader {
    /// Receivers to be called now, each with the first call that waits: those that work before those that failed.
    pub async fn due_receivers(&mut self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StorageError> {
        let statement = sqlx::query(
            "SELECT r.id AS webhook_receiver, r.oauth_id, r.suspended_at, d.id, d.webhook, d.event, d.room_id, d.seq,
                 d.since, d.tries
             FROM webhook_receivers AS r JOIN webhook_deliveries AS d ON d.id = (
                 SELECT MIN(w.id) FROM webhook_deliveries AS w WHERE w.receiver_id = r.id AND w.state = 'waiting')
             WHERE r.due_at <= $1 ORDER BY CASE WHEN d.tries = 0 THEN 0 ELSE 1 END, r.due_at, r.id LIMIT $2",
        );
        self.all(statement.bind(now.0).bind(limit as i64)).await?.iter().map(due_of).collect()
    }

    /// When the next receiver that is not due yet will be.
    pub async fn next_receiver_due(&mut self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let statement = sqlx::query("SELECT MIN(due_at) AS webhook_due FROM webhook_receivers WHERE due_at > $1");
        let row = self.first(statement.bind(now.0)).await?;
        Ok(row.map(|row| row.optional_number("webhook_due")).transpose()?.flatten().map(Timestamp))
    }

    /// Receivers of installations, with how many calls wait for each.
    pub async fn receivers_of(&mut self, installations: &[OauthId]) -> Result<Vec<Receiver>, StorageError> {
        if installations.is_empty() {
            return Ok(Vec::new());
        }
        let list = placeholders(1, installations.len());
        let statement = sqlx::query(AssertSqlSafe(format!(
            "SELECT r.id, r.oauth_id, r.address, r.due_at, r.suspended_at, r.trial_at, (
                 SELECT COUNT(*) FROM webhook_deliveries AS d WHERE d.receiver_id = r.id AND d.state = 'waiting'
             ) AS waiting FROM webhook_receivers AS r WHERE r.oauth_id IN ({list}) ORDER BY r.id"
        )));
        let statement = installations.iter().fold(statement.persistent(false), |statement, id| statement.bind(&id.0));
        self.all(statement).await?.iter().map(receiver_of).collect()
    }

    /// A page of an installation's delivery log in a room, newest first; `true` when there are older ones.
    pub async fn deliveries(
        &mut self,
        installation: &OauthId,
        room: RoomId,
        query: Query,
    ) -> Result<(Vec<Delivery>, bool), StorageError> {
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize;
        let before = query.before.map_or(i64::MAX, |id| id.0);
        let statement = sqlx::query(
            "SELECT id, webhook, event, seq, at, state FROM webhook_deliveries
             WHERE oauth_id = $1 AND room_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
        );
        let statement = statement.bind(&installation.0).bind(room.0).bind(before).bind(limit as i64 + 1);
        let rows = self.all(statement).await?;
        let mut page: Vec<Delivery> = rows.iter().take(limit).map(delivery_of).collect::<Result<_, _>>()?;
        let mut attempts = self.attempts_of(&page).await?;
        for delivery in &mut page {
            delivery.attempts = attempts.remove(&delivery.id).unwrap_or_default();
        }
        Ok((page, rows.len() > limit))
    }

    async fn attempts_of(
        &mut self,
        deliveries: &[Delivery],
    ) -> Result<BTreeMap<DeliveryId, Vec<Attempt>>, StorageError> {
        let mut attempts = BTreeMap::<_, Vec<_>>::new();
        if deliveries.is_empty() {
            return Ok(attempts);
        }
        let list = placeholders(1, deliveries.len());
        let statement = sqlx::query(AssertSqlSafe(format!(
            "SELECT delivery_id, at, took_ms, status, note FROM webhook_attempts WHERE delivery_id IN ({list})
             ORDER BY delivery_id, number"
        )));
        let statement = deliveries.iter().fold(statement.persistent(false), |statement, it| statement.bind(it.id.0));
        for row in self.all(statement).await? {
            attempts.entry(DeliveryId(row.number("delivery_id")?)).or_default().push(attempt_of(&row)?);
        }
        Ok(attempts)
    }
}

fn due_of(row: &Row) -> Result<Due, StorageError> {
    let id = row.number("id")?;
    Ok(Due {
        receiver: ReceiverId(row.number("webhook_receiver")?),
        installation: OauthId(row.text("oauth_id")?),
        delivery: DeliveryId(id),
        webhook: row.parsed("webhook_deliveries", "webhook", id)?,
        event: row.text("event")?,
        room: row.room("room_id")?,
        seq: row.sequence("seq")?,
        since: row.time("since")?,
        tries: row.number("tries")?,
        suspended: row.optional_number("suspended_at")?.is_some(),
    })
}

fn receiver_of(row: &Row) -> Result<Receiver, StorageError> {
    let time = |column| Ok::<_, StorageError>(row.optional_number(column)?.map(Timestamp));
    Ok(Receiver {
        id: ReceiverId(row.number("id")?),
        installation: OauthId(row.text("oauth_id")?),
        address: row.text("address")?,
        due_at: time("due_at")?,
        suspended_at: time("suspended_at")?,
        trial_at: time("trial_at")?,
        waiting: row.number("waiting")?,
    })
}

/// Reads `id, webhook, event, seq, at, state`; attempts are in another table.
fn delivery_of(row: &Row) -> Result<Delivery, StorageError> {
    let id = row.number("id")?;
    Ok(Delivery {
        id: DeliveryId(id),
        webhook: row.parsed("webhook_deliveries", "webhook", id)?,
        event: row.text("event")?,
        seq: row.sequence("seq")?,
        at: row.time("at")?,
        state: row.word::<DeliveryState>("webhook_deliveries", "state", id)?,
        attempts: Vec::new(),
    })
}

fn attempt_of(row: &Row) -> Result<Attempt, StorageError> {
    let status = row.optional_number("status")?.map(u16::try_from).transpose();
    Ok(Attempt {
        at: row.time("at")?,
        took_ms: row.number("took_ms")?,
        status: status.map_err(|_| damaged("webhook_attempts", "status", "an attempt"))?,
        note: row.optional_text("note")?,
    })
}
