//! The browser's half: transport, storage, and what people set in motion. The only `cfg(feature)` in the crate is
//! here: in the server's build nothing happens, because nothing of this is called while a page is drawn.

pub mod actions;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod connection;
#[cfg(feature = "hydrate")]
mod content;
#[cfg(feature = "hydrate")]
pub mod database;
#[cfg(feature = "hydrate")]
mod engine;
#[cfg(feature = "hydrate")]
mod files;
#[cfg(feature = "hydrate")]
mod frame;
#[cfg(feature = "hydrate")]
mod frames;
#[cfg(feature = "hydrate")]
mod incoming;
#[cfg(feature = "hydrate")]
mod integrations;
#[cfg(feature = "hydrate")]
mod outbox;
#[cfg(feature = "hydrate")]
mod page;
#[cfg(feature = "hydrate")]
mod presence;
#[cfg(feature = "hydrate")]
mod read;
#[cfg(feature = "hydrate")]
mod rest;
#[cfg(feature = "hydrate")]
mod rooms;
#[cfg(feature = "hydrate")]
mod service_worker;
#[cfg(feature = "hydrate")]
mod session;
#[cfg(feature = "hydrate")]
mod simulation;
#[cfg(feature = "hydrate")]
mod simulator;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod sync;
#[cfg(feature = "hydrate")]
pub mod tables;
#[cfg(feature = "hydrate")]
mod tiles;
#[cfg(feature = "hydrate")]
mod updates;

use crate::{
    page_data::PageData,
    state::{OpenContent, Store},
};

/// What the page is drawn from: provided by the server in context, read from the page in the browser.
pub fn page_data() -> PageData {
    #[cfg(feature = "hydrate")]
    return page::embedded();
    #[cfg(not(feature = "hydrate"))]
    leptos::prelude::use_context::<PageData>().unwrap_or_default()
}

/// Goes live once the first frame stands. Called once, by the root component.
pub fn start(store: Store, page: PageData) {
    #[cfg(feature = "hydrate")]
    crate::components::live::effect(move || engine::start(store, &page));
    #[cfg(not(feature = "hydrate"))]
    let _ = (store, page);
}

/// The name of the window that related content is loaded into; nothing outside the browser.
pub fn frame_name(content: &OpenContent) -> String {
    #[cfg(feature = "hydrate")]
    return frame::window_name(content);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = content;
        String::new()
    }
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
