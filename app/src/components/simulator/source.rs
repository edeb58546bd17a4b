//! Where a descriptor comes from, if it is not pasted: the catalogue, or an address.

use leptos::prelude::*;
use roomglass_protocol::{
    IntegrationKey,
    rest::{catalogue::Entry, integration::Source},
};

use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    components::sending::{Refusal, Request},
    state::Store,
};

/// Fetches a descriptor by way of the server.
#[component]
pub fn DescriptorSource(
    /// Takes in its text.
    on_found: Callback<String>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let address = RwSignal::new(String::new());
    let loading = Request::default();
    let load = move |source: Source| {
        loading.ask(actions::descriptor_document(source), move |document| {
            let _ = address.try_set(document.address);
            let _ = on_found.try_run(document.text);
        });
    };
    let examples =
        memo(move || store.catalogue.with(|known| known.as_ref().map(|known| known.items.clone()).unwrap_or_default()));
    let choose = move |event: leptos::ev::Event| {
        if let Ok(key) = IntegrationKey::new(event_target_value(&event)) {
            load(Source { integration: Some(key), descriptor_url: None });
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        load(Source { integration: None, descriptor_url: Some(address.get_untracked().trim().to_owned()) });
    };
    let option = |entry: Entry| view! { <option value=entry.key.to_string()>{entry.name}</option> };
    view! {
        <form class="row row--wrap" on:submit=submit>
            {part(move || (!examples.with(Vec::is_empty)).then(|| view! {
                <select class="select" aria-label="Examples from the catalogue" on:change=on(choose)>
                    <option value="">"Examples…"</option>
                    {examples.get().into_iter().map(option).collect_view()}
                </select>
            }))}
            <input class="input grow" type="url" required=true maxlength="2000" aria-label="Address of a descriptor"
                placeholder="https://builds.example.com/descriptor" prop:value=follow(move || address.get())
                on:input=on(move |event| address.set(event_target_value(&event)))/>
            <button class="btn" type="submit" aria-busy=follow(move || loading.is_busy().then_some("true"))>"Load"</button>
        </form>
        <Refusal request=loading/>
    }
    .into_any()
}
