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

use crate::components::live::effect;
use leptos::prelude::*;

pub use catalogue::CataloguePage;
pub use invitation::InvitationPage;
pub use not_found::NotFoundPage;
pub use offline::OfflineShell;
pub use people::PeoplePage;
pub use room::RoomPage;
pub use rooms::RoomsPage;
pub use setup::SetupPage;
pub use signin::SignInPage;

/// Name of the product, at the end of every title.
pub const PRODUCT: &str = "Roomglass";

/// Sets the title of the window. The first frame has it from the server.
fn set_title(title: impl Fn() -> String + 'static) {
    effect(move || document().set_title(&format!("{} · {PRODUCT}", title())));
}
