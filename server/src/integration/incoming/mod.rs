//! Incoming webhooks: systems that speak Slack's format, such as Alertmanager and Grafana, speak in a room
//! ([decision 14](../../../../docs/decisions/0014-incoming-webhooks.md)).
//!
//! `manage` makes and removes them; `receive` takes what is posted; `payload` reads it, with `attachment`, `block` and
//! `markup` (and `closing`) for its parts, into the `draft` of one notification.

mod attachment;
mod block;
mod closing;
mod draft;
mod manage;
mod markup;
mod payload;
mod receive;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, post},
};
use roomglass_protocol::rest::incoming_webhook as paths;

use super::limits::Limits;
use crate::{extract::MAX_BODY_BYTES, state::AppState};

/// For people: the webhooks of a room. For other systems: their addresses.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::PATH, get(manage::list).post(manage::create))
        .route(paths::PATH_ONE, delete(manage::remove))
        .route(paths::PATH_POST, post(receive::receive).layer(Extension(Arc::new(Limits::default()))))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}
