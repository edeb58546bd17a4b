//! Tokens by which providers know that a request comes from one of our people, or from us (AUTH-01, AUTH-02).

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, errors::Error};
use roomglass_protocol::{RoomId, Timestamp, UserId};
use roomglass_storage::Credentials;
use serde::Serialize;

use super::random_text;

/// AUTH-03.
const LIFETIME_SECONDS: i64 = 15 * 60;
const JTI_CHARS: usize = 20;
/// People have no time zone of their own yet; add-ons expect a name.
const TIME_ZONE: &str = "UTC";

/// What a token says. Signed with the secret of one installation, it means nothing to any other, nor to our own API.
#[derive(Debug, Serialize)]
pub(crate) struct Claims<'a> {
    iss: &'a str,
    sub: String,
    /// The older name of `sub`; some frameworks read only this.
    prn: String,
    iat: i64,
    exp: i64,
    jti: String,
    context: Context<'a>,
}

/// Where the person is. Always an object, because add-ons read from it without a check.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Context<'a> {
    /// Absent outside rooms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) room_id: Option<RoomId>,
    /// Filled in by [`Claims::new`].
    pub(crate) user_tz: &'static str,
    /// Origin of the address the token is sent to; filled in by [`Claims::new`]. Not the claim `aud`, which frameworks of
    /// HipChat's time take for the installation, or refuse (decision 6).
    pub(crate) audience: String,
    /// Names the browser or device, if one asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    /// The extension the token is for (DYN-06).
    pub(crate) extension_key: &'a str,
}

impl<'a> Claims<'a> {
    /// A token for one person, from now on for fifteen minutes.
    pub(crate) fn new(
        credentials: &'a Credentials,
        person: UserId,
        audience: String,
        context: Context<'a>,
        now: Timestamp,
    ) -> Self {
        Self {
            iss: &credentials.oauth_id.0,
            sub: person.to_string(),
            prn: person.to_string(),
            iat: now.seconds(),
            exp: now.seconds() + LIFETIME_SECONDS,
            jti: random_text(JTI_CHARS),
            context: Context { user_tz: TIME_ZONE, audience, ..context },
        }
    }

    /// Unix seconds after which providers refuse the token.
    pub(crate) fn expires_at(&self) -> i64 {
        self.exp
    }

    /// Signs with HS256, the only algorithm add-ons know.
    pub(crate) fn sign(&self, credentials: &Credentials) -> Result<String, Error> {
        encode(&Header::new(Algorithm::HS256), self, &EncodingKey::from_secret(credentials.secret.as_bytes()))
    }
}
