//! Rooms that are put away: read by their members, written in by nobody.

use leptos::prelude::*;
use roomglass_protocol::rest::room::Change;

use super::OpenRoom;
use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    components::{
        icon::Icon,
        menu::MenuItem,
        sending::{Refusal, Request},
    },
    state::Store,
};

/// Puts the room away, for those who may change it.
#[component]
pub fn ArchiveItem() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let asking = Request::default();
    let archive = Callback::new(move |()| {
        asking.ask(store.told_of_failure(actions::change_room(room.id, archived(true))), |()| ());
    });
    view! { <MenuItem icon="i-archive" label="Archive room" on_choose=archive/> }.into_any()
}

/// What stands where messages are written in other rooms.
#[component]
pub fn Archived() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let asking = Request::default();
    let may_change = memo(move || store.may_install_in(room.id));
    let bring_back = move |_| asking.ask(actions::change_room(room.id, archived(false)), |()| ());
    view! {
        <section class="composer" id="composer" data-region="composer" aria-label="Archived room">
            <div class="notice notice--inset">
                <Icon name="i-archive"/>
                <p class="grow"><b>"This room is archived."</b>" You can read everything in it; nothing new is written."</p>
                {part(move || may_change.get().then(|| view! {
                    <button class="btn btn--sm" type="button" aria-busy=follow(move || asking.is_busy().then_some("true"))
                        on:click=on(bring_back)>"Bring it back"</button>
                }))}
            </div>
            <Refusal request=asking/>
        </section>
    }
    .into_any()
}

fn archived(archived: bool) -> Change {
    Change { archived: Some(archived), ..Change::default() }
}
