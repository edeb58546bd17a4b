//! What is installed in a room, with the ways to remove it and to see what it was told.

use leptos::prelude::*;
use roomglass_protocol::{
    RoomId, RoomRef,
    rest::integration::{InstalledIn, Uninstall},
};

use super::{
    deliveries::DeliveriesDialog,
    installed_row::{InstalledRow, Opened},
    updates::UpdateDialog,
};
use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        room::room_title,
        sending::{Refusal, Request, keep_asked},
        simulator::show_descriptor,
    },
    state::{Store, ToastKind},
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
            Opened::Remove(item) => view! { <RemoveDialog item on_close/> }.into_any(),
            Opened::Update(item) => view! { <UpdateDialog integration=item.key name=item.name on_close/> }.into_any(),
        }))}
    }
    .into_any()
}

#[component]
fn RemoveDialog(item: InstalledIn, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let removing = Request::default();
    let place = match item.place {
        RoomRef::Global => "all rooms".to_owned(),
        RoomRef::Room(room) => untrack(|| room_title(store, room)),
    };
    let InstalledIn { key, name, place: from, .. } = item;
    let title = format!("Remove {name} from {place}?");
    let button = format!("Remove from {place}");
    let remove = move |_| {
        let request = Uninstall {
            integration: key.clone(),
            rooms: from.room().into_iter().collect(),
            global: from == RoomRef::Global,
        };
        let done = format!("{name} is removed.");
        removing.ask(actions::uninstall(request), move |_| {
            store.toast(ToastKind::Done, done);
            on_close.run(());
        });
    };
    view! {
        <Dialog id="remove" title on_close>
            <div class="dialog__body">
                <p>"Its secret and tiles are deleted. Its messages stay."</p>
                <Refusal request=removing/>
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Keep"</button>
                <button class="btn btn--danger" type="button" aria-busy=follow(move || removing.is_busy().then_some("true")) on:click=remove>{button}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
