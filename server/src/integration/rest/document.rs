//! Bodies of requests: JSON objects whatever their content type says; unknown members are ignored (§5).

use roomglass_protocol::json::parse_strict;
use serde_json::{Map, Value};

use crate::error::{HttpError, HttpResult};

/// What a request says.
#[derive(Debug, Default)]
pub(super) struct Document(Map<String, Value>);

impl Document {
    /// Reads a body; an empty one says nothing.
    pub(super) fn read(body: &[u8]) -> HttpResult<Self> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match parse_strict(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(HttpError::invalid("Expected a JSON object.")),
            Err(fault) => {
                Err(HttpError::invalid(format!("The request is no JSON that can be used: {}.", fault.message)))
            }
        }
    }

    /// A member, unless it is absent or `null`.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text, if it is there.
    pub(super) fn optional_text(&self, name: &str) -> HttpResult<Option<&str>> {
        let Some(value) = self.member(name) else { return Ok(None) };
        // PostgreSQL cannot store NUL, and no keyboard makes it.
        let text = value.as_str().filter(|text| !text.contains('\0'));
        text.map(Some).ok_or_else(|| HttpError::invalid(format!("The member \"{name}\" is a text.")))
    }

    /// A text that must be there.
    pub(super) fn text(&self, name: &str) -> HttpResult<&str> {
        let missing = || HttpError::invalid(format!("The member \"{name}\" is missing."));
        self.optional_text(name)?.ok_or_else(missing)
    }

    /// A flag; absent means no.
    pub(super) fn flag(&self, name: &str) -> HttpResult<bool> {
        Ok(self.optional_flag(name)?.unwrap_or_default())
    }

    /// A flag, if it is there.
    pub(super) fn optional_flag(&self, name: &str) -> HttpResult<Option<bool>> {
        let Some(value) = self.member(name) else { return Ok(None) };
        match (value.as_bool(), value.as_str()) {
            (Some(flag), _) => Ok(Some(flag)),
            (None, Some("true")) => Ok(Some(true)),
            (None, Some("false")) => Ok(Some(false)),
            _ => Err(HttpError::invalid(format!("The member \"{name}\" is true or false."))),
        }
    }
}
