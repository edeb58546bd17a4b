//! What is installed in a room, and the way to remove it.

use leptos::prelude::*;
use roomglass_protocol::{
    Role, RoomId, RoomRef,
    integration::LozengeKind,
    rest::integration::{InstalledIn, Uninstall},
};

use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        icon::AppIcon,
        lozenge::StateLozenge,
        moment::Age,
        provider::provider_icon,
        room::room_title,
        sending::{Refusal, Request},
    },
    state::{Store, ToastKind},
};

/// Integrations of a room and of all rooms.
#[component]
pub fn InstalledList(room: RoomId) -> impl IntoView {
    let store = expect_context::<Store>();
    let items = RwSignal::new(None::<Vec<InstalledIn>>);
    let loading = Request::default();
    let removing = RwSignal::new(None::<InstalledIn>);
    effect(move || {
        // Whatever is installed or removed, by anybody, changes this.
        store.installed.track();
        if store.hydrated.get() {
            loading.ask(actions::integrations_in(room), move |found| drop(items.try_set(Some(found))));
        }
    });
    let rows = move || {
        items.get().map(|items| match items.is_empty() {
            true => view! { <p class="muted">"No integrations here yet."</p> }.into_any(),
            false => {
                let rows = items.into_iter().map(|item| view! { <InstalledRow item room removing/> }).collect_view();
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
        {part(move || removing.get().map(|item| view! {
            <RemoveDialog item on_close=Callback::new(move |()| removing.set(None))/>
        }))}
    }
    .into_any()
}

#[component]
fn InstalledRow(item: InstalledIn, room: RoomId, removing: RwSignal<Option<InstalledIn>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let is_global = item.place == RoomRef::Global;
    let may_remove = move || {
        store.person_in(room).is_some_and(|(me, membership)| {
            me.role == Role::Administrator || (!is_global && membership.room.owner_id == me.id)
        })
    };
    let label = format!("Remove {}…", item.name);
    let icon = provider_icon(store, &item.key);
    let wanted = item.clone();
    let remove = move |_| removing.set(Some(wanted.clone()));
    view! {
        <li class="people__row">
            <AppIcon integration=item.key.clone() name=item.name.clone() icon class="app-icon app-icon--avatar"/>
            <span class="people__name">
                <b>{item.name}</b><small>{item.description}" · installed "<Age at=Signal::stored(Some(item.installed_at))/></small>
            </span>
            {is_global.then(|| view! { <StateLozenge kind=LozengeKind::Default text="Everywhere"/> })}
            {part(move || may_remove().then(|| view! {
                <button class="btn btn--sm btn--quiet" type="button" aria-label=label.clone() on:click=remove.clone()>"Remove…"</button>
            }))}
        </li>
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
