//! What integrations add in single rooms (HCC-15).

use roomglass_protocol::{
    RoomId, RoomRef,
    integration::{Descriptor, Extensions},
    sync::ChangedIntegration,
    token::RoomToken,
};
use roomglass_storage::{Change, Supplement};

use crate::support::*;

fn own(tile: &str) -> Extensions {
    descriptor("own", &[tile]).extensions
}

fn added(base: &Descriptor, room: RoomId, tile: &str) -> (Supplement, Descriptor) {
    let with = base.for_room(room, &own(tile)).unwrap();
    let supplement = Supplement { key: with.key.clone(), integration: base.key.clone(), room, own: own(tile) };
    (supplement, with)
}

async fn adds(world: &World, base: &Descriptor, room: RoomId, tile: &str) -> (Supplement, Descriptor) {
    let (supplement, with) = added(base, room, tile);
    let (stored, version) = (supplement.clone(), with.clone());
    stored!(world, |tx| tx.put_supplement(stored, &version, &publisher(), NOW)).unwrap();
    (supplement, with)
}

/// The stored room token is that of what is there.
async fn room_token_is_right(world: &World, room: RoomId) {
    let mut reader = world.read().await;
    let there: Vec<_> = reader.integrations_in(room).await.unwrap().into_iter().map(|it| it.integration).collect();
    let expected = RoomToken::of(there.iter().map(|it| (&it.descriptor.key, it.token)));
    let member = reader.member_people(room).await.unwrap().remove(0);
    assert_eq!(reader.room_tokens_of(member.id).await.unwrap()[&RoomRef::Room(room)], expected);
}

pub async fn what_is_added_in_a_room_is_told_there_alone(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let (here, there) = (world.room(&ada, "here").await, world.room(&ada, "there").await);
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[here.into(), there.into()]).await;
    world.changes();
    let (supplement, with) = adds(&world, &builds, here, "queue").await;
    let changes = world.changes();
    assert!(
        matches!(&changes[..], [Change::IntegrationsChanged { places, change: ChangedIntegration::Present { key, .. } }]
            if *places == [RoomRef::Room(here)] && *key == with.key),
        "{changes:?}"
    );
    room_token_is_right(&world, here).await;
    let mut reader = world.read().await;
    assert_eq!(reader.supplements_of(&builds.key).await.unwrap(), std::slice::from_ref(&supplement));
    assert_eq!(reader.supplement(&with.key).await.unwrap(), Some(supplement.clone()));
    assert_eq!(reader.supplement(&builds.key).await.unwrap(), None);
    assert!(reader.supplements_in(here).await.unwrap().contains(&with.key));
    assert!(reader.supplements_in(there).await.unwrap().is_empty());
    assert_eq!(reader.places_of(&with.key).await.unwrap(), [RoomRef::Room(here)]);
    drop(reader);
    adds(&world, &builds, here, "queue").await;
    assert!(world.changes().is_empty(), "nothing is different");

    stored!(world, |tx| tx.remove_supplement(&supplement)).unwrap();
    assert!(matches!(&world.changes()[..], [Change::IntegrationsChanged { places, .. }] if *places == [RoomRef::Room(here)]));
    room_token_is_right(&world, here).await;
    assert!(world.read().await.integration(&with.key).await.unwrap().is_none(), "no trace is left");
}

pub async fn what_is_added_goes_with_the_integration(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let (here, there) = (world.room(&ada, "here").await, world.room(&ada, "there").await);
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[here.into(), there.into(), RoomRef::Global]).await;
    let (at_here, _) = adds(&world, &builds, here, "queue").await;
    let (at_there, _) = adds(&world, &builds, there, "queue").await;
    world.changes();
    let (key, by) = (builds.key.clone(), ada.id);
    stored!(world, |tx| tx.uninstall(&key, &[RoomRef::Room(here)], by, NOW)).unwrap();
    let left = world.read().await.supplements_of(&builds.key).await.unwrap();
    assert_eq!(left, [at_here, at_there.clone()], "it is there globally");
    let key = builds.key.clone();
    stored!(world, |tx| tx.uninstall(&key, &[RoomRef::Global], by, NOW)).unwrap();
    assert_eq!(world.read().await.supplements_of(&builds.key).await.unwrap(), [at_there]);
    for room in [here, there] {
        room_token_is_right(&world, room).await;
    }
    let key = builds.key.clone();
    stored!(world, |tx| tx.delete_integration(&key, None, NOW)).unwrap();
    assert!(world.read().await.supplements_in(there).await.unwrap().is_empty());
    assert!(world.read().await.integrations_in(there).await.unwrap().is_empty());
    room_token_is_right(&world, there).await;
}
