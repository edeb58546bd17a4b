//! Name, topic and privacy of a room. Any member may change the topic, the owner and administrators the rest.

use leptos::prelude::*;
use roomglass_protocol::{Privacy, Role, rest::room::Change};

use super::OpenRoom;
use crate::components::live::on;
use crate::{
    client::actions,
    components::{
        dialog::{Dialog, FirstFocus},
        field::{SubmitButton, TextField},
        privacy::PrivacyChoice,
        sending::{Refusal, Request},
    },
    deferred::split_off,
    state::Store,
};

split_off! {
    manage,
    /// The form, filled with what holds now.
    pub fn change_details(on_close: Callback<()>) {
        view! { <DetailsDialog on_close/> }
    }
}

#[component]
fn DetailsDialog(on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let before = untrack(|| store.person_in(room.id));
    let may_change_all = before
        .as_ref()
        .is_some_and(|(me, membership)| me.role == Role::Administrator || membership.room.owner_id == me.id);
    let before = before.map(|(_, membership)| membership.room);
    let name = RwSignal::new(before.as_ref().map(|room| room.name.clone()).unwrap_or_default());
    let topic = RwSignal::new(before.as_ref().map(|room| room.topic.clone()).unwrap_or_default());
    let privacy = RwSignal::new(before.as_ref().map_or(Privacy::Public, |room| room.privacy));
    let saving = Request::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let differs = |now: String, was: Option<&String>| (Some(&now) != was).then_some(now);
        let change = Change {
            topic: differs(topic.get_untracked(), before.as_ref().map(|room| &room.topic)),
            name: differs(name.get_untracked(), before.as_ref().map(|room| &room.name)),
            privacy: Some(privacy.get_untracked())
                .filter(|now| before.as_ref().is_none_or(|room| room.privacy != *now)),
            archived: None,
        };
        saving.ask(actions::change_room(room.id, change), move |()| on_close.run(()));
    };
    let title = format!("About {}", room.title.get_untracked());
    view! {
        <Dialog id="details" title first_focus=FirstFocus::Field on_close>
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body">
                    <TextField id="room-topic" label="Topic" value=topic max=250 optional=true hint="What the room is about, in a line."/>
                    {may_change_all.then(|| view! {
                        <TextField id="room-name" label="Name" value=name max=50/>
                        <PrivacyChoice value=privacy/>
                    })}
                    <Refusal request=saving/>
                </div>
                <div class="dialog__foot">
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <SubmitButton label="Save" request=saving/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
