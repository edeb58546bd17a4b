//! The descriptor of an integration that is installed, as its provider has it now, in the editor.

use leptos::prelude::*;
use roomglass_protocol::{IntegrationKey, rest::integration::Source};

use super::DescriptorEditor;
use crate::components::live::{effect, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        sending::{Refusal, Request},
    },
    deferred::split_off,
    state::simulator::Checked,
};

split_off! {
    simulator,
    /// For who may install in the room: what is written here is checked, and can be tried; the provider serves its own.
    pub fn show_descriptor(integration: IntegrationKey, name: String, on_close: Callback<()>) {
        view! { <DescriptorDialog integration name on_close/> }
    }
}

#[component]
fn DescriptorDialog(integration: IntegrationKey, name: String, on_close: Callback<()>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let checked = RwSignal::new(Checked::default());
    let loading = Request::default();
    let take = Callback::new(move |written: String| {
        let _ = checked.try_set(Checked::of(&written).0);
        let _ = text.try_set(written);
    });
    let source = Source { integration: Some(integration), descriptor_url: None };
    effect(move || {
        loading.ask(actions::descriptor_document(source.clone()), move |document| {
            let _ = take.try_run(document.text);
        });
    });
    view! {
        <Dialog id="descriptor" title=format!("Descriptor of {name}") class="dialog dialog--wide" on_close
            subtitle="As its provider has it now. What you change here is checked, and changes nothing: the provider serves its own.">
            <div class="dialog__body">
                <Refusal request=loading/>
                {part(move || loading.is_busy().then(|| view! { <p role="status">"Asking its provider…"</p> }))}
                <DescriptorEditor id="descriptor-text" text checked on_input=take/>
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Close"</button>
                <a class="btn btn--primary" href="/simulator" on:click=on(move |_| actions::keep_descriptor(text.get_untracked()))>"Try it in the simulator"</a>
            </div>
        </Dialog>
    }
    .into_any()
}
