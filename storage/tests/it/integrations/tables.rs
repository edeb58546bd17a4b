//! What the tables of integrations hold, and that it outlives the server.

use roomglass_protocol::{
    RoomRef,
    integration::{Descriptor, Extensions},
};
use serde_json::{Value, json};

use super::lounge;
use crate::support::*;

/// Table P: two items, one related content, three controls, one webhook.
fn table_p() -> Descriptor {
    let named = |key: &str| json!({ "key": key, "name": { "value": key } });
    let control = |key: &str| json!({ "key": key, "name": { "value": key }, "location": "message" });
    let address = "https://example.com/page";
    let mut document: Value = descriptor("com.example.many", &[]).document;
    document["capabilities"] = json!({
        "dynamicContentItem": [named("item-1"), named("item-2")],
        "relatedContent": [{ "key": "related-1", "name": { "value": "R" }, "location": "sidebar.right", "url": address }],
        "conditionalControl": [control("control-1"), control("control-2"), control("control-3")],
        "webhook": [{ "key": "hook-1", "event": "room_message", "pattern": "^/hello$", "url": address }],
    });
    parse(&document)
}

pub async fn every_extension_has_a_row_of_its_own(database: Database) {
    // DATA-03, INST-05.
    let (world, ada, room) = lounge(&database).await;
    let many = table_p();
    world.installs(&ada, &many, &[room.into()]).await;
    let mut reader = world.read().await;
    let stored = reader.extensions_of(std::slice::from_ref(&many.key)).await.unwrap().remove(&many.key).unwrap();
    let counts: Vec<_> = stored.0.iter().map(|(kind, list)| (kind.0.as_str(), list.len())).collect();
    assert_eq!(counts, [("action", 3), ("glance", 2), ("webPanel", 1), ("webhook", 1)]);
    assert_eq!(stored, many.extensions);
    for (kind, key, _) in many.extensions.iter() {
        assert_eq!(reader.places_of_extension(kind, &key).await.unwrap(), [RoomRef::Room(room)], "{key}");
    }
}

pub async fn an_integration_may_add_nothing_to_the_interface(database: Database) {
    // SYNC-08, DATA-12: browsers hold it all the same, or their tokens would never be the server's.
    let (world, ada, room) = lounge(&database).await;
    let silent = descriptor("com.example.silent", &[]);
    world.installs(&ada, &silent, &[room.into()]).await;
    let unknown = descriptor("com.example.unknown", &[]);
    let stored = world.read().await.extensions_of(&[silent.key.clone(), unknown.key]).await.unwrap();
    assert_eq!(stored.into_iter().collect::<Vec<_>>(), [(silent.key, Extensions::default())]);
}

pub async fn installations_outlive_the_server(database: Database) {
    // ARCH-15, TOK-11.
    let (world, ada, room) = lounge(&database).await;
    let (builds, many) = (descriptor("builds", &["status"]), table_p());
    world.installs(&ada, &builds, &[room.into(), RoomRef::Global]).await;
    world.installs(&ada, &many, &[room.into()]).await;
    let seen = async |world: &World| {
        let mut reader = world.read().await;
        let placed = reader.integrations_in(room).await.unwrap().into_iter();
        let placed: Vec<_> = placed.map(|it| (it.place, it.integration.descriptor, it.integration.token)).collect();
        let tokens = reader.room_tokens_of(ada.id).await.unwrap();
        let extensions = reader.extensions_in(room).await.unwrap();
        (placed, tokens, extensions, reader.rooms_of(ada.id).await.unwrap(), reader.members(room).await.unwrap())
    };
    let before = seen(&world).await;
    assert_eq!(before.0.len(), 3);
    world.storage.close().await;
    assert_eq!(seen(&World::open(&database).await).await, before);
}
