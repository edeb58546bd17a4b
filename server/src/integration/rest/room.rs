//! `/v2/room` and `/v2/room/{room}`: rooms, for providers that may see them (HipChat Connect §5.4).

use axum::extract::State;
use roomglass_protocol::{Privacy, Room, RoomRef};
use roomglass_storage::Reader;
use serde_json::{Value, json};

use super::{list, member, object, parameters::Parameters};
use crate::{
    error::HttpResult,
    extract::{Json, Path},
    integration::caller::IntegrationCaller,
    state::AppState,
};

/// Rooms the installation covers, by name; archived ones only if they are asked for.
pub(super) async fn list(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let window = parameters.window()?;
    let (private, archived) = (parameters.flag("include-private", true)?, parameters.flag("include-archived", false)?);
    let mut reader = app.storage.read().await?;
    let mut rooms = covered(&mut reader, caller.installation().place).await?;
    rooms.retain(|room| (private || room.privacy == Privacy::Public) && (archived || !room.archived));
    let (rooms, more) = window.of(rooms);
    let items = if parameters.expands("items") {
        full(&mut reader, &app, &rooms).await?
    } else {
        rooms.iter().map(|room| object::short_room(room, &app.config)).collect()
    };
    Ok(Json(list::document(items, window, more, &parameters, &app.config)))
}

/// Shows a room the installation covers, with those who are there.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let mut document = full(&mut reader, &app, std::slice::from_ref(&room)).await?.remove(0);
    let present = member::present(&mut reader, &app, room.id).await?;
    let expanded = parameters.expands("participants");
    document["participants"] = json!(member::shown(&mut reader, &app, &caller, &present, expanded).await?);
    Ok(Json(document))
}

/// How much was said in a room, and when last.
pub(in crate::integration) async fn statistics(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let activity = reader.room_activity(&[room.id]).await?.remove(&room.id);
    Ok(Json(json!({
        "messages_sent": room.messages,
        "last_active": activity.and_then(|activity| activity.last_message_at).map(object::date),
        "links": {"self": parameters.own_address(&app.config)},
    })))
}

async fn covered(reader: &mut Reader, place: RoomRef) -> HttpResult<Vec<Room>> {
    Ok(match place {
        RoomRef::Global => reader.named_rooms().await?,
        RoomRef::Room(room) => reader.room(room).await?.into_iter().collect(),
    })
}

/// Rooms in full form but for their participants.
async fn full(reader: &mut Reader, app: &AppState, rooms: &[Room]) -> HttpResult<Vec<Value>> {
    let ids: Vec<_> = rooms.iter().map(|room| room.id).collect();
    let owners: Vec<_> = rooms.iter().map(|room| room.owner_id).collect();
    let (activity, owners) = (reader.room_activity(&ids).await?, reader.profiles(&owners).await?);
    let full = |room: &Room| {
        let owner = owners.get(&room.owner_id).map(|profile| &profile.person);
        object::full_room(room, owner, activity.get(&room.id).copied(), &app.config)
    };
    Ok(rooms.iter().map(full).collect())
}
