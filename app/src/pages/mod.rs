//! One page per address.

mod catalogue;
mod invitation;
mod not_found;
mod offline;
mod people;
mod room;
mod rooms;
mod setup;
mod signin;
mod simulator;

use crate::{components::live::effect, deferred::NotLoaded};
use leptos::prelude::*;

pub use catalogue::catalogue_page;
pub use invitation::invitation_page;
pub use not_found::NotFoundPage;
pub use offline::OfflineShell;
pub use people::people_page;
pub use room::RoomPage;
pub use rooms::RoomsPage;
pub use setup::setup_page;
pub use signin::signin_page;
pub use simulator::simulator_page;

/// Fetches the code of a page that was split off, so that the page can be taken over as the server drew it. `path` is the address.
///
/// # Errors
/// Where the code cannot be fetched; the page is drawn anew then, and says so.
pub async fn load(path: &str) -> Result<(), NotLoaded> {
    match path {
        "/setup" => setup_page::load().await,
        "/signin" => signin_page::load().await,
        "/integrations" => catalogue_page::load().await,
        "/people" => people_page::load().await,
        "/simulator" => simulator_page::load().await,
        path if path.starts_with("/invite/") => invitation_page::load().await,
        _ => Ok(()),
    }
}

/// Name of the product, at the end of every title.
pub const PRODUCT: &str = "Roomglass";

/// Sets the title of the window. The first frame has it from the server.
fn set_title(title: impl Fn() -> String + 'static) {
    effect(move || document().set_title(&format!("{} · {PRODUCT}", title())));
}
