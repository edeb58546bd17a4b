//! Calls, over every page of the workspace: what can be joined, and the call the person is in (MSG-19).

mod offer;
mod panel;
mod tile;

use leptos::prelude::*;
use roomglass_protocol::{RoomKind, UserId};

use crate::components::live::{effect, follow, memo, part};
use crate::{
    client::actions,
    deferred::split_off,
    state::{
        Store,
        calls::{Calls, Offered},
    },
};
use offer::{Offer, OfferedCall};
use panel::CallPanel;

split_off! {
    calls,
    /// Everything about calls; drawn from the first news of one, and then for as long as the page lives.
    pub fn show_calls() {
        view! { <CallLayer/> }
    }
}

/// What the parts share; provided by context.
#[derive(Debug, Clone, Copy)]
struct CallDesk {
    calls: RwSignal<Calls>,
    store: Store,
}

impl CallDesk {
    fn name(self, user: UserId) -> String {
        let name = |known: &roomglass_protocol::state::Workspace| Some(known.people.get(&user)?.name.clone());
        let known = self.store.workspace.with(|known| known.as_ref().and_then(name));
        known.unwrap_or_else(|| "Somebody".to_owned())
    }

    /// `Ada`, `Ada and Bob`, `Ada, Bob and Cy`.
    fn names(self, users: &[UserId]) -> String {
        // Somebody with two tabs is named once.
        let is_first = |(place, user): &(usize, &UserId)| !users[..*place].contains(user);
        let mut names: Vec<_> = users.iter().enumerate().filter(is_first).map(|(_, user)| self.name(*user)).collect();
        match names.pop() {
            None => String::new(),
            Some(last) if names.is_empty() => last,
            Some(last) => format!("{} and {last}", names.join(", ")),
        }
    }

    fn offered(self) -> Option<Offered> {
        let (me, kinds) = self.store.workspace.with(|known| {
            let known = known.as_ref()?;
            let kinds: Vec<_> = known.rooms.iter().map(|(id, room)| (*id, room.room.kind)).collect();
            Some((known.user.id, kinds))
        })?;
        let calls = |room| kinds.contains(&(room, RoomKind::Conversation));
        let in_view = self.store.active.get();
        self.calls.with(|known| known.offered(me, in_view, calls))
    }
}

#[component]
fn CallLayer() -> impl IntoView {
    let store = expect_context::<Store>();
    let calls = RwSignal::new(Calls::default());
    let desk = CallDesk { calls, store };
    provide_context(desk);
    let is_connected = memo(move || store.connection.get().is_connected());
    effect(move || actions::attend_calls(calls));
    effect(move || {
        store.calls.track();
        if let Some(room) = store.call_wanted.get_untracked() {
            store.call_wanted.set(None);
            calls.update(|calls| calls.ask(room));
        }
        actions::hear_of_calls();
    });
    effect(move || actions::call_connection(is_connected.get()));
    let offered = memo(move || desk.offered());
    // Somebody who comes or goes changes the words only: buttons stay where they are about to be pressed.
    let offer = memo(move || {
        offered.get().map(|call| Offer { room: call.room, asked: call.asked, begun: !call.people.is_empty() })
    });
    let room = memo(move || calls.with(Calls::room));
    // Not in the sheet that every page loads: until it is there, there is nothing to see.
    let styled = RwSignal::new(false);
    view! {
        <link rel="stylesheet" href="/calls.css" on:load=move |_| styled.set(true) on:error=move |_| styled.set(true)/>
        <div class="calls" hidden=follow(move || !styled.get())>
            {part(move || offer.get().map(|offer| view! { <OfferedCall offer offered/> }))}
            {part(move || room.get().map(|room| view! { <CallPanel room/> }))}
        </div>
    }
    .into_any()
}
