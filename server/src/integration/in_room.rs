//! `GET /api/v1/rooms/{room_id}/integrations`: what is installed in a room, for its members.

use std::collections::BTreeMap;

use roomglass_protocol::{
    IntegrationKey, RoomRef,
    integration::Scope,
    rest::integration::{InRoom, InstalledIn},
};
use roomglass_storage::{PlacedIntegration, Reader};

use crate::{
    error::HttpResult,
    extract::{Json, RoomCaller},
};

/// Lists installations of the room and of the global room.
pub(super) async fn list(mut caller: RoomCaller) -> HttpResult<Json<InRoom>> {
    let room = caller.room_id();
    let mut items = Vec::new();
    // What integrations add in this room beyond their descriptors is part of them, and not installed by itself.
    let supplements = caller.reader.supplements_in(room).await?;
    let mut placed = caller.reader.integrations_in(room).await?;
    let rewritten = caller.reader.rewritten_integrations().await?;
    placed.retain(|placed| !supplements.contains(&placed.integration.descriptor.key));
    for placed in placed {
        let mut scopes = scopes_by_place(&mut caller.reader, &placed.integration.descriptor.key).await?;
        let is_rewritten = rewritten.contains(&placed.integration.descriptor.key);
        items.push(describe(scopes.remove(&placed.place).unwrap_or_default(), is_rewritten, placed));
    }
    Ok(Json(InRoom { items }))
}

async fn scopes_by_place(reader: &mut Reader, key: &IntegrationKey) -> HttpResult<BTreeMap<RoomRef, Vec<Scope>>> {
    let installations = reader.installations_of(key).await?;
    Ok(installations.into_iter().map(|installation| (installation.place, installation.scopes)).collect())
}

fn describe(scopes: Vec<Scope>, rewritten: bool, placed: PlacedIntegration) -> InstalledIn {
    let PlacedIntegration { integration, place, installed_at, .. } = placed;
    let descriptor = integration.descriptor;
    InstalledIn {
        configurable: descriptor.configuration().is_some(),
        key: descriptor.key,
        name: descriptor.name,
        place,
        description: descriptor.description,
        homepage: descriptor.homepage,
        scopes,
        rewritten,
        installed_at,
    }
}
