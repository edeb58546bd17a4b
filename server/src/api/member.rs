//! Who is in a room.

use axum::{extract::State, http::StatusCode};
use roomglass_protocol::{
    Person, Privacy, Role, RoomId, RoomKind, UserId,
    rest::room::{AddMember, Members},
};
use roomglass_storage::{Conflict, Noun, StorageError, WriteTransaction};

use super::room::require_owner;
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, RoomCaller, SessionCaller},
    state::AppState,
};

/// Members of a room, in order of joining.
pub(super) async fn list(mut caller: RoomCaller) -> HttpResult<Json<Members>> {
    let room = caller.room_id();
    Ok(Json(Members { items: caller.reader.members(room).await? }))
}

/// Makes somebody a member (MSG-05).
pub(super) async fn add(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
    Json(AddMember { user_id }): Json<AddMember>,
) -> HttpResult<StatusCode> {
    let (by, now) = (caller.session.person, clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                require_may_add(tx, &by, room).await?;
                tx.add_member(room, user_id, by.id, now).await?;
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may bring others in: into a public room every member but guests, into a private one its owner and
/// administrators, who must be members themselves.
pub(super) async fn require_may_add(tx: &mut WriteTransaction, by: &Person, room: RoomId) -> HttpResult<()> {
    let membership = tx.membership(room, by.id).await?.ok_or_else(|| HttpError::not_found(Noun::Room))?;
    match (membership.room.kind, membership.room.privacy, by.role) {
        (RoomKind::Conversation, ..) => Err(StorageError::from(Conflict::ConversationIsFixed).into()),
        (RoomKind::Room, Privacy::Public, Role::Guest) => Err(HttpError::forbidden("Guests may not bring others in.")),
        (RoomKind::Room, Privacy::Public, Role::Member | Role::Administrator) => Ok(()),
        (RoomKind::Room, Privacy::Private, _) => require_owner(by, &membership),
    }
}

/// Parameters of the path.
#[derive(serde::Deserialize)]
pub(super) struct MemberInPath {
    room_id: RoomId,
    user_id: UserId,
}

/// Takes somebody out of a room, or leaves it.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(MemberInPath { room_id, user_id }): Path<MemberInPath>,
) -> HttpResult<StatusCode> {
    let (by, now) = (caller.session.person, clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                let membership = tx.membership(room_id, by.id).await?;
                let membership = membership.ok_or_else(|| HttpError::not_found(Noun::Room))?;
                if user_id == by.id {
                    return Ok(tx.leave_room(room_id, by.id, now).await?);
                }
                require_owner(&by, &membership)?;
                Ok(tx.remove_member(room_id, user_id, by.id, now).await?)
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Joins a public room (MSG-03). Others look to strangers as if they were not there.
pub(super) async fn join(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(room): Path<RoomId>,
) -> HttpResult<StatusCode> {
    let (by, now) = (caller.session.person, clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                if tx.is_member(room, by.id).await? {
                    return Ok(());
                }
                let found = tx.room(room).await?;
                let open = found.is_some_and(|room| room.privacy == Privacy::Public) && by.role != Role::Guest;
                if !open {
                    return Err(HttpError::not_found(Noun::Room));
                }
                tx.join_room(room, by.id, now).await?;
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
