//! The shelf: live tiles side by side, in the order of their weight, never by what they show.

mod elements;
mod hidden;
mod overflow;
mod tile;

use std::hash::Hash;

use leptos::{ev, html, prelude::*};
use roomglass_protocol::{RoomId, RoomKind};

use super::{
    focus::{self, AtEnd, Axis},
    icon::Icon,
    room::OpenRoom,
};
use crate::components::live::{follow, list, memo, on, part};
use crate::state::{OpenExtras, OpenRequest, OpenedFrom, ShownTile, Store};
use overflow::{Overflow, OverflowButton};
use tile::Tile;

const STOPS: &str = ".tile__open, .tile__button, .tile__more, .shelf__overflow, .shelf__end a";

/// What activating a tile asks for; `None` when it has no target.
pub fn open_request(tile: &ShownTile, room: RoomId) -> Option<OpenRequest> {
    Some(OpenRequest {
        integration: tile.id.integration.clone(),
        target: tile.glance.target.clone()?,
        room,
        action: None,
        element: OpenedFrom::Tile,
        extras: OpenExtras::default(),
    })
}

/// All tiles of the open room. Absent from conversations, which have none.
#[component]
pub fn Shelf() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let tiles = memo(move || store.visible_tiles(room.id));
    let is_room = memo(move || room.membership().is_some_and(|membership| membership.room.kind == RoomKind::Room));
    part(move || is_room.get().then(|| view! { <ShelfBar tiles/> }))
}

#[component]
fn ShelfBar(tiles: Memo<Vec<ShownTile>>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let shelf = NodeRef::<html::Div>::new();
    let strip = NodeRef::<html::Div>::new();
    let overflow = Overflow::new(strip, tiles);
    let is_empty = memo(move || tiles.with(Vec::is_empty));
    let add = format!("/integrations?room={}", room.id);
    view! {
        <div class="shelf" role="toolbar" aria-label="Live tiles" aria-orientation="horizontal" data-region="tiles"
            node_ref=shelf on:keydown=on(move |event| on_key(&event, shelf))>
            <div class="shelf__tiles" node_ref=strip>
                {list(move || tiles.get(), static_part, move |tile| view! { <Tile tile tiles/> }.into_any())}
                {part(move || is_empty.get().then(|| view! {
                    <p class="shelf__empty">"Tiles show what your tools are doing, next to the talk about it."</p>
                }))}
            </div>
            <div class="shelf__end">
                <OverflowButton overflow/>
                <a class="iconbtn" href=add aria-label="Add an integration" tabindex=follow(move || if is_empty.get() { "0" } else { "-1" })>
                    <Icon name="i-plus"/>
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// One stop in the tab order; ← → Home End walk inside (design §4.3).
fn on_key(event: &ev::KeyboardEvent, shelf: NodeRef<html::Div>) {
    let Some(shelf) = shelf.get_untracked() else { return };
    let stops = focus::visible(&shelf, STOPS);
    let Some(at) = focus::position(&stops) else { return };
    let key = event.key();
    if key == "ContextMenu" || (key == "F10" && event.shift_key()) {
        if let Some(more) =
            stops[at].closest(".tile").ok().flatten().and_then(|tile| tile.query_selector(".tile__more").ok()?)
        {
            event.prevent_default();
            wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(more).click();
        }
        return;
    }
    if let Some(to) = focus::step(&key, at, stops.len(), Axis::Row, AtEnd::Stay) {
        event.prevent_default();
        for stop in &stops {
            stop.set_tab_index(-1);
        }
        stops[to].set_tab_index(0);
        focus::give(&stops[to]);
    }
}

/// What decides whether a tile is drawn anew; its data is not among it.
fn static_part(tile: &ShownTile) -> impl Hash + use<> {
    let icon = tile.glance.icon.as_ref().map(|icon| icon.url.clone());
    (tile.id.integration.clone(), tile.id.key.clone(), tile.glance.name.value.clone(), icon, tile.glance.target.clone())
}
