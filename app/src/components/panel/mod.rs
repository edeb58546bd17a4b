//! Related content: the right sidebar, and the dialog that is laid over everything.

mod controls;
mod dialog;
mod frame;
mod grip;

use leptos::prelude::*;
use roomglass_protocol::IntegrationKey;

use super::{
    focus,
    icon::{AppIcon, Icon},
    provider::{ProviderNames, provider_icon},
    room::OpenRoom,
};
use crate::components::live::{effect, memo, on, part};
use crate::{
    client::actions,
    deferred::split_off,
    state::{OpenContent, OpenedFrom, Store},
};
use controls::more_button;
pub use dialog::ContentDialog;
use frame::ContentFrame;
use grip::Grip;

/// The right sidebar; one at a time. A page that is open stays loaded whatever happens around it.
#[component]
pub fn Panel() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let opening = memo(move || {
        store.panel.with(|panel| panel.as_ref().filter(|open| open.request.room == room.id).map(|open| open.opening))
    });
    part(move || opening.get().and_then(|_| store.panel.get_untracked()).map(open_panel))
}

split_off! {
    content,
    /// The sidebar with its page.
    pub fn open_panel(content: OpenContent) {
        view! { <OpenPanel content/> }
    }
}

#[component]
fn OpenPanel(content: OpenContent) -> impl IntoView {
    let store = expect_context::<Store>();
    let provider = provider_name(content.request.integration.clone());
    let OpenContent { request, title, icon, .. } = content.clone();
    let integration = request.integration.clone();
    let icon = icon.or_else(|| provider_icon(store, &integration));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            close_panel();
        }
    };
    focus_heading_when_opened_by_keyboard();
    let live = Signal::derive(move || store.panel.get());
    view! {
        <aside class="panel" id="panel" aria-labelledby="panel-title" data-region="panel" on:keydown=on_key>
            <Grip/>
            <div class="panel__head">
                <button class="iconbtn back" type="button" aria-label="Back to the room" on:click=on(move |_| close_panel())>
                    <Icon name="i-arrow-left" class="icon icon--flip"/>
                </button>
                <AppIcon integration=integration.clone() name=provider.get_untracked() icon/>
                <div>
                    <h2 id="panel-title" tabindex="-1">{title.clone()}</h2>
                    <small>{part(move || provider.get())}" · for this room"</small>
                </div>
                <PanelActions content=content.clone() provider/>
            </div>
            <div class="panel__body panel__body--frame"><ContentFrame content live/></div>
        </aside>
    }
    .into_any()
}

#[component]
fn PanelActions(content: OpenContent, provider: Memo<String>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let controls = more_button("panel-controls", room, &content.request, provider);
    let request = content.request;
    view! {
        <div class="panel__acts">
            <button class="iconbtn iconbtn--sm" type="button" aria-label="Open in a tab of its own"
                on:click=on(move |_| actions::open_outside(request.clone()))>
                <Icon name="i-external-link" class="icon icon--sm"/>
            </button>
            {controls}
            <button class="iconbtn iconbtn--sm not-phone" type="button" aria-label="Close panel"
                on:click=on(move |_| close_panel())>
                <Icon name="i-x"/>
            </button>
        </div>
    }
    .into_any()
}

/// The name of an integration, as it becomes known.
fn provider_name(integration: IntegrationKey) -> Memo<String> {
    let names = expect_context::<ProviderNames>();
    memo(move || names.of(&integration))
}

/// Opening by keyboard moves the focus to the heading; opening by pointer leaves it where it is (design §6).
fn focus_heading_when_opened_by_keyboard() {
    effect(move || {
        let by_keyboard = focus::focused().is_some_and(|opener| opener.matches(":focus-visible").unwrap_or(false));
        if let Some(heading) = focus::element("panel-title").filter(|_| by_keyboard) {
            focus::give(&heading);
        }
    });
}

/// Closes the panel and gives the focus back: to the tile that opened it, else to the message last read (design §6).
pub fn close_panel() {
    let document = leptos::prelude::document();
    let opener = [".tile__open[aria-expanded=true]", ".entry[tabindex='0']"]
        .into_iter()
        .find_map(|selector| document.query_selector(selector).ok().flatten());
    actions::close_panel();
    if let Some(opener) = opener {
        focus::give(&wasm_bindgen::JsCast::unchecked_into(opener));
    }
}

/// What a dialog shows for the element it was opened on.
fn opened_on(from: &OpenedFrom) -> &'static str {
    match from {
        OpenedFrom::Message(_) => "for a message",
        OpenedFrom::Tile | OpenedFrom::Panel | OpenedFrom::Input | OpenedFrom::Installed => "for this room",
    }
}
