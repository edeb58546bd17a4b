//! What a client knows, and the only reducers that change it. The browser draws from this; the server's tests check
//! with it that a snapshot plus the pushed frames equals a fresh snapshot (the synchronisation law).

mod timeline;
mod workspace;

pub use timeline::{PendingMessage, Timeline, TimelineEntry};
pub use workspace::{Effect, Workspace};
