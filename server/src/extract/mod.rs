//! Who is calling, for which room, with what: checked before a handler sees it.

mod body;
mod caller;
mod parameters;

pub use body::{Json, MAX_BODY_BYTES};
pub use caller::{ClientAddress, ClientName, MaybeSession, RoomCaller, SessionCaller};
pub use parameters::{Path, Query};
