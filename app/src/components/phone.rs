//! On a phone the panel is a screen of its own, and the system's back gesture leaves it (design §2).

use leptos::{ev, prelude::*};
use wasm_bindgen::JsValue;

use super::frame::panel_in_view;
use crate::components::live::effect;
use crate::{client::actions, state::Store};

/// One screen at a time up to this width.
const PHONE: &str = "(max-width: 37.5rem)";

/// Opening the panel adds an entry to the history; going back closes it, and closing it goes back.
pub fn close_panel_on_back(store: Store) {
    let pushed = RwSignal::new(false);
    effect(move || {
        let open = panel_in_view(store);
        match (open, pushed.get_untracked()) {
            (true, false) if is_phone() => pushed.set(push_entry()),
            (false, true) => {
                pushed.set(false);
                let _ = window().history().and_then(|history| history.back());
            }
            _ => {}
        }
    });
    effect(move || {
        let listener = window_event_listener(ev::popstate, move |_| {
            if pushed.get_untracked() {
                pushed.set(false);
                actions::close_panel();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn is_phone() -> bool {
    window().match_media(PHONE).ok().flatten().is_some_and(|query| query.matches())
}

fn push_entry() -> bool {
    window().history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", None)).is_ok()
}
