//! How much one installation may ask for, and what answers say of it (HipChat Connect §5.2, safety E4).

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use roomglass_protocol::{IncomingWebhookId, RoomId, Timestamp, UserId};
use roomglass_storage::OauthId;

use crate::{
    clock,
    error::{HttpError, HttpResult},
};

/// Everything a provider asks: HipChat allowed 500 in five minutes; ours come back much faster.
const CALLS: Quota = Quota { burst: 500, refill_ms: 50 };
/// Messages to one room, which people have to read: HipChat allowed 30 a minute.
const MESSAGES: Quota = Quota { burst: 60, refill_ms: 1_000 };
/// Token requests, each of which stores a row.
const GRANTS: Quota = Quota { burst: 60, refill_ms: 5_000 };

/// Descriptors one person may have fetched: one while they write or look around, not one after another.
const FETCHES: Quota = Quota { burst: 20, refill_ms: 6_000 };

/// Buckets are forgotten once this many are remembered and they are full again.
const REMEMBERED: usize = 10_000;

/// Token buckets.
pub(super) struct Limits {
    calls: Buckets<OauthId>,
    messages: Buckets<(OauthId, RoomId)>,
    grants: Buckets<OauthId>,
    incoming: Buckets<IncomingWebhookId>,
}

/// What is left after something was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Most at once.
    pub(super) limit: i64,
    /// What could be asked for right now.
    pub(super) remaining: i64,
    /// When all of it is there again.
    pub(super) full_at: Timestamp,
    /// How long to wait, when this one was too many.
    refused: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls: Buckets::new(CALLS),
            messages: Buckets::new(MESSAGES),
            grants: Buckets::new(GRANTS),
            incoming: Buckets::new(MESSAGES),
        }
    }
}

impl Limits {
    /// Counts one call.
    pub(super) fn call(&self, installation: &OauthId) -> Allowance {
        self.calls.take(installation.clone(), clock::now())
    }

    /// Counts one message to a room.
    pub(super) fn message(&self, installation: &OauthId, room: RoomId) -> Allowance {
        self.messages.take((installation.clone(), room), clock::now())
    }

    /// Counts one request for a token.
    pub(super) fn grant(&self, installation: &OauthId) -> HttpResult<()> {
        self.grants.take(installation.clone(), clock::now()).check()
    }

    /// Counts one message through an incoming webhook.
    ///
    /// # Errors
    /// How long to wait.
    pub(super) fn incoming(&self, webhook: IncomingWebhookId) -> Result<(), Duration> {
        self.incoming.take(webhook, clock::now()).refused.map_or(Ok(()), Err)
    }
}

/// How many descriptors the server fetches for each person, whatever they want to see of them.
pub(super) struct Fetches(Buckets<UserId>);

impl Default for Fetches {
    fn default() -> Self {
        Self(Buckets::new(FETCHES))
    }
}

impl Fetches {
    /// Counts one.
    pub(super) fn count(&self, person: UserId) -> HttpResult<()> {
        let sentence = "You have asked providers for many descriptors. Nothing was changed; wait a little.";
        let refused = self.0.take(person, clock::now()).refused;
        refused.map_or(Ok(()), |wait| Err(HttpError::too_many(sentence, wait)))
    }
}

impl Allowance {
    /// Calls of somebody who has not asked for anything yet.
    pub(super) fn of_calls(now: Timestamp) -> Self {
        CALLS.left(now.0, now.0, None)
    }

    /// Messages of somebody who has not sent any.
    pub(super) fn of_messages(now: Timestamp) -> Self {
        MESSAGES.left(now.0, now.0, None)
    }

    /// Refuses what was too much.
    pub(super) fn check(self) -> HttpResult<()> {
        let sentence = "Rate limit exceeded: this integration asks too often. Nothing was changed; wait a little.";
        self.refused.map_or(Ok(()), |wait| Err(HttpError::too_many(sentence, wait)))
    }
}

#[derive(Debug, Clone, Copy)]
struct Quota {
    burst: i64,
    refill_ms: i64,
}

impl Quota {
    fn capacity_ms(self) -> i64 {
        self.burst * self.refill_ms
    }

    fn left(self, full_at: i64, now: i64, refused: Option<Duration>) -> Allowance {
        let missing = (full_at - now + self.refill_ms - 1) / self.refill_ms;
        Allowance { limit: self.burst, remaining: self.burst - missing, full_at: Timestamp(full_at), refused }
    }
}

/// Of each bucket nothing is kept but when it is full again: what is missing follows from that.
struct Buckets<K> {
    quota: Quota,
    full_at: Mutex<HashMap<K, i64>>,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(quota: Quota) -> Self {
        Self { quota, full_at: Mutex::default() }
    }

    fn take(&self, key: K, Timestamp(now): Timestamp) -> Allowance {
        let mut known = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > REMEMBERED {
            known.retain(|_, full_at| *full_at > now);
        }
        let latest = now + self.quota.capacity_ms();
        let entry = known.entry(key).or_insert(now);
        // A clock that was set back must not lock anybody out.
        *entry = (*entry).clamp(now, latest);
        let taken = *entry + self.quota.refill_ms;
        if taken > latest {
            let wait = Duration::from_millis((taken - latest).unsigned_abs());
            return self.quota.left(*entry, now, Some(wait));
        }
        *entry = taken;
        self.quota.left(taken, now, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn later(ms: i64) -> Timestamp {
        Timestamp(NOW.0 + ms)
    }

    #[test]
    fn one_installation_is_limited_and_another_is_not() {
        let limits = Limits::default();
        let (loud, quiet) = (OauthId("loud".into()), OauthId("quiet".into()));
        let (here, there) = (RoomId(1), RoomId(2));
        let allowed = (0..1000).take_while(|_| limits.message(&loud, here).check().is_ok()).count();
        // Some come back while this counts.
        assert!((60..200).contains(&allowed), "{allowed}");
        assert!(limits.message(&quiet, here).check().is_ok());
        assert!(limits.message(&loud, there).check().is_ok());
        assert!(limits.call(&loud).check().is_ok());
    }

    #[test]
    fn what_is_taken_comes_back_one_by_one() {
        let buckets = Buckets::new(Quota { burst: 3, refill_ms: 1_000 });
        let left = |now| {
            let allowance = buckets.take("somebody", now);
            (allowance.remaining, allowance.full_at, allowance.refused)
        };
        assert_eq!(left(NOW), (2, later(1_000), None));
        assert_eq!(left(NOW), (1, later(2_000), None));
        assert_eq!(left(later(500)), (0, later(3_000), None));
        assert_eq!(left(later(500)), (0, later(3_000), Some(Duration::from_millis(500))));
        assert_eq!(left(later(1_000)), (0, later(4_000), None));
        assert_eq!(left(later(60_000)), (2, later(61_000), None));
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let buckets = Buckets::new(Quota { burst: 2, refill_ms: 1_000 });
        assert!(buckets.take("somebody", later(3_600_000)).check().is_ok());
        assert!(buckets.take("somebody", NOW).check().is_err(), "the bucket counts as empty");
        assert!(buckets.take("somebody", later(1_000)).check().is_ok());
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let buckets = Buckets::new(Quota { burst: 2, refill_ms: 1_000 });
        for key in 0..=REMEMBERED {
            buckets.take(key, NOW);
        }
        buckets.take(usize::MAX, later(2_000));
        assert_eq!(buckets.full_at.lock().unwrap().len(), 1);
    }
}
