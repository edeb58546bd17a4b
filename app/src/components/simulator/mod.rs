//! The simulator: a descriptor that is written, the room it would make, and everything that goes by.

mod dialog;
mod editor;
mod log;
mod messages;
mod room;
mod source;
mod tile_data;

use leptos::prelude::*;

use crate::components::live::{effect, memo, on, part};
use crate::{
    client::actions,
    state::{Store, simulator::Simulator},
};
pub use dialog::show_descriptor;
pub use editor::{DescriptorEditor, Findings};
pub use log::ExchangeLog;
use room::SimulatedRoom;
use source::DescriptorSource;

/// All of it.
#[component]
pub fn SimulatorBody() -> impl IntoView {
    let page = expect_context::<Store>();
    let simulator = Simulator::new(page);
    effect(move || actions::begin_simulation(simulator));
    on_cleanup(actions::end_simulation);
    let is_simulated = memo(move || simulator.descriptor.with(Option::is_some));
    let on_input = Callback::new(move |text: String| {
        actions::keep_descriptor(text.clone());
        simulator.take(text);
    });
    let outdated = move || is_simulated.get() && simulator.checked.with(|checked| !checked.is_valid);
    view! {
        <section class="stack__section" aria-labelledby="sim-descriptor">
            <h2 id="sim-descriptor">"Descriptor"</h2>
            <DescriptorSource on_found=on_input/>
            <DescriptorEditor id="sim-text" text=simulator.text checked=simulator.checked on_input/>
        </section>
        {part(move || outdated().then(|| view! {
            <p class="notice notice--inset" data-kind="warning" role="status">"What follows is the last version without faults."</p>
        }))}
        {part(move || is_simulated.get().then(|| view! { <SimulatedRoom simulator/><Signing simulator/> }))}
        <section class="stack__section" aria-labelledby="sim-log">
            <div class="row row--wrap">
                <h2 id="sim-log">"Requests and frames"</h2>
                <button class="btn btn--sm btn--quiet" type="button" on:click=on(move |_| simulator.log.set(Vec::new()))>"Empty the log"</button>
            </div>
            <ExchangeLog log=simulator.log/>
        </section>
    }
    .into_any()
}

/// What a provider has to know to believe requests of the simulator.
#[component]
fn Signing(simulator: Simulator) -> impl IntoView {
    let shown = |label: &'static str, value: String| {
        view! { <label class="field"><span>{label}</span><input class="input input--mono" type="text" readonly=true prop:value=value/></label> }
    };
    let credentials = move || {
        simulator
            .credentials
            .get()
            .map(|known| view! { {shown("oauthId", known.oauth_id)}{shown("oauthSecret", known.secret)} })
    };
    view! {
        <section class="stack__section" aria-labelledby="sim-signing">
            <h2 id="sim-signing">"Signatures"</h2>
            <p class="muted">
                "Requests are signed as those of a room are, with a secret this page has just made. Tell your provider both, or it will refuse the requests, as it should. They belong to no installation, and end with this page."
            </p>
            {part(credentials)}
        </section>
    }
    .into_any()
}
