//! A call that can be joined: somebody calls, or the person asked for it.

use leptos::{html, prelude::*};
use roomglass_protocol::{RoomId, RoomKind, call::Media};

use super::CallDesk;
use crate::components::live::{effect, on, part};
use crate::{
    client::actions,
    components::{composer::focus_composer, focus, room::room_title},
    state::calls::Offered,
};

const SOUND: Media = Media { audio: true, video: false };
const PICTURE: Media = Media { audio: true, video: true };
const NOTHING: Media = Media { audio: false, video: false };

/// What decides which answers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Where.
    pub room: RoomId,
    /// Whether the person asked for it.
    pub asked: bool,
    /// Whether somebody is in it.
    pub begun: bool,
}

/// Who calls, and the ways to answer. Whoever asked for it goes on by keyboard here; whoever is called is not interrupted.
#[component]
pub fn OfferedCall(offer: Offer, offered: Memo<Option<Offered>>) -> impl IntoView {
    let desk = expect_context::<CallDesk>();
    let section = NodeRef::<html::Section>::new();
    let Offer { room, asked, begun } = offer;
    effect(move || {
        if let Some(section) = section.get().filter(|_| asked) {
            focus::give(&section);
        }
    });
    let words = move || offered.with(|call| call.as_ref().map(|call| words(desk, call)));
    let (sound, picture, no) = match (asked, begun) {
        (true, false) => ("Start call", "Start with video", "Cancel"),
        (true, true) => ("Join", "Join with video", "Cancel"),
        (false, _) => ("Answer", "Answer with video", "Decline"),
    };
    let join = move |media| on(move |_| actions::join_call(room, media));
    // The button goes, and the focus must not go with it.
    let decline = move |_| {
        actions::decline_call(room);
        focus_composer();
    };
    let problem = move || desk.calls.with(|calls| calls.problem.clone().filter(|_| calls.asked == Some(room)));
    view! {
        <section class="call" id="call-offer" aria-label=if asked { "Start a call" } else { "Incoming call" } tabindex="-1" node_ref=section>
            <p class="call__words" role=if asked { "status" } else { "alert" }>{part(words)}</p>
            {part(move || problem().map(|problem| view! { <p class="call__problem" role="alert">{problem}</p> }))}
            <div class="btn-group">
                <button class="btn btn--primary" type="button" on:click=join(SOUND)>{sound}</button>
                <button class="btn" type="button" on:click=join(PICTURE)>{picture}</button>
                {part(move || problem().map(|_| view! {
                    <button class="btn" type="button" on:click=join(NOTHING)>"Only listen"</button>
                }))}
                <button class="btn btn--quiet" type="button" on:click=on(decline)>{no}</button>
            </div>
        </section>
    }
    .into_any()
}

fn words(desk: CallDesk, call: &Offered) -> String {
    untrack(|| {
        let title = room_title(desk.store, call.room);
        let is_room = desk.store.membership(call.room).is_some_and(|room| room.room.kind == RoomKind::Room);
        let people = desk.names(&call.people);
        let verb = if call.people.iter().all(|user| Some(user) == call.people.first()) { "is" } else { "are" };
        match (call.asked, call.people.is_empty(), is_room) {
            (true, true, _) => format!("Call {title}?"),
            (_, _, true) => format!("{people} {verb} in a call in {title}"),
            (true, false, false) => format!("{people} {verb} in a call"),
            (false, _, false) => format!("{people} {verb} calling"),
        }
    })
}
