//! What a tile shows beside label and status: charts, badges, people, buttons, and the details of its lozenge (ELEM-04, ELEM-08 …
//! ELEM-11). Few tiles have any: the code is fetched with the first one that does.

mod avatar;
mod chart;
mod tooltip;

use leptos::prelude::*;
use roomglass_protocol::{
    RoomId,
    integration::{
        Element, LozengeKind, Status, TileData,
        element::{Badge, Button},
    },
};

use super::tile::element_id;
use crate::components::live::{list, memo, on, part};
use crate::{
    client::actions,
    components::{lozenge::spoken_kind, menu::MenuItem, room::OpenRoom},
    deferred::split_off,
    state::{OpenExtras, OpenRequest, OpenedFrom, ShownTile, TileState},
};
use tooltip::Tooltip;

/// Whether there is anything to draw for [`tile_elements`].
pub fn has_elements(data: &TileData) -> bool {
    !data.elements.is_empty() || details(data).is_some()
}

/// The tooltip of a lozenge that is drawn.
fn details(data: &TileData) -> Option<&String> {
    match &data.status {
        Some(Status::Lozenge(lozenge)) if lozenge.kind != LozengeKind::Empty => lozenge.tooltip.as_ref(),
        _ => None,
    }
}

split_off! {
    content,
    /// The elements of a tile, and the details of its lozenge.
    pub fn tile_elements(tile: ShownTile, state: RwSignal<TileState>) {
        view! { <Elements tile state/> }
    }
}

#[component]
fn Elements(tile: ShownTile, state: RwSignal<TileState>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let marks_id = element_id(&tile.id, "marks");
    // Drawn anew only where they change: whoever stands on a button keeps the focus while labels come and go.
    let elements = memo(move || state.with(elements_of));
    let details = memo(move || state.with(|state| state.data.as_ref().and_then(details).cloned()));
    let integration = tile.id.integration.clone();
    let marks = move || {
        let drawn = elements.get().into_iter().map(|element| match element {
            Element::Chart(chart) => chart::draw(&chart),
            Element::Badge(badge) => draw_badge(&badge),
            Element::Avatar(avatar) => avatar::draw(&integration, avatar),
            Element::Button(_) => ().into_any(),
        });
        drawn.collect_view()
    };
    let tooltip = tile.id.clone();
    let buttons = move || elements.with(|elements| requests(elements, &tile, room.id));
    view! {
        <span class="tile__marks" id=marks_id>{part(marks)}</span>
        {list(buttons, |(label, request)| (label.clone(), request.target.clone()), |(label, request)| draw_button(label, request))}
        {part(move || details.get().map(|text| view! { <Tooltip tile=tooltip.clone() text/> }))}
    }
    .into_any()
}

fn elements_of(state: &TileState) -> Vec<Element> {
    state.data.as_ref().and_then(|data| Element::read_all(&data.elements).ok()).unwrap_or_default()
}

/// What the buttons are called and what they ask for. One that has no target, like its tile, is not drawn.
fn requests(elements: &[Element], tile: &ShownTile, room: RoomId) -> Vec<(String, OpenRequest)> {
    let request = |button: &Button| {
        let request = OpenRequest {
            integration: tile.id.integration.clone(),
            target: button.target.clone().or_else(|| tile.glance.target.clone())?,
            room,
            action: None,
            element: OpenedFrom::Tile,
            extras: OpenExtras::default(),
        };
        Some((button.label.clone(), request))
    };
    let buttons = elements.iter().filter_map(|element| match element {
        Element::Button(button) => Some(button),
        _ => None,
    });
    buttons.filter_map(request).collect()
}

fn draw_button(label: String, request: OpenRequest) -> AnyView {
    let open = on(move |_: leptos::ev::MouseEvent| actions::open_target(request.clone()));
    view! { <button class="btn btn--sm tile__button" type="button" tabindex="-1" on:click=open>{label}</button> }
        .into_any()
}

fn draw_badge(badge: &Badge) -> AnyView {
    if badge.kind == LozengeKind::Empty {
        return ().into_any();
    }
    let meaning = spoken_kind(badge.kind).map(|kind| view! { <span class="sr-only">", "{kind}</span> });
    view! { <span class="badge" data-kind=badge.kind.as_str()>{badge.text()}{meaning}</span> }.into_any()
}

/// The buttons of a tile that does not fit, as entries of a menu.
pub fn buttons(tile: &ShownTile, state: &TileState, room: RoomId) -> AnyView {
    let entry = |(label, request): (String, OpenRequest)| {
        let open = Callback::new(move |()| actions::open_target(request.clone()));
        view! { <MenuItem icon="i-panel-right" label on_choose=open/> }
    };
    requests(&elements_of(state), tile, room).into_iter().map(entry).collect_view().into_any()
}
