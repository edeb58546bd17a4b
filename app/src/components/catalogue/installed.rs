//! What is installed in a room, with the ways to remove it and to see what it was told.

use leptos::prelude::*;
use roomglass_protocol::{
    Role, RoomId, RoomRef,
    integration::LozengeKind,
    rest::{
        integration::{InstalledIn, Uninstall},
        update::RefreshOutcome,
    },
};

use super::{deliveries::DeliveriesDialog, rewriting::RewritingSwitch, updates::UpdateDialog};
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
        sending::{Refusal, Request, keep_asked},
        simulator::show_descriptor,
    },
    state::{Store, ToastKind},
};

/// A dialog about something installed.
#[derive(Clone)]
enum Opened {
    Deliveries(InstalledIn),
    Descriptor(InstalledIn),
    Remove(InstalledIn),
    Update(InstalledIn),
}

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
fn InstalledRow(item: InstalledIn, room: RoomId, opened: RwSignal<Option<Opened>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let is_global = item.place == RoomRef::Global;
    let is_administrator = move || store.person_in(room).is_some_and(|(me, _)| me.role == Role::Administrator);
    let may_look = move || store.may_install_in(room);
    let may_remove = move || if is_global { is_administrator() } else { store.may_install_in(room) };
    let label = format!("Remove {}…", item.name);
    let icon = provider_icon(store, &item.key);
    let (wanted, read, unwanted) = (item.clone(), item.clone(), item.clone());
    let open = move |_| opened.set(Some(Opened::Descriptor(read.clone())));
    let open_label = format!("Descriptor of {}…", item.name);
    let look = move |_| opened.set(Some(Opened::Deliveries(wanted.clone())));
    let remove = move |_| opened.set(Some(Opened::Remove(unwanted.clone())));
    let refreshed = item.clone();
    let configurable = item.configurable;
    let (key, name) = (item.key.clone(), item.name.clone());
    let configure = move |_| actions::configure(key.clone(), name.clone(), room);
    let configure_label = format!("Set up {}…", item.name);
    let homepage = item.homepage.clone();
    let switched = item.clone();
    let look_label = format!("Deliveries to {}…", item.name);
    view! {
        <li class="people__row">
            <AppIcon integration=item.key.clone() name=item.name.clone() icon class="app-icon app-icon--avatar"/>
            <span class="people__name">
                <b>{item.name}</b><small>{item.description}" · installed "<Age at=Signal::stored(Some(item.installed_at))/>
                    {homepage.map(|page| view! { " · "<a class="link" href=page target="_blank" rel="noopener noreferrer">"Page of the publisher"</a> })}
                </small>
            </span>
            {is_global.then(|| view! { <StateLozenge kind=LozengeKind::Default text="Everywhere"/> })}
            {part(move || is_administrator().then(|| view! { <RewritingSwitch item=switched.clone()/> }))}
            {part(move || (configurable && may_remove()).then(|| view! {
                <button class="btn btn--sm btn--quiet" type="button" aria-label=configure_label.clone() on:click=configure.clone()>"Set up…"</button>
            }))}
            {part(move || may_remove().then(|| view! { <RefreshButton item=refreshed.clone() opened/> }))}
            {part(move || may_look().then(|| view! {
                <button class="btn btn--sm btn--quiet" type="button" aria-label=look_label.clone() on:click=look.clone()>"Deliveries…"</button>
            }))}
            {part(move || may_look().then(|| view! {
                <button class="btn btn--sm btn--quiet" type="button" aria-label=open_label.clone() on:click=open.clone()>"Descriptor…"</button>
            }))}
            {part(move || may_remove().then(|| view! {
                <button class="btn btn--sm btn--quiet" type="button" aria-label=label.clone() on:click=remove.clone()>"Remove…"</button>
            }))}
        </li>
    }
    .into_any()
}

/// Asks the provider what it is now. What asks for more than was agreed to goes on to its review.
#[component]
fn RefreshButton(item: InstalledIn, opened: RwSignal<Option<Opened>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let asking = Request::default();
    let label = format!("Refresh {} from its provider", item.name);
    let ask = on(move |_: leptos::ev::MouseEvent| {
        let item = item.clone();
        let answer = actions::refresh_integration(item.key.clone());
        let question = async move {
            let answer = answer.await;
            if let Err(error) = &answer {
                store.toast(ToastKind::Failed, error.message.clone());
            }
            answer
        };
        asking.ask(question, move |outcome| match outcome {
            RefreshOutcome::Unchanged => store.toast(ToastKind::Done, format!("{} has not changed.", item.name)),
            RefreshOutcome::Applied => store.toast(ToastKind::Done, format!("{} is up to date.", item.name)),
            RefreshOutcome::Waiting => drop(opened.try_set(Some(Opened::Update(item)))),
        });
    });
    view! {
        <button class="btn btn--sm btn--quiet" type="button" aria-label=label aria-busy=follow(move || asking.is_busy().then_some("true")) on:click=ask>"Refresh"</button>
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
