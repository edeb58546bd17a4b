//! Query strings as HipChat Connect writes them (§5): unknown parameters are ignored, wrong ones refused.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use url::form_urlencoded;

use crate::{
    config::Config,
    error::{HttpError, HttpResult},
};

/// Entries of a list when nothing else is asked for.
const DEFAULT_RESULTS: usize = 100;
/// Most entries of one list.
const MAX_RESULTS: usize = 1000;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Entries before it.
    pub(super) start: usize,
    /// Most entries in it.
    pub(super) max: usize,
}

/// Path and query of a request.
#[derive(Debug)]
pub(super) struct Parameters {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// The first value of a name.
    pub(super) fn word(&self, wanted: &str) -> Option<&str> {
        self.pairs.iter().find_map(|(name, value)| (name == wanted).then_some(value.as_str()))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str, absent: bool) -> HttpResult<bool> {
        match self.word(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("") => Ok(absent),
            Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            Some(_) => Err(HttpError::invalid(format!("The parameter {name} is true or false."))),
        }
    }

    /// A whole number that is not negative.
    pub(super) fn number(&self, name: &str) -> HttpResult<Option<usize>> {
        let refuse = || HttpError::invalid(format!("The parameter {name} is a whole number, 0 or more."));
        let number = self.word(name).filter(|text| !text.is_empty());
        // Beyond what any list holds, all numbers mean the same.
        number.map(|text| text.parse::<u32>().map(|number| number as usize).map_err(|_| refuse())).transpose()
    }

    /// Whether a part is wanted in full, by `expand=items` and the like.
    pub(super) fn expands(&self, part: &str) -> bool {
        self.word("expand").is_some_and(|parts| parts.split(',').any(|wanted| wanted.trim() == part))
    }

    /// `start-index` and `max-results`; what is asked for beyond 1000 entries is not given.
    pub(super) fn window(&self) -> HttpResult<Window> {
        self.window_of(DEFAULT_RESULTS)
    }

    /// As [`Parameters::window`], where another number of entries is usual.
    pub(super) fn window_of(&self, usual: usize) -> HttpResult<Window> {
        let start = self.number("start-index")?.unwrap_or_default();
        let max = self.number("max-results")?.unwrap_or(usual).min(MAX_RESULTS);
        Ok(Window { start, max })
    }

    /// Where the list is, without what of it was asked for: libraries tell by it what kind of list they have.
    pub(super) fn own_address(&self, config: &Config) -> String {
        config.address(&self.path)
    }

    /// The address of another part of the same list.
    pub(super) fn address_of(&self, config: &Config, window: Window) -> String {
        let (start, max) = (window.start.to_string(), window.max.to_string());
        let kept = |name: &str| !matches!(name, "start-index" | "max-results");
        self.address(config, kept, &[("start-index", &start), ("max-results", &max)])
    }

    fn address(&self, config: &Config, kept: impl Fn(&str) -> bool, added: &[(&str, &str)]) -> String {
        let kept = self.pairs.iter().filter(|(name, _)| name != "auth_token" && kept(name));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).extend_pairs(added);
        match query.finish() {
            query if query.is_empty() => config.address(&self.path),
            query => config.address(&format!("{}?{query}", self.path)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            path: parts.uri.path().to_owned(),
            pairs: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Parameters {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Parameters { path: "/v2/room".to_owned(), pairs }
    }

    #[test]
    fn windows_have_defaults_and_a_largest_size() {
        assert_eq!(of("").window().unwrap(), Window { start: 0, max: 100 });
        assert_eq!(of("start-index=7&max-results=5000").window().unwrap(), Window { start: 7, max: 1000 });
        assert_eq!(of("max-results=0").window().unwrap(), Window { start: 0, max: 0 });
        for wrong in ["start-index=-1", "start-index=x", "max-results=1.5", "max-results=99999999999"] {
            assert!(of(wrong).window().is_err(), "{wrong}");
        }
    }

    #[test]
    fn flags_and_parts_are_read() {
        assert!(of("include-offline=TRUE").flag("include-offline", false).unwrap());
        assert!(!of("").flag("include-offline", false).unwrap());
        assert!(of("include-offline=perhaps").flag("include-offline", false).is_err());
        assert!(of("expand=owner,items").expands("items"));
        assert!(!of("expand=item").expands("items"));
    }
}
