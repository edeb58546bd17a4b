//! How much one installation may ask for.

use std::{num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};
use roomglass_storage::OauthId;

use crate::error::{HttpError, HttpResult};

/// Tile pushes and questions: HipChat allowed 500 in five minutes; ours come back much faster.
const CALLS: (NonZeroU32, Duration) = (NonZeroU32::new(500).unwrap(), Duration::from_millis(50));
/// Notifications, which people have to read: HipChat allowed 30 a minute.
const NOTIFICATIONS: (NonZeroU32, Duration) = (NonZeroU32::new(60).unwrap(), Duration::from_secs(1));
/// Token requests, each of which stores a row.
const GRANTS: (NonZeroU32, Duration) = (NonZeroU32::new(60).unwrap(), Duration::from_secs(5));

/// Installations are forgotten once this many are remembered and they are back at their full allowance.
const REMEMBERED: usize = 10_000;

type Limiter = DefaultKeyedRateLimiter<OauthId>;

/// Token buckets for each installation (safety E4).
pub(super) struct Limits {
    calls: Limiter,
    notifications: Limiter,
    grants: Limiter,
}

impl Default for Limits {
    fn default() -> Self {
        Self { calls: limiter(CALLS), notifications: limiter(NOTIFICATIONS), grants: limiter(GRANTS) }
    }
}

fn limiter((burst, refill): (NonZeroU32, Duration)) -> Limiter {
    // A period of zero is the only one refused; the constants above are longer.
    Limiter::keyed(Quota::with_period(refill).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(burst))
}

impl Limits {
    /// Counts one call.
    pub(super) fn call(&self, installation: &OauthId) -> HttpResult<()> {
        check(&self.calls, installation)
    }

    /// Counts one notification.
    pub(super) fn notification(&self, installation: &OauthId) -> HttpResult<()> {
        check(&self.notifications, installation)
    }

    /// Counts one request for a token.
    pub(super) fn grant(&self, installation: &OauthId) -> HttpResult<()> {
        check(&self.grants, installation)
    }
}

fn check(limiter: &Limiter, installation: &OauthId) -> HttpResult<()> {
    if limiter.len() > REMEMBERED {
        limiter.retain_recent();
    }
    limiter.check_key(installation).map_err(|refused| {
        let wait = refused.wait_time_from(governor::clock::DefaultClock::default().now());
        HttpError::too_many("This integration asks too often. Nothing was changed; wait a little and try again.", wait)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_installation_is_limited_and_another_is_not() {
        let limits = Limits::default();
        let (loud, quiet) = (OauthId("loud".into()), OauthId("quiet".into()));
        let allowed = (0..1000).take_while(|_| limits.notification(&loud).is_ok()).count();
        assert_eq!(allowed, 60);
        assert!(limits.notification(&quiet).is_ok());
        assert!(limits.call(&loud).is_ok());
    }
}
