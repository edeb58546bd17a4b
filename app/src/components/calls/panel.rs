//! The call the person is in.

use leptos::{html, prelude::*};
use roomglass_protocol::RoomId;

use super::{
    CallDesk,
    tile::{OtherTile, OwnTile},
};
use crate::components::live::{effect, follow, list, on, part};
use crate::{
    client::actions,
    components::{composer::focus_composer, focus, room::room_title},
    state::calls::Mine,
};

/// Everybody in it, and what the person can do. It stays when the room in view changes.
#[component]
pub fn CallPanel(room: RoomId) -> impl IntoView {
    let desk = expect_context::<CallDesk>();
    let calls = desk.calls;
    let large = RwSignal::new(false);
    let section = NodeRef::<html::Section>::new();
    // The button that led here is gone; keys go on from here.
    effect(move || {
        if let Some(section) = section.get() {
            focus::give(&section);
        }
    });
    let title = move || room_title(desk.store, room);
    let size = move || if large.get() { "large" } else { "small" };
    let resize = move || if large.get() { "Smaller" } else { "Larger" };
    let others = move || calls.with(|calls| calls.others());
    view! {
        <section class="call" id="call" tabindex="-1" node_ref=section data-size=follow(size)
            aria-label=follow(move || format!("Call: {}", title()))>
            <div class="call__head">
                <a class="call__title" href=format!("/rooms/{room}")><bdi>{part(title)}</bdi></a>
                <button class="btn btn--sm btn--quiet" type="button" on:click=on(move |_| large.update(|large| *large = !*large))>
                    {part(resize)}
                </button>
            </div>
            <ul class="call__tiles" role="list">
                {list(others, |other| other.id, |other| view! { <OtherTile id=other.id user=other.user_id/> }.into_any())}
                <OwnTile/>
            </ul>
            <p class="call__words" role="status">{part(move || status(desk))}</p>
            <Controls/>
        </section>
    }
    .into_any()
}

#[component]
fn Controls() -> impl IntoView {
    let calls = expect_context::<CallDesk>().calls;
    let (audio, video) = (move || calls.with(|calls| calls.media.audio), move || calls.with(|calls| calls.media.video));
    let microphone = move || if audio() { "Mute" } else { "Unmute" };
    let camera = move || if video() { "Turn camera off" } else { "Turn camera on" };
    let leave = on(move |_| {
        actions::leave_call();
        focus_composer();
    });
    view! {
        <div class="btn-group">
            <button class="btn" type="button" on:click=on(move |_| actions::set_call_audio(!untrack(audio)))>{part(microphone)}</button>
            <button class="btn" type="button" on:click=on(move |_| actions::set_call_video(!untrack(video)))>{part(camera)}</button>
            <button class="btn btn--danger" type="button" on:click=leave>"Leave"</button>
        </div>
    }
    .into_any()
}

/// What is to be known now; read out when it changes.
fn status(desk: CallDesk) -> String {
    let (mine, others, declined) = desk.calls.with(|calls| (calls.mine, calls.others().len(), calls.declined.clone()));
    let declined = if declined.is_empty() { String::new() } else { format!("{} declined. ", desk.names(&declined)) };
    match mine {
        Mine::None => String::new(),
        Mine::Preparing(_) => "Waiting for the browser to allow microphone and camera…".to_owned(),
        Mine::Joining(_) => "Joining…".to_owned(),
        Mine::Lost(_) => "The connection is lost. You join again when it is back.".to_owned(),
        Mine::In(..) => match others {
            0 => format!("{declined}Waiting for others…"),
            1 => format!("{declined}2 in the call"),
            others => format!("{declined}{} in the call", others + 1),
        },
    }
}
