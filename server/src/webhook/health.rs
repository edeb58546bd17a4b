//! How patient we are with an address that fails.

use std::time::Duration;

use tokio::time::Instant;

/// Pauses before the second and the third try of one call.
const RETRY_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];
/// First suspension; each further one is twice as long.
const FIRST_SUSPENSION: Duration = Duration::from_secs(30);
const LONGEST_SUSPENSION: Duration = Duration::from_secs(60 * 60);

/// Pause before the next try, after `tries` in vain; `None` when it was the last.
pub(super) fn retry_after(tries: usize) -> Option<Duration> {
    RETRY_AFTER.get(tries.checked_sub(1)?).copied()
}

/// Whether an address is called at present (HOOK-07).
#[derive(Debug, Default)]
pub(super) struct Health {
    suspensions: u32,
    suspended_until: Option<Instant>,
}

impl Health {
    /// Whether calls are dropped now.
    pub(super) fn is_suspended(&self, now: Instant) -> bool {
        self.suspended_until.is_some_and(|until| now < until)
    }

    /// A call was answered.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call failed with all its tries: the address is left alone for the time returned.
    pub(super) fn failed(&mut self, now: Instant) -> Duration {
        let pause = FIRST_SUSPENSION.saturating_mul(2_u32.saturating_pow(self.suspensions)).min(LONGEST_SUSPENSION);
        self.suspensions = self.suspensions.saturating_add(1);
        self.suspended_until = Some(now + pause);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_tries_are_made() {
        assert_eq!(retry_after(1), Some(Duration::from_secs(1)));
        assert_eq!(retry_after(2), Some(Duration::from_secs(4)));
        assert_eq!(retry_after(3), None);
    }

    #[test]
    fn suspensions_grow_and_one_answer_ends_them_hook_07() {
        let start = Instant::now();
        let mut health = Health::default();
        assert!(!health.is_suspended(start));
        assert_eq!(health.failed(start), Duration::from_secs(30));
        assert!(health.is_suspended(start + Duration::from_secs(29)));
        assert!(!health.is_suspended(start + Duration::from_secs(30)));
        assert_eq!(health.failed(start), Duration::from_secs(60));
        for _ in 0..100 {
            health.failed(start);
        }
        assert_eq!(health.failed(start), LONGEST_SUSPENSION);
        health.succeeded();
        assert!(!health.is_suspended(start));
        assert_eq!(health.failed(start), FIRST_SUSPENSION);
    }
}
