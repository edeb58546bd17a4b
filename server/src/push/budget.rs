//! How much a client may send.

use tokio::time::Instant;

/// Frames at once.
const BURST: f64 = 1000.0;
/// Frames a second in the long run.
const PER_SECOND: f64 = 500.0;

/// A token bucket.
pub(super) struct Budget {
    left: f64,
    burst: f64,
    per_second: f64,
    counted_at: Instant,
}

impl Budget {
    /// A full one for frames.
    pub(super) fn of_frames(now: Instant) -> Self {
        Self::of(BURST, PER_SECOND, now)
    }

    /// A full one.
    pub(super) fn of(burst: f64, per_second: f64, now: Instant) -> Self {
        Self { left: burst, burst, per_second, counted_at: now }
    }

    /// Takes `cost`; false, and nothing is taken, when there is not enough.
    pub(super) fn take(&mut self, cost: f64, now: Instant) -> bool {
        let earned = now.duration_since(self.counted_at).as_secs_f64() * self.per_second;
        self.counted_at = now;
        self.left = (self.left + earned).min(self.burst);
        let enough = self.left >= cost;
        if enough {
            self.left -= cost;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_flood_is_noticed_and_a_pause_forgives_it() {
        let start = Instant::now();
        let mut budget = Budget::of_frames(start);
        assert_eq!((0..2000).take_while(|_| budget.take(1.0, start)).count(), BURST as usize);
        assert!(budget.take(1.0, start + Duration::from_secs(1)));
    }

    #[test]
    fn what_is_refused_costs_nothing() {
        let start = Instant::now();
        let mut budget = Budget::of(10.0, 1.0, start);
        assert!(budget.take(8.0, start));
        assert!(!budget.take(3.0, start));
        assert!(budget.take(2.0, start));
    }
}
