//! The people of the organisation: whether they are there, and the way to talk to them.

mod invite;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use roomglass_protocol::{Person, Role};

use super::{
    avatar::{Avatar, known_presence, presence_word},
    icon::Icon,
    sending::{Refusal, Request},
};
use crate::components::live::{follow, list, memo, on, part};
use crate::{client::actions, state::Store};
use invite::InviteDialog;

/// Everybody the reader may see.
#[component]
pub fn PeopleList() -> impl IntoView {
    let store = expect_context::<Store>();
    let inviting = RwSignal::new(false);
    let people = memo(move || {
        store.workspace.with(|known| {
            let mut people: Vec<Person> = known.iter().flat_map(|known| known.people.values().cloned()).collect();
            people.sort_by_cached_key(|person| person.name.to_lowercase());
            people
        })
    });
    let my_role = memo(move || store.workspace.with(|known| known.as_ref().map(|known| known.user.role)));
    view! {
        <div class="pagehead">
            <div><h1>"People"</h1><p>{part(move || counted(people.with(Vec::len)))}</p></div>
            {part(move || my_role.get().filter(|role| *role != Role::Guest).map(|_| view! {
                <button class="btn btn--primary" type="button" aria-haspopup="dialog" on:click=on(move |_| inviting.set(true))>
                    <Icon name="i-user-plus" class="icon icon--sm"/>"Invite people…"
                </button>
            }))}
        </div>
        <ul class="people" role="list">
            {list(move || people.get(), |person| (person.id, person.name.clone(), person.role), |person| view! { <PersonRow person/> }.into_any())}
        </ul>
        {part(move || inviting.get().then(|| view! { <InviteDialog on_close=Callback::new(move |()| inviting.set(false))/> }))}
    }
    .into_any()
}

fn counted(people: usize) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

#[component]
fn PersonRow(person: Person) -> impl IntoView {
    let store = expect_context::<Store>();
    let id = person.id;
    let presence = known_presence(id);
    let opening = Request::default();
    let navigate = use_navigate();
    let is_me = move || store.workspace.with(|known| known.as_ref().is_some_and(|known| known.user.id == id));
    let open = move |_| {
        let navigate = navigate.clone();
        opening.ask(actions::open_conversation(vec![id]), move |room| {
            navigate(&format!("/rooms/{room}"), Default::default())
        });
    };
    let label = format!("Message {}", person.name);
    let role = match person.role {
        Role::Administrator => ", administrator",
        Role::Member => "",
        Role::Guest => ", guest",
    };
    let described = format!("@{}{role}", person.mention);
    let details = move || match presence.get() {
        Some(presence) => format!("{described}, {}", presence_word(presence)),
        None => described.clone(),
    };
    view! {
        <li class="people__row">
            <Avatar id name=person.name.clone() presence=true/>
            <span class="people__name">
                <b><bdi>{person.name}</bdi></b>
                <small>{part(details)}</small>
            </span>
            {part(move || (!is_me()).then(|| view! {
                <button class="btn btn--sm" type="button" aria-label=label.clone() aria-busy=follow(move || opening.is_busy().then_some("true"))
                    on:click=open.clone()>
                    <Icon name="i-message-square" class="icon icon--sm"/>"Message"
                </button>
            }))}
            <Refusal request=opening/>
        </li>
    }
    .into_any()
}
