//! Rooms: listing, making, changing, reading.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use roomglass_protocol::{
    Membership, Person, Role, RoomId,
    rest::room::{Change, Create, Joinable, List, MarkRead},
};
use roomglass_storage::{NewRoom, Noun, RoomChange};

use super::input;
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, RoomCaller, SessionCaller},
    state::AppState,
};

/// The caller's rooms.
pub(super) async fn list(State(app): State<AppState>, caller: SessionCaller) -> HttpResult<Json<List>> {
    let items = app.storage.read().await?.rooms_of(caller.person().id).await?;
    Ok(Json(List { items }))
}

/// Makes a room (MSG-01).
pub(super) async fn create(
    State(app): State<AppState>,
    caller: SessionCaller,
    Json(Create { name, privacy, topic }): Json<Create>,
) -> HttpResult<Response> {
    caller.require_not_guest()?;
    let topic = input::topic(topic.as_deref().unwrap_or_default())?;
    let room = NewRoom { name: input::room_name(&name)?, privacy, topic };
    let (by, now) = (caller.person().id, clock::now());
    let membership = app
        .storage
        .write::<_, HttpError, _>(move |tx| Box::pin(async move { Ok(tx.create_room(by, room, now).await?) }))
        .await?;
    Ok((StatusCode::CREATED, Json(membership)).into_response())
}

/// Public rooms the caller could join.
pub(super) async fn joinable(State(app): State<AppState>, caller: SessionCaller) -> HttpResult<Json<Joinable>> {
    caller.require_not_guest()?;
    let items = app.storage.read().await?.joinable_rooms(caller.person().id).await?;
    Ok(Json(Joinable { items }))
}

/// One room.
pub(super) async fn show(caller: RoomCaller) -> Json<Membership> {
    Json(caller.membership)
}

/// Changes a room. The topic is any member's to change; name, privacy and whether it is archived are the owner's or an
/// administrator's.
pub(super) async fn change(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
    Json(change): Json<Change>,
) -> HttpResult<Json<Membership>> {
    let change = RoomChange {
        topic: change.topic.as_deref().map(input::topic).transpose()?,
        name: change.name.as_deref().map(input::room_name).transpose()?,
        privacy: change.privacy,
        archived: change.archived,
    };
    let (by, now) = (caller.session.person, clock::now());
    let changed = app
        .storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                let before = tx.membership(room, by.id).await?.ok_or_else(|| HttpError::not_found(Noun::Room))?;
                if change.name.is_some() || change.privacy.is_some() || change.archived.is_some() {
                    require_owner(&by, &before)?;
                }
                tx.change_room(room, by.id, change, now).await?;
                tx.membership(room, by.id).await?.ok_or_else(|| HttpError::not_found(Noun::Room))
            })
        })
        .await?;
    Ok(Json(changed))
}

/// Moves the caller's read position forward.
pub(super) async fn mark_read(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
    Json(MarkRead { seq }): Json<MarkRead>,
) -> HttpResult<StatusCode> {
    let user = caller.person().id;
    app.storage
        .write::<_, HttpError, _>(move |tx| Box::pin(async move { Ok(tx.mark_read(room, user, seq).await?) }))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses members who neither own the room nor administer the organisation.
pub(super) fn require_owner(person: &Person, membership: &Membership) -> HttpResult<()> {
    if person.role == Role::Administrator || membership.room.owner_id == person.id {
        Ok(())
    } else {
        Err(HttpError::forbidden("Only the owner of the room and administrators may do this."))
    }
}
