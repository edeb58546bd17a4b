//! Integrations on offer, and those of a room.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use roomglass_protocol::RoomId;

use crate::components::live::{follow, memo, part};
use crate::{
    components::{
        catalogue::{Catalogue, IncomingWebhooks, InstalledList, WaitingUpdates},
        frame::Frame,
        icon::Icon,
        room::room_title,
    },
    deferred::split_off,
    state::Store,
};

split_off! {
    manage,
    /// The catalogue; with `?room=…` also what is installed there.
    pub fn catalogue_page() {
        view! { <CataloguePage/> }
    }
}

#[component]
fn CataloguePage() -> impl IntoView {
    let store = expect_context::<Store>();
    let frame = expect_context::<Frame>();
    let query = use_query_map();
    let room = memo(move || {
        let named = query.with(|query| query.get("room")?.parse::<RoomId>().ok());
        named.filter(|room| store.membership(*room).is_some())
    });
    super::set_title(|| "Integrations".to_owned());
    let back = move || room.get().map_or_else(|| "/rooms".to_owned(), |room| format!("/rooms/{room}"));
    let to_room = move || {
        room.get().map(|id| view! {
        <a class="btn btn--quiet btn--sm not-phone" href=format!("/rooms/{id}")>
            <Icon name="i-arrow-left" class="icon icon--sm icon--flip"/>"Back to "<bdi>{room_title(store, id)}</bdi>
        </a>
    })
    };
    view! {
        <main id="main" tabindex="-1" class="page" aria-label="Integrations">
            <header class="bar page__bar">
                <a class="iconbtn back" href=follow(back) aria-label="Back"><Icon name="i-arrow-left" class="icon icon--flip"/></a>
                {frame.rail_button()}
                {part(to_room)}
                <span class="bar__grow"></span>
            </header>
            <div class="page__body" tabindex="-1">
                <div class="page__inner">
                    <h1 class="page__title">"Integrations"</h1>
                    <WaitingUpdates/>
                    {part(move || room.get().map(|room| view! { <InstalledList room/><IncomingWebhooks room/> }))}
                    <Catalogue room/>
                    <p class="muted">"You write one? "<a class="link" href="/simulator">"Try its descriptor in the simulator"</a></p>
                </div>
            </div>
        </main>
    }
    .into_any()
}
