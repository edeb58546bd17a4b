//! Telling clients what happened: sockets, who is there, and what goes to whom after a commit.
//!
//! `handshake` turns a request into a socket, `actor` owns it, `conversation` is what is said on it, [`Connection`] is the
//! handle others hold, [`Connections`] the registry (Table A). After a commit [`fan_out`] encodes each frame once and writes it straight
//! to every recipient's socket: no queue and no task switch for each recipient, unless a socket is full.

mod actor;
mod budget;
mod connection;
mod conversation;
mod delivery;
pub mod fan_out;
mod following;
mod frame;
mod handshake;
mod heartbeat;
mod integrations;
mod opening;
mod outbox;
mod presence;
mod registry;
mod tap;

pub use connection::{Close, Connection, ConnectionId};
pub use frame::EncodedFrame;
pub use registry::{Connections, TableA};

use axum::{Router, routing::get};

use crate::state::AppState;

/// Where clients connect.
pub const PATH: &str = "/v2/push";

/// `GET /v2/push`.
pub fn routes() -> Router<AppState> {
    Router::new().route(PATH, get(handshake::upgrade))
}
