//! Everything a client needs before its first frame.

use axum::extract::State;
use roomglass_protocol::{Person, rest::snapshot::Snapshot};
use roomglass_storage::Noun;

use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// The caller's snapshot.
pub(super) async fn show(State(app): State<AppState>, caller: SessionCaller) -> HttpResult<Json<Snapshot>> {
    Ok(Json(read(&app, caller.person()).await?))
}

/// What a person may see of people and rooms, all of one revision.
pub async fn read(app: &AppState, user: &Person) -> HttpResult<Snapshot> {
    let mut reader = app.storage.read().await?;
    let people = reader.people_seen_by(user).await?;
    Ok(Snapshot {
        rev: reader.revision().await?,
        organisation: reader.organisation().await?.ok_or_else(|| HttpError::not_found(Noun::Organisation))?,
        user: user.clone(),
        presence: app.connections.presence_among(people.iter().map(|person| person.id)),
        people,
        rooms: reader.rooms_of(user.id).await?,
    })
}
