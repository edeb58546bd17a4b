//! The rail: rooms and conversations, the way to everything else, how the connection stands, and the reader.

pub mod create;
mod find;
mod me;
mod row;
mod sync_line;
mod updates;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use roomglass_protocol::{Role, RoomKind};

use super::{
    icon::Icon,
    menu::{MenuButton, MenuItem},
};
use crate::components::live::{list, memo, part};
use crate::state::{Asked, Store, SuggestedRoom};
use find::find_room;
use me::MeMenu;
use row::{RoomLink, RoomRow};
use sync_line::SyncLine;
pub use updates::UpdateBadge;
use updates::waiting_updates;

/// The whole rail; on a phone a screen of its own with tabs below.
#[component]
pub fn Rail() -> impl IntoView {
    let store = expect_context::<Store>();
    let organisation = move || {
        store.workspace.with(|known| known.as_ref().map(|known| known.organisation.name.clone()).unwrap_or_default())
    };
    let rows = memo(move || RoomRow::all(store));
    let rooms_of = move |kind: RoomKind| {
        let of_kind = move || rows.with(|rows| rows.iter().filter(|row| row.kind == kind).cloned().collect());
        list(of_kind, RoomRow::clone, |row| view! { <li><RoomLink row/></li> }.into_any())
    };
    // Nobody asks for it before the page stands, nor again because a message came.
    let may_review = memo(move || store.hydrated.get() && store.may_review());
    let to_review = move || may_review.get().then(waiting_updates);
    view! {
        <nav class="rail" aria-label="Rooms" data-region="rail">
            <div class="rail__org"><Icon name="logo" class="orgmark"/><b>{part(organisation)}</b></div>
            <div class="rail__scroll">
                <ul role="list">
                    <li><PlaceLink href="/people" icon="i-users" name="People" mark=().into_any()/></li>
                    <li><PlaceLink href="/integrations" icon="i-blocks" name="Integrations" mark=part(to_review)/></li>
                </ul>
                <section class="rail__section" aria-labelledby="rail-rooms">
                    <div class="rail__head"><h2 id="rail-rooms">"Rooms"</h2><NewRoomMenu/></div>
                    <ul role="list">{rooms_of(RoomKind::Room)}</ul>
                </section>
                <section class="rail__section" aria-labelledby="rail-conversations">
                    <div class="rail__head">
                        <h2 id="rail-conversations">"Conversations"</h2>
                        <a class="iconbtn iconbtn--sm" href="/people" aria-label="Start a conversation">
                            <Icon name="i-plus" class="icon icon--sm"/>
                        </a>
                    </div>
                    <ul role="list">{rooms_of(RoomKind::Conversation)}</ul>
                </section>
            </div>
            <div class="rail__foot"><SyncLine/><MeMenu id="me" class="rail__me"/></div>
            <div class="tabbar">
                <Tab href="/rooms" icon="i-house" name="Rooms"/>
                <Tab href="/people" icon="i-users" name="People"/>
                <Tab href="/integrations" icon="i-blocks" name="Integrations"/>
                <MeMenu id="me-tab" class="tabbar__me"/>
            </div>
        </nav>
    }
    .into_any()
}

/// `page` for the address that is open. Reactive.
fn current(href: &'static str) -> impl Fn() -> Option<&'static str> + Copy {
    let path = use_location().pathname;
    move || path.with(|path| path == href).then_some("page")
}

#[component]
fn PlaceLink(href: &'static str, icon: &'static str, name: &'static str, mark: AnyView) -> impl IntoView {
    view! {
        <a class="rail__row" href=href aria-current=current(href)><Icon name=icon/><span class="rail__name">{name}</span>{mark}</a>
    }
    .into_any()
}

#[component]
fn Tab(href: &'static str, icon: &'static str, name: &'static str) -> impl IntoView {
    view! { <a href=href aria-current=current(href)><Icon name=icon/>{name}</a> }.into_any()
}

/// Making and finding rooms; guests only see rooms they were invited to.
#[component]
fn NewRoomMenu() -> impl IntoView {
    let store = expect_context::<Store>();
    let finding = RwSignal::new(false);
    let is_guest =
        memo(move || store.workspace.with(|known| known.as_ref().is_none_or(|known| known.user.role == Role::Guest)));
    let menu = move || {
        let face = view! { <Icon name="i-plus" class="icon icon--sm"/> }.into_any();
        view! {
            <MenuButton id="new-room" label="Create or find a room" class="iconbtn iconbtn--sm" face>
                <MenuItem icon="i-plus" label="Create a room…" on_choose=Callback::new(move |()| store.asked.set(Some(Asked::Room(SuggestedRoom::default()))))/>
                <MenuItem icon="i-search" label="Find a room…" on_choose=Callback::new(move |()| finding.set(true))/>
            </MenuButton>
        }
    };
    view! {
        {part(move || (!is_guest.get()).then(menu))}
        {part(move || finding.get().then(|| find_room(Callback::new(move |()| finding.set(false)))))}
    }
    .into_any()
}
