//! Deleting a message, once more asked for: it cannot be undone (MSG-21).

use leptos::prelude::*;
use roomglass_protocol::MessageId;

use super::OpenRoom;
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        live::{follow, on},
        sending::{Refusal, Request},
    },
    deferred::split_off,
};

split_off! {
    manage,
    /// Asks before a message goes.
    pub fn confirm_deletion(message: MessageId, on_close: Callback<()>) {
        view! { <DeletionDialog message on_close/> }
    }
}

#[component]
fn DeletionDialog(message: MessageId, on_close: Callback<()>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let deleting = Request::default();
    let delete = move |_| deleting.ask(actions::delete_message(room.id, message), move |()| on_close.run(()));
    view! {
        <Dialog id="deletion" title="Delete this message?" on_close>
            <div class="dialog__body">
                <p>"Its text and files go, for everybody in the room. That somebody wrote here stays visible. This cannot be undone."</p>
                <Refusal request=deleting/>
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                <button class="btn btn--danger" type="button" aria-busy=follow(move || deleting.is_busy().then_some("true")) on:click=on(delete)>
                    "Delete"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
