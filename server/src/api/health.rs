//! Whether the server works.

use axum::{Json, extract::State, http::StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::state::AppState;

/// Anybody may ask: the answer names no person and no room.
pub const PATH: &str = "/healthz";

/// State of the server and its roles (ARCH).
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    status: Condition,
    database: Condition,
    roles: Roles,
}

/// The four roles of the source; one process holds them all, so they stand and fall with what they need.
#[derive(Debug, Serialize, JsonSchema)]
struct Roles {
    communication: Condition,
    api: Condition,
    integration: Condition,
    proxy: Condition,
}

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Condition {
    Ok,
    Failing,
}

/// 200 when everything works, else 503.
pub(super) async fn show(State(app): State<AppState>) -> (StatusCode, Json<Health>) {
    let answers = match app.storage.read().await {
        Ok(mut reader) => reader.revision().await.is_ok(),
        Err(_) => false,
    };
    let database = if answers { Condition::Ok } else { Condition::Failing };
    let roles = Roles { communication: database, api: database, integration: database, proxy: Condition::Ok };
    let status = if answers { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Health { status: database, database, roles }))
}
