//! The page of a provider in a sandboxed frame (RC-09): it talks to us only by messages.

use std::time::Duration;

use leptos::{html, prelude::*};
use roomglass_protocol::{frame::Origin, rest::integration::SignedUrl};

use super::provider_name;
use crate::components::live::{effect, memo, on, part};
use crate::{
    client::{self, actions},
    components::icon::Icon,
    state::{ContentPage, OpenContent, OpenRequest},
};

/// Nothing is drawn for what takes no longer than this (design §4.3).
const PATIENCE: Duration = Duration::from_millis(200);

/// The page once its address is signed; until then a skeleton, or why there is none.
#[component]
pub fn ContentFrame(
    /// What was opened.
    content: OpenContent,
    /// The same as it goes on.
    live: Signal<Option<OpenContent>>,
) -> impl IntoView {
    let page = memo(move || live.with(|open| open.as_ref().map(|open| open.page.clone())));
    let is_silent = memo(move || live.with(|open| open.as_ref().is_some_and(|open| open.is_silent)));
    let request = content.request.clone();
    let content = StoredValue::new(content);
    let shown = part(move || match page.get() {
        Some(ContentPage::Ready(signed)) => view! { <Frame signed content=content.get_value()/> }.into_any(),
        Some(ContentPage::Failed(error)) => {
            let current = live.get_untracked().unwrap_or_else(|| content.get_value());
            view! { <FrameError message=error.message content=current/> }.into_any()
        }
        Some(ContentPage::Unframed(header)) => view! { <Unframed header content=content.get_value()/> }.into_any(),
        Some(ContentPage::Signing) | None => view! { <FrameSkeleton/> }.into_any(),
    });
    let doubt = part(move || {
        is_silent.get().then(|| {
            view! {
                <div class="frame__doubt">
                    <p role="status">"Nothing to see? Perhaps the page does not let itself be shown here."</p>
                    {open_outside(request.clone())}
                </div>
            }
        })
    });
    (shown, doubt).into_any()
}

fn open_outside(request: OpenRequest) -> AnyView {
    let open = on(move |_: leptos::ev::MouseEvent| actions::open_outside(request.clone()));
    view! { <button class="btn btn--sm" type="button" on:click=open>"Open in a tab of its own"</button> }.into_any()
}

#[component]
fn Frame(signed: SignedUrl, content: OpenContent) -> impl IntoView {
    let frame = NodeRef::<html::Iframe>::new();
    let loaded = RwSignal::new(false);
    let (title, name) = (content.title.clone(), client::frame_name(&content));
    // Browsers tell of the empty page that every frame begins with.
    let has_address = move || frame.get_untracked().is_some_and(|frame| frame.has_attribute("src"));
    let attached = content.clone();
    let on_load = on(move |_: leptos::ev::Event| {
        loaded.set(has_address());
        if has_address() {
            actions::frame_loaded(content.clone());
        }
    });
    // The empty page that every frame begins with has our origin, so it may do nothing; what the page may do is known with it.
    effect(move || actions::attach_frame(frame, attached.clone(), signed.clone()));
    view! {
        <iframe class="frame" node_ref=frame name=name title=title sandbox=Origin::Opaque.sandbox() on:load=on_load></iframe>
        {part(move || (!loaded.get()).then(|| view! { <FrameSkeleton/> }))}
    }
    .into_any()
}

#[component]
fn FrameSkeleton() -> impl IntoView {
    let late = RwSignal::new(false);
    effect(move || set_timeout(move || late.set(true), PATIENCE));
    view! {
        <div class="frame__skeleton" aria-busy="true">
            <span class="sr-only">"Loading"</span>
            {part(move || late.get().then(|| view! {
                <span class="skel skel--name"></span><span class="skel"></span><span class="skel"></span>
            }))}
        </div>
    }
    .into_any()
}

/// It was asked of our own server, which alone signs addresses: nobody knows yet whether the provider answers.
#[component]
fn FrameError(message: String, content: OpenContent) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <Icon name="i-circle-alert" class="icon icon--lg"/>
            <h3>"This page cannot be opened"</h3>
            <p>{message}</p>
            <div class="btn-group">
                <button class="btn btn--sm" type="button" on:click=on(move |_| actions::reload_content(content.clone()))>"Try again"</button>
            </div>
        </div>
    }
    .into_any()
}

/// For whoever uses it a way to see the page, for whoever made it the header to change.
#[component]
fn Unframed(header: String, content: OpenContent) -> impl IntoView {
    let provider = provider_name(content.request.integration.clone());
    let request = content.request;
    view! {
        <div class="empty" role="alert">
            <Icon name="i-circle-alert" class="icon icon--lg"/>
            <h3>{part(move || provider.get())}" does not let this page be shown here"</h3>
            <p>"Its server forbids it with "<code>{header}</code>". Whoever runs it can allow this chat there."</p>
            <div class="btn-group">
                {open_outside(request)}
            </div>
        </div>
    }
    .into_any()
}
