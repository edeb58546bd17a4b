//! Forms of what add-ons send and are answered (HipChat Connect §§2–6). The handlers read and write JSON value by value;
//! the tests compare every answer with these.

mod installation;
mod room;
mod speech;

pub(super) use self::{installation::*, room::*, speech::*};
