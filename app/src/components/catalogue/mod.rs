//! Integrations: what is on offer, what installing one means, and what is installed.

mod adds;
mod card;
mod categories;
mod deliveries;
mod delivery_log;
mod detail;
mod difference;
mod incoming;
mod install;
mod installed;
mod installed_row;
mod listing;
mod place;
mod questions;
mod remote;
mod review;
mod rewriting;
mod scopes;
mod updates;
mod words;

use std::time::Duration;

use leptos::prelude::*;
use roomglass_protocol::{
    IntegrationKey, RoomId,
    rest::{
        catalogue::{Entry, Search},
        integration::Source,
    },
};

use super::{
    icon::Icon,
    sending::{Refusal, Request, keep_asked},
};
use crate::components::live::{effect, follow, list, memo, on, part};
use crate::{client::actions, state::Store};
use card::CatalogueCard;
pub use categories::{CategoryFilter, Chosen};
pub use deliveries::Deliveries;
pub use delivery_log::DeliveryLog;
pub use detail::DetailBody;
use detail::DetailDialog;
pub use incoming::{AddressReady, IncomingList, IncomingWebhooks};
pub use install::InstallDialog;
pub use installed::InstalledList;
pub use listing::{ListingDialog, ListingForm};
pub use place::Place;
pub use remote::{RemoteActions, RemoteCatalogues, RemoteList, entry_list};
pub use review::ReviewBody;
pub use updates::{UpdateBody, UpdateNotices, WaitingUpdates};

/// How long the reader pauses before what was typed is looked up.
const PAUSE: Duration = Duration::from_millis(200);

/// What an add-on's own site asks to have installed (HipChat Connect §2.2).
#[derive(Clone)]
pub struct Asked {
    source: Source,
    relay_state: Option<String>,
}

impl Asked {
    /// By the address of a descriptor or a key of the catalogue; whatever else comes along is given back to the site.
    pub fn of(address: Option<String>, key: Option<String>, relay_state: Option<String>) -> Option<Self> {
        let source = Source { integration: key.and_then(|key| IntegrationKey::new(key).ok()), descriptor_url: address };
        (source != Source::default()).then_some(Self { source, relay_state })
    }
}

/// A dialog of the catalogue.
#[derive(Clone)]
enum Opened {
    Detail(Box<Entry>),
    Install(Option<Source>, Option<String>),
    Listing(Option<Box<Entry>>),
}

/// All integrations on offer, and the search among them.
#[component]
pub fn Catalogue(
    /// The room the reader comes from.
    room: Memo<Option<RoomId>>,
    /// What a link asked for.
    asked: Option<Asked>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let query = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Search>);
    let searching = Request::default();
    let chosen = Chosen::new(None);
    let opened = RwSignal::new(None::<Opened>);
    let shown = move || found.get().or_else(|| store.catalogue.get());
    let offered = memo(move || {
        let mut items = shown().map(|search| search.items).unwrap_or_default();
        items.retain(|entry| chosen.includes(entry));
        items
    });
    let categories = follow(move || shown().map(|search| search.categories).unwrap_or_default());
    // Numbered, so that the same words can be looked up again.
    let wanted = RwSignal::new((0_u32, None::<String>));
    let search = move |query: String| wanted.update(|(number, words)| (*number, *words) = (*number + 1, Some(query)));
    keep_asked(
        searching,
        move || Some(wanted.get()).filter(|(_, words)| words.is_some()),
        move |(_, words)| {
            let question = actions::search_catalogue(words.unwrap_or_default());
            searching.ask(question, move |answer| drop(found.try_set(Some(answer))));
        },
    );
    effect(move || {
        if store.hydrated.get() && store.catalogue.with_untracked(Option::is_none) {
            search(String::new());
        }
    });
    let asked = StoredValue::new(asked);
    effect(move || {
        if store.hydrated.get()
            && let Some(Asked { source, relay_state }) = asked.try_update_value(Option::take).flatten()
        {
            opened.set(Some(Opened::Install(Some(source), relay_state)));
        }
    });
    let mut look_up = debounce(PAUSE, move |query: String| search(query));
    let on_input = move |event| {
        query.set(event_target_value(&event));
        look_up(query.get_untracked());
    };
    let on_close = Callback::new(move |()| opened.set(None));
    // What is listed has changed, or may have.
    let on_change = Callback::new(move |()| search(query.get_untracked()));
    let on_listed = Callback::new(move |()| {
        opened.set(None);
        on_change.run(());
    });
    let on_listing = Callback::new(move |entry: Option<Entry>| opened.set(Some(Opened::Listing(entry.map(Box::new)))));
    let is_administrator = memo(move || store.is_administrator());
    let on_detail = Callback::new(move |entry| opened.set(Some(Opened::Detail(Box::new(entry)))));
    let on_install = Callback::new(move |source: Source| opened.set(Some(Opened::Install(Some(source), None))));
    let empty = move || shown().is_some() && offered.with(Vec::is_empty) && !searching.is_busy();
    let count = move || {
        shown().map(|_| match offered.with(Vec::len) {
            1 => "1 integration".to_owned(),
            count => format!("{count} integrations"),
        })
    };
    view! {
        <section class="stack" aria-labelledby="catalogue-title">
            <div class="pagehead">
                <div><h2 id="catalogue-title">"Catalogue"</h2><p role="status">{part(count)}</p></div>
                <div class="inputgroup pagehead__search">
                    <Icon name="i-search" class="icon icon--sm"/>
                    <input class="input" type="search" aria-label="Search the catalogue" placeholder="Search the catalogue"
                        prop:value=follow(move || query.get()) on:input=on_input/>
                </div>
                {part(move || is_administrator.get().then(|| view! {
                    <button class="btn" type="button" on:click=on(move |_| on_listing.run(None))>"List an integration…"</button>
                }))}
                <button class="btn" type="button" on:click=on(move |_| opened.set(Some(Opened::Install(None, None))))>
                    <Icon name="i-link" class="icon icon--sm"/>"Install from an address…"
                </button>
            </div>
            <CategoryFilter categories chosen/>
            <Refusal request=searching/>
            <ul class="cards" role="list">
                {list(move || offered.get(), |entry| entry.key.to_string(), move |entry| view! { <CatalogueCard entry on_detail on_install/> }.into_any())}
            </ul>
            {part(move || empty().then(|| view! { <NothingFound query chosen/> }))}
        </section>
        <RemoteCatalogues on_change/>
        {part(move || opened.get().map(|opened| match opened {
            Opened::Detail(entry) => view! { <DetailDialog entry=*entry on_install on_listing on_close/> }.into_any(),
            Opened::Listing(entry) => view! { <ListingDialog entry=entry.map(|entry| *entry) on_close=on_listed/> }.into_any(),
            Opened::Install(source, relay_state) => view! { <InstallDialog source relay_state room=room.get_untracked() on_close/> }.into_any(),
        }))}
    }
    .into_any()
}

#[component]
fn NothingFound(query: RwSignal<String>, chosen: Chosen) -> impl IntoView {
    let words = move || match (query.get().trim(), chosen.name()) {
        ("", Some(category)) => format!("Nothing is on offer in {category}."),
        (query, Some(category)) => format!("No integration in {category} matches “{query}”."),
        ("", None) => "Nothing is on offer yet. Install an integration from the address of its descriptor.".to_owned(),
        (query, None) => format!("No integration matches “{query}”."),
    };
    view! { <div class="empty"><p>{part(words)}</p></div> }.into_any()
}
