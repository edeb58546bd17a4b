//! One installed integration: what it is, and the menu of what can be done with it.

use leptos::prelude::*;
use roomglass_protocol::{
    RoomId, RoomRef,
    integration::LozengeKind,
    rest::{integration::InstalledIn, update::RefreshOutcome},
};

use super::rewriting::rewriting_item;
use crate::components::live::{memo, on, part};
use crate::{
    client::actions,
    components::{
        icon::{AppIcon, Icon},
        lozenge::StateLozenge,
        menu::{MenuButton, MenuItem},
        moment::Age,
        provider::provider_icon,
        sending::Request,
    },
    state::{Store, ToastKind},
};

/// The dialog a row asks for.
#[derive(Clone)]
pub(super) enum Opened {
    Deliveries(InstalledIn),
    Descriptor(InstalledIn),
    Credentials(InstalledIn),
    Remove(InstalledIn),
    RemoveEverywhere(InstalledIn),
    Update(InstalledIn),
}

/// An entry of the list of a room.
#[component]
pub(super) fn InstalledRow(item: InstalledIn, room: RoomId, opened: RwSignal<Option<Opened>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let is_global = item.place == RoomRef::Global;
    let may_look = memo(move || store.may_install_in(room));
    let may_remove = memo(move || if is_global { store.is_administrator() } else { store.may_install_in(room) });
    let icon = provider_icon(store, &item.key);
    let configurable = item.configurable;
    let (key, name) = (item.key.clone(), item.name.clone());
    let configure = move |_| actions::configure(key.clone(), name.clone(), room);
    let configure_label = format!("Set up {}…", item.name);
    let homepage = item.homepage.clone();
    let menu = menu(store, item.clone(), may_remove, opened);
    view! {
        <li class="people__row">
            <AppIcon integration=item.key.clone() name=item.name.clone() icon class="app-icon app-icon--avatar"/>
            <span class="people__name">
                <b>{item.name}</b><small>{item.description}" · installed "<Age at=Signal::stored(Some(item.installed_at))/>
                    {homepage.map(|page| view! { " · "<a class="link" href=page target="_blank" rel="noopener noreferrer">"Page of the publisher"</a> })}
                </small>
            </span>
            {is_global.then(|| view! { <StateLozenge kind=LozengeKind::Default text="Everywhere"/> })}
            {part(move || (configurable && may_remove.get()).then(|| view! {
                <button class="btn btn--sm" type="button" aria-label=configure_label.clone() on:click=on(configure.clone())>"Set up…"</button>
            }))}
            {part(move || may_look.get().then(&menu))}
        </li>
    }
    .into_any()
}

fn menu(
    store: Store,
    item: InstalledIn,
    may_remove: Memo<bool>,
    opened: RwSignal<Option<Opened>>,
) -> impl Fn() -> AnyView + Send {
    let (asking, deciding) = (Request::default(), Request::default());
    let is_rewritten = RwSignal::new(item.rewritten);
    let show = move |dialog: Opened| Callback::new(move |()| opened.set(Some(dialog.clone())));
    let place = item.place.room().map(|room| room.to_string()).unwrap_or_default();
    let (id, label) = (format!("more-{}-{place}", item.key), format!("More for {}", item.name));
    move || {
        let item = item.clone();
        let face = view! { <Icon name="i-ellipsis"/> }.into_any();
        view! {
            <MenuButton id=id.clone() label=label.clone() face>
                {may_remove.get_untracked().then(|| view! {
                    <MenuItem icon="i-refresh-cw" label="Refresh from its provider" on_choose=refresh(store, asking, item.clone(), opened)/>
                })}
                <MenuItem icon="i-clock" label="Deliveries…" on_choose=show(Opened::Deliveries(item.clone()))/>
                <MenuItem icon="i-info" label="Descriptor…" on_choose=show(Opened::Descriptor(item.clone()))/>
                {untrack(|| store.is_administrator()).then(|| rewriting_item(store, deciding, &item, is_rewritten))}
                {may_remove.get_untracked().then(|| view! {
                    <MenuItem icon="i-lock" label="New credentials…" on_choose=show(Opened::Credentials(item.clone()))/>
                    <div class="menu__sep" role="separator"></div>
                    <MenuItem icon="i-x" label="Remove…" class="menu__item menu__item--danger" on_choose=show(Opened::Remove(item.clone()))/>
                })}
                {untrack(|| store.is_administrator()).then(|| view! {
                    <MenuItem icon="i-x" label="Remove everywhere…" class="menu__item menu__item--danger" on_choose=show(Opened::RemoveEverywhere(item.clone()))/>
                })}
            </MenuButton>
        }
        .into_any()
    }
}

/// Asks the provider what it is now. What asks for more than was agreed to goes on to its review.
fn refresh(store: Store, asking: Request, item: InstalledIn, opened: RwSignal<Option<Opened>>) -> Callback<()> {
    Callback::new(move |()| {
        let item = item.clone();
        let question = store.told_of_failure(actions::refresh_integration(item.key.clone()));
        asking.ask(question, move |outcome| match outcome {
            RefreshOutcome::Unchanged => store.toast(ToastKind::Done, format!("{} has not changed.", item.name)),
            RefreshOutcome::Applied => store.toast(ToastKind::Done, format!("{} is up to date.", item.name)),
            RefreshOutcome::Waiting => drop(opened.try_set(Some(Opened::Update(item)))),
        });
    })
}
