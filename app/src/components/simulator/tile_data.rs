//! Data of tiles: asked of the provider as in a room, or edited here and pushed.

use leptos::prelude::*;
use roomglass_protocol::{
    Fault,
    integration::{ExtensionRef, TileData},
    json::{Lines, parse_strict},
};

use super::Findings;
use crate::components::live::{effect, list, on, part};
use crate::{
    client::actions,
    state::simulator::{Finding, SIMULATED, Simulator},
};

/// Data that shows all that there is.
const EXAMPLE: &str = r#"{
  "label": { "type": "html", "value": "<b>3</b> open" },
  "status": { "type": "lozenge", "value": { "label": "NEW", "type": "new" } },
  "metadata": { }
}"#;

/// The data of every tile.
#[component]
pub fn TileEditors(simulator: Simulator) -> impl IntoView {
    let key = |(tile, name, fetched): &(ExtensionRef, String, bool)| (tile.clone(), name.clone(), *fetched);
    let draw = move |(tile, name, fetched): (ExtensionRef, String, bool)| {
        view! { <TileEditor simulator tile name fetched/> }.into_any()
    };
    let none = move || simulator.tiles().is_empty();
    view! {
        <section class="stack__section" aria-labelledby="sim-tiles">
            <h2 id="sim-tiles">"Data of tiles"</h2>
            {part(move || none().then(|| view! { <p class="muted">"The descriptor has no tile."</p> }))}
            <ul class="people" role="list">{list(move || simulator.tiles(), key, draw)}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn TileEditor(simulator: Simulator, tile: ExtensionRef, name: String, fetched: bool) -> impl IntoView {
    let text = RwSignal::new(EXAMPLE.to_owned());
    let findings = RwSignal::new(Vec::<Finding>::new());
    let state = simulator.store.tile(SIMULATED, &tile);
    effect(move || {
        // What arrives is there to be edited.
        if let Some(data) = state.with(|state| state.data.clone())
            && let Ok(written) = serde_json::to_string_pretty(&data)
        {
            text.set(written);
        }
    });
    let label = format!("Data of {name}");
    let (asked, pushed) = (tile.clone(), tile.clone());
    let ask = move |_| actions::refresh_tile(SIMULATED, asked.clone());
    let push = move |_| match text.with_untracked(|text| read(text)) {
        Ok(data) => {
            findings.set(Vec::new());
            actions::push_simulated(simulator, pushed.clone(), data);
        }
        Err(faults) => findings.set(faults),
    };
    // The field is small enough to find a line in.
    let go_to = Callback::new(|_| ());
    view! {
        <li class="people__row">
            <span class="people__name"><b>{name}</b><small><code>{tile.key.to_string()}</code></small></span>
            <textarea class="input input--mono grow" rows="8" spellcheck="false" maxlength="65536" aria-label=label
                prop:value=move || text.get() on:input=on(move |event| text.set(event_target_value(&event)))></textarea>
            <span class="btn-group">
                {fetched.then(|| view! { <button class="btn" type="button" on:click=on(ask)>"Ask the provider"</button> })}
                <button class="btn btn--primary" type="button" on:click=on(push)>"Push to browsers"</button>
            </span>
            {part(move || view! { <Findings findings=findings.get() go_to/> })}
        </li>
    }
    .into_any()
}

fn read(text: &str) -> Result<TileData, Vec<Finding>> {
    let lines = Lines::of(text.as_bytes());
    let parsed = parse_strict(text.as_bytes()).map_err(|fault| vec![fault]);
    let data = parsed.and_then(|value| TileData::parse(&value));
    data.map_err(|faults: Vec<Fault>| {
        faults.into_iter().map(|fault| Finding { line: lines.line(&fault.pointer), is_fault: true, fault }).collect()
    })
}
