//! Making a room.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use roomglass_protocol::rest::room::Create;

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
    state::SuggestedRoom,
};

split_off! {
    manage,
    /// Name, topic, and who may enter; the room is opened once it is made.
    pub fn create_room(suggested: SuggestedRoom, on_close: Callback<()>) {
        view! { <CreateRoomDialog suggested on_close/> }
    }
}

#[component]
fn CreateRoomDialog(suggested: SuggestedRoom, on_close: Callback<()>) -> impl IntoView {
    let SuggestedRoom { name, topic, privacy } = suggested;
    // What a framed page filled in is to be read first: nobody who was writing shall make the room with Enter.
    let first_focus = if name.is_empty() { FirstFocus::Field } else { FirstFocus::Heading };
    let (name, topic, privacy) = (RwSignal::new(name), RwSignal::new(topic), RwSignal::new(privacy));
    let creating = Request::default();
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let topic = Some(topic.get_untracked()).filter(|topic| !topic.is_empty());
        let request = Create { name: name.get_untracked(), privacy: privacy.get_untracked(), topic };
        let navigate = navigate.clone();
        creating.ask(actions::create_room(request), move |room| {
            on_close.run(());
            navigate(&format!("/rooms/{room}"), Default::default());
        });
    };
    view! {
        <Dialog id="create-room" title="Create a room" first_focus on_close>
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body">
                    <TextField id="new-room-name" label="Name" value=name max=50/>
                    <TextField id="new-room-topic" label="Topic" value=topic max=250 optional=true hint="What the room is about, in a line."/>
                    <PrivacyChoice value=privacy/>
                    <Refusal request=creating/>
                </div>
                <div class="dialog__foot">
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <SubmitButton label="Create room" request=creating/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
