//! Adding people to a room.

use leptos::prelude::*;
use roomglass_protocol::{Person, UserId};

use super::OpenRoom;
use crate::components::live::{follow, list, memo, on, part};
use crate::{
    client::actions,
    components::{
        avatar::Avatar,
        dialog::{Dialog, FirstFocus},
        sending::{Refusal, Request},
    },
    deferred::split_off,
    state::Store,
};

split_off! {
    manage,
    /// Everybody of the organisation who is not a member yet; those that were named, if any, until the reader looks for others.
    pub fn add_people(named: Vec<UserId>, on_close: Callback<()>) {
        view! { <InviteDialog named on_close/> }
    }
}

#[component]
fn InviteDialog(named: Vec<UserId>, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let filter = RwSignal::new(String::new());
    let candidates = memo(move || {
        let members = room.signals.members.get().unwrap_or_default();
        let wanted = filter.with(|filter| filter.trim().to_lowercase());
        store.workspace.with(|known| {
            let everybody = known.iter().flat_map(|known| known.people.values());
            let fits = |person: &&Person| {
                !members.contains(&person.id)
                    && (named.is_empty() || !wanted.is_empty() || named.contains(&person.id))
                    && (person.name.to_lowercase().contains(&wanted) || person.mention.contains(&wanted))
            };
            everybody.filter(fits).cloned().collect::<Vec<_>>()
        })
    });
    let title = format!("Add people to {}", room.title.get_untracked());
    view! {
        <Dialog id="invite" title first_focus=FirstFocus::Field on_close>
            <div class="dialog__body">
                <input class="input" type="search" aria-label="Find people" placeholder="Find people"
                    prop:value=follow(move || filter.get()) on:input=on(move |event| filter.set(event_target_value(&event)))/>
                <ul class="people" role="list">
                    {list(move || candidates.get(), |person| person.id, |person| view! { <Candidate person/> }.into_any())}
                </ul>
                {part(move || candidates.with(Vec::is_empty).then(|| view! { <p class="muted">"Nobody else to add."</p> }))}
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Candidate(person: Person) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let adding = Request::default();
    let id = person.id;
    view! {
        <li class="people__row">
            <Avatar id name=person.name.clone() class="avatar avatar--28" presence=true/>
            <span class="people__name"><b>{person.name.clone()}</b><small>{format!("@{}", person.mention)}</small></span>
            <button class="btn btn--sm" type="button" aria-label=format!("Add {}", person.name)
                aria-busy=follow(move || adding.is_busy().then_some("true"))
                on:click=on(move |_| adding.ask(actions::invite_to_room(room.id, id), |()| ()))>
                "Add"
            </button>
            <Refusal request=adding/>
        </li>
    }
    .into_any()
}
