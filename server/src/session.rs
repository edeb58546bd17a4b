//! Passwords, session tokens and the cookie that carries them.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{self, PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use roomglass_storage::{SESSION_LIFETIME_MS, TokenHash};
use tokio::{sync::Semaphore, task};

use crate::{
    config::Config,
    error::{HttpError, HttpResult},
};

/// Name of the session cookie.
pub const COOKIE: &str = "roomglass_session";

/// Hashes that may be computed at once; each takes 19 MiB and a core for some 20 ms.
const HASHES_AT_ONCE: usize = 2;

/// Argon2id behind a gate, away from the threads that answer requests. Clones share the gate.
#[derive(Clone)]
pub struct PasswordHasher {
    gate: Arc<Semaphore>,
    /// Hash of a password nobody has: unknown accounts cost as much time as known ones (E13).
    nobody: Arc<str>,
}

impl PasswordHasher {
    /// Prepares the hasher.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new() -> Result<Self, password_hash::Error> {
        let nobody = hash_now(SessionToken::generate().expose())?;
        Ok(Self { gate: Arc::new(Semaphore::new(HASHES_AT_ONCE)), nobody: nobody.into() })
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: String) -> HttpResult<String> {
        self.run(move || hash_now(&password)).await?.map_err(HttpError::internal)
    }

    /// Whether a password belongs to a hash. Without a hash (no such account) it takes as long and is false.
    pub async fn verify(&self, password: String, hash: Option<String>) -> HttpResult<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let matches = self.run(move || verify_now(&password, &hash)).await?.map_err(HttpError::internal)?;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> HttpResult<T> {
        let _permit = self.gate.acquire().await.map_err(HttpError::internal)?;
        task::spawn_blocking(job).await.map_err(HttpError::internal)
    }
}

fn hash_now(password: &str) -> Result<String, password_hash::Error> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes())?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> Result<bool, password_hash::Error> {
    let hash = PasswordHash::new(hash).map_err(|_| password_hash::Error::EncodingInvalid)?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A random secret that opens a session or an invitation. No `Debug`: it must not reach a log.
#[derive(Clone)]
pub struct SessionToken(String);

impl SessionToken {
    /// 256 bits from the system's randomness.
    pub fn generate() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// The text its holder keeps.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

/// Hash of the session token a request carries: `Authorization: Bearer` of headless clients, else the cookie.
pub fn token_of(headers: &HeaderMap) -> Option<TokenHash> {
    bearer(headers).or_else(|| cookie_value(headers)).map(TokenHash::of)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie_value(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// `Set-Cookie` that begins a session.
pub fn cookie(config: &Config, token: &SessionToken) -> HeaderValue {
    set_cookie(config, token.expose(), SESSION_LIFETIME_MS / 1000)
}

/// `Set-Cookie` that makes a browser forget its session.
pub fn expired_cookie(config: &Config) -> HeaderValue {
    set_cookie(config, "", 0)
}

fn set_cookie(config: &Config, value: &str, max_age: i64) -> HeaderValue {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    // Name, base64url and numbers: always a legal header value.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_bearer_token_goes_before_the_cookie() {
        let both = headers(&[(header::AUTHORIZATION, "Bearer abc"), (header::COOKIE, "a=b; roomglass_session=xyz")]);
        assert_eq!(token_of(&both), Some(TokenHash::of("abc")));
        let cookie = headers(&[(header::COOKIE, "a=b; roomglass_session=xyz; c=d")]);
        assert_eq!(token_of(&cookie), Some(TokenHash::of("xyz")));
        assert_eq!(token_of(&headers(&[(header::COOKIE, "not_roomglass_session=xyz")])), None);
        assert_eq!(token_of(&headers(&[(header::AUTHORIZATION, "Basic abc")])), None);
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (SessionToken::generate(), SessionToken::generate());
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one.expose(), other.expose());
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_opens_it() {
        let hasher = PasswordHasher::new().unwrap();
        let hash = hasher.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!hasher.verify("correct horse".into(), None).await.unwrap());
    }
}
