//! Listing an integration in the catalogue: who may see it, and under what (MKT-02, MKT-04). For administrators.

use leptos::prelude::*;
use roomglass_protocol::rest::catalogue::{Add, AddAs, Audience, Entry, MAX_CATEGORIES};

use crate::components::live::{follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::{Dialog, FirstFocus},
        field::{SubmitButton, TextField},
        sending::{Refusal, Request},
    },
    state::{Store, ToastKind},
};

/// Lists an integration; with an entry, says anew how that one is listed, or takes it off.
#[component]
pub fn ListingDialog(
    /// The one that is listed.
    entry: Option<Entry>,
    on_close: Callback<()>,
) -> impl IntoView {
    let title = entry
        .as_ref()
        .map_or_else(|| "List an integration".to_owned(), |entry| format!("How {} is listed", entry.name));
    let subtitle = "Listing installs nothing. Its descriptor is fetched again.";
    view! {
        <Dialog id="listing" title subtitle first_focus=FirstFocus::Field on_close><ListingForm entry on_close/></Dialog>
    }
    .into_any()
}

/// Address, audience and categories.
#[component]
pub fn ListingForm(entry: Option<Entry>, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let (listing, withdrawing) = (Request::default(), Request::default());
    let listed = entry.clone();
    let address = RwSignal::new(entry.as_ref().map(|entry| entry.descriptor_url.clone()).unwrap_or_default());
    let categories = RwSignal::new(entry.as_ref().map(|entry| entry.categories.join(", ")).unwrap_or_default());
    let audience = RwSignal::new(entry.as_ref().map(|entry| entry.audience).unwrap_or_default());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let listing_as = AddAs {
            add: Add { descriptor_url: address.get_untracked().trim().to_owned() },
            audience: audience.get_untracked(),
            categories: names(&categories.get_untracked()),
        };
        listing.ask(actions::list_as(listing_as), move |entry| {
            store.toast(ToastKind::Done, format!("{} is listed.", entry.name));
            on_close.run(());
        });
    };
    let option = move |value: Audience, words: &'static str, hint: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="audience" checked=audience.get_untracked() == value
                    prop:checked=follow(move || audience.get() == value) on:change=on(move |_: leptos::ev::Event| audience.set(value))/>
                <span>{words}<span class="check__hint">{hint}</span></span>
            </label>
        }
    };
    let withdraw = listed.map(|entry| {
        let key = entry.key;
        let name = StoredValue::new(entry.name);
        let ask = on(move |_: leptos::ev::MouseEvent| {
            withdrawing.ask(actions::withdraw(key.clone()), move |()| {
                store.toast(
                    ToastKind::Done,
                    format!("{} is no longer listed. Where it is installed it stays.", name.get_value()),
                );
                on_close.run(());
            });
        });
        view! { <button class="btn btn--danger" type="button" on:click=ask>"Withdraw"</button> }
    });
    let where_it_is = match entry {
        Some(entry) => {
            view! { <p class="muted">"Its descriptor is at "<code>{entry.descriptor_url}</code></p> }.into_any()
        }
        None => {
            view! { <TextField id="listing-url" label="Address of the descriptor" value=address kind="url" max=2000/> }
                .into_any()
        }
    };
    view! {
        <form class="dialog__form" on:submit=submit>
            <div class="dialog__body">
                {where_it_is}
                <fieldset class="field">
                    <legend class="field__label">"Who may see it"</legend>
                    {option(Audience::Organisation, "Members of this organisation", "No guests, and no other servers.")}
                    {option(Audience::Public, "Everybody", "Also guests, and other servers that read this catalogue.")}
                </fieldset>
                <TextField id="listing-categories" label="Categories" value=categories max=220 optional=true
                    hint="At most 5, with commas between them."/>
                <Refusal request=listing/>
                <Refusal request=withdrawing/>
            </div>
            <div class="dialog__foot">
                {withdraw}
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                <SubmitButton label=Signal::stored("List it".to_owned()) request=listing/>
            </div>
        </form>
    }
    .into_any()
}

/// The names between commas; one more than there may be, so that the server says so.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).take(MAX_CATEGORIES + 1).map(str::to_owned).collect()
}

/// How an entry is listed, in words.
pub fn listed_as(entry: &Entry) -> AnyView {
    let audience = match entry.audience {
        Audience::Organisation => "Members of this organisation",
        Audience::Public => "Everybody",
    };
    let categories = (!entry.categories.is_empty()).then(|| entry.categories.join(", "));
    view! {
        <dt>"Seen by"</dt><dd>{audience}</dd>
        {categories.map(|categories| view! { <dt>"Categories"</dt><dd>{categories}</dd> })}
    }
    .into_any()
}

/// The way to [`ListingDialog`] for an entry of this server's, where the reader is an administrator.
pub fn listing_button(entry: &Entry, on_listing: Callback<Option<Entry>>) -> AnyView {
    let store = expect_context::<Store>();
    if entry.catalogue.is_some() {
        return ().into_any();
    }
    let entry = entry.clone();
    part(move || {
        let entry = entry.clone();
        store.is_administrator().then(|| {
            view! { <button class="btn" type="button" on:click=on(move |_| on_listing.run(Some(entry.clone())))>"How it is listed…"</button> }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn mkt_02_categories_are_the_names_between_commas() {
        assert_eq!(names(" Builds ,, Monitoring,"), ["Builds", "Monitoring"]);
        assert!(names(" , ").is_empty());
        assert_eq!(names("a,b,c,d,e,f,g").len(), 6, "one too many is for the server to refuse");
    }
}
