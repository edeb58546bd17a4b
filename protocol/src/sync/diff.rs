//! The server's half: what a client with these tokens must be told.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangedIntegration, ChangedIntegrations, KnownIntegration};
use crate::{
    IntegrationKey, OrderedMap, RoomRef,
    integration::Extensions,
    token::{IntegrationToken, RoomToken},
};

/// What the server has for one room, as read from storage in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoomState {
    /// Integrations of the room and their present versions.
    pub integrations: BTreeMap<IntegrationKey, IntegrationToken>,
    /// Table H.
    pub token: Option<RoomToken>,
}

impl RoomState {
    /// The stored room token, or the one that belongs to what is there.
    fn room_token(&self) -> RoomToken {
        self.token.unwrap_or_else(|| RoomToken::of(self.integrations.iter().map(|(key, token)| (key, *token))))
    }
}

/// Compares the rooms of a request (SYNC-09 … SYNC-17). `server` has an entry for each room the user is a member of;
/// a requested room without one is answered with everything listed flagged deleted (SYNC-28). `extensions` is asked
/// at most once for each version that goes into the answer; with `once`, a version is given in full only the first
/// time it occurs (rooms in order of [`RoomRef`]).
pub fn diff(
    client: &OrderedMap<RoomRef, Vec<KnownIntegration>>,
    server: &BTreeMap<RoomRef, RoomState>,
    once: bool,
    extensions: impl FnMut(&IntegrationKey) -> Option<Extensions>,
) -> ChangedIntegrations {
    let mut versions = Versions { read: extensions, cache: BTreeMap::new(), given: BTreeSet::new(), once };
    let mut answer = ChangedIntegrations::new();
    for (room, known) in client {
        let known: BTreeMap<_, _> = known.iter().map(|known| (&known.key, known.token)).collect();
        let changes = match server.get(room) {
            None => known.into_keys().cloned().map(ChangedIntegration::deleted).collect(),
            Some(state) if RoomToken::of(known.iter().map(|(key, token)| (*key, *token))) == state.room_token() => {
                continue;
            }
            Some(state) => compare(&known, state, &mut versions),
        };
        if !changes.is_empty() {
            answer.insert(*room, changes);
        }
    }
    answer
}

/// First the integrations the client listed, then those it does not know of.
fn compare<F: FnMut(&IntegrationKey) -> Option<Extensions>>(
    known: &BTreeMap<&IntegrationKey, IntegrationToken>,
    state: &RoomState,
    versions: &mut Versions<F>,
) -> Vec<ChangedIntegration> {
    let listed = known.iter().filter_map(|(key, client_token)| match state.integrations.get(*key) {
        Some(token) if token == client_token => None,
        Some(token) => Some(versions.present(key, *token).unwrap_or_else(|| deleted(key))),
        None => Some(deleted(key)),
    });
    let mut changes: Vec<_> = listed.collect();
    let unlisted = state.integrations.iter().filter(|(key, _)| !known.contains_key(key));
    changes.extend(unlisted.filter_map(|(key, token)| versions.present(key, *token)));
    changes
}

fn deleted(key: &IntegrationKey) -> ChangedIntegration {
    ChangedIntegration::deleted(key.clone())
}

/// The versions that go into one answer.
struct Versions<F> {
    read: F,
    cache: BTreeMap<IntegrationKey, Option<Extensions>>,
    given: BTreeSet<IntegrationKey>,
    once: bool,
}

impl<F: FnMut(&IntegrationKey) -> Option<Extensions>> Versions<F> {
    /// The entry for a version; `None` when storage has no extensions of it, not even an empty set.
    fn present(&mut self, key: &IntegrationKey, token: IntegrationToken) -> Option<ChangedIntegration> {
        if !self.cache.contains_key(key) {
            self.cache.insert(key.clone(), (self.read)(key));
        }
        let extensions = self.cache.get(key)?.as_ref()?;
        let repeated = !self.given.insert(key.clone());
        let extensions = if self.once && repeated { None } else { Some(extensions.clone()) };
        Some(ChangedIntegration::Present { key: key.clone(), token, extensions })
    }
}
