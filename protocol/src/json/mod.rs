//! JSON: strict reading of what strangers sent, lean reading of what our own server sent.

mod line;
mod members;
mod strict;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use line::Lines;
pub(crate) use members::Members;
pub(crate) use strict::child_pointer;
pub use strict::parse_strict;

/// Reads a value of the protocol by way of [`Value`]. Every type is then read from one kind of reader: in the browser,
/// where each kind brings its own copy of the code for every type, that is a fifth of all code that reads.
///
/// # Errors
/// What is not JSON, or does not fit.
pub fn read<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    T::deserialize(serde_json::from_str::<Value>(text)?)
}
