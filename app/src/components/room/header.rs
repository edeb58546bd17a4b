//! The head of a room: what it is called and about, who is in it, and its menu.

use leptos::prelude::*;
use roomglass_protocol::{Privacy, RoomKind, UserId};

use super::{
    OpenRoom, archive::ArchiveItem, details::change_details, invite::add_people, members::show_members, room_icon,
};
use crate::components::live::{on, part};
use crate::{
    client::actions,
    components::{
        avatar::Avatar,
        controls::Why,
        frame::Frame,
        icon::{Icon, LiveIcon},
        menu::{MenuButton, MenuItem},
        sending::Request,
    },
    state::{Asked, Store, ToastKind},
};

const MOST_FACES: usize = 3;

/// A dialog of the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Members,
    Details,
}

/// The head and its dialogs.
#[component]
pub fn RoomHeader() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let frame = expect_context::<Frame>();
    let dialog = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| dialog.set(None));
    let picture = Signal::derive(move || room.membership().map_or("i-hash", |membership| room_icon(&membership.room)));
    let topic = move || room.membership().map(|membership| membership.room.topic).unwrap_or_default();
    let privacy = move || match room.membership().map(|membership| (membership.room.kind, membership.room.privacy)) {
        Some((RoomKind::Conversation, _)) => "Conversation: ",
        Some((RoomKind::Room, Privacy::Private)) => "Private room: ",
        _ => "",
    };
    view! {
        <header class="bar room__header" data-region="header">
            <a class="iconbtn back" href="/rooms" aria-label="Back to rooms"><Icon name="i-arrow-left" class="icon icon--flip"/></a>
            {frame.rail_button()}
            <div class="room__title">
                <LiveIcon name=picture/>
                <h1 id="room-title" tabindex="-1"><span class="sr-only">{part(privacy)}</span><bdi>{part(move || room.title.get())}</bdi></h1>
            </div>
            <p class="room__topic bar__grow">{part(topic)}</p>
            <span class="bar__grow only-phone"></span>
            {part(move || room.is_open.get().then(|| view! {
                <button class="iconbtn" type="button" aria-label="Call" on:click=on(move |_| store.want_call(room.id))><Icon name="i-phone"/></button>
            }))}
            <Faces on_open=Callback::new(move |()| dialog.set(Some(Open::Members)))/>
            <RoomMenu dialog/>
        </header>
        {part(move || dialog.get().map(|open| match open {
            Open::Members => show_members(close),
            Open::Details => change_details(close),
        }))}
        {part(move || store.asked.get().and_then(|asked| match asked {
            Asked::People(named) => Some(add_people(named, Callback::new(move |()| store.asked.set(None)))),
            Asked::Room(_) | Asked::Files(..) => None,
        }))}
    }
    .into_any()
}

/// The first members, and how many there are.
#[component]
fn Faces(on_open: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let members = room.signals.members;
    let face = move |id: UserId| {
        let name =
            store.workspace.with(|known| known.as_ref().and_then(|known| Some(known.people.get(&id)?.name.clone())));
        view! { <Avatar id name=name.unwrap_or_default() class="avatar avatar--24"/> }
    };
    let faces = move || members.get().unwrap_or_default().into_iter().take(MOST_FACES).map(face).collect_view();
    let count = move || members.with(|members| members.as_ref().map(|members| members.len().to_string()));
    view! {
        <button class="btn btn--quiet btn--sm not-phone" type="button" aria-haspopup="dialog" on:click=on(move |_| on_open.run(()))>
            <span class="facepile">{part(faces)}</span>
            <span class="num"><span class="sr-only">"Members: "</span>{part(count)}</span>
        </button>
    }
    .into_any()
}

#[component]
fn RoomMenu(dialog: RwSignal<Option<Open>>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let show = move |open: Open| Callback::new(move |()| dialog.set(Some(open)));
    let store = expect_context::<Store>();
    let invite = Callback::new(move |()| store.asked.set(Some(Asked::People(Vec::new()))));
    let may_install = move || store.may_install_in(room.id);
    // Whoever looks after a room also ends it.
    let may_change = may_install;
    let explain = Callback::new(move |()| room.why.set(Some(Why::Tiles)));
    let is_room = move || room.membership().is_some_and(|membership| membership.room.kind == RoomKind::Room);
    let face = view! { <Icon name="i-ellipsis"/> }.into_any();
    view! {
        <MenuButton id="room-menu" label="Room menu" face>
            <MenuItem icon="i-users" label="Members" on_choose=show(Open::Members)/>
            {is_room().then(|| view! {
                <MenuItem icon="i-user-plus" label="Add people…" on_choose=invite/>
                <MenuItem icon="i-pencil-line" label="Name, topic and privacy…" on_choose=show(Open::Details)/>
                <OpenIntegrations/>
                {may_install().then(|| view! { <MenuItem icon="i-info" label="Why are tiles shown or hidden?" on_choose=explain/> })}
                <div class="menu__sep" role="separator"></div>
                {(may_change() && room.is_open.get()).then(|| view! { <ArchiveItem/> })}
                <LeaveItem/>
            })}
        </MenuButton>
    }
    .into_any()
}

#[component]
fn OpenIntegrations() -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let navigate = leptos_router::hooks::use_navigate();
    let open = Callback::new(move |()| navigate(&format!("/integrations?room={}", room.id), Default::default()));
    view! { <MenuItem icon="i-blocks" label="Integrations" on_choose=open/> }.into_any()
}

#[component]
fn LeaveItem() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let navigate = leptos_router::hooks::use_navigate();
    let leaving = Request::default();
    let leave = Callback::new(move |()| {
        let navigate = navigate.clone();
        let title = room.title.get_untracked();
        leaving.ask(store.told_of_failure(actions::leave_room(room.id)), move |()| {
            store.toast(ToastKind::Done, format!("You left {title}."));
            navigate("/rooms", Default::default());
        });
    });
    view! { <MenuItem icon="i-log-out" label="Leave room" class="menu__item menu__item--danger" on_choose=leave/> }
        .into_any()
}
