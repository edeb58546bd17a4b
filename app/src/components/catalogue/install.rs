//! The dialog that installs: the address if need be, the review, then the decision.

use leptos::prelude::*;
use roomglass_protocol::{
    RoomId,
    rest::integration::{InstallFromSite, Review, Source},
};

use super::{place::Place, review::ReviewBody};
use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        dialog::{Dialog, FirstFocus},
        field::{SubmitButton, TextField},
        sending::{Refusal, Request},
    },
    state::{Store, ToastKind},
};

/// Begins with the review of a source, or by asking for the address of a descriptor.
#[component]
pub fn InstallDialog(
    source: Option<Source>,
    /// What the site that asked wants to have back.
    relay_state: Option<String>,
    room: Option<RoomId>,
    on_close: Callback<()>,
) -> impl IntoView {
    let source = RwSignal::new(source);
    let address = RwSignal::new(String::new());
    let review = RwSignal::new(None::<Review>);
    let previewing = Request::default();
    effect(move || {
        if let Some(source) = source.get() {
            previewing.ask(actions::preview(source), move |answer| drop(review.try_set(Some(answer))));
        }
    });
    part(move || match (source.get(), review.get()) {
        (Some(source), Some(review)) => {
            view! { <ReviewDialog source relay_state=relay_state.clone() review room on_close/> }.into_any()
        }
        (None, _) => view! { <AddressDialog source address on_close/> }.into_any(),
        (Some(from), None) => {
            // An address is asked for again: it may be the fault.
            let again = move |_| match &from.descriptor_url {
                Some(typed) => {
                    address.set(typed.clone());
                    source.set(None);
                }
                None => source.set(Some(from.clone())),
            };
            view! { <PreviewDialog previewing again=Callback::new(move |()| again(())) on_close/> }.into_any()
        }
    })
}

/// While the descriptor is fetched, and when that fails: every fault of it, or what happened to its provider.
#[component]
fn PreviewDialog(previewing: Request, again: Callback<()>, on_close: Callback<()>) -> impl IntoView {
    let failed = move || previewing.refusal().is_some();
    view! {
        <Dialog id="install" title="Install an integration" on_close>
            <div class="dialog__body" aria-busy=follow(move || previewing.is_busy().then_some("true"))>
                {part(move || previewing.is_busy().then(|| view! { <p role="status">"Asking its provider what it is…"</p> }))}
                <Refusal request=previewing/>
            </div>
            <div class="dialog__foot">
                <p class="dialog__note">{part(move || failed().then_some("Nothing was installed."))}</p>
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Close"</button>
                {part(move || failed().then(|| view! {
                    <button class="btn btn--primary" type="button" on:click=on(move |_| again.run(()))>"Try again"</button>
                }))}
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn AddressDialog(
    source: RwSignal<Option<Source>>,
    /// What is typed.
    address: RwSignal<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        source.set(Some(Source { integration: None, descriptor_url: Some(address.get_untracked().trim().to_owned()) }));
    };
    view! {
        <Dialog id="install-address" title="Install from an address" first_focus=FirstFocus::Field on_close>
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body">
                    <TextField id="descriptor-url" label="Address of the descriptor" value=address kind="url" max=2000
                        hint="Its provider tells you. You will see what it wants before anything is installed."/>
                </div>
                <div class="dialog__foot">
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <button class="btn btn--primary" type="submit">"Continue"</button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

#[component]
fn ReviewDialog(
    source: Source,
    relay_state: Option<String>,
    review: Review,
    room: Option<RoomId>,
    on_close: Callback<()>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let place = Place::new(store, room, &review);
    let installing = Request::default();
    let unplaced = RwSignal::new(false);
    let name = review.name.clone();
    let (installed_name, seen) = (name.clone(), review.version.clone());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let placed = untrack(|| place.is_chosen());
        unplaced.set(!placed);
        if placed {
            let name = installed_name.clone();
            let request = InstallFromSite {
                install: place.request(source.clone(), seen.clone()),
                relay_state: relay_state.clone(),
            };
            installing.ask(actions::install(request), move |_| {
                store.toast(ToastKind::Done, format!("{name} is installed. Its tiles appear with the first answer."));
                on_close.run(());
            });
        }
    };
    let label = Signal::derive(move || place.button(store));
    view! {
        <Dialog id="install" title=format!("Install {name}") subtitle="Read what it can do, choose where, then decide."
            class="dialog dialog--wide" on_close>
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body dialog__body--review">
                    <ReviewBody review place/>
                    <Refusal request=installing/>
                    {part(move || unplaced.get().then(|| view! { <p class="field__error" role="alert">"Choose at least one room."</p> }))}
                </div>
                <div class="dialog__foot">
                    <p class="dialog__note">"You can remove it at any time. That deletes its secret and its tiles."</p>
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <SubmitButton label request=installing/>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
