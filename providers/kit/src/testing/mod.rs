//! For tests of providers (feature `testing`): a chat server that installs them, signs requests and records what they
//! send, over real HTTP on loopback.
//!
//! Everything here panics when something does not go as a test expects.

mod chat_server;
mod running;

pub use chat_server::{ChatServer, Installed, Received};
pub use running::Running;

/// An HTTP client for tests.
pub fn client() -> reqwest::Client {
    crate::http::client().expect("an HTTP client")
}
