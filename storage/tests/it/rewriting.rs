//! Integrations whose framed pages are rewritten (decision 24).

use roomglass_storage::{Noun, StorageError};

use crate::support::*;

pub async fn rewriting_is_decided_for_an_integration_and_goes_with_it(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    let (builds, links) = (descriptor("builds", &["status"]), descriptor("links", &["status"]));
    let key = builds.key.clone();
    let early = stored!(world, |tx| tx.set_rewriting(&key, true));
    assert!(matches!(early, Err(StorageError::NotFound(Noun::Integration))), "{early:?}");

    world.installs(&ada, &builds, &[room.into()]).await;
    world.installs(&ada, &links, &[room.into()]).await;
    world.changes();
    for _ in 0..2 {
        let key = builds.key.clone();
        stored!(world, |tx| tx.set_rewriting(&key, true)).unwrap();
    }
    assert!(world.changes().is_empty(), "nobody's tables change");
    let mut reader = world.read().await;
    assert!(reader.rewrites_pages_of(&builds.key).await.unwrap());
    assert!(!reader.rewrites_pages_of(&links.key).await.unwrap());
    assert_eq!(reader.rewritten_integrations().await.unwrap().into_iter().collect::<Vec<_>>(), std::slice::from_ref(&builds.key));
    drop(reader);

    let (key, again) = (builds.key.clone(), builds.key.clone());
    stored!(world, |tx| tx.set_rewriting(&again, false)).unwrap();
    assert!(!world.read().await.rewrites_pages_of(&key).await.unwrap());
    let (again, gone) = (key.clone(), key.clone());
    stored!(world, |tx| tx.set_rewriting(&again, true)).unwrap();
    stored!(world, |tx| tx.delete_integration(&gone, None, NOW)).unwrap();
    assert!(world.read().await.rewritten_integrations().await.unwrap().is_empty());
}
