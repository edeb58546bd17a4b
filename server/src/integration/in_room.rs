//! `GET /api/v1/rooms/{room_id}/integrations`: what is installed in a room, for its members.

use std::collections::BTreeMap;

use roomglass_protocol::{
    IntegrationKey, RoomRef,
    integration::Scope,
    rest::integration::{InRoom, InstalledIn},
};
use roomglass_storage::{Installation, PlacedIntegration};

use crate::{
    error::HttpResult,
    extract::{Json, RoomCaller},
};

/// Lists installations of the room and of the global room, in four queries however many there are.
pub(super) async fn list(mut caller: RoomCaller) -> HttpResult<Json<InRoom>> {
    let room = caller.room_id();
    // What integrations add in this room beyond their descriptors is part of them, and not installed by itself.
    let supplements = caller.reader.supplements_in(room).await?;
    let mut placed = caller.reader.integrations_in(room).await?;
    let rewritten = caller.reader.rewritten_integrations().await?;
    placed.retain(|placed| !supplements.contains(&placed.integration.descriptor.key));
    let mut scopes = scopes_by_place(caller.reader.installations_in(room).await?);
    let describe = |placed: PlacedIntegration| {
        let key = &placed.integration.descriptor.key;
        let is_rewritten = rewritten.contains(key);
        describe(scopes.remove(&(key.clone(), placed.place)).unwrap_or_default(), is_rewritten, placed)
    };
    Ok(Json(InRoom { items: placed.into_iter().map(describe).collect() }))
}

fn scopes_by_place(installations: Vec<Installation>) -> BTreeMap<(IntegrationKey, RoomRef), Vec<Scope>> {
    let described = |it: Installation| ((it.integration, it.place), it.scopes);
    installations.into_iter().map(described).collect()
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
