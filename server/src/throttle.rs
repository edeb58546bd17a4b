//! How often somebody may try to sign in.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};

use crate::error::{HttpError, HttpResult};

/// Attempts an account takes at once; one more every [`ACCOUNT_REFILL`].
const ACCOUNT_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
const ACCOUNT_REFILL: Duration = Duration::from_secs(30);

/// Attempts an address takes at once, over all accounts; one more every [`ADDRESS_REFILL`].
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(50).unwrap();
const ADDRESS_REFILL: Duration = Duration::from_secs(2);

/// Accounts and addresses are forgotten once this many are remembered and they are back at their full allowance.
const REMEMBERED: usize = 10_000;

/// Counts attempts for each account and each network (E13). Attempts count whether they succeed or not: counting
/// failures alone would tell a guesser when to stop.
pub struct SignInThrottle {
    accounts: DefaultKeyedRateLimiter<String>,
    networks: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for SignInThrottle {
    fn default() -> Self {
        Self {
            accounts: DefaultKeyedRateLimiter::keyed(quota(ACCOUNT_BURST, ACCOUNT_REFILL)),
            networks: DefaultKeyedRateLimiter::keyed(quota(ADDRESS_BURST, ADDRESS_REFILL)),
        }
    }
}

fn quota(burst: NonZeroU32, refill: Duration) -> Quota {
    // A period of zero is the only one refused; the constants above are longer.
    Quota::with_period(refill).unwrap_or(Quota::per_minute(NonZeroU32::MIN)).allow_burst(burst)
}

impl SignInThrottle {
    /// Counts one attempt.
    ///
    /// # Errors
    /// 429 when the account or the network has used up its allowance.
    pub fn check(&self, email: &str, address: Option<IpAddr>) -> HttpResult<()> {
        self.forget_idle();
        if let Some(network) = address.and_then(network) {
            allow(&self.networks, &network)?;
        }
        allow(&self.accounts, &email.trim().to_lowercase())
    }

    fn forget_idle(&self) {
        if self.accounts.len() > REMEMBERED {
            self.accounts.retain_recent();
        }
        if self.networks.len() > REMEMBERED {
            self.networks.retain_recent();
        }
    }
}

fn allow<K: Clone + Eq + std::hash::Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> HttpResult<()> {
    limiter.check_key(key).map_err(|refused| {
        let wait = refused.wait_time_from(governor::clock::DefaultClock::default().now());
        HttpError::too_many("Too many attempts to sign in. Wait a little and try again.", wait)
    })
}

/// What stands for one household or company: an IPv4 address, or the /64 of an IPv6 address. Nothing for loopback:
/// there a reverse proxy speaks for everybody, and its headers could be anyone's.
fn network(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    match address {
        _ if address.is_loopback() => None,
        IpAddr::V4(_) => Some(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(IpAddr::from([a, b, c, d, 0, 0, 0, 0]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(throttle: &SignInThrottle, email: impl Fn(u32) -> String, address: &str) -> u32 {
        let address = Some(address.parse().unwrap());
        (0..1000).take_while(|n| throttle.check(&email(*n), address).is_ok()).count() as u32
    }

    #[test]
    fn one_account_is_throttled_whatever_the_letter_case() {
        let throttle = SignInThrottle::default();
        let spelled =
            |n: u32| if n.is_multiple_of(2) { "Emma@example.org".to_owned() } else { " emma@EXAMPLE.org".to_owned() };
        assert_eq!(attempts(&throttle, spelled, "127.0.0.1"), ACCOUNT_BURST.get());
        assert!(throttle.check("omar@example.org", None).is_ok());
    }

    #[test]
    fn one_network_is_throttled_over_all_accounts() {
        let throttle = SignInThrottle::default();
        let each_another = |n: u32| format!("user{n}@example.org");
        assert_eq!(attempts(&throttle, each_another, "2001:db8::1"), ADDRESS_BURST.get());
        assert!(throttle.check("omar@example.org", Some("2001:db8::2".parse().unwrap())).is_err());
        assert!(throttle.check("omar@example.org", Some("2001:db8:0:1::1".parse().unwrap())).is_ok());
    }
}
