//! Integrations: installing in two steps, updating, removing, tokens, the catalogue.

mod catalogues;
mod handover;
mod law;
mod rotation;
mod tables;
mod versions;

use std::collections::BTreeMap;

use roomglass_protocol::{
    EventBody, ExtensionKey, Person, RoomId, RoomRef, Timestamp,
    integration::{ExtensionKind, Scope, Webhook},
    rest::catalogue::{Audience, Entry},
    sync::{ChangedIntegration, RoomState},
    token::{IntegrationToken, RoomToken},
};
use roomglass_storage::{Change, Conflict, Noun, OauthId, RoomWebhook, StorageError, TokenHash};

pub use self::{
    catalogues::catalogues_of_other_servers_are_searched_too,
    handover::a_handover_is_read_once,
    law::whatever_happens_tokens_are_those_of_protocol,
    rotation::credentials_change_while_both_pairs_count,
    tables::{
        an_integration_may_add_nothing_to_the_interface, every_extension_has_a_row_of_its_own, installations_outlive_the_server,
    },
    versions::{
        a_descriptor_is_asked_for_where_its_publisher_is,
        a_version_waits_until_somebody_decides, an_update_changes_what_installations_may_do,
        descriptors_are_looked_at_after_a_time, who_owns_every_room_of_an_integration_is_known,
    },
};
use crate::support::*;

async fn lounge(database: &Database) -> (World, Person, RoomId) {
    let mut world = World::open(database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    world.changes();
    (world, ada, room)
}

pub async fn installing_takes_two_steps(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let other = world.room(&ada, "other").await;
    world.changes();
    let builds = descriptor("com.example.builds", &["status"]);
    let (place, id) = (RoomRef::Room(room), oauth_id(&builds.key, room.into()));
    world.begins_installation(&ada, &builds, place, id.clone()).await.unwrap();

    let mut reader = world.read().await;
    let pending = reader.installation(&id).await.unwrap().expect("its credentials work during the callback");
    assert!(pending.pending);
    assert_eq!((pending.place, pending.scopes.len(), pending.installed_by), (place, 2, Some(ada.id)));
    assert!(reader.integrations_in(room).await.unwrap().is_empty(), "but nobody sees the integration");
    assert!(reader.installation_in(&builds.key, room).await.unwrap().is_none());
    assert!(reader.installations_in(room).await.unwrap().is_empty());
    drop(reader);
    assert!(world.changes().is_empty());

    world.begins_installation(&ada, &builds, other.into(), oauth_id(&builds.key, other.into())).await.unwrap();
    let (newer, ids) = (descriptor("com.example.builds", &["status", "queue"]), [oauth_id(&builds.key, other.into()), id]);
    let version = newer.clone();
    let done = stored!(world, |tx| tx.finish_installations(&version, &publisher(), &ids, NOW)).unwrap();
    let token = IntegrationToken::of(&newer.key, &newer.extensions);
    assert_eq!((done.token, done.places.as_slice()), (token, &[place, other.into()][..]));

    let changes = world.changes();
    let extensions = Some(newer.extensions.clone());
    let present = ChangedIntegration::Present { key: newer.key.clone(), token, extensions };
    let told = Change::IntegrationsChanged { places: vec![place, other.into()], change: present };
    assert_eq!(changes.last(), Some(&told));
    let installed = EventBody::Integration {
        key: newer.key.clone(),
        name: newer.name.clone(),
        installed: true,
        by: Some(ada.id),
    };
    assert_eq!(bodies(&changes), [&installed, &installed]);
    let mut reader = world.read().await;
    let placed = &reader.integrations_in(room).await.unwrap()[0];
    assert_eq!((&placed.integration.descriptor, placed.integration.token, placed.place), (&newer, token, place));
    assert_eq!(placed.integration.publisher.origin, ORIGIN);
    drop(reader);

    let again = world.begins_installation(&ada, &builds, place, OauthId("again".into())).await.unwrap_err();
    assert!(matches!(again, StorageError::Conflict(Conflict::AlreadyInstalled)));
    let nowhere = world.begins_installation(&ada, &builds, RoomId(999).into(), OauthId("again".into())).await;
    assert!(matches!(nowhere, Err(StorageError::NotFound(Noun::Room))));
    let id = oauth_id(&builds.key, place);
    let twice = stored!(world, |tx| tx.finish_installations(&builds, &publisher(), &[id], NOW)).unwrap_err();
    assert!(matches!(twice, StorageError::NotFound(Noun::Installation)));
}

pub async fn an_abandoned_installation_leaves_no_trace(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let builds = descriptor("com.example.builds", &["status"]);
    let (first, second) = (OauthId("first".into()), OauthId("second".into()));
    world.begins_installation(&ada, &builds, room.into(), first.clone()).await.unwrap();
    world.begins_installation(&ada, &builds, room.into(), second.clone()).await.unwrap();
    assert!(world.read().await.installation(&first).await.unwrap().is_none(), "a newer attempt replaces an older one");
    assert!(world.read().await.integration(&builds.key).await.unwrap().is_some());

    let id = second.clone();
    stored!(world, |tx| tx.abandon_installation(&id)).unwrap();
    let mut reader = world.read().await;
    assert!(reader.installation(&second).await.unwrap().is_none());
    assert!(reader.integration(&builds.key).await.unwrap().is_none());
    assert!(reader.extensions_of(std::slice::from_ref(&builds.key)).await.unwrap().is_empty());
    drop(reader);
    assert!(world.changes().is_empty());

    world.installs(&ada, &builds, &[RoomRef::Global]).await;
    let confirmed = oauth_id(&builds.key, RoomRef::Global);
    stored!(world, |tx| tx.abandon_installation(&confirmed)).unwrap();
    assert_eq!(world.read().await.installations_of(&builds.key).await.unwrap().len(), 1, "only pending ones go");
}

/// INST-20, UNIN-04: whoever stopped half-way leaves something that can be found and taken away.
pub async fn what_was_begun_and_never_finished_can_be_ended(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let builds = descriptor("com.example.builds", &["status"]);
    let id = oauth_id(&builds.key, room.into());
    world.begins_installation(&ada, &builds, room.into(), id.clone()).await.unwrap();
    world.installs(&ada, &descriptor("news", &[]), &[room.into()]).await;
    world.changes();
    let mut reader = world.read().await;
    assert!(reader.unfinished_installations(NOW).await.unwrap().is_empty(), "it may be finished yet");
    let later = Timestamp(NOW.0 + 1);
    assert_eq!(reader.unfinished_installations(later).await.unwrap(), [(builds.key.clone(), id.clone())]);
    drop(reader);

    let key = builds.key.clone();
    let removed = stored!(world, |tx| tx.delete_integration(&key, None, NOW)).unwrap();
    let ended: Vec<_> = removed.installations.into_iter().map(|it| it.credentials.oauth_id).collect();
    assert_eq!((ended, removed.places, removed.token), (vec![id], vec![], None));
    assert!(world.changes().is_empty(), "nobody saw it");
    assert!(world.read().await.integration(&builds.key).await.unwrap().is_none());
    let key = builds.key.clone();
    let again = stored!(world, |tx| tx.delete_integration(&key, None, NOW)).unwrap_err();
    assert!(matches!(again, StorageError::NotFound(Noun::Integration)));
}

/// DATA-11 and DATA-12; members of a room and rooms of a person are in `rooms`.
pub async fn the_six_queries_answer(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let other = world.room(&ada, "other").await;
    let (builds, news) = (descriptor("builds", &["status", "queue"]), descriptor("news", &["headline"]));
    world.installs(&ada, &builds, &[room.into(), other.into()]).await;
    world.installs(&ada, &news, &[RoomRef::Global]).await;
    let mut reader = world.read().await;
    let names = |placed: Vec<roomglass_storage::PlacedIntegration>| {
        placed.into_iter().map(|placed| (placed.integration.descriptor.name, placed.place)).collect::<Vec<_>>()
    };
    let expected = [("builds".to_owned(), RoomRef::Room(room)), ("news".to_owned(), RoomRef::Global)];
    assert_eq!(names(reader.integrations_in(room).await.unwrap()), expected);
    let both = BTreeMap::from([
        (builds.key.clone(), builds.extensions.clone()),
        (news.key.clone(), news.extensions.clone()),
    ]);
    assert_eq!(reader.extensions_in(room).await.unwrap(), both);
    assert_eq!(reader.extensions_of(&[builds.key.clone(), news.key.clone()]).await.unwrap(), both);
    assert_eq!(reader.places_of(&builds.key).await.unwrap(), [RoomRef::Room(room), RoomRef::Room(other)]);
    let (glance, queue) = (ExtensionKind::from(ExtensionKind::GLANCE), ExtensionKey::new("queue").unwrap());
    assert_eq!(reader.places_of_extension(&glance, &queue).await.unwrap(), [room.into(), other.into()]);
    assert_eq!(reader.integrations_offering(&glance).await.unwrap(), [builds.key.clone(), news.key.clone()]);
    assert!(reader.integrations_offering(&"dialog".into()).await.unwrap().is_empty());
    let speaks = reader.installation_in(&news.key, room).await.unwrap().unwrap();
    assert_eq!(speaks.place, RoomRef::Global);
    let here = reader.installations_in(room).await.unwrap();
    let here: Vec<_> = here.into_iter().map(|it| (it.integration, it.place, it.pending)).collect();
    let expected = [(builds.key.clone(), RoomRef::Room(room), false), (news.key.clone(), RoomRef::Global, false)];
    assert_eq!(here, expected, "not those of other rooms");
    drop(reader);
    world.installs(&ada, &news, &[room.into()]).await;
    let speaks = world.read().await.installation_in(&news.key, room).await.unwrap().unwrap();
    assert_eq!(speaks.place, RoomRef::Room(room), "the room's own before the global one");
}

pub async fn updating_changes_tokens_everywhere(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into(), RoomRef::Global]).await;
    let before = world.read().await.room_tokens_of(ada.id).await.unwrap();
    world.changes();
    let newer = descriptor("builds", &["queue"]);
    let version = newer.clone();
    let updated = stored!(world, |tx| tx.update_descriptor(&version, NOW)).unwrap();
    assert!(updated.changed);
    assert_eq!(updated.places, [RoomRef::Global, RoomRef::Room(room)]);
    let token = IntegrationToken::of(&newer.key, &newer.extensions);
    let present = ChangedIntegration::Present {
        key: newer.key.clone(),
        token,
        extensions: Some(newer.extensions.clone()),
    };
    assert_eq!(world.changes(), [Change::IntegrationsChanged { places: updated.places, change: present }]);
    let after = world.read().await.room_tokens_of(ada.id).await.unwrap();
    let expected = RoomToken::of([(&newer.key, token)]);
    assert_eq!(after, roomglass_protocol::OrderedMap::from([(RoomRef::Global, expected), (RoomRef::Room(room), expected)]));
    assert!(before.values().all(|token| *token != expected), "UPD-07");

    let unknown = descriptor("unknown", &[]);
    let refused = stored!(world, |tx| tx.update_descriptor(&unknown, NOW)).unwrap_err();
    assert!(matches!(refused, StorageError::NotFound(Noun::Integration)));
}

pub async fn an_update_of_nothing_tells_nobody(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into()]).await;
    let revision = world.read().await.revision().await.unwrap();
    world.changes();
    let mut document = builds.document.clone();
    document["description"] = "Says something else of itself".into();
    let reworded = parse(&document);
    let update = reworded.clone();
    let updated = stored!(world, |tx| tx.update_descriptor(&update, NOW)).unwrap();
    assert!(!updated.changed, "UPD-10");
    assert!(world.changes().is_empty());
    let mut reader = world.read().await;
    assert_eq!(reader.revision().await.unwrap(), revision);
    assert_eq!(reader.integration(&builds.key).await.unwrap().unwrap().descriptor, reworded);
}

pub async fn removing_takes_credentials_away(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let other = world.room(&ada, "other").await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into(), other.into()]).await;
    let (hash, id) = (TokenHash::of("access"), oauth_id(&builds.key, room.into()));
    let end = Timestamp(NOW.0 + MINUTE_MS);
    let token = hash.clone();
    stored!(world, |tx| tx.add_access_token(&token, &id, &[Scope::ViewRoom], end)).unwrap();
    world.changes();

    let (key, by) = (builds.key.clone(), ada.id);
    let places = [RoomRef::Room(room), RoomRef::Global];
    let removed = stored!(world, |tx| tx.uninstall(&key, &places, by, NOW)).unwrap();
    assert_eq!(removed.places, [RoomRef::Room(room)], "where it was not, nothing happens");
    assert_eq!(removed.installations.len(), 1);
    assert_eq!(removed.installations[0].credentials.oauth_id, oauth_id(&builds.key, room.into()));
    assert!(removed.token.is_some(), "it is still installed elsewhere");
    let changes = world.changes();
    let deleted = ChangedIntegration::deleted(builds.key.clone());
    let told = Change::IntegrationsChanged { places: vec![room.into()], change: deleted };
    assert_eq!(changes.last(), Some(&told));
    let gone = EventBody::Integration {
        key: builds.key.clone(),
        name: builds.name.clone(),
        installed: false,
        by: Some(ada.id),
    };
    assert_eq!(bodies(&changes), [&gone]);
    let mut reader = world.read().await;
    assert!(reader.access_grant(&hash, NOW).await.unwrap().is_none());
    assert_eq!(reader.room_tokens_of(ada.id).await.unwrap()[&room.into()], RoomToken::of([]));
    drop(reader);

    let key = builds.key.clone();
    let removed = stored!(world, |tx| tx.withdraw(&key, other.into(), NOW)).unwrap();
    assert_eq!(removed.token, None);
    assert!(world.read().await.integration(&builds.key).await.unwrap().is_none(), "gone from the last place, gone");
    let key = builds.key.clone();
    let again = stored!(world, |tx| tx.withdraw(&key, other.into(), NOW)).unwrap_err();
    assert!(matches!(again, StorageError::NotFound(Noun::Integration)));
}

pub async fn deleting_removes_from_everywhere(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let other = world.room(&ada, "other").await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into(), RoomRef::Global]).await;
    let pending = OauthId("pending".into());
    world.begins_installation(&ada, &builds, other.into(), pending.clone()).await.unwrap();
    world.changes();
    let key = builds.key.clone();
    let removed = stored!(world, |tx| tx.delete_integration(&key, None, NOW)).unwrap();
    assert_eq!(removed.places, [RoomRef::Global, RoomRef::Room(room)]);
    assert_eq!((removed.installations.len(), removed.token), (3, None), "its provider may know of the pending one, too");
    let mut reader = world.read().await;
    assert!(reader.installation(&pending).await.unwrap().is_none());
    assert!(reader.integration(&builds.key).await.unwrap().is_none());
    drop(reader);
    assert_eq!(world.changes().len(), 2, "one change for all places, one event for the room");
}

pub async fn access_tokens_run_out(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into()]).await;
    let (hash, id) = (TokenHash::of("access"), oauth_id(&builds.key, room.into()));
    let end = Timestamp(NOW.0 + MINUTE_MS);
    let (token, of) = (hash.clone(), id.clone());
    stored!(world, |tx| tx.add_access_token(&token, &of, &[Scope::SendNotification], end)).unwrap();
    let grant = world.read().await.access_grant(&hash, NOW).await.unwrap().unwrap();
    assert!(!format!("{:?}", grant.installation).contains("secret of"), "I15: secrets are not printed");
    assert_eq!((grant.scopes, grant.expires_at), (vec![Scope::SendNotification], end));
    assert_eq!((grant.installation.credentials.oauth_id, grant.installation.place), (id, room.into()));
    assert!(world.read().await.access_grant(&hash, end).await.unwrap().is_none());
    let token = hash.clone();
    stored!(world, |tx| tx.remove_access_token(&token)).unwrap();
    assert!(world.read().await.access_grant(&hash, NOW).await.unwrap().is_none());
    let unknown = OauthId("unknown".into());
    let refused = stored!(world, |tx| tx.add_access_token(&TokenHash::of("x"), &unknown, &[], end)).unwrap_err();
    assert!(matches!(refused, StorageError::NotFound(Noun::Installation)));
}

pub async fn strangers_learn_no_room_state(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let eve = world.person("eve").await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into()]).await;
    let asked = [RoomRef::Global, room.into(), RoomId(999).into()];
    let mut reader = world.read().await;
    let token = IntegrationToken::of(&builds.key, &builds.extensions);
    let in_room = RoomState {
        integrations: BTreeMap::from([(builds.key.clone(), token)]),
        token: Some(RoomToken::of([(&builds.key, token)])),
    };
    let nothing = RoomState { token: Some(RoomToken::of([])), ..RoomState::default() };
    let seen = reader.room_states(ada.id, &asked).await.unwrap();
    assert_eq!(seen, BTreeMap::from([(RoomRef::Global, nothing.clone()), (room.into(), in_room)]));
    let seen = reader.room_states(eve.id, &asked).await.unwrap();
    assert_eq!(seen, BTreeMap::from([(RoomRef::Global, nothing)]), "SYNC-28");
    assert!(reader.room_states(ada.id, &[]).await.unwrap().is_empty());
}

fn entry(key: &str, name: &str, description: &str) -> Entry {
    let d = descriptor(key, &[]);
    Entry {
        key: d.key,
        name: name.into(),
        description: description.into(),
        homepage: None,
        vendor: None,
        allow_room: true,
        allow_global: false,
        scopes: d.scopes,
        descriptor_url: d.self_url,
        audience: Audience::default(),
        categories: Vec::new(),
        catalogue: None,
    }
}

pub async fn the_catalogue_is_searched_by_words(database: Database) {
    let world = World::open(&database).await;
    let entries =
        [entry("com.example.wx", "Wetter", "Größe: 100 % Sonne"), entry("com.example.ci", "builds_x", "Shows jobs")];
    for entry in entries.clone() {
        stored!(world, |tx| tx.put_catalogue_entry(&entry, NOW)).unwrap();
    }
    let mut reader = world.read().await;
    let mut find = async |query: &str| {
        let found = reader.search_catalogue(query).await.unwrap();
        found.into_iter().map(|entry| entry.name).collect::<Vec<_>>()
    };
    assert_eq!(find("").await, ["builds_x", "Wetter"], "by name");
    assert_eq!(find("JOBS Builds").await, ["builds_x"]);
    assert_eq!(find("GRÖSSE").await, [""; 0]);
    assert_eq!(find("größe wetter .WX").await, ["Wetter"]);
    assert_eq!(find("jobs wetter").await, [""; 0], "every word must occur");
    assert_eq!(find("%").await, ["Wetter"], "what LIKE finds special is not");
    assert_eq!(find("s_x").await, ["builds_x"]);
    assert_eq!(find("\\").await, [""; 0]);
    assert_eq!(find("jobs\0builds").await, ["builds_x"], "NUL divides words");
    drop(reader);
    let odd = entry("com.example.odd", "Odd", "all\0is there");
    let (put, key) = (odd.clone(), odd.key.clone());
    stored!(world, |tx| tx.put_catalogue_entry(&put, NOW)).unwrap();
    let found = world.read().await.search_catalogue("is there all").await.unwrap();
    assert_eq!(found, std::slice::from_ref(&odd));
    stored!(world, |tx| tx.remove_catalogue_entry(&key)).unwrap();

    let mut renamed = entries[1].clone();
    renamed.name = "Jenkins".into();
    let key = renamed.key.clone();
    stored!(world, |tx| tx.put_catalogue_entry(&renamed, NOW)).unwrap();
    assert_eq!(world.read().await.catalogue_entry(&key).await.unwrap().unwrap().name, "Jenkins");
    let of = key.clone();
    assert!(stored!(world, |tx| tx.remove_catalogue_entry(&of)).unwrap());
    assert!(!stored!(world, |tx| tx.remove_catalogue_entry(&key)).unwrap());
}

/// HCC-16.
pub async fn webhooks_of_a_room_end_with_their_installation(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let other = world.room(&ada, "other").await;
    let builds = descriptor("builds", &["status"]);
    world.installs(&ada, &builds, &[room.into(), other.into()]).await;
    world.changes();
    let made = |room: RoomId, key: &str, pattern: Option<&str>| RoomWebhook {
        installation: oauth_id(&builds.key, room.into()),
        room,
        name: "Mine".to_owned(),
        webhook: Webhook {
            key: ExtensionKey::new(key).unwrap(),
            event: "room_message".to_owned(),
            pattern: pattern.map(str::to_owned),
            url: "https://example.com/hook?a=%2F".to_owned(),
            signed: pattern.is_some(),
        },
        created_at: NOW,
    };
    let [b, a, elsewhere] = [made(room, "b", None), made(room, "a", Some("^/x")), made(other, "a", None)];
    for webhook in [&b, &a, &elsewhere] {
        let webhook = webhook.clone();
        stored!(world, |tx| tx.put_room_webhook(webhook)).unwrap();
    }
    let told = |room_id| Change::RoomWebhooksChanged { room_id };
    assert_eq!(world.changes(), [told(room), told(room), told(other)]);
    let all = world.read().await.room_webhooks(room).await.unwrap();
    assert_eq!(all, [(builds.key.clone(), a.clone()), (builds.key.clone(), b.clone())]);
    let replaced = made(room, "b", Some("^/y"));
    let webhook = replaced.clone();
    stored!(world, |tx| tx.put_room_webhook(webhook)).unwrap();
    assert_eq!(world.read().await.webhooks_of(&a.installation, room).await.unwrap(), [a.clone(), replaced]);

    world.changes();
    let (id, key) = (a.installation.clone(), a.webhook.key.clone());
    assert!(stored!(world, |tx| tx.remove_room_webhook(&id, room, &key)).unwrap());
    assert_eq!(world.changes(), [told(room)]);
    let (id, key) = (a.installation.clone(), a.webhook.key.clone());
    assert!(!stored!(world, |tx| tx.remove_room_webhook(&id, room, &key)).unwrap());
    assert!(world.changes().is_empty());

    let (key, by) = (builds.key.clone(), ada.id);
    stored!(world, |tx| tx.uninstall(&key, &[RoomRef::Room(room)], by, NOW)).unwrap();
    let mut reader = world.read().await;
    assert_eq!(reader.room_webhooks(room).await.unwrap(), []);
    assert_eq!(reader.room_webhooks(other).await.unwrap(), [(builds.key.clone(), elsewhere)]);
}
