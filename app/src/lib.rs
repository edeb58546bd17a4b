//! What people see. The same components draw a page on the server and bring it to life in the browser.
//!
//! This crate forbids: anything in a first frame that the two could see differently, such as a clock, a random number
//! or the window; all of it comes from [`page_data::PageData`]. Start reading at [`App`] for the pages, at
//! [`state::Store`] for what they are drawn from, and at [`client`] for what happens behind them.

// The types of views nest as deeply as the views do.
#![recursion_limit = "256"]

#[cfg(not(erase_components))]
compile_error!(
    "compile with `--cfg erase_components`, as .cargo/config.toml asks; the variable RUSTFLAGS replaces what stands there"
);

pub mod client;
pub mod components;
pub mod deferred;
#[cfg(feature = "ssr")]
mod document;
pub mod markdown;
pub mod page_data;
mod pages;
pub mod state;

#[cfg(feature = "ssr")]
pub use document::shell;
pub use pages::load;

use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::components::live::memo;
use components::frame::WorkspaceFrame;
use page_data::PageKind;
use pages::{
    NotFoundPage, OfflineShell, RoomPage, RoomsPage, catalogue_page, invitation_page, people_page, setup_page,
    signin_page, simulator_page,
};
use state::Store;

/// Everything inside `<body>`.
#[component]
pub fn App() -> impl IntoView {
    let page = client::page_data();
    let store = Store::new(&page);
    provide_context(store);
    provide_context(page.assets.clone());
    provide_context(page.clone());
    client::start(store, page.clone());

    // A page from the service worker knows neither its address nor the reader until IndexedDB was asked.
    let unknown = page.page == PageKind::Shell;
    let known = memo(move || {
        !unknown || (store.hydrated.get() && store.restored.get() && store.workspace.with(Option::is_some))
    });
    move || if known.get() { view! { <Addresses/> }.into_any() } else { view! { <OfflineShell/> }.into_any() }
}

/// The route table.
#[component]
fn Addresses() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/setup") view=setup_page/>
                <Route path=path!("/signin") view=signin_page/>
                <Route path=path!("/invite/:token") view=invitation_page/>
                <ParentRoute path=path!("") view=WorkspaceFrame>
                    <Route path=path!("/rooms") view=RoomsPage/>
                    <Route path=path!("/rooms/:id") view=RoomPage/>
                    <Route path=path!("/integrations") view=catalogue_page/>
                    <Route path=path!("/people") view=people_page/>
                    <Route path=path!("/simulator") view=simulator_page/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
