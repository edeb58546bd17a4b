//! Data of tiles: fetched when a room is opened, when an integration is installed and after reconnecting; pushed at all
//! other times, never polled (DYN-02 … DYN-04). And data of controls, fetched when their menu opens.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    ApiError, ErrorKind, IntegrationKey, MessageId, OrderedSet, RoomId,
    integration::{Element, ExtensionKind, ExtensionRef, TileData},
    push::TileUpdate,
    rest::integration::{SignUrl, UrlAttribute},
};

use serde_json::Value;

use super::{
    browser,
    engine::{Client, client},
    simulation,
};
use crate::deferred::fetched;
use crate::state::{
    FetchTicket, Store, TileState, TileStatus, fetchable_tiles,
    rows::{self, RowChange, TileRow},
};

/// Why there is no data.
pub(super) enum Missing {
    /// Our server could not be reached: what is shown stays.
    Connection,
    /// The provider did not answer, or not as it should.
    Provider,
}

/// Fetches all tiles of a room.
pub fn fetch_all(client: &Rc<Client>, room: RoomId) {
    for tile in fetchable(&client.store, room) {
        fetch(client, room, tile, false);
    }
}

/// Fetches the tiles of a room that are new, or newly shown, or whose integration has a new version.
pub fn fetch_changed(client: &Rc<Client>, room: RoomId, versions: &OrderedSet<IntegrationKey>) {
    for tile in fetchable(&client.store, room) {
        let is_new = client.store.shared_tile(room, &tile).with_untracked(|state| state.status == TileStatus::Static);
        let is_changed = versions.contains(&tile.integration);
        if is_new || is_changed {
            fetch(client, room, tile, is_changed);
        }
    }
}

/// The person asks for it (HCC-14).
pub fn refresh(room: RoomId, tile: ExtensionRef) {
    if let Some(simulation) = simulation::of(room) {
        return (simulation.refresh)(tile);
    }
    if let Some(client) = client() {
        fetch(&client, room, tile, false);
    }
}

fn fetchable(store: &Store, room: RoomId) -> Vec<ExtensionRef> {
    let Some((user, membership)) = untrack(|| store.person_in(room)) else { return Vec::new() };
    store.installed.with_untracked(|installed| fetchable_tiles(installed, &user, &membership.room))
}

/// A second fetch of a tile is begun only where it is `anew`: at the address of a new version.
fn fetch(client: &Rc<Client>, room: RoomId, tile: ExtensionRef, anew: bool) {
    let client = client.clone();
    spawn_local(async move {
        let state = client.store.shared_tile(room, &tile);
        if (anew || !state.with_untracked(TileState::is_fetching))
            && let Some(ticket) = state.try_update(TileState::fetching)
        {
            let answer = data(room, &tile, ExtensionKind::GLANCE, None).await;
            take_answer(&client, room, &tile, ticket, answer);
        }
    });
}

/// What the provider of a control says beside its words (CC-19).
pub async fn of_control(room: RoomId, control: ExtensionRef, message: Option<MessageId>) -> Result<TileData, ApiError> {
    let unanswered = |_| ApiError::new(ErrorKind::Unavailable, "The provider of this control does not answer.");
    data(room, &control, ExtensionKind::ACTION, message).await.map_err(unanswered)
}

pub(super) async fn data(
    room: RoomId,
    extension: &ExtensionRef,
    kind: &str,
    message_id: Option<MessageId>,
) -> Result<TileData, Missing> {
    let request = SignUrl {
        integration: extension.integration.clone(),
        kind: ExtensionKind::from(kind),
        extension: extension.key.clone(),
        attribute: UrlAttribute::QueryUrl,
        room_id: room,
        theme: None,
        message_id,
        variables: Default::default(),
        outside: false,
    };
    let signed = simulation::signed(&request).await.map_err(|error| match error.kind {
        ErrorKind::Unavailable | ErrorKind::Unauthenticated => Missing::Connection,
        _ => Missing::Provider,
    })?;
    let answer = simulation::from_provider(room, signed.url).await.ok_or(Missing::Provider)?;
    let data = TileData::parse_but_elements(&answer).map_err(|_| Missing::Provider)?;
    if data.elements.is_empty() || are_sound(data.elements.clone()).await { Ok(data) } else { Err(Missing::Provider) }
}

/// Whether elements can be drawn. The code that reads them comes with the code that draws them, when there are any.
async fn are_sound(elements: Vec<Value>) -> bool {
    // Without that code the tile shows what else it holds.
    read_elements(elements).await.unwrap_or(true)
}

fetched! {
    content,
    fn read_elements(elements: Vec<Value>) -> bool {
        Element::read_all(&elements).is_ok()
    }
}

fn take_answer(
    client: &Rc<Client>,
    room: RoomId,
    tile: &ExtensionRef,
    ticket: FetchTicket,
    answer: Result<TileData, Missing>,
) {
    let state = client.store.shared_tile(room, tile);
    let now = browser::now();
    match answer {
        Ok(data) => {
            if state.try_update(|state| state.fetched(ticket, data.clone(), now)) == Some(true) {
                keep(client, room, tile, data);
            }
        }
        Err(Missing::Connection) => state.update(|state| state.unreachable(ticket)),
        // What a push has brought meanwhile stays, stored too.
        Err(Missing::Provider) => {
            if state.try_update(|state| state.failed(ticket)) == Some(true) {
                client.database.save(rows::of_tile_gone(room, tile));
            }
        }
    }
}

/// The provider pushed data for a tile of a room.
pub fn pushed(client: &Rc<Client>, room: RoomId, update: &TileUpdate) {
    let tile = ExtensionRef { integration: update.integration.clone(), key: update.key.clone() };
    let in_view = browser::is_visible() && client.store.active.get_untracked() == Some(room);
    let state = client.store.shared_tile(room, &tile);
    state.update(|state| state.pushed(update.content.clone(), browser::now(), in_view));
    // Pushes for everybody reach every room; on disk only those matter that were looked at.
    if client.store.loaded_rooms().contains(&room) {
        keep(client, room, &tile, update.content.clone());
    }
}

fn keep(client: &Client, room: RoomId, tile: &ExtensionRef, data: TileData) {
    client.database.save(rows::of_tile(&TileRow { room, tile: tile.clone(), data, updated_at: browser::now() }));
}

/// The person looks at the room: its tiles are no longer marked as changed.
pub fn seen(client: &Client, room: RoomId) {
    for ((of, _), tile) in client.store.all_tiles() {
        if of == room && tile.with_untracked(|tile| tile.unseen) {
            tile.update(|tile| tile.unseen = false);
        }
    }
}

/// Forgets tiles of integrations that are no longer in their room.
pub fn drop_removed(client: &Rc<Client>) {
    let store = client.store;
    let mut changes = Vec::new();
    for ((room, tile), _) in store.all_tiles() {
        let is_installed = store.installed.with_untracked(|installed| {
            installed.in_room(room.into()).iter().any(|(integration, _)| **integration == tile.integration)
        });
        if !is_installed {
            store.forget_tiles(&tile.integration, Some(room));
            changes.extend(rows::of_tile_gone(room, &tile));
        }
    }
    client.database.save(changes);
}

/// Tiles as they were when the client was last open, where the page knows nothing newer.
pub fn restore(client: &Client, stored: Vec<TileRow>) {
    for TileRow { room, tile, data, updated_at } in stored {
        let state = client.store.shared_tile(room, &tile);
        if state.with_untracked(|state| state.data.is_none()) {
            state.set(TileState::stored(data, updated_at));
        }
    }
}

/// Every row of the table, for rebuilding.
pub fn all_rows(store: &Store) -> Vec<RowChange> {
    let row = |((room, tile), state): ((RoomId, ExtensionRef), ArcRwSignal<TileState>)| {
        let TileState { data, updated_at, .. } = state.get_untracked();
        Some(rows::of_tile(&TileRow { room, tile, data: data?, updated_at: updated_at? }))
    };
    store.all_tiles().into_iter().filter_map(row).flatten().collect()
}
