//! The client's half: Tables I, J and K, and the only reducer that changes them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ChangedIntegrations, KnownIntegration};
use crate::{
    IntegrationKey, RoomRef,
    integration::Extensions,
    push::Revision,
    token::{AccountToken, IntegrationToken, RoomToken},
};

/// One version of an integration as a client keeps it (rows of Tables J and K).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstalledVersion {
    /// As it was received.
    pub token: IntegrationToken,
    /// Of that version.
    pub extensions: Extensions,
}

/// What a client holds of integrations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InstalledState {
    /// Table I: which integrations each room has. A room the client is a member of has an entry, if an empty one.
    pub rooms: BTreeMap<RoomRef, BTreeSet<IntegrationKey>>,
    /// Tables J and K.
    pub versions: BTreeMap<IntegrationKey, InstalledVersion>,
    /// Newest revision applied to an integration in a room by a push; an older answer yields to it (SYNC-30).
    #[serde(default)]
    pub pushed: BTreeMap<RoomRef, BTreeMap<IntegrationKey, Revision>>,
}

/// What [`InstalledState::apply`] changed, so that exactly that is written to IndexedDB and acted on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Rooms whose list of integrations changed (rows of Table I to write).
    pub rooms: BTreeSet<RoomRef>,
    /// Integrations whose version is new (rows of Tables J and K to replace). Not those already known by token (CLD-07).
    pub versions: BTreeSet<IntegrationKey>,
    /// Integrations that no room has any more (rows of Tables J and K to delete, CLD-13).
    pub dropped: BTreeSet<IntegrationKey>,
    /// Tokens the update referred to that neither it nor the client has: the client must repair itself.
    pub missing: BTreeSet<IntegrationKey>,
}

impl InstalledState {
    /// Applies an answer or a frame (SSYNC-10) of revision `rev`; `pushed` tells whether it came as a frame.
    /// Applying the same update twice changes nothing the second time.
    pub fn apply(&mut self, rev: Revision, pushed: bool, changes: &ChangedIntegrations) -> Applied {
        let _ = (rev, pushed, changes);
        todo!("written by the protocol author")
    }

    /// Keeps the entries of these rooms and the global one, adds empty ones for new rooms, drops the others.
    pub fn retain_rooms(&mut self, rooms: &BTreeSet<RoomRef>) -> Applied {
        let _ = rooms;
        todo!("written by the protocol author")
    }

    /// Table Q for some rooms (SYNC-04 … SYNC-06).
    pub fn known(&self, rooms: impl IntoIterator<Item = RoomRef>) -> BTreeMap<RoomRef, Vec<KnownIntegration>> {
        let _ = rooms.into_iter().count();
        todo!("written by the protocol author")
    }

    /// Room token computed from what is held.
    pub fn room_token(&self, room: RoomRef) -> RoomToken {
        let _ = room;
        todo!("written by the protocol author")
    }

    /// Account token computed from what is held, the global room included even when it is empty.
    pub fn account_token(&self) -> AccountToken {
        todo!("written by the protocol author")
    }

    /// Integrations of a room and of the global room, each once, by key (CC-08).
    pub fn in_room(&self, room: RoomRef) -> Vec<(&IntegrationKey, &InstalledVersion)> {
        let _ = room;
        todo!("written by the protocol author")
    }
}
