//! From what changed to changes of rows.

use roomglass_protocol::{
    Event, EventBody, IntegrationKey, Membership, MessageId, Person, RoomId, RoomRef, Sequence,
    integration::ExtensionRef,
    push::ServerFrame,
    state::{PendingMessage, Workspace},
    sync::{Applied, InstalledState},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    KEPT_EVENTS, Key, KeyPart, RowChange, Table, TileRow,
    row::{AccountRow, AssociationRow, CursorRow, ExtensionRow, OutboxRow, TokenRow},
};

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
    // The text of a deleted message goes from this browser too, whether its room is loaded or not (MSG-21).
    let buried = events.iter().filter_map(|event| match &event.body {
        EventBody::Deleted { entry, .. } => Some(&**entry),
        _ => None,
    });
    let kept = events.iter().chain(buried).filter(|event| event.seq.0 > newest.0 - KEPT_EVENTS);
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
pub fn of_settled(room: RoomId, message: MessageId) -> Vec<RowChange> {
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
