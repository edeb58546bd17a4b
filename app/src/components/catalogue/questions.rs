//! What is asked before something installed is removed or gets new credentials.

use leptos::prelude::*;
use roomglass_protocol::{
    RoomRef,
    rest::integration::{InstalledIn, Uninstall},
};

use crate::components::live::{follow, on};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        room::room_title,
        sending::{Refusal, Request},
    },
    state::{Store, ToastKind},
};

/// Whether it shall leave the room, or all rooms it is in as one that is installed everywhere.
#[component]
pub(super) fn RemoveDialog(item: InstalledIn, on_close: Callback<()>) -> impl IntoView {
    let (store, removing) = (expect_context::<Store>(), Request::default());
    let place = place_of(store, &item);
    let (title, affirm) = (format!("Remove {} from {place}?", item.name), format!("Remove from {place}"));
    let (request, done) = (places(&item), format!("{} is removed.", item.name));
    let remove = Callback::new(move |()| {
        let done = done.clone();
        removing.ask(actions::uninstall(request.clone()), move |_| finish(store, done, on_close));
    });
    let words = "Its secret and tiles are deleted. Its messages stay.".to_owned();
    view! { <Question id="remove" title words keep="Keep" affirm danger=true asking=removing act=remove on_close/> }
}

/// Whether it shall have new credentials there, say because its secret has become known.
#[component]
pub(super) fn CredentialsDialog(item: InstalledIn, on_close: Callback<()>) -> impl IntoView {
    let (store, asking) = (expect_context::<Store>(), Request::default());
    let place = place_of(store, &item);
    let title = format!("Give {} new credentials for {place}?", item.name);
    let words =
        "Do this when its secret may have become known. Its provider gets new ones at once; the former ones count \
        for an hour more, so that nothing it does is interrupted."
            .to_owned();
    let (request, done) = (places(&item), format!("{} has new credentials.", item.name));
    let rotate = Callback::new(move |()| {
        let done = done.clone();
        asking.ask(actions::rotate_credentials(request.clone()), move |()| finish(store, done, on_close));
    });
    let affirm = "Give new credentials".to_owned();
    view! { <Question id="credentials" title words keep="Cancel" affirm danger=false asking act=rotate on_close/> }
}

/// Whether it shall leave every room there is (UNIN-04).
#[component]
pub(super) fn RemoveEverywhereDialog(item: InstalledIn, on_close: Callback<()>) -> impl IntoView {
    let (store, asking) = (expect_context::<Store>(), Request::default());
    let title = format!("Remove {} from everywhere?", item.name);
    let words =
        "It leaves every room it is installed in, also those you are not in. Its secrets and tiles are deleted, its \
        messages stay, and its provider is told."
            .to_owned();
    let (key, done) = (item.key, format!("{} is removed everywhere.", item.name));
    let remove = Callback::new(move |()| {
        let done = done.clone();
        asking.ask(actions::remove_everywhere(key.clone()), move |()| finish(store, done, on_close));
    });
    let affirm = "Remove everywhere".to_owned();
    view! { <Question id="remove-everywhere" title words keep="Keep" affirm danger=true asking act=remove on_close/> }
}

fn place_of(store: Store, item: &InstalledIn) -> String {
    match item.place {
        RoomRef::Global => "all rooms".to_owned(),
        RoomRef::Room(room) => untrack(|| room_title(store, room)),
    }
}

fn places(item: &InstalledIn) -> Uninstall {
    Uninstall {
        integration: item.key.clone(),
        rooms: item.place.room().into_iter().collect(),
        global: item.place == RoomRef::Global,
    }
}

fn finish(store: Store, done: String, on_close: Callback<()>) {
    store.toast(ToastKind::Done, done);
    on_close.run(());
}

#[component]
fn Question(
    id: &'static str,
    title: String,
    words: String,
    keep: &'static str,
    affirm: String,
    danger: bool,
    asking: Request,
    act: Callback<()>,
    on_close: Callback<()>,
) -> impl IntoView {
    let class = if danger { "btn btn--danger" } else { "btn btn--primary" };
    view! {
        <Dialog id title on_close>
            <div class="dialog__body">
                <p>{words}</p>
                <Refusal request=asking/>
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>{keep}</button>
                <button class=class type="button" aria-busy=follow(move || asking.is_busy().then_some("true")) on:click=on(move |_| act.run(()))>{affirm}</button>
            </div>
        </Dialog>
    }
    .into_any()
}
