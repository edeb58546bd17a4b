//! The simulated room: the product's own shelf, menus, panel and "why?", drawn from the simulator's store.

use leptos::prelude::*;
use roomglass_protocol::{Privacy, Role};

use super::{messages::Samples, tile_data::TileEditors};
use crate::components::live::{effect, on, part};
use crate::{
    components::{
        controls::{ControlsMenu, Why, show_why},
        panel::Panel,
        provider::ProviderNames,
        room::OpenRoom,
        shelf::Shelf,
    },
    state::simulator::{SIMULATED, Simulator},
};

/// Everything that is drawn as a room draws it, and what is to be edited beside it.
#[component]
pub fn SimulatedRoom(simulator: Simulator) -> impl IntoView {
    provide_context(simulator.store);
    let room = OpenRoom::new(simulator.store, SIMULATED);
    provide_context(room);
    let names = ProviderNames::new();
    provide_context(names);
    let learn = move || {
        if let Some(descriptor) = simulator.descriptor.get() {
            names.tell(descriptor.key, descriptor.name);
        }
    };
    untrack(learn);
    effect(learn);
    let on_explained = Callback::new(move |()| room.why.set(None));
    view! {
        <section class="stack__section" aria-labelledby="sim-room">
            <h2 id="sim-room">"In a room"</h2>
            <Circumstances simulator/>
            <div class="simulated">
                <Shelf/>
                <button class="btn btn--sm btn--quiet" type="button" on:click=on(move |_| room.why.set(Some(Why::Tiles)))>"Why are tiles shown or hidden?"</button>
                <Panel/>
            </div>
            <ControlsMenu/>
            {part(move || room.why.get().map(|why| show_why(why, on_explained)))}
        </section>
        <Samples simulator/>
        <TileEditors simulator/>
    }
    .into_any()
}

/// What conditions ask of person and room.
#[component]
fn Circumstances(simulator: Simulator) -> impl IntoView {
    let role = move |event: leptos::ev::Event| {
        let chosen = match event_target_value(&event).as_str() {
            "administrator" => Role::Administrator,
            "guest" => Role::Guest,
            _ => Role::Member,
        };
        simulator.change_circumstances(|role, _| *role = chosen);
    };
    let privacy = move |event: leptos::ev::Event| {
        let chosen = if event_target_value(&event) == "private" { Privacy::Private } else { Privacy::Public };
        simulator.change_circumstances(|_, privacy| *privacy = chosen);
    };
    let own = untrack(|| simulator.store.person_in(SIMULATED)).map(|(me, _)| me.role).unwrap_or(Role::Member);
    let roles = [
        ("member", "a member", Role::Member),
        ("administrator", "an administrator", Role::Administrator),
        ("guest", "a guest", Role::Guest),
    ];
    let roles = roles.map(|(value, words, role)| view! { <option value=value selected=role == own>{words}</option> });
    view! {
        <div class="row row--wrap">
            <label>"You are "<select class="select" on:change=on(role)>{roles.collect_view()}</select></label>
            <label>"The room is "
                <select class="select" on:change=on(privacy)><option value="public">"public"</option><option value="private">"private"</option></select>
            </label>
        </div>
    }
    .into_any()
}
