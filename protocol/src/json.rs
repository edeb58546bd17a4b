//! Strict reading of JSON from strangers.

use serde_json::Value;

use crate::Fault;

/// Reads JSON and refuses repeated members, which let two readers of one text see different values (safety E2).
///
/// # Errors
/// One fault: the place of the repetition, or where the text stops being JSON.
pub fn parse_strict(bytes: &[u8]) -> Result<Value, Fault> {
    let _ = bytes;
    todo!("written by the protocol author")
}
