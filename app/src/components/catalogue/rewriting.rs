//! The switch for add-ons whose pages load HipChat's script (decision 24).

use leptos::prelude::*;
use roomglass_protocol::rest::integration::InstalledIn;

use crate::components::live::{follow, on};
use crate::{
    client::actions,
    components::sending::{Refusal, Request},
    state::{Store, ToastKind},
};

/// Decides for an integration, wherever it is installed, whether the server fetches its pages and gives them the script.
#[component]
pub fn RewritingSwitch(item: InstalledIn) -> impl IntoView {
    let store = expect_context::<Store>();
    let InstalledIn { key, name, rewritten, .. } = item;
    let deciding = Request::default();
    let is_on = RwSignal::new(rewritten);
    let label = format!("Give HipChat's script to pages of {name}");
    let decide = move |_| {
        let wanted = !is_on.get_untracked();
        let done = match wanted {
            true => format!(
                "Pages of {name} are fetched by the server from now on. What they ask their own server for may not work there."
            ),
            false => format!("Pages of {name} come from their own server again."),
        };
        deciding.ask(actions::rewrite_pages(key.clone(), wanted), move |()| {
            let _ = is_on.try_set(wanted);
            store.toast(ToastKind::Done, done);
        });
    };
    view! {
        <button class="btn btn--sm btn--quiet" type="button" aria-label=label aria-pressed=follow(move || is_on.get().to_string())
            aria-busy=follow(move || deciding.is_busy().then_some("true")) on:click=on(decide)>"HipChat's script"</button>
        <Refusal request=deciding/>
    }
    .into_any()
}
