//! Tiles that do not fit, as entries of a menu: what each says and how old that is, its buttons, and its own '…' (CC-04, HCC-14).

use leptos::prelude::*;

use super::{
    elements::buttons,
    open_request,
    tile::{freshness_in_words, words},
};
use crate::components::live::{follow, on, part};
use crate::{
    client::actions,
    components::{
        controls::{ControlsOn, OpenControls},
        icon::Icon,
        menu::choosing,
        provider::ProviderNames,
        room::OpenRoom,
    },
    deferred::split_off,
    state::{ShownTile, Store},
};

split_off! {
    content,
    /// The entries, for the menu that the element of this id opens.
    pub fn hidden_tiles(tiles: Vec<ShownTile>, anchor: &'static str) {
        tiles.into_iter().map(|tile| view! { <HiddenTile tile anchor/> }).collect_view()
    }
}

#[component]
fn HiddenTile(tile: ShownTile, anchor: &'static str) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let provider = untrack(|| expect_context::<ProviderNames>().of(&tile.id.integration));
    let state = store.tile(room.id, &tile.id);
    let request = open_request(&tile, room.id);
    let opens_nothing = request.is_none();
    let open = request.map(|request| choosing(Callback::new(move |()| actions::open_target(request.clone()))));
    let on_open = move |_: leptos::ev::MouseEvent| {
        if let Some(open) = open {
            open.run(());
        }
    };
    let menu_of = tile.clone();
    let show_controls = choosing(Callback::new(move |()| {
        let on = ControlsOn::Tile(menu_of.clone());
        room.controls.set(Some(OpenControls { anchor: anchor.to_owned(), opener: None, on }));
    }));
    let said = tile.clone();
    view! {
        <div class="menu__pair" role="presentation">
            <button class="menu__item" role="menuitem" type="button" tabindex="-1"
                aria-disabled=opens_nothing.then_some("true") on:click=on(on_open)>
                <Icon name="i-layout-grid"/>
                <span>{follow(move || state.with(|state| words(&said, state)))}</span>
                " "<small>{follow(move || state.with(|state| freshness_in_words(store, state)))}</small>
            </button>
            <button class="menu__item" role="menuitem" type="button" tabindex="-1" aria-haspopup="menu"
                aria-label=format!("View controls for {provider}") on:click=on(move |_| show_controls.run(()))>
                <Icon name="i-ellipsis"/>
            </button>
        </div>
        {part(move || state.with(|state| buttons(&tile, state, room.id)))}
    }
    .into_any()
}
