//! What the interface knows, and what follows from it. Plain Rust without a DOM: components draw, this decides.
//!
//! [`Store`] holds the signals; everything else is types and functions without signals, tested natively.

mod asked;
pub mod calls;
mod connection;
mod content;
mod dialog_options;
mod handled;
mod merge;
mod room;
pub mod rows;
pub mod simulator;
mod store;
pub mod sync;
#[cfg(test)]
mod testing;
mod theme;
mod tile;
mod toast;
mod upload;
mod visible;

pub use asked::{Asked, ShownFile, SuggestedRoom};
pub use connection::{Backoff, ConnectionState};
pub use content::{ContentPage, ContentPlace, OpenContent, OpenExtras, OpenRequest, OpenedFrom};
pub use dialog_options::DialogButton;
pub use handled::Handled;
pub use merge::{merge_installed, take_newest_page};
pub use room::{Loading, RoomSignals, SharedRoomSignals};
pub use store::Store;
pub use theme::{Theme, UnknownTheme};
pub use tile::{FetchTicket, TileState, TileStatus};
pub use toast::{Toast, ToastKind};
pub use upload::{Progress, Upload, all_there, size_in_words};
pub use visible::{
    ControlElement, ExplainedExtension, ShownControl, ShownTile, controls_for, explained_controls, explained_tiles,
    fetchable_tiles, tile_behind, visible_tiles,
};
