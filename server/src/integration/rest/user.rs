//! `/v2/user` and `/v2/user/{user}`: people, for providers that may see them.

use axum::extract::State;
use roomglass_protocol::{Role, RoomRef};
use roomglass_storage::Noun;
use serde_json::Value;

use super::{list, member, parameters::Parameters};
use crate::{
    error::HttpResult,
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing},
    state::AppState,
};

/// Everybody the installation may know of, by name; guests only with `include-guests`.
pub(super) async fn list(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let (window, guests) = (parameters.window()?, parameters.flag("include-guests", false)?);
    let mut reader = app.storage.read().await?;
    let mut people = match caller.installation().place {
        RoomRef::Global => reader.people().await?,
        RoomRef::Room(room) => reader.member_people(room).await?,
    };
    people.retain(|person| guests || person.role != Role::Guest);
    let (people, more) = window.of(people);
    let items = member::shown(&mut reader, &app, &caller, &people, parameters.expands("items")).await?;
    Ok(Json(list::document(items, window, more, &parameters, &app.config)))
}

/// Shows a person in full.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(user): Path<String>,
) -> HttpResult<Json<Value>> {
    let mut reader = app.storage.read().await?;
    let person = caller.person(&mut reader, &user).await?;
    let shown = member::shown(&mut reader, &app, &caller, &[person], true).await?;
    shown.into_iter().next().map(Json).ok_or_else(|| missing(Noun::Person))
}
