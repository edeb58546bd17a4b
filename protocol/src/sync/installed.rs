//! The client's half: Tables I, J and K, and the only reducer that changes them.

use serde::{Deserialize, Serialize};

use super::{ChangedIntegration, ChangedIntegrations, KnownIntegration};
use crate::{
    IntegrationKey, OrderedMap, OrderedSet, RoomRef,
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
    pub rooms: OrderedMap<RoomRef, OrderedSet<IntegrationKey>>,
    /// Tables J and K.
    pub versions: OrderedMap<IntegrationKey, InstalledVersion>,
    /// Newest revision applied to an integration in a room by a push; an older answer yields to it (SYNC-30).
    #[serde(default)]
    pub pushed: OrderedMap<RoomRef, OrderedMap<IntegrationKey, Revision>>,
}

/// What [`InstalledState::apply`] changed, so that exactly that is written to IndexedDB and acted on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Rooms whose list of integrations changed (rows of Table I to write).
    pub rooms: OrderedSet<RoomRef>,
    /// Integrations whose version is new (rows of Tables J and K to replace). Not those already known by token (CLD-07).
    pub versions: OrderedSet<IntegrationKey>,
    /// Integrations that no room has any more (rows of Tables J and K to delete, CLD-13).
    pub dropped: OrderedSet<IntegrationKey>,
    /// Tokens the update referred to that neither it nor the client has: the client must repair itself.
    pub missing: OrderedSet<IntegrationKey>,
}

impl InstalledState {
    /// Applies an answer or a frame (SSYNC-10) of revision `rev`; `pushed` tells whether it came as a frame.
    /// Applying the same update twice changes nothing the second time.
    pub fn apply(&mut self, rev: Revision, pushed: bool, changes: &ChangedIntegrations) -> Applied {
        let given = given_in_full(changes);
        let mut applied = Applied::default();
        for (room, changes) in changes {
            for change in changes {
                if self.is_outdated(*room, change.key(), rev) {
                    continue;
                }
                if pushed {
                    self.pushed.entry(*room).or_default().insert(change.key().clone(), rev);
                }
                match change {
                    ChangedIntegration::Deleted { key, .. } => self.dissociate(*room, key, &mut applied),
                    ChangedIntegration::Present { key, token, .. } => {
                        let extensions = given.get(&(key, *token)).copied();
                        self.associate(*room, key, *token, extensions, rev, &mut applied);
                    }
                }
            }
        }
        self.drop_orphans(&mut applied);
        applied
    }

    /// Keeps the entries of these rooms and the global one, adds empty ones for new rooms, drops the others.
    pub fn retain_rooms(&mut self, rooms: &OrderedSet<RoomRef>) -> Applied {
        let mut applied = Applied::default();
        let kept = |room: &RoomRef| *room == RoomRef::Global || rooms.contains(room);
        applied.rooms.extend(self.rooms.keys().copied().filter(|room| !kept(room)));
        self.rooms.retain(|room, _| kept(room));
        self.pushed.retain(|room, _| kept(room));
        for room in rooms.iter().copied().chain([RoomRef::Global]) {
            self.rooms.entry(room).or_insert_with(|| {
                applied.rooms.insert(room);
                OrderedSet::new()
            });
        }
        self.drop_orphans(&mut applied);
        applied
    }

    /// Table Q for some rooms (SYNC-04 … SYNC-06).
    pub fn known(&self, rooms: impl IntoIterator<Item = RoomRef>) -> OrderedMap<RoomRef, Vec<KnownIntegration>> {
        let known = |room| {
            self.tokens_of(room).map(|(key, token)| KnownIntegration { key: key.clone(), token }).collect::<Vec<_>>()
        };
        rooms.into_iter().map(|room| (room, known(room))).collect()
    }

    /// Room token computed from what is held.
    pub fn room_token(&self, room: RoomRef) -> RoomToken {
        RoomToken::of(self.tokens_of(room))
    }

    /// Account token computed from what is held, the global room included even when it is empty.
    pub fn account_token(&self) -> AccountToken {
        let rooms: OrderedSet<RoomRef> = self.rooms.keys().copied().chain([RoomRef::Global]).collect();
        AccountToken::of(rooms.into_iter().map(|room| (room, self.room_token(room))))
    }

    /// Integrations of a room and of the global room, each once, by key (CC-08).
    pub fn in_room(&self, room: RoomRef) -> Vec<(&IntegrationKey, &InstalledVersion)> {
        let keys: OrderedSet<&IntegrationKey> =
            [RoomRef::Global, room].iter().filter_map(|place| self.rooms.get(place)).flatten().collect();
        keys.into_iter().filter_map(|key| Some((key, self.versions.get(key)?))).collect()
    }

    fn tokens_of(&self, room: RoomRef) -> impl Iterator<Item = (&IntegrationKey, IntegrationToken)> {
        let keys = self.rooms.get(&room).into_iter().flatten();
        keys.filter_map(|key| Some((key, self.versions.get(key)?.token)))
    }

    fn is_outdated(&self, room: RoomRef, key: &IntegrationKey, rev: Revision) -> bool {
        self.pushed.get(&room).and_then(|keys| keys.get(key)).is_some_and(|newest| *newest > rev)
    }

    /// Whether a push newer than `rev` brought the version that is held, perhaps for another room.
    fn has_newer_version(&self, key: &IntegrationKey, rev: Revision) -> bool {
        let present = self.rooms.iter().filter(|(_, keys)| keys.contains(key));
        self.versions.contains_key(key) && present.into_iter().any(|(room, _)| self.is_outdated(*room, key, rev))
    }

    fn dissociate(&mut self, room: RoomRef, key: &IntegrationKey, applied: &mut Applied) {
        if self.rooms.get_mut(&room).is_some_and(|keys| keys.remove(key)) {
            applied.rooms.insert(room);
        }
    }

    fn associate(
        &mut self,
        room: RoomRef,
        key: &IntegrationKey,
        token: IntegrationToken,
        extensions: Option<&Extensions>,
        rev: Revision,
        applied: &mut Applied,
    ) {
        let held = self.versions.get(key).is_some_and(|version| version.token == token);
        if !held && !self.has_newer_version(key, rev) {
            let Some(extensions) = extensions else {
                applied.missing.insert(key.clone());
                return;
            };
            self.versions.insert(key.clone(), InstalledVersion { token, extensions: extensions.clone() });
            applied.versions.insert(key.clone());
        }
        if self.rooms.entry(room).or_default().insert(key.clone()) {
            applied.rooms.insert(room);
        }
    }

    fn drop_orphans(&mut self, applied: &mut Applied) {
        let needed: OrderedSet<&IntegrationKey> = self.rooms.values().flatten().collect();
        let orphans: OrderedSet<IntegrationKey> =
            self.versions.keys().filter(|key| !needed.contains(key)).cloned().collect();
        self.versions.retain(|key, _| !orphans.contains(key));
        applied.dropped.extend(orphans);
    }
}

/// The versions an update carries in full, wherever in it.
fn given_in_full<'c>(
    changes: &'c ChangedIntegrations,
) -> OrderedMap<(&'c IntegrationKey, IntegrationToken), &'c Extensions> {
    let in_full = |change: &'c ChangedIntegration| match change {
        ChangedIntegration::Present { key, token, extensions: Some(extensions) } => Some(((key, *token), extensions)),
        _ => None,
    };
    changes.values().flatten().filter_map(in_full).collect()
}
