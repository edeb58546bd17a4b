//! Events are told once: a token that came with one event is not accepted with another.
//!
//! Pages and tiles may use a token again while it lasts, as they do when somebody reloads. An event makes something
//! happen, and whoever has read one in a log shall not make it happen again. The chat server signs every try anew.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::jwt::Claims;

/// Tokens of events, by installation and `jti`, each until it could not be accepted anyway.
#[derive(Default)]
pub(crate) struct Replays(Mutex<HashMap<(String, String), i64>>);

impl Replays {
    /// Notes the token of an event; `false` when it came before, or when it cannot be told from others.
    pub(crate) fn is_first(&self, claims: &Claims, now: i64) -> bool {
        let Some(jti) = &claims.jti else { return false };
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, ends_at| *ends_at >= now);
        seen.insert((claims.iss.clone(), jti.clone()), claims.ends_at()).is_none()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_767_225_600;

    fn claims(iss: &str, jti: &str, iat: i64) -> Claims {
        let claims =
            json!({"iss": iss, "sub": "12", "iat": iat, "exp": iat + 900, "jti": jti, "context": {"audience": "a"}});
        serde_json::from_value(claims).unwrap()
    }

    #[test]
    fn a_token_counts_once_for_its_installation() {
        let replays = Replays::default();
        assert!(replays.is_first(&claims("one", "a", NOW), NOW));
        assert!(!replays.is_first(&claims("one", "a", NOW), NOW + 900));
        assert!(replays.is_first(&claims("one", "b", NOW), NOW));
        assert!(replays.is_first(&claims("other", "a", NOW), NOW));
        let mut nameless = claims("one", "c", NOW);
        nameless.jti = None;
        assert!(!replays.is_first(&nameless, NOW));
    }

    #[test]
    fn tokens_that_ran_out_are_forgotten() {
        let replays = Replays::default();
        for number in 0..100 {
            assert!(replays.is_first(&claims("one", &number.to_string(), NOW), NOW));
        }
        assert!(replays.is_first(&claims("one", "late", NOW + 2000), NOW + 2000));
        assert_eq!(replays.0.lock().unwrap().len(), 1);
    }
}
