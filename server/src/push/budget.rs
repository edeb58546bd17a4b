//! How much a client may send.

use tokio::time::Instant;

/// Frames at once.
const BURST: f64 = 1000.0;
/// Frames a second in the long run.
const PER_SECOND: f64 = 500.0;

/// A token bucket of frames.
pub(super) struct Budget {
    left: f64,
    counted_at: Instant,
}

impl Budget {
    pub(super) fn full(now: Instant) -> Self {
        Self { left: BURST, counted_at: now }
    }

    /// Counts a frame; false when it is one too many.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let earned = now.duration_since(self.counted_at).as_secs_f64() * PER_SECOND;
        self.counted_at = now;
        self.left = (self.left + earned).min(BURST) - 1.0;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_flood_is_noticed_and_a_pause_forgives_it() {
        let start = Instant::now();
        let mut budget = Budget::full(start);
        assert_eq!((0..2000).take_while(|_| budget.take(start)).count(), BURST as usize);
        assert!(budget.take(start + Duration::from_secs(1)));
    }
}
