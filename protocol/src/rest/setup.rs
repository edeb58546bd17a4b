//! First run: the organisation and its administrator.

use serde::{Deserialize, Serialize};

/// `POST`, possible once, while there are no users. Answers [`super::session::SignedIn`] with 201, or 409.
pub const PATH: &str = "/api/v1/setup";

/// Body.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SetUp"))]
#[derive(Serialize, Deserialize)]
pub struct Request {
    /// Name of the organisation, 1 to 64 characters.
    pub organisation: String,
    /// Name of the administrator, 1 to 64 characters.
    pub name: String,
    /// E-mail address to sign in with.
    pub email: String,
    /// At least 10 characters, at most 256.
    pub password: String,
}
