//! The browser's half: transport, storage, and what people set in motion. The only `cfg(feature)` in the crate is
//! here: in the server's build nothing happens, because nothing of this is called while a page is drawn.

pub mod actions;

use leptos::prelude::*;

use crate::{page_data::PageData, state::Store};

/// What the page is drawn from: provided by the server in context, read from the page in the browser.
pub fn page_data() -> PageData {
    #[cfg(feature = "hydrate")]
    return page::embedded();
    #[cfg(not(feature = "hydrate"))]
    use_context::<PageData>().unwrap_or_default()
}

/// Goes live once the first frame stands. Called once, by the root component.
pub fn start(store: Store, page: PageData) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| engine::start(store, &page));
    #[cfg(not(feature = "hydrate"))]
    let _ = (store, page);
}

/// Minutes to add to UTC for local time, at a moment; 0 in the first frame's world, the server.
pub fn utc_offset_minutes(at: roomglass_protocol::Timestamp) -> i32 {
    #[cfg(feature = "hydrate")]
    return browser::utc_offset_minutes(at);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = at;
        0
    }
}
