//! `/v2/room/{room}/participant` and `/v2/room/{room}/member`: who is there, and who belongs there.

use std::collections::HashMap;

use axum::extract::State;
use roomglass_protocol::{Person, Presence, Role, Room, RoomId, UserId, integration::Scope};
use roomglass_storage::Reader;
use serde_json::{Value, json};

use super::{list, object, parameters::Parameters};
use crate::{
    error::HttpResult,
    extract::{Json, Path},
    integration::caller::IntegrationCaller,
    state::AppState,
};

/// Members who are connected, or with `include-offline` all of them.
pub(super) async fn participants(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let offline = parameters.flag("include-offline", false)?;
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let people = match offline {
        true => reader.member_people(room.id).await?,
        false => present(&mut reader, &app, room.id).await?,
    };
    page(&mut reader, &app, &caller, &room, people, &parameters).await
}

/// All members, in order of joining.
pub(super) async fn members(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let people = reader.member_people(room.id).await?;
    page(&mut reader, &app, &caller, &room, people, &parameters).await
}

async fn page(
    reader: &mut Reader,
    app: &AppState,
    caller: &IntegrationCaller,
    room: &Room,
    people: Vec<Person>,
    parameters: &Parameters,
) -> HttpResult<Json<Value>> {
    let window = parameters.window()?;
    let (people, more) = window.of(people);
    let mut items = shown(reader, app, caller, &people, parameters.expands("items")).await?;
    for (item, person) in items.iter_mut().zip(&people) {
        item["room_roles"] = json!(room_roles(person, room));
    }
    Ok(Json(list::document(items, window, more, parameters, &app.config)))
}

fn room_roles(person: &Person, room: &Room) -> Vec<&'static str> {
    if person.id == room.owner_id || person.role == Role::Administrator {
        vec!["room_member", "room_admin"]
    } else {
        vec!["room_member"]
    }
}

/// Members of a room who are connected.
pub(super) async fn present(reader: &mut Reader, app: &AppState, room: RoomId) -> HttpResult<Vec<Person>> {
    let mut people = reader.member_people(room).await?;
    let presence = presence_of(app, &people);
    people.retain(|person| presence.contains_key(&person.id));
    Ok(people)
}

/// People in short or full form. Addresses are for those who may see everybody: the scope that says so is asked for
/// when an integration is installed.
pub(super) async fn shown(
    reader: &mut Reader,
    app: &AppState,
    caller: &IntegrationCaller,
    people: &[Person],
    expanded: bool,
) -> HttpResult<Vec<Value>> {
    if !expanded {
        return Ok(people.iter().map(|person| object::short_user(person, &app.config)).collect());
    }
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let (profiles, presence) = (reader.profiles(&ids).await?, presence_of(app, people));
    let with_address = caller.has(Scope::ViewGroup);
    let full = |id: &UserId| {
        let presence = presence.get(id).copied().unwrap_or_default();
        profiles.get(id).map(|profile| object::full_user(profile, presence, with_address, &app.config))
    };
    Ok(ids.iter().filter_map(full).collect())
}

/// Of those who are not offline.
fn presence_of(app: &AppState, people: &[Person]) -> HashMap<UserId, Presence> {
    let presence = app.connections.presence_among(people.iter().map(|person| person.id));
    presence.into_iter().map(|presence| (presence.user_id, presence.status)).collect()
}
