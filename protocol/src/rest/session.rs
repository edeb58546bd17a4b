//! Signing in and out.

use serde::{Deserialize, Serialize};

use crate::Person;

/// `POST` signs in, `GET` tells who is signed in, `DELETE` signs out.
pub const PATH: &str = "/api/v1/session";

/// Body of `POST`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Serialize, Deserialize)]
pub struct SignIn {
    /// E-mail address of the account.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// Answer to `POST`, and to everything else that begins a session; a cookie of the same session goes with it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Serialize, Deserialize)]
pub struct SignedIn {
    /// For `Authorization: Bearer` of headless clients. Browsers use the cookie and forget this.
    pub token: String,
    /// Who is signed in now.
    pub user: Person,
}
