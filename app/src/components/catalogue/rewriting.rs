//! The switch for add-ons whose pages load HipChat's script (decision 24).

use leptos::prelude::*;
use roomglass_protocol::rest::integration::InstalledIn;

use crate::{
    client::actions,
    components::{menu::MenuItem, sending::Request},
    state::{Store, ToastKind},
};

/// Has the server fetch an integration's framed pages, or ends that. Call it in a menu.
pub(super) fn rewriting_item(store: Store, deciding: Request, item: &InstalledIn, is_on: RwSignal<bool>) -> AnyView {
    let InstalledIn { key, name, .. } = item.clone();
    let label = match is_on.get_untracked() {
        true => "Leave its pages as they are",
        false => "Give its pages HipChat’s script",
    };
    let decide = Callback::new(move |()| {
        let wanted = !is_on.get_untracked();
        let done = match wanted {
            true => format!(
                "Pages of {name} are fetched by the server from now on. What they ask their own server for may not work there."
            ),
            false => format!("Pages of {name} come from their own server again."),
        };
        deciding.ask(store.told_of_failure(actions::rewrite_pages(key.clone(), wanted)), move |()| {
            let _ = is_on.try_set(wanted);
            store.toast(ToastKind::Done, done);
        });
    });
    view! { <MenuItem icon="i-link" label on_choose=decide/> }.into_any()
}
