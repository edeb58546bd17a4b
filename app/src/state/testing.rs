//! People, rooms and integrations of the walkthrough, for tests.

use roomglass_protocol::{
    Event, IntegrationKey, Message, Person, RoomId, RoomRef,
    integration::{ExtensionRef, Extensions},
    push::Revision,
    rest::snapshot::Snapshot,
    state::Workspace,
    sync::{ChangedIntegration, ChangedIntegrations, InstalledState},
    token::IntegrationToken,
};
use serde_json::{Value, json};

pub const BUILDS: &str = "com.example.builds";
pub const LINKS: &str = "com.example.links";
pub const WEATHER: &str = "org.example.weather";
pub const ROOM: RoomRef = RoomRef::Room(RoomId(123));
pub const SUPPORT: RoomRef = RoomRef::Room(RoomId(456));

pub fn key(text: &str) -> IntegrationKey {
    text.parse().expect("an integration key")
}

pub fn emma() -> Person {
    read(json!({"id": 12, "name": "Emma", "mention": "emma", "role": "member"}))
}

pub fn workspace() -> Workspace {
    let room = |id: i64, name: &str| {
        json!({"id": id, "name": name, "privacy": "private", "owner_id": 11, "seq": 10, "messages": 8,
               "read_seq": 4, "read_messages": 4})
    };
    let snapshot: Snapshot = read(json!({
        "rev": 900, "organisation": {"id": 1, "name": "Example"}, "user": emma(), "people": [emma()], "presence": [],
        "rooms": [room(123, "Release team"), room(456, "Support")],
    }));
    snapshot.into()
}

pub fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a value of the protocol")
}

pub fn message(text: &str) -> Message {
    read(json!({"id": "01890000-0000-7000-8000-000000000001", "from": {"type": "user", "id": 11, "name": "Alana"},
                "text": text, "sent_at": "2026-01-01T10:15:00Z"}))
}

pub fn events(room: i64, seqs: std::ops::RangeInclusive<i64>) -> Vec<Event> {
    let event = |seq| {
        read(json!({"room_id": room, "seq": seq, "messages": 0, "at": "2026-01-01T10:15:00Z", "kind": "joined",
                    "user_id": 12}))
    };
    seqs.map(event).collect()
}

/// Tile, panel; in version 2 a control too.
pub fn builds(version: u32) -> Extensions {
    let mut extensions = json!({
        "glance": [{
            "key": "builds.summary", "name": {"value": "Builds"}, "queryUrl": "https://builds.example.com/glance",
            "target": "builds.sidebar",
            "conditions": [{"condition": "glance_matches", "params": {"metadata": [{"attr": "isConfigured", "eq": true}]}}]
        }],
        "webPanel": [{"key": "builds.sidebar", "name": {"value": "Recent builds"}, "location": "sidebar.right",
                      "url": "https://builds.example.com/sidebar"}],
    });
    if version > 1 {
        extensions["action"] = json!([{
            "key": "builds.rerun", "name": {"value": "Re-run this build"}, "location": "message", "target": "builds.gone",
            "conditions": [{"condition": "message_matches", "params": {"pattern": "build #\\d+"}}]
        }]);
    }
    read(extensions)
}

/// Two controls for messages with links.
pub fn links() -> Extensions {
    let control = |key: &str, weight: i64| {
        json!({"key": key, "name": {"value": key}, "location": "message", "target": "links.view", "weight": weight,
               "conditions": [{"condition": "message_contains_link"}]})
    };
    read(json!({
        "action": [control("links.sidebar", 20), control("links.page", 10)],
        "webPanel": [{"key": "links.view", "name": {"value": "Link preview"}, "location": "sidebar.right",
                      "url": "https://links.example.com/view"}],
    }))
}

/// A tile without conditions.
pub fn weather() -> Extensions {
    read(json!({"glance": [{"key": "weather.now", "name": {"value": "Weather"}, "weight": 10,
                            "queryUrl": "https://weather.example.org/now"}]}))
}

pub fn token(integration: &str, extensions: &Extensions) -> IntegrationToken {
    IntegrationToken::of(&key(integration), extensions)
}

pub fn present(integration: &str, extensions: &Extensions) -> ChangedIntegration {
    let (token, extensions) = (token(integration, extensions), Some(extensions.clone()));
    ChangedIntegration::Present { key: key(integration), token, extensions }
}

pub fn changes(rooms: impl IntoIterator<Item = (RoomRef, Vec<ChangedIntegration>)>) -> ChangedIntegrations {
    rooms.into_iter().collect()
}

/// Builds in 123, links in 456 and 123, weather everywhere.
pub fn installed() -> InstalledState {
    let mut installed = InstalledState::default();
    installed.apply(
        Revision(900),
        false,
        &changes([
            (RoomRef::Global, vec![present(WEATHER, &weather())]),
            (ROOM, vec![present(BUILDS, &builds(1)), present(LINKS, &links())]),
            (SUPPORT, vec![present(LINKS, &links())]),
        ]),
    );
    installed
}

pub fn extension(integration: &str, extension: &str) -> ExtensionRef {
    ExtensionRef { integration: key(integration), key: extension.parse().expect("an extension key") }
}
