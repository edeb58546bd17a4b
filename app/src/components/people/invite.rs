//! Inviting somebody to the organisation by a link.

use leptos::{html, prelude::*};
use roomglass_protocol::{OrderedSet, Role, RoomId, RoomKind};

use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        field::SubmitButton,
        sending::{Refusal, Request},
    },
    state::Store,
};

/// Role and rooms, then the link.
#[component]
pub fn InviteDialog(on_close: Callback<()>) -> impl IntoView {
    let role = RwSignal::new(Role::Member);
    let rooms = RwSignal::new(OrderedSet::<RoomId>::new());
    let link = RwSignal::new(None::<String>);
    let making = Request::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let rooms = rooms.get_untracked().into_iter().collect();
        making.ask(actions::create_invitation(role.get_untracked(), rooms), move |made| {
            drop(link.try_set(Some(made.url)))
        });
    };
    let form = move || {
        view! {
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body"><RoleChoice role/><RoomChoice rooms/><Refusal request=making/></div>
                <div class="dialog__foot">
                    <p class="dialog__note">"A link works once, for 7 days."</p>
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <SubmitButton label="Make a link" request=making/>
                </div>
            </form>
        }
    };
    view! {
        <Dialog id="invite-people" title="Invite people" on_close>
            {part(move || match link.get() {
                Some(url) => view! { <LinkReady url on_close/> }.into_any(),
                None => form().into_any(),
            })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn RoleChoice(role: RwSignal<Role>) -> impl IntoView {
    let store = expect_context::<Store>();
    let is_administrator = store
        .workspace
        .with_untracked(|known| known.as_ref().is_some_and(|known| known.user.role == Role::Administrator));
    let choice = move |value: Role, word: &'static str, hint: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="role" prop:checked=follow(move || role.get() == value) on:change=on(move |_| role.set(value))/>
                <span>{word}<span class="check__hint">{hint}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">"They will be"</legend>
            {choice(Role::Member, "Member", "Makes rooms and joins public ones.")}
            {choice(Role::Guest, "Guest", "Sees only the rooms chosen below; installs nothing.")}
            {is_administrator.then(|| choice(Role::Administrator, "Administrator", "May do everything, in every room."))}
        </fieldset>
    }
    .into_any()
}

#[component]
fn RoomChoice(rooms: RwSignal<OrderedSet<RoomId>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let mine: Vec<(RoomId, String)> = store.workspace.with_untracked(|known| {
        let all = known.iter().flat_map(|known| known.rooms.values()).map(|membership| &membership.room);
        all.filter(|room| room.kind == RoomKind::Room).map(|room| (room.id, room.name.clone())).collect()
    });
    let row = move |(id, name): (RoomId, String)| {
        let toggle = move |_| {
            rooms.update(|rooms| {
                if !rooms.remove(&id) {
                    rooms.insert(id);
                }
            })
        };
        view! { <label class="check"><input type="checkbox" on:change=toggle/><span>{name}</span></label> }
    };
    (!mine.is_empty()).then(|| {
        view! {
            <fieldset class="field">
                <legend class="field__label">"Rooms they enter at once"</legend>
                {mine.into_iter().map(row).collect_view()}
            </fieldset>
        }
    })
}

#[component]
fn LinkReady(url: String, on_close: Callback<()>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    view! {
        <div class="dialog__body">
            <div class="field">
                <label for="invitation-link">"Send this link to the person you invite"</label>
                <input class="input" id="invitation-link" node_ref=field readonly=true prop:value=url.clone()/>
                <p class="field__hint">"It works once, for 7 days."</p>
            </div>
        </div>
        <div class="dialog__foot"><button class="btn btn--primary" type="button" on:click=on(move |_| on_close.run(()))>"Done"</button></div>
    }
    .into_any()
}
