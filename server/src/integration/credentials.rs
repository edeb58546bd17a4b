//! Random texts: secrets of installations, access tokens, ids of JWTs.

use rand::distr::{Alphanumeric, SampleString};
use roomglass_storage::{Credentials, OauthId};
use uuid::Uuid;

/// As HipChat's: some frameworks keep secrets in columns of this width. About 238 bits.
const SECRET_CHARS: usize = 40;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_the_form_add_ons_expect() {
        let (one, other) = (new_credentials(), new_credentials());
        assert!(Uuid::parse_str(&one.oauth_id.0).is_ok());
        assert_eq!(one.secret.len(), 40);
        assert!(one.secret.chars().all(|c| c.is_ascii_alphanumeric()));
        assert_ne!(one, other);
    }
}
