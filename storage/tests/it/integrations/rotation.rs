//! New credentials for installations that go on.

use roomglass_protocol::{ExtensionKey, RoomRef, Timestamp, integration::{Scope, Webhook}};
use roomglass_storage::{Credentials, Noun, OauthId, RoomWebhook, StorageError, TokenHash};

use super::lounge;
use crate::support::*;

pub async fn credentials_change_while_both_pairs_count(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let builds = descriptor("builds", &["status"]);
    let place = RoomRef::Room(room);
    world.installs(&ada, &builds, &[place]).await;
    let (former, new) = (oauth_id(&builds.key, place), OauthId("new".into()));
    let (soon, later) = (Timestamp(NOW.0 + MINUTE_MS), Timestamp(NOW.0 + 2 * MINUTE_MS));
    let grants = async |token: &TokenHash, id: &OauthId| {
        let (token, id) = (token.clone(), id.clone());
        stored!(world, |tx| tx.add_access_token(&token, &id, &[Scope::ViewRoom], later))
    };
    let begins = async |of: &OauthId| {
        let (of, credentials) = (of.clone(), Credentials { oauth_id: OauthId("new".into()), secret: "fresh".into() });
        stored!(world, |tx| tx.begin_rotation(&of, credentials, soon))
    };
    let finishes = async || {
        let (from, to) = (OauthId(format!("builds in {place}")), OauthId("new".into()));
        stored!(world, |tx| tx.finish_rotation(&from, &to, later))
    };
    let webhook = RoomWebhook {
        installation: former.clone(),
        room,
        name: "Mine".to_owned(),
        webhook: Webhook {
            key: ExtensionKey::new("mine").unwrap(),
            event: "room_message".to_owned(),
            pattern: None,
            url: "https://example.com/hook".to_owned(),
            signed: false,
        },
        created_at: NOW,
    };
    let put = webhook.clone();
    stored!(world, |tx| tx.put_room_webhook(put)).unwrap();
    assert!(matches!(finishes().await, Err(StorageError::NotFound(Noun::Installation))), "not begun");

    begins(&former).await.unwrap();
    let told = world.read().await.installation(&new).await.unwrap().unwrap();
    assert_eq!((told.credentials.secret.as_str(), told.place, told.ends_at), ("fresh", place, Some(soon)));
    let [during, before, after] = [TokenHash::of("during"), TokenHash::of("before"), TokenHash::of("after")];
    grants(&during, &new).await.unwrap();
    grants(&before, &former).await.unwrap();
    assert_eq!(world.read().await.installation_in(&builds.key, room).await.unwrap().unwrap().credentials.oauth_id, former);

    finishes().await.unwrap();
    grants(&after, &former).await.unwrap();
    let mut reader = world.read().await;
    let present = reader.installation_in(&builds.key, room).await.unwrap().unwrap();
    assert_eq!((&present.credentials.oauth_id, present.credentials.secret.as_str()), (&new, "fresh"));
    assert_eq!((present.ends_at, present.installed_by, present.installed_at), (None, Some(ada.id), NOW));
    assert_eq!(reader.installations_of(&builds.key).await.unwrap(), [present]);
    let old = reader.installation(&former).await.unwrap().unwrap();
    assert_eq!((old.credentials.secret, old.ends_at), (format!("secret of {}", former.0), Some(later)));
    for token in [&during, &before, &after] {
        let grant = reader.access_grant(token, NOW).await.unwrap().unwrap();
        assert_eq!(grant.installation.credentials.oauth_id, new, "tokens stay with the installation");
    }
    let expected = RoomWebhook { installation: new.clone(), ..webhook };
    assert_eq!(reader.webhooks_of(&new, room).await.unwrap(), [expected]);
    assert!(reader.ended_credentials(soon).await.unwrap().is_empty());
    assert_eq!(reader.ended_credentials(later).await.unwrap(), [(builds.key.clone(), former.clone())]);
    drop(reader);

    assert!(matches!(begins(&former).await, Err(StorageError::NotFound(Noun::Installation))), "only the present pair");
    let ended = former.clone();
    stored!(world, |tx| tx.end_credentials(&ended)).unwrap();
    assert!(world.read().await.installation(&former).await.unwrap().is_none());
    let newest = Credentials { oauth_id: OauthId("newest".into()), secret: "fresher".into() };
    let (of, to) = (new.clone(), newest.oauth_id.clone());
    stored!(world, |tx| tx.begin_rotation(&of, newest, soon)).unwrap();
    let of = new.clone();
    stored!(world, |tx| tx.finish_rotation(&of, &to, later)).unwrap();
    let (key, by) = (builds.key.clone(), ada.id);
    world.changes();
    let removed = stored!(world, |tx| tx.uninstall(&key, &[place], by, NOW)).unwrap();
    let ended: Vec<_> = removed.installations.iter().map(|it| (it.credentials.oauth_id.0.as_str(), it.ends_at)).collect();
    assert_eq!(ended, [("newest", None), ("new", Some(later))], "the former pair ends too");
    assert!(world.read().await.access_grant(&after, NOW).await.unwrap().is_none());
}
