//! Canonical JSON (RFC 8785).

use serde_json::Value;

/// The one text of a JSON value: members sorted, no spaces, numbers and strings as RFC 8785 writes them.
///
/// Whole numbers beyond 2⁵³ lose their last digits here, which is why descriptors may not contain any.
pub fn canonical_json(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).expect("a JSON value holds neither NaN nor keys that are not text")
}
