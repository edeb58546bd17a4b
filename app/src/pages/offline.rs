//! What a browser draws without the server, before and after it has looked at what it stored.

use leptos::prelude::*;

use crate::components::live::{memo, on, part};
use crate::{client::actions, components::icon::Icon, state::Store};

/// The same first frame for every address; then the reason why there is nothing more to show.
#[component]
pub fn OfflineShell() -> impl IntoView {
    let store = expect_context::<Store>();
    let nothing = memo(move || store.hydrated.get() && store.restored.get());
    part(move || {
        match nothing.get() {
        false => view! {
            <div class="app" data-screen="room" aria-busy="true">
                <div class="rail"></div>
                <main class="room room--none"><span class="sr-only">"Loading"</span></main>
            </div>
        }
        .into_any(),
        true => view! {
            <main class="auth">
                <div class="auth__card">
                    <div class="auth__brand">
                        <Icon name="i-wifi-off" class="icon icon--lg"/>
                        <div><h1>"You are offline"</h1><p>"This browser has nothing stored to show."</p></div>
                    </div>
                    <button class="btn btn--lg btn--wide" type="button" on:click=on(move |_| actions::reconnect())>"Try now"</button>
                </div>
            </main>
        }
        .into_any(),
    }
    })
}
