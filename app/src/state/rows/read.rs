//! From rows to what was known.

use roomglass_protocol::{
    Membership, OrderedMap, Person, RoomId, RoomRef, Sequence, json,
    state::{PendingMessage, Workspace},
    sync::{InstalledState, InstalledVersion},
};
use serde::Deserialize;

use super::{
    TileRow,
    row::{AccountRow, AssociationRow, CursorRow, ExtensionRow, OutboxRow, TokenRow},
};

/// Rows as they were read when the client opened. Logs are read when their room is opened.
#[derive(Debug, Clone, Default)]
pub struct StoredRows {
    /// Table I.
    pub associations: Vec<String>,
    /// Table J.
    pub extensions: Vec<String>,
    /// Table K.
    pub tokens: Vec<String>,
    /// Rooms.
    pub rooms: Vec<String>,
    /// People.
    pub people: Vec<String>,
    /// Cursors.
    pub cursors: Vec<String>,
    /// Messages under way.
    pub outbox: Vec<String>,
    /// Tiles.
    pub tiles: Vec<String>,
    /// At most one.
    pub account: Vec<String>,
}

/// What the client knew when it was last open.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// People and rooms; `None` in a new or cleared database.
    pub workspace: Option<Workspace>,
    /// Integrations.
    pub installed: InstalledState,
    /// How far logs are stored.
    pub cursors: OrderedMap<RoomId, Sequence>,
    /// Messages under way or refused, in order of their ids, which is the order of writing.
    pub outbox: Vec<(RoomId, PendingMessage)>,
    /// Tiles.
    pub tiles: Vec<TileRow>,
}

/// A row cannot be read, or contradicts another: the database is to be rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored rows contradict each other")]
pub struct Broken;

fn read<T: for<'de> Deserialize<'de>>(rows: &[String]) -> Result<Vec<T>, Broken> {
    rows.iter().map(|row| json::read(row).map_err(|_| Broken)).collect()
}

impl StoredRows {
    /// Messages under way that can be read, whatever has become of the rest.
    pub fn readable_outbox(&self) -> Vec<(RoomId, PendingMessage)> {
        let rows = self.outbox.iter().filter_map(|row| json::read(row).ok());
        rows.map(|OutboxRow(room, pending)| (room, pending)).collect()
    }

    /// Puts the rows together.
    ///
    /// # Errors
    /// When one cannot be read, or an integration of a room has no version.
    pub fn restore(&self) -> Result<Stored, Broken> {
        let workspace = self.workspace()?;
        let installed = self.installed(workspace.as_ref())?;
        let cursors = read(&self.cursors)?.into_iter().map(|CursorRow(room, seq)| (room, seq)).collect();
        let outbox = read(&self.outbox)?.into_iter().map(|OutboxRow(room, pending)| (room, pending)).collect();
        Ok(Stored { workspace, installed, cursors, outbox, tiles: read(&self.tiles)? })
    }

    fn workspace(&self) -> Result<Option<Workspace>, Broken> {
        let Some(AccountRow { rev, organisation, user }) = read(&self.account)?.into_iter().next() else {
            return Ok(None);
        };
        let people = read::<Person>(&self.people)?.into_iter().map(|person| (person.id, person)).collect();
        let rooms = read::<Membership>(&self.rooms)?.into_iter().map(|room| (room.room.id, room)).collect();
        Ok(Some(Workspace { rev, organisation, user, people, presence: OrderedMap::new(), rooms }))
    }

    fn installed(&self, workspace: Option<&Workspace>) -> Result<InstalledState, Broken> {
        let mut installed = InstalledState::default();
        for TokenRow(integration, token) in read(&self.tokens)? {
            let version = InstalledVersion { token, extensions: Default::default() };
            installed.versions.insert(integration, version);
        }
        let mut extensions: Vec<ExtensionRow> = read(&self.extensions)?;
        extensions.sort_by_key(|row| row.place);
        for ExtensionRow { integration, kind, descriptor, .. } in extensions {
            let version = installed.versions.get_mut(&integration).ok_or(Broken)?;
            version.extensions.0.entry(kind).or_default().push(descriptor);
        }
        let rooms = workspace.into_iter().flat_map(|workspace| workspace.rooms.keys().copied().map(RoomRef::Room));
        installed.rooms = rooms.chain([RoomRef::Global]).map(|room| (room, Default::default())).collect();
        for AssociationRow(room, integration) in read(&self.associations)? {
            if !installed.versions.contains_key(&integration) {
                return Err(Broken);
            }
            installed.rooms.entry(room).or_default().insert(integration);
        }
        Ok(installed)
    }
}
