//! Providers push new data of tiles (§10): to everybody, a room, a person, or a person in a room.
//!
//! What is pushed is delivered and forgotten: clients that were away fetch from the provider. An integration may push
//! wherever it is installed, whichever of its installations the token belongs to.

mod body;
mod recipients;

use axum::{body::Bytes, extract::State, http::StatusCode};
use roomglass_protocol::{
    IntegrationKey, RoomRef,
    integration::{ExtensionKind, Extensions, Scope},
    push::{ServerFrame, TileUpdate},
};
use roomglass_storage::{Noun, Supplement};

use self::{
    body::{Push, Tile},
    recipients::{Audience, Recipients},
};
use super::caller::IntegrationCaller;
use crate::{
    error::{HttpError, HttpResult},
    extract::Path,
    state::AppState,
};

/// Either of the scopes that see rooms will do: a push shows nothing to the provider, and reaches only those who have
/// its integration.
pub(super) const SCOPES: [Scope; 2] = [Scope::ViewRoom, Scope::ViewGroup];

/// `POST …/ui` (PUSH-02, PUSH-06).
pub(super) async fn everywhere(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    body: Bytes,
) -> HttpResult<StatusCode> {
    push(&app, &caller, Audience::default(), &body).await
}

/// `POST …/ui/room/{room}` (PUSH-03).
pub(super) async fn in_room(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    push(&app, &caller, Audience { rooms: vec![room], users: Vec::new() }, &body).await
}

/// `POST …/ui/user/{user}` (PUSH-04).
pub(super) async fn to_user(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(user): Path<String>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    push(&app, &caller, Audience { rooms: Vec::new(), users: vec![user] }, &body).await
}

/// `POST …/ui/room/{room}/user/{user}` (PUSH-05).
pub(super) async fn to_user_in_room(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, user)): Path<(String, String)>,
    body: Bytes,
) -> HttpResult<StatusCode> {
    push(&app, &caller, Audience { rooms: vec![room], users: vec![user] }, &body).await
}

/// Checks everything first, so that a push with any fault reaches nobody.
async fn push(
    app: &AppState,
    caller: &IntegrationCaller,
    mut audience: Audience,
    body: &[u8],
) -> HttpResult<StatusCode> {
    let mut reader = app.storage.read().await?;
    let stored = reader.integration(caller.key()).await?.ok_or_else(|| HttpError::not_found(Noun::Integration))?;
    let supplements = reader.supplements_of(caller.key()).await?;
    let base = stored.descriptor.extensions;
    let Push { tiles, rooms, users } = body::read(body, &with_supplements(&base, &supplements))?;
    audience.narrow(rooms, users)?;
    let recipients = recipients::find(&mut reader, caller.key(), &audience).await?;
    drop(reader);
    deliver(app, caller.key(), &declared_in(&base, &tiles), &recipients);
    for supplement in supplements {
        let recipients = recipients.within(supplement.room);
        deliver(app, &supplement.key, &declared_in(&supplement.own, &tiles), &recipients);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Everything an integration has somewhere: a push to a room reaches what it added there too (HCC-15).
fn with_supplements(base: &Extensions, supplements: &[Supplement]) -> Extensions {
    let mut all = base.clone();
    for (kind, key, extension) in supplements.iter().flat_map(|supplement| supplement.own.iter()) {
        all.put(kind.clone(), &key, extension.clone());
    }
    all
}

fn declared_in<'t>(extensions: &Extensions, tiles: &'t [Tile]) -> Vec<&'t Tile> {
    let glance = ExtensionKind::from(ExtensionKind::GLANCE);
    tiles.iter().filter(|tile| extensions.find(&glance, &tile.key).is_some()).collect()
}

/// One frame for each place, serialised once, whoever gets it.
fn deliver(app: &AppState, integration: &IntegrationKey, tiles: &[&Tile], recipients: &Recipients) {
    if tiles.is_empty() {
        return;
    }
    let connections = &app.connections;
    let frame = |place: RoomRef| ServerFrame::DynamicData {
        rev: connections.next_push_revision(),
        items: tiles.iter().map(|tile| update(integration, tile, place)).collect(),
    };
    match recipients {
        Recipients::Places(places) => {
            for place in places {
                match place {
                    RoomRef::Global => connections.send_to_everyone(&frame(*place)),
                    RoomRef::Room(room) => connections.send_to_members(*room, &frame(*place)),
                }
            }
        }
        Recipients::Users(users) => {
            for (user, place) in users {
                match place {
                    RoomRef::Global => connections.send_to_users(&[*user], &frame(*place)),
                    RoomRef::Room(room) => connections.send_to_member(*room, *user, &frame(*place)),
                }
            }
        }
    }
}

fn update(integration: &IntegrationKey, tile: &Tile, place: RoomRef) -> TileUpdate {
    TileUpdate {
        integration: integration.clone(),
        key: tile.key.clone(),
        room_id: place.room(),
        content: tile.content.clone(),
    }
}
