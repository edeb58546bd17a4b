//! Changing rooms: `PUT /v2/room/{room}`, `PUT /v2/room/{room}/topic`, members and invitations. The room's log says
//! that the person did it who installed the integration (decision 9).

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_protocol::{Person, Privacy, Room, RoomId, RoomRef, UserId};
use roomglass_storage::{DeletedRoom, Noun, RoomChange, StorageError};

use super::document::Document;
use crate::{
    api::input,
    clock,
    error::{HttpError, HttpResult},
    extract::Path,
    integration::{
        callback,
        caller::{IntegrationCaller, find_person},
        contract::missing,
        version,
    },
    state::AppState,
};

/// Changes the topic.
pub(super) async fn topic(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let room = caller.room(&mut app.storage.read().await?, &room).await?;
    let topic = input::topic(Document::read(&body)?.text("topic")?)?;
    change(&app, &caller, &room, RoomChange { topic: Some(topic), ..RoomChange::default() }, None).await
}

/// Deletes a room for good, with its log. Providers that were installed there are told that they no longer are.
pub(super) async fn delete(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
) -> HttpResult<StatusCode> {
    let room = caller.room(&mut app.storage.read().await?, &room).await?;
    let by = caller.acts_for(&room);
    let DeletedRoom { ended, files } = app
        .storage
        .write(move |tx| {
            Box::pin(async move {
                let here = [RoomRef::Room(room.id)];
                for placed in tx.integrations_in(room.id).await? {
                    version::forget_with_last_place(tx, &placed.integration.descriptor.key, &here).await?;
                }
                tx.delete_room(room.id, by, clock::now()).await.map_err(told)
            })
        })
        .await?;
    app.files.remove(&files).await;
    for (descriptor, installations) in ended {
        let ids = installations.into_iter().map(|installation| installation.credentials.oauth_id);
        callback::say_goodbye(&app, descriptor.callback_url, ids);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Changes name, privacy, topic and owner, archives a room or brings it back, as far as that is given. Rooms are not open
/// to strangers here, so asking for that is refused.
pub(super) async fn update(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let document = Document::read(&body)?;
    if document.flag("is_guest_accessible")? {
        let why = "Rooms of this server cannot have \"is_guest_accessible\". Nothing was changed.";
        return Err(HttpError::invalid(why));
    }
    let wanted = RoomChange {
        topic: document.optional_text("topic")?.map(input::topic).transpose()?,
        name: document.optional_text("name")?.map(input::room_name).transpose()?,
        privacy: document.optional_text("privacy")?.map(privacy).transpose()?,
        archived: document.optional_flag("is_archived")?,
    };
    let owner = match document.member("owner").and_then(|owner| owner.get("id")) {
        Some(id) => {
            let id = id.as_i64().map_or_else(|| id.as_str().unwrap_or_default().to_owned(), |id| id.to_string());
            Some(find_person(&mut reader, &id).await?.ok_or_else(|| missing(Noun::Person))?.id)
        }
        None => None,
    };
    drop(reader);
    change(&app, &caller, &room, wanted, owner).await
}

/// As the contract writes it.
pub(super) fn privacy(word: &str) -> HttpResult<Privacy> {
    match word {
        "public" => Ok(Privacy::Public),
        "private" => Ok(Privacy::Private),
        _ => Err(HttpError::invalid("A room's privacy is \"public\" or \"private\".")),
    }
}

async fn change(
    app: &AppState,
    caller: &IntegrationCaller,
    room: &Room,
    change: RoomChange,
    owner: Option<UserId>,
) -> HttpResult<StatusCode> {
    let (room, by, now) = (room.id, caller.acts_for(room), clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                tx.change_room(room, by, change, now).await?;
                if let Some(owner) = owner {
                    tx.hand_over_room(room, owner).await.map_err(told)?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes somebody a member. The body may name `room_roles`; a room has one administrator, its owner.
pub(super) async fn add_member(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, user)): Path<(String, String)>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    Document::read(&body)?;
    bring_in(&app, &caller, &room, &user).await
}

/// Invites somebody, who is a member with that: nobody is asked first here. A `reason` is not told.
pub(super) async fn invite(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, user)): Path<(String, String)>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    Document::read(&body)?.optional_text("reason")?;
    bring_in(&app, &caller, &room, &user).await
}

async fn bring_in(app: &AppState, caller: &IntegrationCaller, room: &str, user: &str) -> HttpResult<StatusCode> {
    let (room, user) = room_and_person(app, caller, room, user).await?;
    let (id, by, now) = (room.id, caller.acts_for(&room), clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { tx.add_member(id, user.id, by, now).await.map(drop).map_err(told) })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes somebody out of a room.
pub(super) async fn remove_member(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, user)): Path<(String, String)>,
) -> HttpResult<StatusCode> {
    let (room, user) = room_and_person(&app, &caller, &room, &user).await?;
    let (id, by, now): (RoomId, _, _) = (room.id, caller.acts_for(&room), clock::now());
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { tx.remove_member(id, user.id, by, now).await.map_err(told) })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Anybody of the organisation: who administers a room may bring in whom it does not have yet.
async fn room_and_person(
    app: &AppState,
    caller: &IntegrationCaller,
    room: &str,
    user: &str,
) -> HttpResult<(Room, Person)> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, room).await?;
    let person = find_person(&mut reader, user).await?.ok_or_else(|| missing(Noun::Person))?;
    Ok((room, person))
}

/// What is missing, in the words of the contract.
fn told(error: StorageError) -> HttpError {
    match error {
        StorageError::NotFound(noun) => missing(noun),
        error => error.into(),
    }
}
