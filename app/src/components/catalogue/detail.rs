//! What somebody wants to know before choosing an integration (MKT-01): what it adds, and who sees what leaves.

use leptos::prelude::*;
use roomglass_protocol::{
    integration::Offered,
    rest::{
        catalogue::{Detail, Entry},
        integration::Source,
    },
};

use super::{
    adds,
    listing::{listed_as, listing_button},
    scopes::ScopeList,
    words,
};
use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        sending::{Refusal, Request},
    },
};

/// Asks its provider what it is now, and shows that.
#[component]
pub fn DetailDialog(
    entry: Entry,
    on_install: Callback<Source>,
    /// How it is listed is to be changed.
    on_listing: Callback<Option<Entry>>,
    on_close: Callback<()>,
) -> impl IntoView {
    let detail = RwSignal::new(None::<Detail>);
    let loading = Request::default();
    let key = entry.key.clone();
    effect(move || {
        loading.ask(actions::catalogue_detail(key.clone()), move |found| drop(detail.try_set(Some(found))));
    });
    let change_listing = listing_button(&entry, on_listing);
    let source = Source { integration: Some(entry.key), descriptor_url: None };
    view! {
        <Dialog id="catalogue-detail" title=entry.name subtitle=entry.description class="dialog dialog--wide" on_close>
            <div class="dialog__body dialog__body--review" aria-busy=follow(move || loading.is_busy().then_some("true"))>
                {part(move || loading.is_busy().then(|| view! { <p role="status">"Asking its provider what it is…"</p> }))}
                {part(move || detail.get().map(|detail| view! { <DetailBody detail/> }))}
                <Refusal request=loading/>
            </div>
            <div class="dialog__foot">
                <p class="dialog__note">"Nothing is installed by looking at it."</p>
                {change_listing}
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Close"</button>
                <button class="btn btn--primary" type="button" on:click=on(move |_| on_install.run(source.clone()))>"Install…"</button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Left who it is and where data goes, right what it adds and may do.
#[component]
pub fn DetailBody(detail: Detail) -> impl IntoView {
    let Detail { entry, adds, hosts, events, scopes } = detail;
    let seen_by = entry.catalogue.is_none().then(|| listed_as(&entry));
    let hosts = hosts.into_iter().map(|(purpose, hosts)| {
        let hosts = hosts.into_iter().collect::<Vec<_>>().join(", ");
        view! { <dt>{words::purpose(purpose)}</dt><dd>{hosts}</dd> }
    });
    let hosts: Vec<_> = hosts.collect();
    let events = events.into_iter().map(|(event, told)| {
        let told = told.iter().map(words::listening).collect::<Vec<_>>().join(", ");
        view! { <li><code>{event}</code>" "<span class="muted">{told}</span></li> }
    });
    let events: Vec<_> = events.collect();
    let told = match events.is_empty() {
        true => view! { <p class="muted">"Its server is told of nothing that happens in rooms."</p> }.into_any(),
        false => view! { <ul class="adds" role="list">{events}</ul> }.into_any(),
    };
    view! {
        <div class="review">
            <aside class="review__side" aria-label=format!("About {}", entry.name)>
                <dl class="kv">
                    <dt>"Publisher"</dt><dd>{entry.vendor.unwrap_or_else(|| "Not named".to_owned())}</dd>
                    <dt>"Key"</dt><dd><code>{entry.key.to_string()}</code></dd>
                    {seen_by}
                    {entry.catalogue.map(|catalogue| view! { <dt>"Listed by"</dt><dd>{catalogue}</dd> })}
                </dl>
                {entry.homepage.map(|homepage| view! {
                    <p><a class="link" href=homepage target="_blank" rel="noopener noreferrer">"Page of the publisher"</a></p>
                })}
                <div><h3>"Which servers see something"</h3><dl class="kv kv--stacked">{hosts}</dl></div>
            </aside>
            <div class="review__main">
                <section class="sect"><h3>"What it adds"</h3><Adds adds/></section>
                <section class="sect"><h3>"What its server is told"</h3>{told}</section>
                <section class="sect"><h3>"What it may do"</h3><ScopeList scopes/></section>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Adds(adds: Vec<Offered>) -> impl IntoView {
    if adds.is_empty() {
        return view! { <p class="muted">"Nothing to see: it works in the background."</p> }.into_any();
    }
    let row = |offered: Offered| {
        let place = offered.location.map(|location| format!(" {}", place(&location)));
        let when = offered.conditional.then_some(", under conditions");
        view! { <li><b>{offered.name}</b>" "<span class="muted">{adds::kind_word(&offered.kind)}{place}{when}</span></li> }
    };
    view! { <ul class="adds" role="list">{adds.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// `location` in words, in HipChat's spelling and in ours.
fn place(location: &str) -> String {
    let known = match location.strip_prefix("hipchat.").unwrap_or(location) {
        "message" | "message.action" => "on messages",
        "notification" | "notification.action" => "on notifications",
        "glance" | "glance.action" => "on its tile",
        "sidebar" | "sidebar.action" => "on its panel",
        "input" | "input.action" => "beside the field to write in",
        "sidebar.right" => "beside the messages",
        other => return format!("at {other}"),
    };
    known.to_owned()
}
