//! Bringing a browser's integrations up to date by comparing tokens (requirements §17, §18; decision 1).
//!
//! The client opens with its account token alone; equal means done. Unequal: the answer names the server's room
//! tokens, and the client asks again (Table Q) for the rooms that differ. The server answers with [`diff`]'s result
//! (Table R); frames pushed later have the same form. [`InstalledState::apply`] is the only thing that changes a
//! client's tables.

mod diff;
mod installed;
mod request;
mod update;

pub use diff::{RoomState, diff};
pub use installed::{Applied, InstalledState, InstalledVersion};
pub use request::{KnownIntegration, SyncAnswer, SyncRequest, Trigger};
pub use update::{ChangedIntegration, ChangedIntegrations};
