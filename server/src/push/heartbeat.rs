//! When to ask whether somebody is still there, and when to stop asking (CONN-09).

use std::time::Duration;

use tokio::time::Instant;

/// How long a client may take to say hello.
pub(super) const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// Silence after which a ping is sent, give or take [`JITTER`].
const PING_AFTER: Duration = Duration::from_secs(20);
/// Spreads the pings of clients that came at the same moment.
const JITTER: Duration = Duration::from_secs(4);
/// Silence after which the connection is cut.
const CUT_AFTER: Duration = Duration::from_secs(30);

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing before that moment.
    At(Instant),
    /// A ping now, and the next look at that moment.
    Ping(Instant),
    /// The other side is gone.
    Cut,
}

/// Watches one connection. Every byte that arrives counts as a sign of life.
#[derive(Debug)]
pub(super) struct Heartbeat {
    ping_after: Duration,
    /// The silence a ping was sent into, by its beginning.
    pinged: Option<Instant>,
}

impl Heartbeat {
    /// `random` is between 0 and 1.
    pub(super) fn new(random: f32) -> Self {
        Self { ping_after: PING_AFTER - JITTER.mul_f32(random), pinged: None }
    }

    pub(super) fn due(&mut self, now: Instant, last_read: Instant) -> Due {
        let (ping_at, cut_at) = (last_read + self.ping_after, last_read + CUT_AFTER);
        if now >= cut_at {
            Due::Cut
        } else if now < ping_at {
            Due::At(ping_at)
        } else if self.pinged == Some(last_read) {
            Due::At(cut_at)
        } else {
            self.pinged = Some(last_read);
            Due::Ping(cut_at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_answered_by_one_ping_and_then_by_a_cut() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut heartbeat = Heartbeat::new(0.0);
        assert_eq!(heartbeat.due(after(1), start), Due::At(after(20)));
        assert_eq!(heartbeat.due(after(20), start), Due::Ping(after(30)));
        assert_eq!(heartbeat.due(after(25), start), Due::At(after(30)));
        assert_eq!(heartbeat.due(after(30), start), Due::Cut);
    }

    #[test]
    fn any_byte_starts_the_count_anew() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut heartbeat = Heartbeat::new(0.0);
        assert_eq!(heartbeat.due(after(20), start), Due::Ping(after(30)));
        assert_eq!(heartbeat.due(after(30), after(21)), Due::At(after(41)));
        assert_eq!(heartbeat.due(after(41), after(21)), Due::Ping(after(51)));
    }

    #[test]
    fn clients_that_came_together_are_pinged_apart() {
        let start = Instant::now();
        assert_ne!(Heartbeat::new(0.1).due(start, start), Heartbeat::new(0.9).due(start, start));
    }
}
