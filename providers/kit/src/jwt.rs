//! Verifying what chat servers sign (HipChat Connect, §3).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous, decode, decode_header};
use roomglass_protocol::RoomId;
use serde::Deserialize;

use crate::installation::Secret;

/// How far apart the two clocks may be, in seconds.
const LEEWAY: i64 = 30;
/// Oldest token that is accepted, in seconds, whatever its own `exp` says.
const MAX_AGE: i64 = 15 * 60;

/// Claims whose form was checked: `iss` is one text, not a list of them.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    /// The installation.
    pub(crate) iss: String,
    /// The person, as text.
    pub(crate) sub: String,
    iat: i64,
    exp: i64,
    /// Names the token; needed only where it may be used once.
    #[serde(default)]
    pub(crate) jti: Option<String>,
    #[serde(default)]
    nbf: Option<i64>,
    pub(crate) context: Context,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Context {
    /// Origin of the provider the token is for.
    audience: String,
    /// Absent outside rooms.
    #[serde(default)]
    pub(crate) room_id: Option<RoomId>,
    /// Name of the person's time zone.
    #[serde(default)]
    pub(crate) user_tz: Option<String>,
}

/// Why a token is refused; for the log, callers learn only that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JwtError {
    #[error("the token cannot be read, or lacks a claim")]
    Malformed,
    #[error("the token's signature is wrong, or not HS256")]
    BadSignature,
    #[error("the token is for another provider")]
    NotForUs,
    #[error("the token has expired or is not valid yet")]
    OutOfTime,
}

#[derive(Deserialize)]
struct Issuer {
    iss: String,
}

/// Whose secret the token claims to be signed with; nothing of it is proven yet.
pub(crate) fn unverified_issuer(token: &str) -> Result<String, JwtError> {
    dangerous::insecure_decode_claims::<Issuer>(token).map(|claims| claims.iss).map_err(|_| JwtError::Malformed)
}

/// Checks signature, algorithm, form and times. `audience` is the provider's own origin, `now` is in Unix seconds.
pub(crate) fn verify(token: &str, secret: &Secret, audience: &str, now: i64) -> Result<Claims, JwtError> {
    let header = decode_header(token).map_err(|_| JwtError::Malformed)?;
    // Extensions marked critical must be understood or refused (RFC 7515, §4.1.11); this knows none.
    if header.crit.is_some() {
        return Err(JwtError::Malformed);
    }
    let key = DecodingKey::from_secret(secret.expose().as_bytes());
    let claims = decode::<Claims>(token, &key, &validation()).map_err(|_| JwtError::BadSignature)?.claims;
    if claims.iss.is_empty() || claims.sub.is_empty() {
        return Err(JwtError::Malformed);
    }
    if claims.context.audience != audience {
        return Err(JwtError::NotForUs);
    }
    if claims.is_timely(now) { Ok(claims) } else { Err(JwtError::OutOfTime) }
}

/// HS256 alone; the times are checked by [`Claims::is_timely`], which the library cannot do as strictly. The library
/// accepts claims of a wrong type unless they are required as well.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    validation.validate_exp = false;
    validation
}

impl Claims {
    /// From when on the token is refused, whatever else it says.
    pub(crate) fn ends_at(&self) -> i64 {
        self.exp.min(self.iat.saturating_add(MAX_AGE)).saturating_add(LEEWAY)
    }

    fn is_timely(&self, now: i64) -> bool {
        let age = now.saturating_sub(self.iat);
        (-LEEWAY..=MAX_AGE + LEEWAY).contains(&age)
            && self.exp > now.saturating_sub(LEEWAY)
            && self.nbf.is_none_or(|from| from <= now.saturating_add(LEEWAY))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_767_225_600;
    const AUDIENCE: &str = "https://builds.example.com";

    fn secret() -> Secret {
        "the secret of this installation".to_owned().into()
    }

    fn context(mut members: Value) -> Value {
        members["audience"] = json!(AUDIENCE);
        members
    }

    fn good() -> Value {
        json!({"iss": "inst-7f0c", "sub": "12", "iat": NOW, "exp": NOW + 900, "context": context(json!({"room_id": 123}))})
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = good();
        claims[name] = value;
        claims
    }

    fn without(name: &str) -> Value {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(name);
        claims
    }

    fn sign(header: &Header, claims: &Value) -> String {
        encode(header, claims, &EncodingKey::from_secret(secret().expose().as_bytes())).unwrap()
    }

    fn check(token: &str, now: i64) -> Result<Claims, JwtError> {
        verify(token, &secret(), AUDIENCE, now)
    }

    fn outcome(claims: &Value, now: i64) -> Result<(), JwtError> {
        check(&sign(&Header::default(), claims), now).map(drop)
    }

    #[test]
    fn a_good_token_is_accepted_auth_02() {
        let claims = check(&sign(&Header::default(), &good()), NOW).unwrap();
        assert_eq!((claims.sub.as_str(), claims.context.room_id), ("12", Some(RoomId(123))));
        assert_eq!(outcome(&with("context", context(json!({}))), NOW), Ok(()));
        assert_eq!(outcome(&with("context", context(json!({"user_tz": "Europe/Madrid"}))), NOW), Ok(()));
    }

    #[test]
    fn times_are_strict() {
        assert_eq!(outcome(&good(), NOW + MAX_AGE + LEEWAY - 1), Ok(()));
        assert_eq!(outcome(&good(), NOW + MAX_AGE + LEEWAY + 1), Err(JwtError::OutOfTime));
        assert_eq!(outcome(&good(), NOW - LEEWAY), Ok(()));
        assert_eq!(outcome(&good(), NOW - LEEWAY - 1), Err(JwtError::OutOfTime));
        assert_eq!(outcome(&with("exp", json!(NOW - LEEWAY)), NOW), Err(JwtError::OutOfTime));
        assert_eq!(outcome(&with("exp", json!(NOW + 1_000_000_000)), NOW + 1000), Err(JwtError::OutOfTime));
        assert_eq!(outcome(&with("nbf", json!(NOW + 3600)), NOW), Err(JwtError::OutOfTime));
    }

    #[test]
    fn every_claim_is_required_in_its_own_type() {
        for name in ["iss", "sub", "iat", "exp", "context"] {
            assert!(outcome(&without(name), NOW).is_err(), "{name} missing");
            for value in [json!(null), json!({}), json!(["inst-7f0c", AUDIENCE]), json!(true)] {
                assert!(outcome(&with(name, value.clone()), NOW).is_err(), "{name} = {value}");
            }
        }
        assert!(outcome(&with("iat", json!("now")), NOW).is_err());
        let other = with("context", json!({"audience": "https://other.example.com"}));
        assert_eq!(outcome(&other, NOW), Err(JwtError::NotForUs));
        assert!(outcome(&with("context", json!({"audience": [AUDIENCE]})), NOW).is_err());
        assert!(outcome(&with("context", context(json!({"room_id": "123"}))), NOW).is_err());
    }

    #[test]
    fn another_algorithm_is_refused_even_with_the_right_secret() {
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            let token = sign(&Header::new(algorithm), &good());
            assert_eq!(check(&token, NOW).unwrap_err(), JwtError::BadSignature);
        }
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        for algorithm in ["none", "None", "NONE"] {
            let header = URL_SAFE_NO_PAD.encode(json!({"alg": algorithm, "typ": "JWT"}).to_string());
            let body = URL_SAFE_NO_PAD.encode(good().to_string());
            assert!(check(&format!("{header}.{body}."), NOW).is_err());
        }
    }

    #[test]
    fn an_altered_token_is_refused() {
        let token = sign(&Header::default(), &good());
        let (start, signature) = token.rsplit_once('.').unwrap();
        let body = URL_SAFE_NO_PAD.encode(with("sub", json!("11")).to_string());
        let header = start.split_once('.').unwrap().0;
        assert_eq!(check(&format!("{header}.{body}.{signature}"), NOW).unwrap_err(), JwtError::BadSignature);
        let other = Secret::from("another secret".to_owned());
        assert_eq!(verify(&token, &other, AUDIENCE, NOW).unwrap_err(), JwtError::BadSignature);
    }

    #[test]
    fn a_critical_extension_is_refused() {
        let header = Header { crit: Some(vec!["b64".to_owned()]), ..Header::default() };
        assert_eq!(check(&sign(&header, &good()), NOW).unwrap_err(), JwtError::Malformed);
    }
}
