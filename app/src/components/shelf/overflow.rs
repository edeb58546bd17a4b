//! Tiles that do not fit whole stand behind `+n`. Until that has been measured all of them are in the strip.

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use super::hidden::hidden_tiles;
use crate::components::live::{effect, follow, memo, on, part};
use crate::{
    components::{menu::MenuSurface, resize::on_resize, room::OpenRoom},
    state::{ShownTile, Store},
};
use roomglass_protocol::integration::{LozengeKind, Status};

/// Id of the button that shows them.
const BUTTON: &str = "shelf-overflow";

/// Which tiles do not fit. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Overflow {
    strip: NodeRef<html::Div>,
    tiles: Memo<Vec<ShownTile>>,
    /// How many tiles fit, counted from the start.
    fitting: RwSignal<usize>,
}

impl Overflow {
    /// Measures a strip whenever its size or its tiles change.
    pub fn new(strip: NodeRef<html::Div>, tiles: Memo<Vec<ShownTile>>) -> Self {
        let overflow = Self { strip, tiles, fitting: RwSignal::new(usize::MAX) };
        let store = expect_context::<Store>();
        let room = expect_context::<OpenRoom>();
        effect(move || {
            // The width of a tile follows what it shows.
            tiles.with(|tiles| tiles.iter().for_each(|tile| store.shared_tile(room.id, &tile.id).track()));
            request_animation_frame(move || overflow.measure());
        });
        on_resize(strip, move || request_animation_frame(move || overflow.measure()));
        overflow
    }

    fn measure(self) {
        let Some(strip) = self.strip.try_get_untracked().flatten() else { return };
        let tiles = tiles_in(&strip);
        for tile in &tiles {
            tile.set_hidden(false);
        }
        // On a phone the strip is one scrolling line, and everything is in reach.
        let scrolls = window().match_media("(max-width: 37.5rem)").ok().flatten().is_some_and(|query| query.matches());
        let edge = strip.get_bounding_client_rect();
        let fits = |tile: &web_sys::HtmlElement| {
            let rect = tile.get_bounding_client_rect();
            rect.right() <= edge.right() + 1.0 && rect.left() >= edge.left() - 1.0
        };
        let fitting = if scrolls { tiles.len() } else { tiles.iter().take_while(|tile| fits(tile)).count() };
        for tile in &tiles[fitting..] {
            tile.set_hidden(true);
        }
        if self.fitting.get_untracked() != fitting {
            self.fitting.set(fitting);
        }
    }

    fn hidden(self) -> Vec<ShownTile> {
        let fitting = self.fitting.get();
        self.tiles.with(|tiles| tiles.iter().skip(fitting).cloned().collect())
    }
}

fn tiles_in(strip: &web_sys::HtmlDivElement) -> Vec<web_sys::HtmlElement> {
    let Ok(found) = strip.query_selector_all(".tile") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// `+n`, and the tiles behind it as a menu.
#[component]
pub fn OverflowButton(overflow: Overflow) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let open = RwSignal::new(false);
    let hidden = memo(move || overflow.hidden());
    let count = memo(move || hidden.with(Vec::len));
    let in_error = memo(move || hidden.with(|tiles| tiles.iter().any(|tile| shows_error(store, room, tile))));
    let label = move || match (count.get(), in_error.get()) {
        (1, false) => "1 more tile".to_owned(),
        (1, true) => "1 more tile, in error".to_owned(),
        (count, false) => format!("{count} more tiles"),
        (count, true) => format!("{count} more tiles, one in error"),
    };
    // Once its entries can be drawn: the first receives the focus.
    let toggle = move |_: leptos::ev::MouseEvent| {
        if open.get_untracked() {
            return open.set(false);
        }
        spawn_local(async move {
            // Where the code cannot be fetched the menu says so.
            let _ = hidden_tiles::load().await;
            let _ = open.try_set(true);
        });
    };
    part(move || {
        (count.get() > 0).then(|| view! {
        <button class="shelf__overflow" id=BUTTON type="button" aria-haspopup="menu" tabindex="-1" aria-label=follow(label)
            aria-expanded=follow(move || open.get().to_string()) on:click=on(toggle)>
            {part(move || in_error.get().then(|| view! { <span class="rail__signal"></span> }))}
            {part(move || format!("+{}", count.get()))}
        </button>
        {part(move || open.get().then(|| view! {
            <MenuSurface anchor=BUTTON.to_owned() label="More tiles" on_close=Callback::new(move |()| open.set(false))>
                {hidden_tiles(hidden.get_untracked(), BUTTON)}
            </MenuSurface>
        }))}
    })
    })
}

fn shows_error(store: Store, room: OpenRoom, tile: &ShownTile) -> bool {
    store.shared_tile(room.id, &tile.id).with(|state| {
        let status = state.data.as_ref().and_then(|data| data.status.as_ref());
        matches!(status, Some(Status::Lozenge(lozenge)) if lozenge.kind == LozengeKind::Error)
    })
}
