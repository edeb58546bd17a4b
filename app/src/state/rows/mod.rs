//! What is written to IndexedDB, and how it is read back. Pure: the client only carries rows to and fro, one list of
//! [`RowChange`]s in one transaction (CLD-13).

mod read;
mod row;
#[cfg(test)]
mod tests;
mod write;

use roomglass_protocol::{RoomId, Sequence};

pub use read::{Broken, Stored, StoredRows};
pub use row::TileRow;
pub use write::{
    all_integrations, of_events, of_frame, of_integrations, of_pending, of_settled, of_tile, of_tile_gone,
    of_workspace, replacing_events,
};

/// Newest entries of each room's log that are kept.
pub const KEPT_EVENTS: i64 = 200;

/// The object stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// Table I: `[room, integration]`.
    Associations,
    /// Table J: `[integration, kind, extension]`.
    Extensions,
    /// Table K: `[integration]`.
    Tokens,
    /// Rooms as the user sees them: `[room]`.
    Rooms,
    /// People the user may see: `[user]`.
    People,
    /// Newest entries of logs: `[room, seq]`.
    Events,
    /// Newest contiguous entry stored of each log: `[room]`.
    Cursors,
    /// Messages not yet acknowledged: `[room, id]`.
    Outbox,
    /// Last data of tiles: `[room, integration, tile]`.
    Tiles,
    /// One row: whose data this is, and of which revision.
    Account,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Associations,
        Self::Extensions,
        Self::Tokens,
        Self::Rooms,
        Self::People,
        Self::Events,
        Self::Cursors,
        Self::Outbox,
        Self::Tiles,
        Self::Account,
    ];

    /// Name of the object store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Associations => "rooms_integrations",
            Self::Extensions => "extensions",
            Self::Tokens => "integration_tokens",
            Self::Rooms => "rooms",
            Self::People => "people",
            Self::Events => "events",
            Self::Cursors => "cursors",
            Self::Outbox => "outbox",
            Self::Tiles => "tiles",
            Self::Account => "account",
        }
    }
}

/// One part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPart {
    /// A room, a user, a position.
    Number(i64),
    /// Everything else.
    Text(String),
}

impl From<RoomId> for KeyPart {
    fn from(room: RoomId) -> Self {
        Self::Number(room.0)
    }
}

impl From<&str> for KeyPart {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Key of a row, or the beginning of the keys of several.
pub type Key = Vec<KeyPart>;

/// One change to the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// Adds or replaces a row.
    Put(Table, Key, String),
    /// Deletes a row.
    Delete(Table, Key),
    /// Deletes all rows whose key begins so.
    DeleteUnder(Table, Key),
    /// Deletes the rows of a room's log up to this position.
    DeleteEventsUpTo(RoomId, Sequence),
    /// Deletes all rows.
    Clear(Table),
}
