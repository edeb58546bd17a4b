//! Finding a public room to join, or one that was put away.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use roomglass_protocol::Room;

use super::row::{RoomLink, RoomRow};
use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        icon::Icon,
        sending::{Refusal, Request},
    },
    deferred::split_off,
    state::Store,
};

split_off! {
    manage,
    /// Public rooms the reader is not in, and archived ones they are in.
    pub fn find_room(on_close: Callback<()>) {
        view! { <FindRoomDialog on_close/> }
    }
}

#[component]
fn FindRoomDialog(on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let rooms = RwSignal::new(None::<Vec<Room>>);
    let looking = Request::default();
    effect(move || looking.ask(actions::joinable_rooms(), move |found| drop(rooms.try_set(Some(found)))));
    let away = RoomRow::archived(store);
    let list = move || {
        rooms.get().map(|rooms| match rooms.is_empty() {
            true => view! { <p class="muted">"You are in every public room."</p> }.into_any(),
            false => {
                let rows = rooms.into_iter().map(|room| view! { <Joinable room on_close/> }).collect_view();
                view! { <ul class="people" role="list">{rows}</ul> }.into_any()
            }
        })
    };
    view! {
        <Dialog id="find-room" title="Find a room" on_close>
            <div class="dialog__body" aria-busy=follow(move || looking.is_busy().then_some("true"))>
                <Refusal request=looking/>
                {part(list)}
                {(!away.is_empty()).then(|| view! {
                    <h3>"Archived rooms of yours"</h3>
                    <ul class="people" role="list">
                        {away.into_iter().map(|row| view! { <li on:click=on(move |_| on_close.run(()))><RoomLink row/></li> }).collect_view()}
                    </ul>
                })}
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Joinable(room: Room, on_close: Callback<()>) -> impl IntoView {
    let joining = Request::default();
    let navigate = use_navigate();
    let id = room.id;
    let join = move |_| {
        let navigate = navigate.clone();
        joining.ask(actions::join_room(id), move |()| {
            on_close.run(());
            navigate(&format!("/rooms/{id}"), Default::default());
        });
    };
    view! {
        <li class="people__row">
            <Icon name="i-hash"/>
            <span class="people__name"><b>{room.name.clone()}</b><small>{room.topic}</small></span>
            <button class="btn btn--sm" type="button" aria-label=format!("Join {}", room.name) on:click=join>"Join"</button>
            <Refusal request=joining/>
        </li>
    }
    .into_any()
}
