//! How patient we are with a receiver that fails (HOOK-07).

use roomglass_protocol::Timestamp;

/// Pause after the first try in vain; each further one is twice as long.
const FIRST_PAUSE_MS: i64 = 10 * 1000;
/// Longest pause: two hours.
const LONGEST_PAUSE_MS: i64 = 2 * 60 * 60 * 1000;
/// Tries go on for a day.
const PATIENCE_MS: i64 = 24 * 60 * 60 * 1000;

/// When to try again, after `tries` in vain since `since`; `None` when it is time to give up.
pub(super) fn retry_at(tries: i64, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX);
    let pause = FIRST_PAUSE_MS.saturating_mul(2_i64.saturating_pow(doublings)).min(LONGEST_PAUSE_MS);
    let at = now.0.saturating_add(pause);
    (at - since.0 <= PATIENCE_MS).then_some(Timestamp(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_become_rarer_and_end_after_a_day_hook_07() {
        let since = Timestamp(1_800_000_000_000);
        let (mut now, mut tries, mut pauses) = (since, 1, Vec::new());
        while let Some(at) = retry_at(tries, since, now) {
            pauses.push((at.0 - now.0) / 1000);
            (now, tries) = (at, tries + 1);
        }
        assert_eq!(pauses[..4], [10, 20, 40, 80]);
        assert!(pauses.is_sorted() && pauses.last() == Some(&7200), "{pauses:?}");
        assert!((20..=24).contains(&pauses.len()), "{pauses:?}");
        let hours = (now.0 - since.0) / 3_600_000;
        assert!((22..=24).contains(&hours), "the last try is {hours} hours after the first");
        assert_eq!(retry_at(i64::MAX, since, since), Some(Timestamp(since.0 + LONGEST_PAUSE_MS)));
    }
}
