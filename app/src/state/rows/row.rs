//! The rows themselves: JSON that says by itself what it is about.

use roomglass_protocol::{
    IntegrationKey, Organisation, Person, RoomId, RoomRef, Sequence, Timestamp,
    integration::{ExtensionKind, ExtensionRef, TileData},
    push::Revision,
    state::PendingMessage,
    token::IntegrationToken,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
pub(super) struct AssociationRow(pub RoomRef, pub IntegrationKey);

#[derive(Serialize, Deserialize)]
pub(super) struct ExtensionRow {
    pub integration: IntegrationKey,
    pub kind: ExtensionKind,
    /// Place in the descriptor's order, which the order of keys is not.
    pub place: usize,
    pub descriptor: Value,
}

#[derive(Serialize, Deserialize)]
pub(super) struct TokenRow(pub IntegrationKey, pub IntegrationToken);

#[derive(Serialize, Deserialize)]
pub(super) struct CursorRow(pub RoomId, pub Sequence);

#[derive(Serialize, Deserialize)]
pub(super) struct OutboxRow(pub RoomId, pub PendingMessage);

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
pub(super) struct AccountRow {
    pub rev: Revision,
    pub organisation: Organisation,
    pub user: Person,
}
