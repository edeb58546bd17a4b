//! One live tile: icon, label, indicator, its age, and its own '…' (design §4.2).

use leptos::prelude::*;
use roomglass_protocol::{
    integration::{ExtensionRef, Icon as IconData, Status, Target},
    text::html,
};

use super::elements::{has_elements, tile_elements};
use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    components::{
        controls::{ControlsOn, OpenControls},
        icon::{AppIcon, Icon},
        long_press::LongPress,
        lozenge::{Lozenge, spoken_kind},
        markup,
        moment::age,
        provider::ProviderNames,
        room::OpenRoom,
    },
    state::{OpenedFrom, ShownTile, Store, TileState, TileStatus},
};

/// The pair of a tile and its '…' button.
#[component]
pub fn Tile(
    tile: ShownTile,
    /// All tiles; the first is in the tab order.
    tiles: Memo<Vec<ShownTile>>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let names = expect_context::<ProviderNames>();
    let state = store.tile(room.id, &tile.id);
    let id = tile.id.clone();
    let provider_key = id.integration.clone();
    let provider = memo(move || names.of(&provider_key));
    let first_id = id.clone();
    let is_first = memo(move || tiles.with(|tiles| tiles.first().is_some_and(|first| first.id == first_id)));
    let look_id = id.clone();
    let looked_at = move || {
        if state.with_untracked(|tile| tile.unseen) {
            store.shared_tile(room.id, &look_id).update(|tile| tile.unseen = false);
        }
    };
    let on_hover = looked_at.clone();
    let more_id = element_id(&id, "more");
    let menu_tile = StoredValue::new(tile.clone());
    let show_menu = Callback::new(move |()| {
        menu_tile.with_value(|tile| {
            let anchor = element_id(&tile.id, "more");
            let opener = Some(element_id(&tile.id, "open"));
            room.controls.set(Some(OpenControls { anchor, opener, on: ControlsOn::Tile(tile.clone()) }));
        });
    });
    let menu_id = id.clone();
    let menu_open = memo(move || room.controls.with(|open| matches!(open, Some(open) if open.is_on_tile(&menu_id))));
    let press = LongPress::new();
    let more = memo(move || state.with(|state| state.data.as_ref().is_some_and(has_elements)));
    let extended = tile.clone();
    view! {
        <div class="tile" data-fresh=follow(move || state.with(|tile| freshness(tile.status)))
            data-unseen=follow(move || state.with(|tile| tile.unseen.then_some("")))
            aria-busy=follow(move || state.with(|tile| (tile.status == TileStatus::Loading).then_some("true")))
            on:pointerenter=move |_| on_hover() on:focusin=on(move |_| looked_at())
            on:touchstart=move |_| press.begin(show_menu) on:touchmove=move |_| press.cancel()
            on:touchend=on(move |event| press.end(&event))>
            <OpenButton tile state provider is_first more/>
            {part(move || more.get().then(|| tile_elements(extended.clone(), state)))}
            <button class="tile__more" id=more_id type="button" tabindex="-1" aria-haspopup="menu"
                aria-label=follow(move || format!("View controls for {}", provider.get()))
                aria-expanded=follow(move || menu_open.get().to_string())
                on:click=on(move |_| if menu_open.get_untracked() { room.controls.set(None) } else { show_menu.run(()) })>
                <Icon name="i-ellipsis" class="icon icon--sm"/>
            </button>
        </div>
    }
    .into_any()
}

/// The tile itself; activating it opens its target, activating it again closes the panel.
#[component]
fn OpenButton(
    tile: ShownTile,
    state: RwSignal<TileState>,
    provider: Memo<String>,
    is_first: Memo<bool>,
    /// Whether elements stand beside it, which describe it.
    more: Memo<bool>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let id = tile.id.clone();
    let dom_id = element_id(&id, "open");
    let described = id.clone();
    let description = move || element_id(&described, "marks") + " " + &element_id(&described, "tip");
    let has_panel = store.installed.with_untracked(|installed| {
        let extensions = installed.versions.get(&id.integration).map(|version| &version.extensions);
        let target = tile.glance.target.as_ref().and_then(|key| extensions?.target(key));
        matches!(target, Some(Target::WebPanel(_)))
    });
    let request = super::open_request(&tile, room.id);
    let opens_nothing = request.is_none();
    let wanted = request.clone();
    let is_open = memo(move || {
        store.panel.with(|panel| {
            panel.as_ref().is_some_and(|panel| {
                Some(&panel.request) == wanted.as_ref() && panel.request.element == OpenedFrom::Tile
            })
        })
    });
    let activate = move |_| match request.clone() {
        _ if is_open.get_untracked() => actions::close_panel(),
        Some(request) => actions::open_target(request),
        None => {}
    };
    let glance = tile.glance.clone();
    view! {
        <button class="tile__open" id=dom_id type="button" tabindex=follow(move || if is_first.get() { "0" } else { "-1" })
            aria-expanded=follow(move || has_panel.then(|| is_open.get().to_string()))
            aria-describedby=follow(move || more.get().then(&description))
            aria-controls=follow(move || is_open.get().then_some("panel"))
            aria-disabled=opens_nothing.then_some("true") on:click=activate>
            <span class="sr-only">{part(move || provider.get())}": "</span>
            <TileIcon id=id.clone() provider icon=glance.icon.clone()/>
            <span class="tile__label">{part(move || state.with(|state| label(&glance.name.value, state)))}</span>
            " "
            <TileStatusView id=id state/>
            <span class="sr-only">{part(move || state.with(|state| spoken_state(store, state)))}</span>
        </button>
    }
    .into_any()
}

#[component]
fn TileIcon(id: ExtensionRef, provider: Memo<String>, icon: Option<IconData>) -> impl IntoView {
    // The letter that stands in for a missing icon does not follow the name once drawn.
    view! { <AppIcon integration=id.integration name=provider.get_untracked() icon/> }.into_any()
}

/// Lozenge, status icon, bare text, or the age where what is shown is old.
#[component]
fn TileStatusView(id: ExtensionRef, state: RwSignal<TileState>) -> impl IntoView {
    let store = expect_context::<Store>();
    let provider = id.integration;
    let indicator = memo(move || state.with(|state| state.data.as_ref().and_then(|data| data.status.clone())));
    let status = memo(move || state.with(|state| state.status));
    let since = memo(move || state.with(|state| state.updated_at));
    let drawn = move || match indicator.get()? {
        Status::Lozenge(lozenge) => Some(view! { <Lozenge lozenge/> }.into_any()),
        Status::Icon(icon) => {
            let words = icon.label.clone().unwrap_or_else(|| "Status".to_owned());
            let source = crate::components::icon::proxied(&provider, &icon.url);
            Some(view! { <img class="statusicon" src=source alt=words/> }.into_any())
        }
        Status::Text(text) => Some(view! { <span class="tile__text">{text}</span> }.into_any()),
    };
    view! {
        {part(drawn)}
        {part(move || match status.get() {
            TileStatus::Failed => Some(view! { <Icon name="i-circle-alert" class="icon icon--sm statusicon"/> }.into_any()),
            TileStatus::Stale => since.get().map(|since| view! { <span class="tile__age" aria-hidden="true">{age(store, since)}</span> }.into_any()),
            TileStatus::Loading => Some(view! { <span class="skel tile__skel" aria-hidden="true"></span> }.into_any()),
            TileStatus::Static | TileStatus::Fresh => None,
        })}
    }
    .into_any()
}

fn label(name: &str, state: &TileState) -> AnyView {
    match &state.data {
        Some(data) => html::label_spans(&data.label.value)
            .into_iter()
            .map(|run| markup::span(run, None))
            .collect_view()
            .into_any(),
        None => name.to_owned().into_any(),
    }
}

/// What a tile says, in one line without markup.
pub fn words(tile: &ShownTile, state: &TileState) -> String {
    let text = state.data.as_ref().map(|data| html::plain_text(&data.label.value));
    let status = state.data.as_ref().and_then(|data| match &data.status {
        Some(Status::Lozenge(lozenge)) => Some(format!(", {}", lozenge.label)),
        Some(Status::Text(text)) => Some(format!(", {text}")),
        Some(Status::Icon(_)) | None => None,
    });
    text.unwrap_or_else(|| tile.glance.name.value.clone()) + &status.unwrap_or_default()
}

fn freshness(status: TileStatus) -> Option<&'static str> {
    match status {
        TileStatus::Stale => Some("stale"),
        TileStatus::Failed => Some("failed"),
        TileStatus::Static | TileStatus::Loading | TileStatus::Fresh => None,
    }
}

/// What the accessible name adds to label and lozenge (design §4.2).
fn spoken_state(store: Store, state: &TileState) -> String {
    let kind = state.data.as_ref().and_then(|data| match &data.status {
        Some(Status::Lozenge(lozenge)) => spoken_kind(lozenge.kind),
        _ => None,
    });
    let freshness = freshness_in_words(store, state);
    let unseen = state.unseen.then(|| "Changed since you last looked".to_owned());
    let kind = kind.map(|kind| format!(", {kind}")).unwrap_or_default();
    [freshness, unseen].into_iter().flatten().fold(kind, |said, part| format!("{said}. {part}"))
}

/// How current a tile is, where there is something to say.
pub fn freshness_in_words(store: Store, state: &TileState) -> Option<String> {
    let since = state.updated_at.map(|at| age(store, at));
    match (state.status, since) {
        (TileStatus::Loading, _) => Some("Loading".to_owned()),
        (TileStatus::Failed, _) => Some("Not answering".to_owned()),
        (TileStatus::Stale, Some(since)) => Some(format!("Last known {since}")),
        (TileStatus::Fresh, Some(since)) => Some(format!("Updated {since}")),
        _ => None,
    }
}

/// Id of a part of a tile's element.
pub fn element_id(tile: &ExtensionRef, part: &str) -> String {
    format!("tile-{part}-{}-{}", tile.integration, tile.key)
}
