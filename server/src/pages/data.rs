//! What pages show.

use roomglass_app::page_data::{PageKind, RoomData, WorkspaceData};
use roomglass_protocol::{
    OrderedMap, OrderedSet, Person, RoomId, RoomRef, Timestamp,
    rest::{invitation, message::Query},
    sync::{InstalledState, InstalledVersion},
};
use roomglass_storage::{Reader, StorageError, TokenHash};

use crate::{error::HttpError, integration::catalogue, state::AppState};

/// What a workspace page is about.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// The list of rooms.
    Rooms,
    /// One room; the list when the person is not a member.
    Room(RoomId),
    /// The integrations on offer.
    Catalogue,
}

/// Reads a page of somebody who is signed in.
pub async fn workspace(app: &AppState, user: Person, wanted: Wanted) -> Result<PageKind, HttpError> {
    let snapshot = crate::api::snapshot::read(app, &user).await?;
    // Read after the snapshot: an event in between is in the page, and the browser's reducers take it once.
    let mut reader = app.storage.read().await?;
    let room = match wanted {
        Wanted::Room(id) if snapshot.rooms.iter().any(|membership| membership.room.id == id) => {
            Some(room(&mut reader, id).await?)
        }
        _ => None,
    };
    let catalogue = match wanted {
        Wanted::Catalogue => Some(catalogue::found(&mut reader, &user, "", None).await?),
        _ => None,
    };
    Ok(PageKind::Workspace(Box::new(WorkspaceData { snapshot, room, catalogue })))
}

/// The newest part of a room's log, its members and integrations.
async fn room(reader: &mut Reader, room_id: RoomId) -> Result<RoomData, StorageError> {
    let page = reader.events(room_id, Query::default()).await?;
    let members = reader.members(room_id).await?;
    let installed = installed(reader, room_id).await?;
    Ok(RoomData { room_id, page, members, installed })
}

async fn installed(reader: &mut Reader, room_id: RoomId) -> Result<InstalledState, StorageError> {
    let places = [RoomRef::Global, RoomRef::Room(room_id)];
    let mut state = InstalledState {
        rooms: places.into_iter().map(|place| (place, OrderedSet::new())).collect(),
        versions: OrderedMap::new(),
        pushed: OrderedMap::new(),
    };
    for placed in reader.integrations_in(room_id).await? {
        let key = placed.integration.descriptor.key.clone();
        state.rooms.entry(placed.place).or_default().insert(key.clone());
        let version =
            InstalledVersion { token: placed.integration.token, extensions: placed.integration.descriptor.extensions };
        state.versions.insert(key, version);
    }
    Ok(state)
}

/// What somebody who holds an invitation may know; `None` when it is unknown, used or too old.
pub async fn invitation(
    app: &AppState,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<invitation::Details>, HttpError> {
    let mut reader = app.storage.read().await?;
    let (Some(organisation), Some(found)) = (reader.organisation().await?, reader.invitation(token, now).await?) else {
        return Ok(None);
    };
    Ok(Some(invitation::Details { organisation, invited_by: found.invited_by.name, role: found.role }))
}
