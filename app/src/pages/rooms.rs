//! No room chosen; on a phone the list of rooms.

use leptos::prelude::*;

use crate::components::live::memo;
use crate::{components::frame::Frame, state::Store};

/// What this place is for, and the first step.
#[component]
pub fn RoomsPage() -> impl IntoView {
    let store = expect_context::<Store>();
    let frame = expect_context::<Frame>();
    super::set_title(|| "Rooms".to_owned());
    let none = memo(move || store.workspace.with(|known| known.as_ref().is_none_or(|known| known.rooms.is_empty())));
    let (title, words) = (
        move || if none.get() { "No rooms yet" } else { "Choose a room" },
        move || match none.get() {
            true => {
                "A room holds the talk about one thing, beside live tiles of what your tools are doing. Create or find one with the + beside Rooms."
            }
            false => "Your rooms and conversations are in the list.",
        },
    );
    view! {
        <main id="main" tabindex="-1" class="room room--none" aria-label="Rooms">
            <header class="bar">{frame.rail_button()}</header>
            <div class="empty">
                <svg class="empty__art" viewBox="0 0 120 80" aria-hidden="true">
                    <rect class="pane" x="10" y="10" width="100" height="60" rx="8"></rect>
                    <rect class="lit" x="18" y="18" width="34" height="12" rx="4"></rect>
                    <rect class="pane" x="58" y="18" width="34" height="12" rx="4"></rect>
                    <path class="mark" d="M18 42h40M18 52h26"></path>
                </svg>
                <h1>{title}</h1>
                <p>{words}</p>
            </div>
        </main>
    }
    .into_any()
}
