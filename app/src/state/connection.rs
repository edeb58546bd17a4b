//! The connection to the server, as the interface tells of it, and when to try again.

use roomglass_protocol::Timestamp;

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConnectionState {
    /// The first connection is being made.
    #[default]
    Connecting,
    /// Connected; what was missed is being fetched.
    CatchingUp,
    /// Connected, and everything shown is current.
    Online,
    /// Not connected.
    Offline {
        /// Since when.
        since: Timestamp,
    },
}

impl ConnectionState {
    /// Whether requests have a chance.
    pub fn is_connected(self) -> bool {
        matches!(self, Self::CatchingUp | Self::Online)
    }
}

/// How long to wait before the next attempt: doubles up to half a minute, and each wait is somewhere between half of
/// that and all of it, so that a thousand clients do not return in the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff {
    failures: u32,
}

const FIRST_WAIT_MS: u32 = 500;
const LONGEST_WAIT_MS: u32 = 30_000;

impl Backoff {
    /// The wait before the next attempt, in milliseconds; `random` is between 0 and 1.
    pub fn next_wait(&mut self, random: f64) -> u32 {
        let full = FIRST_WAIT_MS.saturating_mul(1 << self.failures.min(10)).min(LONGEST_WAIT_MS);
        self.failures += 1;
        full / 2 + (f64::from(full / 2) * random.clamp(0.0, 1.0)) as u32
    }

    /// An attempt succeeded.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_half_a_minute_and_start_again_after_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<u32> = (0..8).map(|_| backoff.next_wait(1.0)).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next_wait(0.0), 250);
    }
}
