//! An integration on offer.

use leptos::prelude::*;
use roomglass_protocol::{
    IntegrationKey, RoomRef,
    integration::LozengeKind,
    rest::{catalogue::Entry, integration::Source},
};

use super::scopes;
use crate::components::live::{on, part};
use crate::{
    components::{icon::AppIcon, lozenge::StateLozenge, provider::provider_icon},
    state::Store,
};

/// Name, maker, what it does, and the ways to know more of it and to install it.
#[component]
pub fn CatalogueCard(entry: Entry, on_detail: Callback<Entry>, on_install: Callback<Source>) -> impl IntoView {
    let store = expect_context::<Store>();
    let key = entry.key.clone();
    let state = move || installed_where(store, &key);
    let source = Source { integration: Some(entry.key.clone()), descriptor_url: None };
    let icon = provider_icon(store, &entry.key);
    let level = scopes::reach(&entry.scopes);
    let listed = entry.clone();
    view! {
        <li class="catcard">
            <div class="catcard__top">
                <AppIcon integration=entry.key.clone() name=entry.name.clone() icon class="app-icon app-icon--lg"/>
                <div>
                    <h3>{entry.name.clone()}</h3>
                    <p class="catcard__by">{entry.vendor.unwrap_or_else(|| "No publisher named".to_owned())}</p>
                </div>
                {part(move || state().map(|text| view! { <StateLozenge kind=LozengeKind::Success text/> }))}
            </div>
            <p>{entry.description}</p>
            <div class="catcard__foot">
                <span class="reach" data-level=level.to_string()>
                    <span class="reach__bars" aria-hidden="true"><i></i><i></i><i></i></span>{scopes::reach_words(level)}
                </span>
                <button class="btn btn--sm btn--quiet" type="button" aria-label=format!("Details of {}…", entry.name)
                    on:click=on(move |_| on_detail.run(listed.clone()))>
                    "Details…"
                </button>
                <button class="btn btn--sm" type="button" aria-label=format!("Install {}…", entry.name)
                    on:click=on(move |_| on_install.run(source.clone()))>
                    "Install…"
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// Where it is already, as far as this browser knows. Reactive.
fn installed_where(store: Store, key: &IntegrationKey) -> Option<String> {
    store.installed.with(|installed| {
        let places = installed.rooms.iter().filter(|(_, keys)| keys.contains(key)).map(|(place, _)| *place);
        let places: Vec<RoomRef> = places.collect();
        match places.as_slice() {
            [] => None,
            places if places.contains(&RoomRef::Global) => Some("Everywhere".to_owned()),
            [_] => Some("In 1 room".to_owned()),
            places => Some(format!("In {} rooms", places.len())),
        }
    })
}
