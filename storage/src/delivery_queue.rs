//! The queue and the log of webhook deliveries: everything that writes them.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{
    DeliveryId, ExtensionKey, RoomId, Sequence, Timestamp,
    rest::webhook::{Attempt, DeliveryState},
};
use sqlx::AssertSqlSafe;

use crate::{
    Noun, OauthId, Receiver, ReceiverId, StorageError, WHOLE_ROOM, WebhookEventId, WriteTransaction,
    reader::placeholders, word::Word,
};

/// Calls that may wait for one receiver; later ones fail at once and are in the log.
pub const MAX_WAITING: i64 = 1000;
/// Finished deliveries that are remembered of one installation.
pub const MAX_FINISHED: i64 = 500;
/// Finished deliveries are remembered no longer than this, in milliseconds: 14 days.
pub const FINISHED_LIFETIME_MS: i64 = 14 * 24 * 60 * 60 * 1000;
/// How long a suspended receiver is left alone before one event is let through, in milliseconds: six hours.
pub const TRIAL_AFTER_MS: i64 = 6 * 60 * 60 * 1000;
/// Tries that are remembered of one delivery: more than one round of them, less than replaying without end could make.
const MAX_ATTEMPTS: i64 = 30;
/// Rows to one statement, nine values each.
const ROWS_CHUNK: usize = 50;

/// An event that a webhook wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Whose.
    pub installation: OauthId,
    /// Key of the webhook.
    pub webhook: ExtensionKey,
    /// Its address at present: what is told there is told in order.
    pub address: String,
    /// What the event is called.
    pub event: String,
    /// Room of the event.
    pub room: RoomId,
    /// Its place in the room's log, or [`crate::WHOLE_ROOM`].
    pub seq: Sequence,
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was answered with success.
    Delivered,
    /// It was answered, or cannot be made at all: another try would change nothing.
    Refused,
    /// It failed and is to be tried again then; the receiver's other calls wait for it.
    RetryAt(Timestamp),
    /// It failed for long enough: the receiver is suspended, with all that waits for it.
    GivenUp,
}

impl WriteTransaction {
    /// Queues what webhooks want of the noted events up to one, and forgets those: both or neither, so that a crash
    /// loses no delivery and makes none twice. Deliveries of installations that are gone are left out, as are those
    /// of suspended receivers, but one every [`TRIAL_AFTER_MS`].
    pub async fn queue_deliveries(
        &mut self,
        up_to: WebhookEventId,
        deliveries: &[NewDelivery],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let mut receivers = self.receivers_for(deliveries).await?;
        let mut admitted = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            let receiver = receivers.get_mut(&(delivery.installation.clone(), delivery.address.clone()));
            if let Some(receiver) = receiver
                && let Some(state) = admit(receiver, now)
            {
                admitted.push((receiver.id, delivery, state));
            }
        }
        for rows in admitted.chunks(ROWS_CHUNK) {
            self.insert_deliveries(rows, now).await?;
        }
        for receiver in receivers.values().filter(|receiver| receiver.waiting > 0) {
            let statement = sqlx::query("UPDATE webhook_receivers SET due_at = $2, trial_at = $3 WHERE id = $1");
            let due_at = receiver.due_at.unwrap_or(now);
            let statement = statement.bind(receiver.id.0).bind(due_at.0).bind(receiver.trial_at.map(|at| at.0));
            self.execute(statement).await?;
        }
        let overflowed = admitted.iter().filter(|(_, _, state)| *state == DeliveryState::Failed);
        let overflowed: BTreeSet<&OauthId> = overflowed.map(|(_, delivery, _)| &delivery.installation).collect();
        for installation in overflowed {
            self.prune_finished(installation).await?;
        }
        self.forget_webhook_events(up_to).await
    }

    /// Receivers by installation and address; makes those that are missing.
    async fn receivers_for(
        &mut self,
        deliveries: &[NewDelivery],
    ) -> Result<BTreeMap<(OauthId, String), Receiver>, StorageError> {
        let wanted: BTreeSet<_> = deliveries.iter().map(|it| (it.installation.clone(), it.address.clone())).collect();
        let installations: BTreeSet<OauthId> = wanted.iter().map(|(installation, _)| installation.clone()).collect();
        let mut known = BTreeMap::new();
        for installations in Vec::from_iter(installations).chunks(ROWS_CHUNK) {
            for receiver in self.receivers_of(installations).await? {
                known.insert((receiver.installation.clone(), receiver.address.clone()), receiver);
            }
        }
        known.retain(|place, _| wanted.contains(place));
        for place in wanted {
            if !known.contains_key(&place)
                && let Some(receiver) = self.add_receiver(&place.0, &place.1).await?
            {
                known.insert(place, receiver);
            }
        }
        Ok(known)
    }

    async fn add_receiver(&mut self, installation: &OauthId, address: &str) -> Result<Option<Receiver>, StorageError> {
        let statement = sqlx::query(
            "INSERT INTO webhook_receivers (oauth_id, address)
             SELECT oauth_id, $2 FROM installations WHERE oauth_id = $1 AND pending = 0 RETURNING id",
        );
        let Some(row) = self.first(statement.bind(&installation.0).bind(address)).await? else { return Ok(None) };
        Ok(Some(Receiver {
            id: ReceiverId(row.number("id")?),
            installation: installation.clone(),
            address: address.to_owned(),
            due_at: None,
            suspended_at: None,
            trial_at: None,
            waiting: 0,
        }))
    }

    async fn insert_deliveries(
        &mut self,
        rows: &[(ReceiverId, &NewDelivery, DeliveryState)],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let places: Vec<String> = (0..rows.len()).map(|row| format!("({}, 0)", placeholders(9 * row + 1, 9))).collect();
        let places = places.join(", ");
        let mut insert = sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO webhook_deliveries
                 (receiver_id, oauth_id, webhook, event, room_id, seq, at, since, state, tries) VALUES {places}"
        )))
        .persistent(false);
        for (receiver, delivery, state) in rows {
            insert = insert.bind(receiver.0).bind(&delivery.installation.0).bind(delivery.webhook.as_str());
            insert = insert.bind(&delivery.event).bind(delivery.room.0).bind(delivery.seq.0);
            insert = insert.bind(now.0).bind(now.0).bind(state.word());
        }
        self.execute(insert).await.map(drop)
    }

    /// Enters a try in the log and moves the queue of its receiver on. Nothing happens when the delivery is gone with
    /// its installation.
    pub async fn record_attempt(
        &mut self,
        delivery: DeliveryId,
        attempt: &Attempt,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let state = match verdict {
            Verdict::Delivered => DeliveryState::Delivered,
            Verdict::Refused => DeliveryState::Refused,
            Verdict::RetryAt(_) => DeliveryState::Waiting,
            Verdict::GivenUp => DeliveryState::Failed,
        };
        let statement = sqlx::query(
            "UPDATE webhook_deliveries SET state = $2, tries = tries + 1 WHERE id = $1
             RETURNING receiver_id, oauth_id, seq",
        );
        let Some(row) = self.first(statement.bind(delivery.0).bind(state.word())).await? else { return Ok(()) };
        let (receiver, installation) = (ReceiverId(row.number("receiver_id")?), OauthId(row.text("oauth_id")?));
        self.insert_attempt(delivery, attempt).await?;
        match verdict {
            Verdict::Delivered | Verdict::Refused => self.answered(receiver, now).await?,
            Verdict::RetryAt(at) => self.make_due(receiver, at).await?,
            Verdict::GivenUp => self.suspend(receiver, now).await?,
        }
        if state == DeliveryState::Waiting {
            return Ok(());
        }
        if row.sequence("seq")? == WHOLE_ROOM {
            self.forget_former_rooms().await?;
        }
        self.prune_finished(&installation).await
    }

    async fn insert_attempt(&mut self, delivery: DeliveryId, attempt: &Attempt) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "INSERT INTO webhook_attempts (delivery_id, number, at, took_ms, status, note)
             SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM webhook_attempts WHERE delivery_id = $1
             RETURNING number",
        );
        let statement = statement.bind(delivery.0).bind(attempt.at.0).bind(attempt.took_ms);
        let statement = statement.bind(attempt.status.map(i64::from)).bind(attempt.note.clone());
        let Some(row) = self.first(statement).await? else { return Ok(()) };
        let number = row.number("number")?;
        if number <= MAX_ATTEMPTS {
            return Ok(());
        }
        let statement = sqlx::query("DELETE FROM webhook_attempts WHERE delivery_id = $1 AND number <= $2");
        self.execute(statement.bind(delivery.0).bind(number - MAX_ATTEMPTS)).await.map(drop)
    }

    /// A receiver that answers is not suspended, and is due again if more waits for it.
    async fn answered(&mut self, receiver: ReceiverId, now: Timestamp) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "UPDATE webhook_receivers SET suspended_at = NULL, trial_at = NULL, due_at = CASE WHEN EXISTS (
                 SELECT 1 FROM webhook_deliveries WHERE receiver_id = $1 AND state = 'waiting') THEN $2 END
             WHERE id = $1",
        );
        self.execute(statement.bind(receiver.0).bind(now.0)).await.map(drop)
    }

    async fn make_due(&mut self, receiver: ReceiverId, at: Timestamp) -> Result<(), StorageError> {
        let statement = sqlx::query("UPDATE webhook_receivers SET due_at = $2 WHERE id = $1");
        self.execute(statement.bind(receiver.0).bind(at.0)).await.map(drop)
    }

    async fn suspend(&mut self, receiver: ReceiverId, now: Timestamp) -> Result<(), StorageError> {
        let statement =
            sqlx::query("UPDATE webhook_deliveries SET state = 'failed' WHERE receiver_id = $1 AND state = 'waiting'");
        self.execute(statement.bind(receiver.0)).await?;
        let statement = sqlx::query(
            "UPDATE webhook_receivers SET due_at = NULL, suspended_at = COALESCE(suspended_at, $2), trial_at = $3
             WHERE id = $1",
        );
        self.execute(statement.bind(receiver.0).bind(now.0).bind(now.0 + TRIAL_AFTER_MS)).await.map(drop)
    }

    async fn prune_finished(&mut self, installation: &OauthId) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "DELETE FROM webhook_deliveries WHERE oauth_id = $1 AND state <> 'waiting' AND id <= (
                 SELECT id FROM webhook_deliveries WHERE oauth_id = $1 AND state <> 'waiting'
                 ORDER BY id DESC LIMIT 1 OFFSET $2)",
        );
        self.execute(statement.bind(&installation.0).bind(MAX_FINISHED)).await.map(drop)
    }

    /// Makes a call again, at once and before those that wait.
    ///
    /// # Errors
    /// [`Noun::Delivery`] when the installation has none of this number in the room.
    pub async fn replay_delivery(
        &mut self,
        installation: &OauthId,
        room: RoomId,
        delivery: DeliveryId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "UPDATE webhook_deliveries SET state = 'waiting', since = $4, tries = 0
             WHERE id = $1 AND oauth_id = $2 AND room_id = $3 RETURNING receiver_id",
        );
        let statement = statement.bind(delivery.0).bind(&installation.0).bind(room.0).bind(now.0);
        let row = self.first(statement).await?.ok_or(StorageError::NotFound(Noun::Delivery))?;
        self.make_due(ReceiverId(row.number("receiver_id")?), now).await
    }

    /// Ends the suspension of an address; nothing happens when it is not suspended.
    pub async fn resume_receiver(&mut self, installation: &OauthId, address: &str) -> Result<(), StorageError> {
        let statement = sqlx::query(
            "UPDATE webhook_receivers SET suspended_at = NULL, trial_at = NULL WHERE oauth_id = $1 AND address = $2",
        );
        self.execute(statement.bind(&installation.0).bind(address)).await.map(drop)
    }

    /// Forgets finished deliveries after [`FINISHED_LIFETIME_MS`], addresses nothing was told to since, and deleted rooms
    /// of which nothing is to be told.
    pub(crate) async fn remove_old_deliveries(&mut self, now: Timestamp) -> Result<(), StorageError> {
        let statement = sqlx::query("DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND at <= $1");
        self.execute(statement.bind(now.0 - FINISHED_LIFETIME_MS)).await?;
        let statement = sqlx::query(
            "DELETE FROM webhook_receivers WHERE due_at IS NULL AND suspended_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS d WHERE d.receiver_id = webhook_receivers.id)",
        );
        self.execute(statement).await?;
        self.forget_former_rooms().await
    }
}

/// Whether a new delivery is queued (`Waiting`), entered in the log as failed, or left out.
fn admit(receiver: &mut Receiver, now: Timestamp) -> Option<DeliveryState> {
    if receiver.suspended_at.is_some() {
        if receiver.trial_at.is_some_and(|at| now < at) {
            return None;
        }
        receiver.trial_at = Some(Timestamp(now.0 + TRIAL_AFTER_MS));
    }
    if receiver.waiting >= MAX_WAITING {
        return Some(DeliveryState::Failed);
    }
    receiver.waiting += 1;
    Some(DeliveryState::Waiting)
}
