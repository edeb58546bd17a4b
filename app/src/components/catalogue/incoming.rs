//! Addresses at which other systems speak in a room (decision 14): those there are, making one, deleting one.

use leptos::{html, prelude::*};
use roomglass_protocol::{
    RoomId,
    rest::incoming_webhook::{Created, IncomingWebhook, MAX_NAME_CHARS},
};

use crate::components::live::{effect, follow, list, memo, on, part};
use crate::{
    client::actions,
    components::{
        clipboard::copy,
        dialog::{Dialog, FirstFocus},
        field::{SubmitButton, TextField},
        moment::Moment,
        sending::{Refusal, Request},
    },
    state::{Store, ToastKind},
};

/// A dialog about the addresses.
#[derive(Clone)]
enum Opened {
    Create,
    Delete(IncomingWebhook),
}

/// For the room's owner and administrators; others see nothing of it.
#[component]
pub fn IncomingWebhooks(room: RoomId) -> impl IntoView {
    let store = expect_context::<Store>();
    let may = memo(move || store.may_install_in(room));
    part(move || may.get().then(|| view! { <Managed room/> }))
}

#[component]
fn Managed(room: RoomId) -> impl IntoView {
    let store = expect_context::<Store>();
    let webhooks = RwSignal::new(None::<Vec<IncomingWebhook>>);
    let opened = RwSignal::new(None::<Opened>);
    let loading = Request::default();
    let load = move || {
        loading.ask(actions::incoming_webhooks(room), move |found| drop(webhooks.try_set(Some(found))));
    };
    effect(move || {
        if store.hydrated.get() {
            load();
        }
    });
    let on_close = Callback::new(move |()| {
        opened.set(None);
        load();
    });
    let on_delete = Callback::new(move |webhook| opened.set(Some(Opened::Delete(webhook))));
    view! {
        <section class="stack__section" aria-labelledby="incoming-title">
            <div class="rowhead">
                <h2 id="incoming-title">"Incoming webhooks"</h2>
                <button class="btn btn--sm" type="button" on:click=on(move |_| opened.set(Some(Opened::Create)))>"Make a webhook…"</button>
            </div>
            <p class="muted">"Alerting, builds and scripts that know Slack's incoming webhooks post to such an address, and it is said here."</p>
            <Refusal request=loading/>
            <IncomingList webhooks on_delete/>
        </section>
        {part(move || opened.get().map(|opened| match opened {
            Opened::Create => view! { <CreateDialog room on_close/> }.into_any(),
            Opened::Delete(webhook) => view! { <DeleteDialog webhook on_close/> }.into_any(),
        }))}
    }
    .into_any()
}

/// Each with who made it, when, and when it last spoke.
#[component]
pub fn IncomingList(
    /// What there is, once known.
    webhooks: RwSignal<Option<Vec<IncomingWebhook>>>,
    /// One is to be deleted.
    on_delete: Callback<IncomingWebhook>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let none = move || webhooks.with(|webhooks| webhooks.as_ref().is_some_and(Vec::is_empty));
    let key = |webhook: &IncomingWebhook| (webhook.id.to_string(), webhook.last_used_at.map(|at| at.0));
    let draw = move |webhook: IncomingWebhook| {
        let by = webhook.created_by;
        let by = move || store.workspace.with(|known| Some(known.as_ref()?.people.get(&by)?.name.clone()));
        let used = match webhook.last_used_at {
            Some(at) => view! { "last used "<Moment at/> }.into_any(),
            None => "never used".into_any(),
        };
        let (name, at) = (webhook.name.clone(), webhook.created_at);
        let label = format!("Delete {name}…");
        let delete = move |_| on_delete.run(webhook.clone());
        view! {
            <li class="people__row">
                <span class="people__name">
                    <b>{name}</b><small>"Made by "{part(move || by().unwrap_or_else(|| "somebody who is gone".to_owned()))}" "<Moment at/>" · "{used}</small>
                </span>
                <button class="btn btn--sm btn--quiet" type="button" aria-label=label on:click=on(delete)>"Delete…"</button>
            </li>
        }
        .into_any()
    };
    view! {
        {part(move || none().then(|| view! { <p class="muted">"None in this room yet."</p> }))}
        <ul class="people" role="list">{list(move || webhooks.get().unwrap_or_default(), key, draw)}</ul>
    }
    .into_any()
}

#[component]
fn CreateDialog(room: RoomId, on_close: Callback<()>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let created = RwSignal::new(None::<Created>);
    let making = Request::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked().trim().to_owned();
        making.ask(actions::create_incoming_webhook(room, name), move |made| drop(created.try_set(Some(made))));
    };
    let form = move || {
        view! {
            <form class="dialog__form" on:submit=submit>
                <div class="dialog__body">
                    <TextField id="webhook-name" label="Name" value=name max=MAX_NAME_CHARS as u32 hint="What it posts is shown under this name."/>
                    <Refusal request=making/>
                </div>
                <div class="dialog__foot">
                    <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Cancel"</button>
                    <SubmitButton label="Make a webhook" request=making/>
                </div>
            </form>
        }
    };
    view! {
        <Dialog id="incoming" title="Make an incoming webhook" first_focus=FirstFocus::Field on_close>
            {part(move || match created.get() {
                Some(created) => view! { <AddressReady created on_close/> }.into_any(),
                None => form().into_any(),
            })}
        </Dialog>
    }
    .into_any()
}

/// The address with its secret, which nobody can see again.
#[component]
pub fn AddressReady(created: Created, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let field = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let address = created.url.clone();
    let copy_address = move |_| copy(store, address.clone(), "The address is copied.");
    view! {
        <div class="dialog__body">
            <div class="field">
                <label for="webhook-address">{format!("Address of {}", created.webhook.name)}</label>
                <div class="row">
                    <input class="input grow" id="webhook-address" node_ref=field readonly=true aria-describedby="webhook-address-hint" prop:value=created.url.clone() value=created.url/>
                    <button class="btn" type="button" on:click=on(copy_address)>"Copy"</button>
                </div>
                <p class="field__hint" id="webhook-address-hint">"It is shown this once. Whoever knows it can post in this room."</p>
            </div>
        </div>
        <div class="dialog__foot"><button class="btn btn--primary" type="button" on:click=on(move |_| on_close.run(()))>"Done"</button></div>
    }
    .into_any()
}

#[component]
fn DeleteDialog(webhook: IncomingWebhook, on_close: Callback<()>) -> impl IntoView {
    let store = expect_context::<Store>();
    let deleting = Request::default();
    let title = format!("Delete {}?", webhook.name);
    let delete = move |_| {
        let done = format!("{} is deleted.", webhook.name);
        deleting.ask(actions::delete_incoming_webhook(webhook.room_id, webhook.id), move |()| {
            store.toast(ToastKind::Done, done);
            on_close.run(());
        });
    };
    view! {
        <Dialog id="delete-webhook" title on_close>
            <div class="dialog__body">
                <p>"Its address ends at once, and nobody can bring it back. What it said stays."</p>
                <Refusal request=deleting/>
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Keep"</button>
                <button class="btn btn--danger" type="button" aria-busy=follow(move || deleting.is_busy().then_some("true")) on:click=on(delete)>"Delete"</button>
            </div>
        </Dialog>
    }
    .into_any()
}
