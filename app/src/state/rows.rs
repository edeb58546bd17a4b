//! What is written to IndexedDB, and how it is read back. Pure: the client only carries rows to and fro, one list of
//! [`RowChange`]s in one transaction (CLD-13).

use std::collections::BTreeMap;

use roomglass_protocol::{
    Event, IntegrationKey, Membership, Organisation, Person, RoomId, RoomRef, Sequence, Timestamp,
    integration::{ExtensionKind, ExtensionRef, TileData},
    push::{Revision, ServerFrame},
    state::{PendingMessage, Workspace},
    sync::{Applied, InstalledState},
    token::IntegrationToken,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

#[derive(Serialize, Deserialize)]
struct AssociationRow(RoomRef, IntegrationKey);

#[derive(Serialize, Deserialize)]
struct ExtensionRow {
    integration: IntegrationKey,
    kind: ExtensionKind,
    /// Place in the descriptor's order, which the order of keys is not.
    place: usize,
    descriptor: Value,
}

#[derive(Serialize, Deserialize)]
struct TokenRow(IntegrationKey, IntegrationToken);

#[derive(Serialize, Deserialize)]
struct CursorRow(RoomId, Sequence);

#[derive(Serialize, Deserialize)]
struct OutboxRow(RoomId, PendingMessage);

/// A row of [`Table::Tiles`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TileRow {
    /// In which room.
    pub room: RoomId,
    /// Which tile.
    pub tile: ExtensionRef,
    /// What it showed.
    pub data: TileData,
    /// Since when.
    pub updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct AccountRow {
    rev: Revision,
    organisation: Organisation,
    user: Person,
}

fn put(table: Table, key: impl Into<Key>, row: &impl Serialize) -> Option<RowChange> {
    Some(RowChange::Put(table, key.into(), serde_json::to_string(row).ok()?))
}

/// Rows of Tables I, J and K that an update changed, and no others (CLD-07 … CLD-13).
pub fn of_integrations(applied: &Applied, installed: &InstalledState) -> Vec<RowChange> {
    let mut changes = Vec::new();
    for room in &applied.rooms {
        changes.push(RowChange::DeleteUnder(Table::Associations, vec![KeyPart::Text(room.to_string())]));
        let integrations = installed.rooms.get(room).into_iter().flatten();
        changes.extend(integrations.filter_map(|integration| association(*room, integration)));
    }
    for integration in applied.dropped.iter().chain(&applied.versions) {
        changes.push(RowChange::DeleteUnder(Table::Extensions, vec![integration.as_str().into()]));
        changes.push(RowChange::Delete(Table::Tokens, vec![integration.as_str().into()]));
    }
    changes.extend(applied.versions.iter().flat_map(|integration| version(integration, installed)));
    changes
}

fn association(room: RoomRef, integration: &IntegrationKey) -> Option<RowChange> {
    let key = [KeyPart::Text(room.to_string()), integration.as_str().into()];
    put(Table::Associations, key, &AssociationRow(room, integration.clone()))
}

fn version(integration: &IntegrationKey, installed: &InstalledState) -> Vec<RowChange> {
    let Some(version) = installed.versions.get(integration) else { return Vec::new() };
    let token = put(Table::Tokens, [integration.as_str().into()], &TokenRow(integration.clone(), version.token));
    let extensions = version.extensions.0.iter().flat_map(|(kind, descriptors)| {
        descriptors.iter().enumerate().filter_map(move |(place, descriptor)| {
            let name = descriptor.get("key").and_then(Value::as_str).map_or_else(|| place.to_string(), str::to_owned);
            let key = [integration.as_str().into(), kind.0.as_str().into(), KeyPart::Text(name)];
            let (integration, kind, descriptor) = (integration.clone(), kind.clone(), descriptor.clone());
            put(Table::Extensions, key, &ExtensionRow { integration, kind, place, descriptor })
        })
    });
    token.into_iter().chain(extensions).collect()
}

/// Everything of Tables I, J and K.
pub fn all_integrations(installed: &InstalledState) -> Vec<RowChange> {
    let everything = Applied {
        rooms: installed.rooms.keys().copied().collect(),
        versions: installed.versions.keys().cloned().collect(),
        ..Applied::default()
    };
    let tables = [Table::Associations, Table::Extensions, Table::Tokens].map(RowChange::Clear);
    tables.into_iter().chain(of_integrations(&everything, installed)).collect()
}

/// Everything about people and rooms.
pub fn of_workspace(workspace: &Workspace) -> Vec<RowChange> {
    let mut changes = vec![RowChange::Clear(Table::Rooms), RowChange::Clear(Table::People)];
    changes.extend(workspace.rooms.values().filter_map(room_row));
    changes.extend(workspace.people.values().filter_map(person_row));
    changes.extend(account_row(workspace));
    changes
}

/// Rows about people and rooms that a frame changed; `workspace` is the state after it.
pub fn of_frame(frame: &ServerFrame, workspace: &Workspace) -> Vec<RowChange> {
    let room_id = match frame {
        ServerFrame::Welcome { rooms: None, people: None, .. } => return Vec::new(),
        ServerFrame::Welcome { .. } => return of_workspace(workspace),
        ServerFrame::RoomLeft { room_id, .. } => return of_room_left(*room_id),
        ServerFrame::Person { person, .. } => {
            return person_row(person).into_iter().chain(account_row(workspace)).collect();
        }
        ServerFrame::Message { room_id, .. } | ServerFrame::Read { room_id, .. } => *room_id,
        ServerFrame::Event { event, .. } => event.room_id,
        ServerFrame::Room { room, .. } => room.room.id,
        _ => return Vec::new(),
    };
    let room = workspace.rooms.get(&room_id).and_then(room_row);
    room.into_iter().chain(account_row(workspace)).collect()
}

fn of_room_left(room: RoomId) -> Vec<RowChange> {
    let key: Key = vec![room.into()];
    let under = [Table::Events, Table::Outbox, Table::Tiles].map(|table| RowChange::DeleteUnder(table, key.clone()));
    let rows = [Table::Rooms, Table::Cursors].map(|table| RowChange::Delete(table, key.clone()));
    under.into_iter().chain(rows).collect()
}

fn room_row(room: &Membership) -> Option<RowChange> {
    put(Table::Rooms, [room.room.id.into()], room)
}

fn person_row(person: &Person) -> Option<RowChange> {
    put(Table::People, [KeyPart::Number(person.id.0)], person)
}

fn account_row(workspace: &Workspace) -> Option<RowChange> {
    let Workspace { rev, organisation, user, .. } = workspace;
    let row = AccountRow { rev: *rev, organisation: organisation.clone(), user: user.clone() };
    put(Table::Account, ["account".into()], &row)
}

/// Entries that continue what is stored of a log; older ones than [`KEPT_EVENTS`] go.
pub fn of_events(room: RoomId, events: &[Event]) -> Vec<RowChange> {
    let Some(newest) = events.last().map(|event| event.seq) else { return Vec::new() };
    let kept = events.iter().filter(|event| event.seq.0 > newest.0 - KEPT_EVENTS);
    let mut changes: Vec<RowChange> =
        kept.filter_map(|event| put(Table::Events, [room.into(), KeyPart::Number(event.seq.0)], event)).collect();
    changes.push(RowChange::DeleteEventsUpTo(room, Sequence(newest.0 - KEPT_EVENTS)));
    changes.extend(put(Table::Cursors, [room.into()], &CursorRow(room, newest)));
    changes
}

/// Entries that take the place of what is stored of a log.
pub fn replacing_events(room: RoomId, events: &[Event]) -> Vec<RowChange> {
    let mut changes = vec![RowChange::DeleteUnder(Table::Events, vec![room.into()])];
    changes.extend(of_events(room, events));
    changes
}

/// A message under way or refused.
pub fn of_pending(room: RoomId, pending: &PendingMessage) -> Vec<RowChange> {
    let key = [room.into(), KeyPart::Text(pending.message.id.to_string())];
    put(Table::Outbox, key, &OutboxRow(room, pending.clone())).into_iter().collect()
}

/// A message that was acknowledged or given up.
pub fn of_settled(room: RoomId, message: roomglass_protocol::MessageId) -> Vec<RowChange> {
    vec![RowChange::Delete(Table::Outbox, vec![room.into(), KeyPart::Text(message.to_string())])]
}

/// The last data of a tile.
pub fn of_tile(row: &TileRow) -> Vec<RowChange> {
    put(Table::Tiles, tile_key(row.room, &row.tile), row).into_iter().collect()
}

/// A tile that shows nothing any more.
pub fn of_tile_gone(room: RoomId, tile: &ExtensionRef) -> Vec<RowChange> {
    vec![RowChange::Delete(Table::Tiles, tile_key(room, tile))]
}

fn tile_key(room: RoomId, tile: &ExtensionRef) -> Key {
    vec![room.into(), tile.integration.as_str().into(), tile.key.as_str().into()]
}

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
    pub cursors: BTreeMap<RoomId, Sequence>,
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
    rows.iter().map(|row| serde_json::from_str(row).map_err(|_| Broken)).collect()
}

impl StoredRows {
    /// Messages under way that can be read, whatever has become of the rest.
    pub fn readable_outbox(&self) -> Vec<(RoomId, PendingMessage)> {
        let rows = self.outbox.iter().filter_map(|row| serde_json::from_str(row).ok());
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
        Ok(Some(Workspace { rev, organisation, user, people, presence: BTreeMap::new(), rooms }))
    }

    fn installed(&self, workspace: Option<&Workspace>) -> Result<InstalledState, Broken> {
        let mut installed = InstalledState::default();
        for TokenRow(integration, token) in read(&self.tokens)? {
            let version = roomglass_protocol::sync::InstalledVersion { token, extensions: Default::default() };
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
