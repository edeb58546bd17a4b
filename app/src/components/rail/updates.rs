//! How many updates wait for the reader, beside the way to them. It is asked for when the page stands and the reader may
//! decide about some.

use leptos::prelude::*;

use crate::{
    client::actions,
    components::{
        live::part,
        sending::{Request, keep_asked},
    },
    state::Store,
};

/// A count, while it is not zero.
pub fn waiting_updates() -> AnyView {
    view! { <Waiting/> }.into_any()
}

#[component]
fn Waiting() -> impl IntoView {
    let store = expect_context::<Store>();
    let count = RwSignal::new(0);
    let asking = Request::default();
    // Without an answer there is no badge; the page of integrations says why.
    let ask = move |_| {
        asking.ask(actions::waiting_updates(), move |found| {
            let _ = count.try_set(found.items.len());
        });
    };
    keep_asked(asking, move || Some(store.updates.get()), ask);
    view! { <UpdateBadge count/> }.into_any()
}

/// The count itself.
#[component]
pub fn UpdateBadge(count: RwSignal<usize>) -> impl IntoView {
    let words = move || match count.get() {
        1 => " update to review",
        _ => " updates to review",
    };
    part(move || {
        (count.get() > 0).then(|| {
            view! { <span class="badge badge--accent">{count.get().to_string()}<span class="sr-only">{words()}</span></span> }
        })
    })
}
