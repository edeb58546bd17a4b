//! Who is in a room.

use leptos::prelude::*;
use roomglass_protocol::{Person, Role, RoomKind, UserId};

use super::OpenRoom;
use crate::components::live::{list, memo, on, part};
use crate::{
    client::actions,
    components::{
        avatar::{Avatar, known_presence, presence_word},
        dialog::Dialog,
        sending::{Refusal, Request},
    },
    deferred::split_off,
    state::Store,
};

split_off! {
    manage,
    /// All members; the owner and administrators can remove others.
    pub fn show_members(on_close: Callback<()>) {
        view! { <MembersDialog on_close/> }
    }
}

#[component]
fn MembersDialog(on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let members = memo(move || {
        let ids = room.signals.members.get().unwrap_or_default();
        store.workspace.with(|known| {
            let people = known.as_ref().map(|known| &known.people);
            ids.iter().filter_map(|id| people?.get(id).cloned()).collect::<Vec<_>>()
        })
    });
    let title = format!("Members of {}", room.title.get_untracked());
    view! {
        <Dialog id="members" title on_close>
            <div class="dialog__body">
                <ul class="people" role="list">
                    {list(move || members.get(), |person| person.id, |person| view! { <Member person/> }.into_any())}
                </ul>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Member(person: Person) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let removing = Request::default();
    let id = person.id;
    let presence = known_presence(id);
    let details = move || {
        let role = if is_owner(room, id) { "owner" } else { role_word(person.role) };
        presence.get().map_or_else(|| role.to_owned(), |presence| format!("{role}, {}", presence_word(presence)))
    };
    let removable = move || can_remove(store, room, id);
    view! {
        <li class="people__row">
            <Avatar id name=person.name.clone() class="avatar avatar--28" presence=true/>
            <span class="people__name">
                <b>{person.name.clone()}</b>
                <small>{part(details)}</small>
            </span>
            {part(move || removable().then(|| {
                let label = format!("Remove {}", person.name);
                view! {
                    <button class="btn btn--sm btn--quiet" type="button" aria-label=label
                        on:click=on(move |_| removing.ask(actions::remove_from_room(room.id, id), |()| ()))>
                        "Remove"
                    </button>
                }
            }))}
            <Refusal request=removing/>
        </li>
    }
    .into_any()
}

/// The word for a role.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Member => "member",
        Role::Guest => "guest",
    }
}

fn is_owner(room: OpenRoom, id: UserId) -> bool {
    room.membership().is_some_and(|membership| membership.room.owner_id == id)
}

fn can_remove(store: Store, room: OpenRoom, id: UserId) -> bool {
    let Some((me, membership)) = store.person_in(room.id) else { return false };
    let may = me.role == Role::Administrator || membership.room.owner_id == me.id;
    may && me.id != id && membership.room.kind == RoomKind::Room
}
