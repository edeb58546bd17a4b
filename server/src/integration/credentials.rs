//! Random texts: secrets of installations, access tokens, ids of JWTs.

use rand::distr::{Alphanumeric, SampleString};
use roomglass_protocol::Timestamp;
use roomglass_storage::{Credentials, Installation, OauthId};
use uuid::Uuid;

/// As HipChat's: some frameworks keep secrets in columns of this width. About 238 bits.
const SECRET_CHARS: usize = 40;

/// How long credentials count while their provider has not agreed. Longer than every callback of one request takes; after
/// that the server must have stopped half-way, and nobody ever agreed to anything.
pub(super) const PENDING_MS: i64 = 5 * 60 * 1000;

/// Letters and digits from the system's randomness.
pub(crate) fn random_text(chars: usize) -> String {
    Alphanumeric.sample_string(&mut rand::rng(), chars)
}

/// A secret or an access token.
pub(super) fn random_secret() -> String {
    random_text(SECRET_CHARS)
}

/// A pair that was never used before: add-ons refuse a known id with a new secret (HipChat Connect §2.2).
pub(super) fn new_credentials() -> Credentials {
    Credentials { oauth_id: OauthId(Uuid::new_v4().to_string()), secret: random_secret() }
}

/// Whether the credentials of an installation count at this moment.
pub(super) fn count(installation: &Installation, now: Timestamp) -> bool {
    let confirmed = !installation.pending || now.0 - installation.installed_at.0 <= PENDING_MS;
    confirmed && installation.ends_at.is_none_or(|end| now < end)
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::RoomRef;

    use super::*;

    #[test]
    fn credentials_have_the_form_add_ons_expect() {
        let (one, other) = (new_credentials(), new_credentials());
        assert!(Uuid::parse_str(&one.oauth_id.0).is_ok());
        assert_eq!(one.secret.len(), 40);
        assert!(one.secret.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one, other);
    }

    #[test]
    fn credentials_that_were_never_confirmed_run_out() {
        let installation = |pending: bool| Installation {
            credentials: new_credentials(),
            integration: "com.example.builds".parse().unwrap(),
            place: RoomRef::Global,
            scopes: Vec::new(),
            installed_by: None,
            installed_at: Timestamp(1_000),
            pending,
            ends_at: None,
        };
        let [in_time, late] = [Timestamp(1_000 + PENDING_MS), Timestamp(1_001 + PENDING_MS)];
        assert!(count(&installation(true), in_time));
        assert!(!count(&installation(true), late));
        assert!(count(&installation(false), late));
    }
}
