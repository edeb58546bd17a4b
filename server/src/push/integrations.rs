//! Telling of changed integrations: one frame per connection, with all of the user's rooms and no other (SSYNC-14).

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use roomglass_protocol::{RoomRef, push::Revision, sync::ChangedIntegration};

use super::{Connection, ConnectionId, Connections, EncodedFrame, opening::Late};

/// Encodes the change for any set of places; the integration itself is serialised once.
struct Encoder {
    rev: Revision,
    integration: String,
    encoded: HashMap<Vec<RoomRef>, EncodedFrame>,
}

impl Encoder {
    fn new(rev: Revision, change: &ChangedIntegration) -> Self {
        // Text keys and finite numbers only: cannot fail. An object without members is ignored by readers.
        let integration = serde_json::to_string(change).unwrap_or_else(|_| "{}".to_owned());
        Self { rev, integration, encoded: HashMap::new() }
    }

    fn frame(&mut self, places: Vec<RoomRef>) -> EncodedFrame {
        let Self { rev, integration, encoded } = self;
        let encode = |places: &[RoomRef]| {
            let entries: Vec<_> = places.iter().map(|place| format!(r#""{place}":[{integration}]"#)).collect();
            let json = format!(r#"{{"kind":"sync","rev":{},"changedIntegrations":{{{}}}}}"#, rev.0, entries.join(","));
            EncodedFrame::of_json(&json)
        };
        encoded.entry(places).or_insert_with_key(|places| encode(places)).clone()
    }
}

impl Connections {
    /// Tells those concerned of an integration that changed in some places.
    pub(super) fn deliver_integration(&self, rev: Revision, places: &[RoomRef], change: &ChangedIntegration) {
        let mut encoder = Encoder::new(rev, change);
        let concerned = {
            let mut registry = self.lock();
            for entry in registry.entries.values_mut() {
                if let Some(backlog) = &mut entry.backlog {
                    backlog.extend(places.iter().map(|place| late(*place, rev, encoder.frame(vec![*place]))));
                }
            }
            registry.concerned(places)
        };
        for (connection, places) in concerned.into_values() {
            connection.send_change(Some(rev), &encoder.frame(places));
        }
    }
}

/// Which rooms a connection has is not known while it opens, so each place waits as a frame of its own.
fn late(place: RoomRef, rev: Revision, frame: EncodedFrame) -> Late {
    match place {
        RoomRef::Global => Late::ForUser(Some(rev), frame),
        RoomRef::Room(room) => Late::InRoom(room, Some(rev), frame),
    }
}

type Concerned = BTreeMap<ConnectionId, (Arc<Connection>, Vec<RoomRef>)>;

impl super::registry::Registry {
    /// Open connections that one of the places concerns, each with those that do, in the order given.
    fn concerned(&self, places: &[RoomRef]) -> Concerned {
        let mut concerned = Concerned::new();
        let mut add = |connection: &Arc<Connection>, place: RoomRef| {
            concerned.entry(connection.id).or_insert_with(|| (connection.clone(), Vec::new())).1.push(place);
        };
        for place in places {
            match place {
                RoomRef::Room(room) => self.followers(*room).for_each(|connection| add(connection, *place)),
                RoomRef::Global => {
                    let open = self.entries.values().filter(|entry| entry.backlog.is_none());
                    open.for_each(|entry| add(&entry.connection, *place));
                }
            }
        }
        concerned
    }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::{IntegrationKey, RoomId, push::ServerFrame};

    use super::*;

    #[test]
    fn the_text_put_together_is_the_frame_serialised() {
        let change = ChangedIntegration::deleted(IntegrationKey::new("com.example.builds").unwrap());
        let places = vec![RoomRef::Global, RoomRef::Room(RoomId(7)), RoomRef::Room(RoomId(123))];
        let changed_integrations = places.iter().map(|place| (*place, vec![change.clone()])).collect();
        let whole = EncodedFrame::new(&ServerFrame::Sync { rev: Revision(901), changed_integrations });
        assert_eq!(Encoder::new(Revision(901), &change).frame(places), whole);
    }
}
