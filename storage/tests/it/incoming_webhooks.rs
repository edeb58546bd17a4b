//! Addresses at which other systems speak.

use roomglass_protocol::{
    Author, IntegrationKey, Timestamp,
    rest::message::Query,
};
use roomglass_storage::{
    Conflict, IncomingCall, MAX_INCOMING_WEBHOOKS, NewIncomingWebhook, Noun, StorageError, TokenHash,
};

use crate::support::*;

pub async fn an_address_speaks_until_it_is_removed(database: Database) {
    let world = World::open(&database).await;
    let ada = world.person("ada").await;
    let (lounge, attic) = (world.room(&ada, "lounge").await, world.room(&ada, "attic").await);
    let new = |room, secret: &str| NewIncomingWebhook {
        room,
        name: "Alerts".to_owned(),
        secret: TokenHash::of(secret),
        created_by: ada.id,
    };
    let (first, second) = (new(lounge, "one"), new(attic, "two"));
    let made = stored!(world, |tx| tx.add_incoming_webhook(first, NOW)).unwrap();
    stored!(world, |tx| tx.add_incoming_webhook(second, NOW)).unwrap();
    assert_eq!((made.name.as_str(), made.created_by, made.last_used_at), ("Alerts", ada.id, None));
    assert_eq!(world.read().await.incoming_webhooks(lounge).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(world.read().await.incoming_webhook(&TokenHash::of("one")).await.unwrap(), Some(made.clone()));
    assert_eq!(world.read().await.incoming_webhook(&TokenHash::of("none")).await.unwrap(), None);

    let mut said = message(&ada, 1, "disk full");
    said.from = Author::Integration { key: IntegrationKey::new("incoming").unwrap(), name: "Alerts".to_owned() };
    said.sent_at = Timestamp(NOW.0 + 5);
    let call = IncomingCall { webhook: made.id, message: said };
    let (id, first, again) = (made.id, call.clone(), call);
    stored!(world, |tx| tx.receive(first)).unwrap();
    let page = world.read().await.messages(lounge, Query::default()).await.unwrap();
    assert_eq!(page.items.iter().map(|event| event.message().unwrap().text.as_str()).collect::<Vec<_>>(), ["disk full"]);
    assert_eq!(world.read().await.incoming_webhooks(lounge).await.unwrap()[0].last_used_at, Some(Timestamp(NOW.0 + 5)));

    let refused = stored!(world, |tx| tx.remove_incoming_webhook(attic, id)).unwrap_err();
    assert!(matches!(refused, StorageError::NotFound(Noun::IncomingWebhook)), "of another room: {refused}");
    stored!(world, |tx| tx.remove_incoming_webhook(lounge, id)).unwrap();
    let refused = stored!(world, |tx| tx.receive(again)).unwrap_err();
    assert!(matches!(refused, StorageError::NotFound(Noun::IncomingWebhook)), "{refused}");
    assert_eq!(world.read().await.messages(lounge, Query::default()).await.unwrap(), page, "nothing was said");
}

pub async fn a_room_has_only_so_many_addresses(database: Database) {
    let world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    for number in 0..=MAX_INCOMING_WEBHOOKS {
        let secret = TokenHash::of(&number.to_string());
        let new = NewIncomingWebhook { room, name: "Alerts".to_owned(), secret, created_by: ada.id };
        let made = stored!(world, |tx| tx.add_incoming_webhook(new, NOW));
        match made {
            Ok(_) => assert!(number < MAX_INCOMING_WEBHOOKS),
            Err(error) => {
                assert!(matches!(error, StorageError::Conflict(Conflict::TooManyIncomingWebhooks)), "{error}");
                assert_eq!(number, MAX_INCOMING_WEBHOOKS);
            }
        }
    }
    assert_eq!(world.read().await.incoming_webhooks(room).await.unwrap().len(), MAX_INCOMING_WEBHOOKS);
}
