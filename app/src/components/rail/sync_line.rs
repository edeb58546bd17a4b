//! How the connection stands, honestly.

use leptos::prelude::*;

use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    components::{icon::LiveIcon, moment},
    state::{ConnectionState, Store},
};

/// Up to date, catching up, or offline since when. Only the change between online and offline is spoken.
#[component]
pub fn SyncLine() -> impl IntoView {
    let store = expect_context::<Store>();
    let state = move || match store.connection.get() {
        ConnectionState::Online => "ok",
        ConnectionState::Connecting | ConnectionState::CatchingUp => "busy",
        ConnectionState::Offline { .. } => "offline",
    };
    let icon = Signal::derive(move || match state() {
        "ok" => "i-check-check",
        "busy" => "i-refresh-cw",
        _ => "i-wifi-off",
    });
    let words = move || match store.connection.get() {
        ConnectionState::Online => "Up to date",
        ConnectionState::Connecting => "Connecting",
        ConnectionState::CatchingUp => "Catching up",
        ConnectionState::Offline { .. } => "Offline",
    };
    let since = move || match store.connection.get() {
        ConnectionState::Offline { since } => Some(moment::age(store, since)),
        _ => None,
    };
    let offline = memo(move || state() == "offline");
    view! {
        <div class="sync" data-state=follow(state)>
            <LiveIcon name=icon class="icon icon--sm"/>
            <span class="sync__text"><b>{part(words)}</b></span>
            {part(move || offline.get().then(|| view! {
                <button class="link" type="button" on:click=on(move |_| actions::reconnect())>"Try now"</button>
            }))}
            <span>{part(since)}</span>
        </div>
        <span class="sr-only" role="status">{part(move || offline.get().then_some("You are offline"))}</span>
    }
    .into_any()
}
