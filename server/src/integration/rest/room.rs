//! `GET /v2/room/{room}`: a room, for providers that may see it.

use std::sync::Arc;

use axum::{Extension, extract::State};
use roomglass_protocol::integration::Scope;
use serde_json::{Value, json};

use super::{
    caller::IntegrationCaller,
    limits::Limits,
    wire::{ShortUser, short_room},
};
use crate::{
    error::HttpResult,
    extract::{Json, Path},
    state::AppState,
};

/// Shows a room the installation covers (HipChat Connect §5.4).
pub(super) async fn show(
    State(app): State<AppState>,
    Extension(limits): Extension<Arc<Limits>>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
) -> HttpResult<Json<Value>> {
    limits.call(caller.id())?;
    caller.require(&[Scope::ViewRoom, Scope::ViewGroup])?;
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let owner = reader.person(room.owner_id).await?.map(ShortUser::from);
    let mut document = short_room(&room, &app.config);
    document["topic"] = json!(room.topic);
    document["owner"] = json!(owner);
    document["is_guest_accessible"] = json!(false);
    document["guest_access_url"] = Value::Null;
    document["avatar_url"] = Value::Null;
    Ok(Json(document))
}
