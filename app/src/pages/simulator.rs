//! The simulator, for authors of integrations.

use leptos::prelude::*;

use crate::{
    components::{frame::Frame, icon::Icon, simulator::SimulatorBody},
    deferred::split_off,
};

split_off! {
    simulator,
    /// A descriptor, and the room it would make.
    pub fn simulator_page() {
        view! { <SimulatorPage/> }
    }
}

#[component]
fn SimulatorPage() -> impl IntoView {
    let frame = expect_context::<Frame>();
    super::set_title(|| "Simulator".to_owned());
    view! {
        <main id="main" tabindex="-1" class="page" aria-label="Simulator">
            <header class="bar page__bar">
                <a class="iconbtn back" href="/integrations" aria-label="Back"><Icon name="i-arrow-left" class="icon icon--flip"/></a>
                {frame.rail_button()}
                <span class="bar__grow"></span>
            </header>
            <div class="page__body" tabindex="-1">
                <div class="page__inner">
                    <h1 class="page__title">"Simulator"</h1>
                    <SimulatorBody/>
                </div>
            </div>
        </main>
    }
    .into_any()
}
