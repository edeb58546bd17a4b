//! One room.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use roomglass_protocol::RoomId;

use super::NotFoundPage;
use crate::components::live::{memo, part};
use crate::{
    components::room::{RoomPane, room_title},
    state::Store,
};

/// The room the address names, if the reader is a member of it.
#[component]
pub fn RoomPage() -> impl IntoView {
    let store = expect_context::<Store>();
    let params = use_params_map();
    let named = memo(move || params.with(|params| params.get("id")?.parse::<RoomId>().ok()));
    let member = memo(move || named.get().filter(|room| store.membership(*room).is_some()));
    super::set_title(move || member.get().map_or_else(|| "Room".to_owned(), |room| room_title(store, room)));
    part(move || match member.get() {
        Some(id) => view! { <RoomPane id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    })
}
