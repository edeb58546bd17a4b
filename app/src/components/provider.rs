//! What integrations are called. Names come with the list of installations; until it is there, or without a
//! connection, the key says enough.

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    IntegrationKey, OrderedMap, RoomId,
    integration::{ExtensionKind, Icon},
};

use crate::components::live::{effect, memo};
use crate::{client::actions, state::Store};

/// Names learnt so far; provided by context.
#[derive(Debug, Clone, Copy)]
pub struct ProviderNames(RwSignal<OrderedMap<IntegrationKey, String>>);

impl ProviderNames {
    /// Nothing learnt yet.
    pub fn new() -> Self {
        Self(RwSignal::new(OrderedMap::new()))
    }

    /// The name of an integration. Reactive.
    pub fn of(self, key: &IntegrationKey) -> String {
        self.0.with(|names| names.get(key).cloned()).unwrap_or_else(|| name_from_key(key))
    }

    /// Takes in a name that is known already.
    pub fn tell(self, key: IntegrationKey, name: String) {
        self.0.update(|names| drop(names.insert(key, name)));
    }

    /// Asks for the names of what is installed in a room, again whenever that changes.
    pub fn learn(self, store: Store, room: RoomId) {
        let unknown = memo(move || {
            let known = self.0.read_untracked();
            store.installed.with(|installed| {
                let here = installed.in_room(room.into());
                here.into_iter().map(|(key, _)| key).filter(|key| !known.contains_key(key)).cloned().collect::<Vec<_>>()
            })
        });
        // A connection that only goes on is no reason to ask again.
        let connected = memo(move || store.connection.get().is_connected());
        effect(move || {
            if unknown.get().is_empty() || !connected.get() {
                return;
            }
            spawn_local(async move {
                // A refusal leaves the names made from keys; they are only a comfort.
                let Ok(items) = actions::integrations_in(room).await else { return };
                let _ = self.0.try_update(|names| names.extend(items.into_iter().map(|item| (item.key, item.name))));
            });
        });
    }
}

/// The picture an integration is known by: that of its first tile or panel that has one.
pub fn provider_icon(store: Store, key: &IntegrationKey) -> Option<Icon> {
    store.installed.with_untracked(|installed| {
        let extensions = &installed.versions.get(key)?.extensions;
        let tiles = extensions.glances().into_iter().filter_map(|tile| tile.icon);
        let panels = extensions.0.get(&ExtensionKind::from(ExtensionKind::WEB_PANEL)).into_iter().flatten();
        let panels = panels.filter_map(|panel| serde_json::from_value(panel.get("icon")?.clone()).ok());
        tiles.chain(panels).next()
    })
}

impl Default for ProviderNames {
    fn default() -> Self {
        Self::new()
    }
}

/// `org.example.host-health` is called "Host health" until its name is known.
fn name_from_key(key: &IntegrationKey) -> String {
    let last = key.as_str().rsplit(['.', ':']).find(|part| !part.is_empty()).unwrap_or(key.as_str());
    let words = last.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_a_readable_name() -> Result<(), roomglass_protocol::id::InvalidId> {
        assert_eq!(name_from_key(&IntegrationKey::new("org.roomglass.host-health")?), "Host health");
        assert_eq!(name_from_key(&IntegrationKey::new("builds")?), "Builds");
        Ok(())
    }
}
