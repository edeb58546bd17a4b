//! Addresses as the server would complete them, with tokens signed by a secret that was made for this page alone.

use roomglass_protocol::{
    Timestamp, UserId,
    integration::{Descriptor, ExtensionKind, application_of, fill_variables, is_signed, origin_of},
    rest::integration::{CONFIGURATION, SignUrl},
};
use serde_json::{Value, json};

use super::SIMULATED;

/// As for every token (AUTH-03).
const LIFETIME_SECONDS: i64 = 15 * 60;

/// What a provider would have received when it was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `iss` of the tokens.
    pub oauth_id: String,
    /// Their key.
    pub secret: String,
}

/// An address that is complete but for its token.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsigned {
    /// With its variables filled in.
    pub address: String,
    /// What the token says; `None` where the extension is not signed.
    pub claims: Option<Value>,
    /// Unix seconds after which providers refuse it.
    pub expires_at: i64,
}

impl Unsigned {
    /// For one call of an extension of a descriptor; `None` where there is no such extension, or it has no such address.
    pub fn of(
        descriptor: &Descriptor,
        request: &SignUrl,
        credentials: &Credentials,
        user: UserId,
        now: Timestamp,
        jti: &str,
    ) -> Option<Self> {
        let extension = if request.kind.0 == CONFIGURATION {
            descriptor.configuration()?
        } else {
            descriptor.extensions.find(&ExtensionKind::canonical(&request.kind.0), &request.extension)?
        };
        let template = request.template(extension)?;
        let address = fill_variables(template, &request.variables);
        let expires_at = now.seconds() + LIFETIME_SECONDS;
        let is_application = application_of(template).is_some();
        let claims = match is_application {
            true => None,
            false => Some(json!({
                "iss": credentials.oauth_id,
                "sub": user.to_string(),
                "prn": user.to_string(),
                "iat": now.seconds(),
                "exp": expires_at,
                "jti": jti,
                "context": {
                    "room_id": SIMULATED,
                    "user_tz": "UTC",
                    "audience": origin_of(&address).ok()?,
                    "client_id": "simulator",
                    "extension_key": request.extension,
                },
            })),
        };
        Some(Self { address, claims: claims.filter(|_| is_signed(extension)), expires_at })
    }

    /// What the signature is made of; `None` where there is none.
    pub fn signed_part(&self) -> Option<String> {
        let claims = self.claims.as_ref()?.to_string();
        Some(format!("{}.{}", base64url(br#"{"alg":"HS256","typ":"JWT"}"#), base64url(claims.as_bytes())))
    }
}

/// RFC 4648 §5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let letter = move |index: usize| char::from(LETTERS[(bits >> (18 - 6 * index)) as usize & 63]);
        (0..=chunk.len()).map(letter)
    };
    bytes.chunks(3).flat_map(group).collect()
}
