//! The notice bar of a room: one at a time, absent while nothing is wrong.

use leptos::prelude::*;

use super::{icon::Icon, room::OpenRoom};
use crate::components::live::{memo, on, part};
use crate::{
    client::actions,
    state::{ConnectionState, Store},
};

/// Offline: what still works, and what waits.
#[component]
pub fn RoomNotice() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let offline = memo(move || matches!(store.connection.get(), ConnectionState::Offline { .. }));
    let waiting = memo(move || {
        room.signals.timeline.with(|log| log.pending().iter().filter(|message| message.failure.is_none()).count())
    });
    part(move || {
        offline.get().then(|| view! {
        <div class="room__notice">
            <div class="notice" data-kind="warning" role="status">
                <Icon name="i-wifi-off"/>
                <p><b>"You are offline."</b>" You can read everything here and keep writing."{part(move || queued(waiting.get()))}</p>
                <button class="btn btn--sm" type="button" on:click=on(move |_| actions::reconnect())>"Try now"</button>
            </div>
        </div>
    })
    })
}

fn queued(waiting: usize) -> String {
    match waiting {
        0 => String::new(),
        1 => " 1 message will be sent when the connection is back.".to_owned(),
        count => format!(" {count} messages will be sent when the connection is back."),
    }
}
