//! The simulator asks for descriptors; all else about it happens in the browser.

use serde::{Deserialize, Serialize};

/// `POST` [`super::integration::Preview`] → 200 [`Document`]: a descriptor as its provider has it now, with whatever is wrong with
/// it. Nothing is stored.
pub const PATH: &str = "/api/v1/simulator/descriptor";

/// A descriptor as it came.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SimulatedDocument"))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Where it was fetched from.
    pub address: String,
    /// All of it.
    pub text: String,
}
