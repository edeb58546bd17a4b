//! Versions of integrations: in force, waiting, refused, looked at.

use roomglass_protocol::{
    IntegrationKey, RoomRef, Timestamp, UserId,
    integration::{Descriptor, Scope},
};
use roomglass_storage::{Change, Held, TokenHash};

use super::lounge;
use crate::support::*;

fn with_scopes(descriptor: &Descriptor, scopes: &[&str]) -> Descriptor {
    let mut document = descriptor.document.clone();
    document["capabilities"]["hipchatApiConsumer"]["scopes"] = scopes.into();
    parse(&document)
}

fn told(key: &IntegrationKey, waiting: bool, may_decide: &[UserId]) -> Change {
    Change::UpdateWaiting { integration: key.clone(), waiting, may_decide: may_decide.to_vec() }
}

/// UPD-06: what is given follows the version in force, also for tokens that were given out before.
pub async fn an_update_changes_what_installations_may_do(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into()]).await;
    let (hash, id, end) = (TokenHash::of("access"), oauth_id(&builds.key, room.into()), Timestamp(NOW.0 + MINUTE_MS));
    let (token, of) = (hash.clone(), id.clone());
    stored!(world, |tx| tx.add_access_token(&token, &of, &[Scope::SendNotification, Scope::ViewRoom], end)).unwrap();

    let other = with_scopes(&builds, &["view_room", "view_messages"]);
    stored!(world, |tx| tx.update_descriptor(&other, NOW)).unwrap();
    let mut reader = world.read().await;
    let scopes = reader.installation(&id).await.unwrap().unwrap().scopes;
    assert_eq!(scopes, [Scope::ViewRoom, Scope::ViewMessages]);
    assert_eq!(reader.access_grant(&hash, NOW).await.unwrap().unwrap().scopes, [Scope::ViewRoom]);
    assert_eq!(reader.integration(&builds.key).await.unwrap().unwrap().publisher.origin, ORIGIN);
    drop(reader);

    let [moved, later] = [with_scopes(&builds, &["view_messages"]), with_scopes(&builds, &[])];
    stored!(world, |tx| tx.accept_descriptor(&moved, &publisher_at("https://moved.example.com/d"), NOW)).unwrap();
    let harmless = later.clone();
    stored!(world, |tx| tx.update_descriptor(&harmless, NOW)).unwrap();
    let stored = world.read().await.integration(&builds.key).await.unwrap().unwrap();
    assert_eq!((stored.publisher.origin.as_str(), stored.descriptor), ("https://moved.example.com", later), "it stays where it moved to");
}

/// DESC-05: at its own address where that is its publisher's, else where it was found.
pub async fn a_descriptor_is_asked_for_where_its_publisher_is(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let at = |address: &str| {
        let mut document = descriptor("builds", &["status"]).document;
        document["links"]["self"] = address.into();
        parse(&document)
    };
    let builds = at("https://elsewhere.example.com/builds");
    let asked = async || world.read().await.integration(&builds.key).await.unwrap().unwrap().publisher;
    world.installs(&ada, &builds, &[room.into()]).await;
    assert_eq!(asked().await, publisher());
    stored!(world, |tx| tx.update_descriptor(&at("https://elsewhere.example.com/other"), NOW)).unwrap();
    assert_eq!(asked().await, publisher());
    stored!(world, |tx| tx.update_descriptor(&at("https://example.com/later"), NOW)).unwrap();
    assert_eq!(asked().await, publisher_at("https://example.com/later"));
    let moved = "https://moved.example.com/builds";
    stored!(world, |tx| tx.accept_descriptor(&at(moved), &publisher_at(moved), NOW)).unwrap();
    assert_eq!(asked().await, publisher_at(moved));
}

/// UPD-06.
pub async fn a_version_waits_until_somebody_decides(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    let key = builds.key.clone();
    world.installs(&ada, &builds, &[room.into()]).await;
    world.changes();
    let [more, most] = [with_scopes(&builds, &["view_messages"]), with_scopes(&builds, &["admin_room"])];
    let holds = async |world: &World, version: &Descriptor, now: Timestamp| {
        let (version, may_decide) = (version.clone(), vec![ada.id]);
        stored!(world, |tx| tx.hold_version(&version, may_decide, now)).unwrap()
    };
    assert_eq!(holds(&world, &more, NOW).await, Held::Waits);
    assert_eq!(holds(&world, &more, Timestamp(NOW.0 + 1)).await, Held::Waits);
    assert_eq!(world.changes(), [told(&key, true, &[ada.id])], "told once");
    let first = world.read().await.waiting_version(&key).await.unwrap().unwrap();
    assert_eq!((&first.descriptor, first.arrived_at), (&more, NOW));
    assert_eq!(world.read().await.integration(&key).await.unwrap().unwrap().descriptor, builds, "the old one stays");

    assert_eq!(holds(&world, &most, NOW).await, Held::Waits);
    let second = world.read().await.waiting_versions().await.unwrap();
    assert!(second.len() == 1 && second[0].descriptor == most && second[0].version != first.version);
    let refused = key.clone();
    stored!(world, |tx| tx.refuse_version(&refused, vec![])).unwrap();
    assert_eq!(holds(&world, &most, NOW).await, Held::Refused);
    assert!(world.read().await.waiting_versions().await.unwrap().is_empty());
    assert_eq!(world.changes(), [told(&key, true, &[ada.id]), told(&key, false, &[])]);

    assert_eq!(holds(&world, &more, NOW).await, Held::Waits, "another version is another question");
    let (dropped, again) = (key.clone(), key.clone());
    stored!(world, |tx| tx.drop_version(&dropped, vec![])).unwrap();
    stored!(world, |tx| tx.drop_version(&again, vec![])).unwrap();
    assert_eq!(world.changes(), [told(&key, true, &[ada.id]), told(&key, false, &[])]);

    holds(&world, &more, NOW).await;
    let gone = key.clone();
    stored!(world, |tx| tx.delete_integration(&gone, None, NOW)).unwrap();
    assert!(world.read().await.waiting_version(&key).await.unwrap().is_none());
}

/// INST-19.
pub async fn who_owns_every_room_of_an_integration_is_known(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let bob = world.person("bob").await;
    let (second, of_bob) = (world.room(&ada, "second").await, world.room(&bob, "of bob").await);
    let builds = descriptor("builds", &["status"]);
    let owner = async || world.read().await.sole_owner(&builds.key).await.unwrap();
    assert_eq!(owner().await, None, "installed nowhere");
    world.installs(&ada, &builds, &[room.into(), second.into()]).await;
    assert_eq!(owner().await, Some(ada.id));
    world.leaves(&ada, second).await;
    assert_eq!(owner().await, None, "a room nobody is in waits for an owner");
    world.joins(&bob, second).await;
    assert_eq!(owner().await, None);
    world.installs(&bob, &descriptor("news", &[]), &[of_bob.into(), RoomRef::Global]).await;
    assert_eq!(world.read().await.sole_owner(&key("news")).await.unwrap(), None, "it is everybody's");
}

/// DESC-05: without work for each room.
pub async fn descriptors_are_looked_at_after_a_time(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into(), RoomRef::Global]).await;
    let later = Timestamp(NOW.0 + MINUTE_MS);
    let due = async |since: Timestamp| world.read().await.descriptors_to_check(since).await.unwrap();
    assert_eq!(due(NOW).await, std::slice::from_ref(&builds.key), "once, in however many places");
    let note = async |version: &Descriptor, at: Timestamp| {
        let version = version.clone();
        stored!(world, |tx| tx.note_descriptor(&version, at)).unwrap()
    };
    assert!(note(&builds, NOW).await, "never seen before");
    assert!(!note(&builds, later).await);
    assert!(due(NOW).await.is_empty());
    assert_eq!(due(later).await.len(), 1);
    assert!(note(&descriptor("builds", &["queue"]), later).await);
    let unreachable = builds.key.clone();
    let latest = Timestamp(later.0 + MINUTE_MS);
    stored!(world, |tx| tx.note_no_descriptor(&unreachable, latest)).unwrap();
    assert!(due(later).await.is_empty());
    assert!(!note(&descriptor("builds", &["queue"]), latest).await, "what was seen is still known");
    let unknown = descriptor("unknown", &[]);
    assert!(note(&unknown, NOW).await);
    assert_eq!(due(latest).await, std::slice::from_ref(&builds.key), "nothing is kept of what is not installed");
}
