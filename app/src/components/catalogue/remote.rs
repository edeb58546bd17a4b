//! Catalogues of other servers, whose entries are on offer here too (MKT-03). For administrators.

use leptos::prelude::*;
use roomglass_protocol::rest::catalogue::{Entry, RemoteCatalogue};

use crate::components::live::{effect, follow, list, memo, on, part};
use crate::{
    client::actions,
    components::{
        dialog::{Dialog, FirstFocus},
        field::{SubmitButton, TextField},
        moment::Moment,
        sending::{Refusal, Request},
    },
    state::{Store, ToastKind},
};

/// A dialog about one.
#[derive(Clone)]
enum Opened {
    Add,
    Entries(RemoteCatalogue),
    Remove(RemoteCatalogue),
}

/// What can be done with one.
#[derive(Clone, Copy)]
pub struct RemoteActions {
    /// Its entries are to be seen.
    pub on_entries: Callback<RemoteCatalogue>,
    /// It is to be asked now.
    pub on_ask: Callback<RemoteCatalogue>,
    /// It is to be removed.
    pub on_remove: Callback<RemoteCatalogue>,
}

/// For administrators; others see nothing of it.
#[component]
pub fn RemoteCatalogues(
    /// Entries came or went.
    on_change: Callback<()>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let may = memo(move || store.is_administrator());
    part(move || may.get().then(|| view! { <Managed on_change/> }))
}

#[component]
fn Managed(on_change: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let catalogues = RwSignal::new(None::<Vec<RemoteCatalogue>>);
    let opened = RwSignal::new(None::<Opened>);
    let (loading, asking) = (Request::default(), Request::default());
    let load =
        move || loading.ask(actions::remote_catalogues(), move |found| drop(catalogues.try_set(Some(found.items))));
    effect(move || {
        if store.hydrated.get() {
            load();
        }
    });
    let changed = move || {
        load();
        on_change.run(());
    };
    let on_close = Callback::new(move |()| {
        opened.set(None);
        changed();
    });
    let on_ask = Callback::new(move |catalogue: RemoteCatalogue| {
        asking.ask(actions::add_remote_catalogue(catalogue.url), move |answer| {
            store.toast(ToastKind::Done, answered(&answer));
            changed();
        });
    });
    let row_actions = RemoteActions {
        on_entries: Callback::new(move |catalogue| opened.set(Some(Opened::Entries(catalogue)))),
        on_ask,
        on_remove: Callback::new(move |catalogue| opened.set(Some(Opened::Remove(catalogue)))),
    };
    view! {
        <section class="stack__section" aria-labelledby="remote-title">
            <div class="rowhead">
                <h2 id="remote-title">"Catalogues of other servers"</h2>
                <button class="btn btn--sm" type="button" on:click=on(move |_| opened.set(Some(Opened::Add)))>"Add a catalogue…"</button>
            </div>
            <p class="muted">"What they list is on offer here as well. They are asked every hour, and decide nothing about what is listed or installed here."</p>
            <Refusal request=loading/>
            <Refusal request=asking/>
            <RemoteList catalogues row_actions/>
        </section>
        {part(move || opened.get().map(|opened| match opened {
            Opened::Add => view! { <AddDialog on_close/> }.into_any(),
            Opened::Entries(catalogue) => view! { <EntriesDialog catalogue on_close/> }.into_any(),
            Opened::Remove(catalogue) => view! { <RemoveDialog catalogue on_close/> }.into_any(),
        }))}
    }
    .into_any()
}

/// What came of asking one.
fn answered(catalogue: &RemoteCatalogue) -> String {
    match &catalogue.problem {
        Some(problem) => format!("The catalogue did not answer: {problem}"),
        None => format!("The catalogue lists {}.", entries(catalogue.entries)),
    }
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// Each with what it lists, when it was asked, and why it did not answer.
#[component]
pub fn RemoteList(
    /// What there is, once known.
    catalogues: RwSignal<Option<Vec<RemoteCatalogue>>>,
    /// What can be done with one.
    row_actions: RemoteActions,
) -> impl IntoView {
    let none = move || catalogues.with(|catalogues| catalogues.as_ref().is_some_and(Vec::is_empty));
    let key = |catalogue: &RemoteCatalogue| (catalogue.url.clone(), catalogue.checked_at.0, catalogue.entries);
    let draw = move |catalogue: RemoteCatalogue| row(catalogue, row_actions);
    view! {
        {part(move || none().then(|| view! { <p class="muted">"None yet."</p> }))}
        <ul class="people" role="list">{list(move || catalogues.get().unwrap_or_default(), key, draw)}</ul>
    }
    .into_any()
}

fn row(catalogue: RemoteCatalogue, RemoteActions { on_entries, on_ask, on_remove }: RemoteActions) -> AnyView {
    let RemoteCatalogue { url, entries: count, unused, checked_at, problem } = catalogue.clone();
    let unused = (unused > 0).then(|| format!(", {unused} more cannot be shown"));
    let button = |words: &'static str, label: String, run: Callback<RemoteCatalogue>| {
        let catalogue = catalogue.clone();
        let press = on(move |_: leptos::ev::MouseEvent| run.run(catalogue.clone()));
        view! { <button class="btn btn--sm btn--quiet" type="button" aria-label=label on:click=press>{words}</button> }
    };
    view! {
        <li class="people__row">
            <span class="people__name">
                <b>{url.clone()}</b><small>{entries(count)}{unused}" · asked "<Moment at=checked_at/></small>
            </span>
            {button("Entries…", format!("Entries of {url}…"), on_entries)}
            {button("Ask again", format!("Ask {url} again"), on_ask)}
            {button("Remove…", format!("Remove {url}…"), on_remove)}
            {problem.map(|problem| view! { <p class="notice notice--inset" data-kind="warning">"It did not answer: "{problem}" What it listed before stays."</p> })}
        </li>
    }
    .into_any()
}

#[component]
fn AddDialog(on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let address = RwSignal::new(String::new());
    let adding = Request::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        adding.ask(actions::add_remote_catalogue(address.get_untracked().trim().to_owned()), move |answer| {
            store.toast(ToastKind::Done, answered(&answer));
            on_close.run(());
        });
    };
    view! {
        <Dialog id="add-catalogue" title="Add a catalogue" first_focus=FirstFocus::Field on_close>
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body">
                    <TextField id="catalogue-url" label="Address of the catalogue" value=address kind="url" max=2000
                        hint="Of another Roomglass it ends with /v2/catalogue."/>
                    <Refusal request=adding/>
                </div>
                <div class="dialog__foot">
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <SubmitButton label=Signal::stored("Add".to_owned()) request=adding/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn EntriesDialog(catalogue: RemoteCatalogue, on_close: Callback<()>) -> impl IntoView {
    let found = RwSignal::new(None::<Vec<Entry>>);
    let searching = Request::default();
    let url = catalogue.url.clone();
    effect(move || {
        let url = url.clone();
        searching.ask(actions::search_catalogue(String::new()), move |search| {
            let listed = search.items.into_iter().filter(|entry| entry.catalogue.as_ref() == Some(&url)).collect();
            drop(found.try_set(Some(listed)));
        });
    });
    view! {
        <Dialog id="catalogue-entries" title="What this catalogue lists" subtitle=catalogue.url on_close>
            <div class="dialog__body" aria-busy=follow(move || searching.is_busy().then_some("true"))>
                {part(move || found.get().map(entry_list))}
                <Refusal request=searching/>
            </div>
            <div class="dialog__foot"><button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Close"</button></div>
        </Dialog>
    }
    .into_any()
}

/// Entries by name, with what they say of themselves.
pub fn entry_list(entries: Vec<Entry>) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="muted">"Nothing that is not listed here as well."</p> }.into_any();
    }
    let row = |entry: Entry| {
        view! { <li class="people__row"><span class="people__name"><b>{entry.name}</b><small>{entry.description}" · "<code>{entry.key.to_string()}</code></small></span></li> }
    };
    view! { <ul class="people" role="list">{entries.into_iter().map(row).collect_view()}</ul> }.into_any()
}

#[component]
fn RemoveDialog(catalogue: RemoteCatalogue, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let removing = Request::default();
    let url = catalogue.url.clone();
    let remove = move |_| {
        removing.ask(actions::remove_remote_catalogue(url.clone()), move |()| {
            store.toast(ToastKind::Done, "The catalogue is removed.");
            on_close.run(());
        });
    };
    view! {
        <Dialog id="remove-catalogue" title="Remove this catalogue?" subtitle=catalogue.url on_close>
            <div class="dialog__body">
                <p>"What it lists is no longer on offer here. What was installed from it stays."</p>
                <Refusal request=removing/>
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Keep"</button>
                <button class="btn btn--danger" type="button" aria-busy=follow(move || removing.is_busy().then_some("true")) on:click=on(remove)>"Remove"</button>
            </div>
        </Dialog>
    }
    .into_any()
}
