//! People, rooms and messages in the form HipChat Connect gives them (§5.4, §7.1), the same over REST and in webhooks.
//! What Roomglass does not have is absent or `null`; nothing is made up.

mod message;
mod short;

pub(crate) use message::{Mentioned, mentioned, message, wire_file};
pub(crate) use short::{ShortUser, date, short_room, version};
