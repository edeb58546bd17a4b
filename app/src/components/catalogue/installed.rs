//! What is installed in a room, and the dialogs about it.

use leptos::prelude::*;
use roomglass_protocol::{RoomId, rest::integration::InstalledIn};

use super::{
    deliveries::DeliveriesDialog,
    installed_row::{InstalledRow, Opened},
    questions::{CredentialsDialog, RemoveDialog, RemoveEverywhereDialog},
    updates::UpdateDialog,
};
use crate::components::live::{effect, part};
use crate::{
    client::actions,
    components::{
        room::room_title,
        sending::{Refusal, Request, keep_asked},
        simulator::show_descriptor,
    },
    state::Store,
};

/// Integrations of a room and of all rooms.
#[component]
pub fn InstalledList(room: RoomId) -> impl IntoView {
    let store = expect_context::<Store>();
    let items = RwSignal::new(None::<Vec<InstalledIn>>);
    let loading = Request::default();
    let opened = RwSignal::new(None::<Opened>);
    let on_close = Callback::new(move |()| opened.set(None));
    let changed = RwSignal::new(0_u32);
    effect(move || {
        // Whatever is installed or removed, by anybody, changes this.
        store.installed.track();
        changed.update(|times| *times += 1);
    });
    keep_asked(
        loading,
        move || store.hydrated.get().then(|| changed.get()),
        move |_| loading.ask(actions::integrations_in(room), move |found| drop(items.try_set(Some(found)))),
    );
    let rows = move || {
        items.get().map(|items| match items.is_empty() {
            true => view! { <p class="muted">"No integrations here yet."</p> }.into_any(),
            false => {
                let rows = items.into_iter().map(|item| view! { <InstalledRow item room opened/> }).collect_view();
                view! { <ul class="people" role="list">{rows}</ul> }.into_any()
            }
        })
    };
    view! {
        <section class="stack__section" aria-labelledby="installed-title">
            <h2 id="installed-title">"Installed in "<bdi>{part(move || room_title(store, room))}</bdi></h2>
            <Refusal request=loading/>
            {part(rows)}
        </section>
        {part(move || opened.get().map(|opened| match opened {
            Opened::Deliveries(item) => view! { <DeliveriesDialog item room on_close/> }.into_any(),
            Opened::Descriptor(item) => show_descriptor(item.key, item.name, on_close),
            Opened::Credentials(item) => view! { <CredentialsDialog item on_close/> }.into_any(),
            Opened::RemoveEverywhere(item) => view! { <RemoveEverywhereDialog item on_close/> }.into_any(),
            Opened::Remove(item) => view! { <RemoveDialog item on_close/> }.into_any(),
            Opened::Update(item) => view! { <UpdateDialog integration=item.key name=item.name on_close/> }.into_any(),
        }))}
    }
    .into_any()
}
