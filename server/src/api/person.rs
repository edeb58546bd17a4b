//! The people of the organisation.

use axum::extract::State;
use roomglass_protocol::rest::person::People;

use crate::{
    error::HttpResult,
    extract::{Json, SessionCaller},
    state::AppState,
};

/// Everybody the caller may see.
pub(super) async fn list(State(app): State<AppState>, caller: SessionCaller) -> HttpResult<Json<People>> {
    let items = app.storage.read().await?.people_seen_by(caller.person()).await?;
    let presence = app.connections.presence_among(items.iter().map(|person| person.id));
    Ok(Json(People { items, presence }))
}
