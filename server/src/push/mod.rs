//! Telling clients what happened: sockets, who is there, and what goes to whom after a commit.
//!
//! `handshake` turns a request into a socket, `actor` owns it; `events` does without one. `conversation` is what is said on either,
//! [`Connection`] is the handle others hold, [`Connections`] the registry (Table A). After a commit [`fan_out`] encodes each frame once and writes it straight
//! to every recipient's socket: no queue and no task switch for each recipient, unless a socket is full.

mod actor;
mod budget;
mod call_log;
mod call_request;
mod calls;
mod connection;
mod conversation;
mod delivery;
mod events;
pub mod fan_out;
mod following;
mod frame;
mod handshake;
mod heartbeat;
mod integrations;
mod line;
mod opening;
mod outbox;
mod presence;
mod registry;
mod tap;

pub use connection::{Close, Connection, ConnectionId};
pub use frame::EncodedFrame;
pub use registry::{Connections, TableA};

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::AppState;

/// Where clients connect.
pub const PATH: &str = "/v2/push";
/// Where clients connect that cannot open a WebSocket.
pub const EVENTS_PATH: &str = "/v2/push/events";
/// Where those send what they have to say.
pub const EVENTS_PATH_ONE: &str = "/v2/push/events/{connection}";

/// `GET /v2/push`, and the same without a WebSocket.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(PATH, get(handshake::upgrade))
        .route(EVENTS_PATH, get(events::open))
        .route(EVENTS_PATH_ONE, post(events::post))
}
