//! Webhooks: what is noted, queued, logged and forgotten (HOOK-01, HOOK-07).

use roomglass_protocol::{
    DeliveryId, Person, Privacy, RoomId, RoomRef, Sequence, Timestamp,
    integration::Descriptor,
    rest::webhook::{Attempt, Delivery, DeliveryState, Query},
};
use roomglass_storage::{
    Change, Due, FINISHED_LIFETIME_MS, MAX_FINISHED, MAX_WAITING, NewDelivery, NewRoom, Noun, OauthId, Receiver, StorageError,
    TRIAL_AFTER_MS, Verdict, WHOLE_ROOM, WebhookEvent,
};
use serde_json::json;

use crate::support::*;

const ADDRESS: &str = "https://example.com/hook";

fn listener(key: &str) -> Descriptor {
    parse(&json!({
        "key": key, "name": key, "description": "For tests", "links": {"self": format!("https://example.com/{key}")},
        "capabilities": {
            "hipchatApiConsumer": {"scopes": ["view_room"]},
            "installable": {"allowRoom": true, "allowGlobal": true},
            "webhook": [{"key": "said", "event": "room_message", "url": ADDRESS}]
        }
    }))
}

/// Ada's lounge, where an integration listens.
struct Lounge {
    world: World,
    ada: Person,
    room: RoomId,
    id: OauthId,
}

impl Lounge {
    async fn open(database: &Database) -> Self {
        let world = World::open(database).await;
        let ada = world.person("ada").await;
        let room = world.room(&ada, "lounge").await;
        let descriptor = listener("com.example.listener");
        world.installs(&ada, &descriptor, &[room.into()]).await;
        Self { world, ada, room, id: oauth_id(&descriptor.key, room.into()) }
    }

    async fn noted(&self) -> Vec<WebhookEvent> {
        self.world.read().await.webhook_events(10_000).await.unwrap()
    }

    fn delivery(&self, address: &str, seq: Sequence) -> NewDelivery {
        NewDelivery {
            installation: self.id.clone(),
            webhook: "said".parse().unwrap(),
            address: address.to_owned(),
            event: "room_message".to_owned(),
            room: self.room,
            seq,
        }
    }

    /// As many messages, each with a delivery to this address.
    async fn queues(&self, address: &str, count: usize, now: Timestamp) {
        let number = self.world.membership(self.room, self.ada.id).await.read_seq.0 as u128;
        self.world.says(&self.ada, self.room, number).await;
        let last = *self.noted().await.last().unwrap();
        let deliveries = vec![self.delivery(address, last.seq); count];
        stored!(self.world, |tx| tx.queue_deliveries(last.id, &deliveries, now)).unwrap();
    }

    async fn due(&self, now: Timestamp) -> Vec<Due> {
        self.world.read().await.due_receivers(now, 100).await.unwrap()
    }

    async fn tries(&self, due: &Due, verdict: Verdict, now: Timestamp) {
        let attempt = Attempt { at: now, took_ms: 5, status: Some(500), note: Some("late".to_owned()) };
        let id = due.delivery;
        stored!(self.world, |tx| tx.record_attempt(id, &attempt, verdict, now)).unwrap();
    }

    async fn log(&self) -> Vec<Delivery> {
        let query = Query { before: None, limit: Some(200) };
        self.world.read().await.deliveries(&self.id, self.room, query).await.unwrap().0
    }

    async fn receiver(&self) -> Receiver {
        let receivers = self.world.read().await.receivers_of(std::slice::from_ref(&self.id)).await.unwrap();
        receivers.into_iter().find(|receiver| receiver.address == ADDRESS).unwrap()
    }
}

fn after(ms: i64) -> Timestamp {
    Timestamp(NOW.0 + ms)
}

pub async fn events_are_noted_where_somebody_listens(database: Database) {
    let world = World::open(&database).await;
    let (ada, ben) = (world.person("ada").await, world.person("ben").await);
    let room = world.room(&ada, "lounge").await;
    let quiet = world.room(&ada, "library").await;
    world.says(&ada, room, 1).await;
    let noted = |world: &World| {
        let storage = world.storage.clone();
        async move {
            let events = storage.read().await.unwrap().webhook_events(100).await.unwrap();
            events.into_iter().map(|event| (event.room, event.seq)).collect::<Vec<_>>()
        }
    };
    assert_eq!(noted(&world).await, [], "nobody listens yet");

    world.installs(&ada, &listener("com.example.listener"), &[room.into()]).await;
    world.installs(&ada, &descriptor("com.example.builds", &["status"]), &[quiet.into()]).await;
    let said = world.says(&ada, room, 2).await.sent.seq;
    world.says(&ada, quiet, 3).await;
    let (user, people) = (ben.id, [ada.id].into());
    let conversation = stored!(world, |tx| tx.open_conversation(user, &people, NOW)).unwrap().membership.room.id;
    world.says(&ben, conversation, 4).await;
    assert_eq!(world.says(&ada, room, 2).await.sent.seq, said, "the same message again");
    world.joins(&ben, room).await;
    let installed = Sequence(said.0 - 1);
    assert_eq!(noted(&world).await, [(room, installed), (room, said), (room, said.next())]);
    let undone = message(&ben, 5, "undone");
    let refused = world.storage.write(move |tx| {
        Box::pin(async move {
            tx.append_message(room, undone).await?;
            Err::<(), _>(StorageError::NotFound(Noun::Room))
        })
    });
    refused.await.unwrap_err();
    assert_eq!(noted(&world).await.len(), 3, "what was undone is not noted");

    world.installs(&ada, &listener("com.example.everywhere"), &[RoomRef::Global]).await;
    let new = NewRoom { name: "garden".to_owned(), privacy: Privacy::Private, topic: String::new() };
    let by = ada.id;
    let garden = stored!(world, |tx| tx.create_room(by, new, NOW)).unwrap().room.id;
    world.says(&ben, conversation, 6).await;
    assert_eq!(noted(&world).await[3..], [(garden, Sequence(1))]);
}

pub async fn calls_of_an_address_wait_for_each_other(database: Database) {
    let lounge = Lounge::open(&database).await;
    lounge.queues(ADDRESS, 2, NOW).await;
    lounge.queues("https://other.example.com/hook", 1, NOW).await;
    assert_eq!(lounge.noted().await, [], "what is queued is not noted any more");
    let due = lounge.due(NOW).await;
    assert_eq!(due.iter().map(|due| due.delivery).collect::<Vec<_>>(), [DeliveryId(1), DeliveryId(3)]);
    assert_eq!((due[0].tries, due[0].since, due[0].suspended), (0, NOW, false));

    lounge.tries(&due[0], Verdict::RetryAt(after(10_000)), NOW).await;
    assert_eq!(lounge.due(NOW).await, due[1..], "the second waits for the first, the other address does not");
    let mut reader = lounge.world.read().await;
    assert_eq!(reader.next_receiver_due(NOW).await.unwrap(), Some(after(10_000)));
    drop(reader);
    let again = lounge.due(after(10_000)).await;
    assert_eq!(again.iter().map(|due| (due.delivery.0, due.tries)).collect::<Vec<_>>(), [(3, 0), (1, 1)]);

    lounge.tries(&again[1], Verdict::Delivered, after(11_000)).await;
    let next = lounge.due(after(11_000)).await;
    assert_eq!(next[1].delivery, DeliveryId(2));
    lounge.tries(&next[1], Verdict::Refused, after(11_000)).await;
    assert_eq!(lounge.due(after(11_000)).await.len(), 1);
    let log = lounge.log().await;
    let states: Vec<_> = log.iter().map(|delivery| (delivery.id.0, delivery.state, delivery.attempts.len())).collect();
    let expected = [(3, DeliveryState::Waiting, 0), (2, DeliveryState::Refused, 1), (1, DeliveryState::Delivered, 2)];
    assert_eq!(states, expected);
    let first = Attempt { at: NOW, took_ms: 5, status: Some(500), note: Some("late".to_owned()) };
    assert_eq!(log[2].attempts[0], first);
    let page = Query { before: Some(DeliveryId(3)), limit: Some(1) };
    let (page, more) = lounge.world.read().await.deliveries(&lounge.id, lounge.room, page).await.unwrap();
    assert_eq!((page, more), (log[1..2].to_vec(), true));
}

pub async fn a_queue_outlives_a_restart(database: Database) {
    let lounge = Lounge::open(&database).await;
    lounge.queues(ADDRESS, 1, NOW).await;
    lounge.world.says(&lounge.ada, lounge.room, 99).await;
    let (due, noted) = (lounge.due(NOW).await, lounge.noted().await);
    lounge.world.storage.close().await;
    let lounge = Lounge { world: World::open(&database).await, ..lounge };
    assert_eq!((lounge.due(NOW).await, lounge.noted().await), (due, noted.clone()));
    assert_eq!(noted.len(), 1, "an event whose webhooks were not found yet");
}

pub async fn a_suspended_address_gets_one_call_now_and_then(database: Database) {
    let lounge = Lounge::open(&database).await;
    lounge.queues(ADDRESS, 3, NOW).await;
    let due = lounge.due(NOW).await;
    lounge.tries(&due[0], Verdict::GivenUp, after(1)).await;
    assert!(lounge.log().await.iter().all(|delivery| delivery.state == DeliveryState::Failed));
    let receiver = lounge.receiver().await;
    assert_eq!((receiver.suspended_at, receiver.due_at, receiver.waiting), (Some(after(1)), None, 0));

    lounge.queues(ADDRESS, 1, after(2)).await;
    assert_eq!((lounge.due(after(2)).await, lounge.log().await.len()), (Vec::new(), 3), "nothing is queued");
    let later = after(1 + TRIAL_AFTER_MS);
    lounge.queues(ADDRESS, 2, later).await;
    let trial = lounge.due(later).await;
    assert_eq!((trial.len(), trial[0].suspended, lounge.receiver().await.waiting), (1, true, 1), "one is let through");
    lounge.tries(&trial[0], Verdict::GivenUp, later).await;
    assert_eq!(lounge.receiver().await.suspended_at, Some(after(1)), "since it first was");

    let latest = Timestamp(later.0 + TRIAL_AFTER_MS);
    lounge.queues(ADDRESS, 1, latest).await;
    lounge.tries(&lounge.due(latest).await[0], Verdict::Delivered, latest).await;
    assert_eq!(lounge.receiver().await.suspended_at, None, "it answered");
    lounge.queues(ADDRESS, 1, latest).await;
    lounge.tries(&lounge.due(latest).await[0], Verdict::GivenUp, latest).await;
    let id = lounge.id.clone();
    stored!(lounge.world, |tx| tx.resume_receiver(&id, ADDRESS)).unwrap();
    lounge.queues(ADDRESS, 1, latest).await;
    assert!(!lounge.due(latest).await[0].suspended);
}

pub async fn a_call_can_be_made_again(database: Database) {
    let lounge = Lounge::open(&database).await;
    lounge.queues(ADDRESS, 2, NOW).await;
    let due = lounge.due(NOW).await;
    lounge.tries(&due[0], Verdict::Delivered, NOW).await;
    let second = lounge.due(NOW).await;
    lounge.tries(&second[0], Verdict::RetryAt(after(100_000)), NOW).await;
    let (room, id, delivery) = (lounge.room, lounge.id.clone(), due[0].delivery);
    let installation = id.clone();
    stored!(lounge.world, |tx| tx.replay_delivery(&installation, room, delivery, after(7))).unwrap();
    let replayed = lounge.due(after(7)).await;
    assert_eq!((replayed[0].delivery, replayed[0].since, replayed[0].tries), (delivery, after(7), 0));
    lounge.tries(&replayed[0], Verdict::Delivered, after(7)).await;
    assert_eq!(lounge.due(after(7)).await[0].delivery, second[0].delivery, "what waited is next, at once");

    for (id, room, delivery) in [
        (OauthId("another".to_owned()), room, delivery),
        (id.clone(), RoomId(room.0 + 1), delivery),
        (id, room, DeliveryId(99)),
    ] {
        let refused = stored!(lounge.world, |tx| tx.replay_delivery(&id, room, delivery, NOW)).unwrap_err();
        assert!(matches!(refused, StorageError::NotFound(Noun::Delivery)), "{refused}");
    }
}

pub async fn queue_and_log_are_bounded(database: Database) {
    let lounge = Lounge::open(&database).await;
    lounge.queues(ADDRESS, MAX_WAITING as usize, NOW).await;
    lounge.queues(ADDRESS, 3, NOW).await;
    assert_eq!(lounge.receiver().await.waiting, MAX_WAITING);
    let log = lounge.log().await;
    let states: Vec<DeliveryState> = log.iter().take(4).map(|delivery| delivery.state).collect();
    assert_eq!(states, [[DeliveryState::Failed; 3].as_slice(), &[DeliveryState::Waiting]].concat());
    for number in 0..40 {
        lounge.tries(&lounge.due(after(number)).await[0], Verdict::RetryAt(after(number + 1)), after(number)).await;
    }
    lounge.tries(&lounge.due(after(40)).await[0], Verdict::GivenUp, after(40)).await;
    let mut kept = 0;
    let mut query = Query { before: None, limit: Some(200) };
    loop {
        let (page, more) = lounge.world.read().await.deliveries(&lounge.id, lounge.room, query).await.unwrap();
        kept += page.len() as i64;
        query.before = page.last().map(|delivery| delivery.id);
        if !more {
            break;
        }
    }
    assert_eq!(kept, MAX_FINISHED);

    let id = lounge.id.clone();
    stored!(lounge.world, |tx| tx.resume_receiver(&id, ADDRESS)).unwrap();
    lounge.queues(ADDRESS, 1, NOW).await;
    for number in 0..40 {
        lounge.tries(&lounge.due(after(number)).await[0], Verdict::RetryAt(after(number + 1)), after(number)).await;
    }
    let attempts = lounge.log().await.remove(0).attempts;
    assert_eq!((attempts.len(), attempts.last().unwrap().at), (30, after(39)), "the latest are kept");
    lounge.tries(&lounge.due(after(40)).await[0], Verdict::Delivered, after(40)).await;

    let late = after(FINISHED_LIFETIME_MS);
    stored!(lounge.world, |tx| tx.remove_expired(late)).unwrap();
    assert_eq!(lounge.log().await, []);
    assert_eq!(lounge.world.read().await.receivers_of(std::slice::from_ref(&lounge.id)).await.unwrap(), []);
}

pub async fn deliveries_go_with_their_installation(database: Database) {
    let lounge = Lounge::open(&database).await;
    lounge.queues(ADDRESS, 2, NOW).await;
    let due = lounge.due(NOW).await;
    lounge.world.says(&lounge.ada, lounge.room, 50).await;
    let (by, room) = (lounge.ada.id, lounge.room);
    stored!(lounge.world, |tx| tx.uninstall(&key("com.example.listener"), &[room.into()], by, NOW)).unwrap();
    assert_eq!((lounge.due(NOW).await, lounge.log().await), (Vec::new(), Vec::new()));
    lounge.tries(&due[0], Verdict::Delivered, NOW).await;

    let noted = lounge.noted().await;
    let last = noted.last().unwrap().id;
    let deliveries = [lounge.delivery(ADDRESS, noted[0].seq)];
    stored!(lounge.world, |tx| tx.queue_deliveries(last, &deliveries, NOW)).unwrap();
    assert_eq!((lounge.due(NOW).await, lounge.noted().await), (Vec::new(), Vec::new()), "nobody is told of it");
}

/// HCC-16: `room_deleted` outlives the room, as long as a call waits to tell of it, and no longer.
pub async fn a_deleted_room_is_remembered_until_that_is_told(database: Database) {
    let mut lounge = Lounge::open(&database).await;
    let (room, by) = (lounge.room, lounge.ada.id);
    let silent = lounge.world.room(&lounge.ada, "silent").await;
    stored!(lounge.world, |tx| tx.delete_room(silent, by, NOW)).unwrap();
    let former = async |lounge: &Lounge, room| lounge.world.read().await.former_room(room).await.unwrap();
    assert!(lounge.noted().await.iter().all(|it| it.room != silent), "nobody listens everywhere");
    assert_eq!(former(&lounge, silent).await, None);

    let everywhere = listener("com.example.everywhere");
    lounge.world.installs(&lounge.ada, &everywhere, &[RoomRef::Global]).await;
    lounge.world.says(&lounge.ada, room, 1).await;
    lounge.id = oauth_id(&everywhere.key, RoomRef::Global);
    lounge.world.changes();
    stored!(lounge.world, |tx| tx.delete_room(room, by, NOW)).unwrap();
    assert_eq!(lounge.world.changes().last(), Some(&Change::RoomDeleted { room_id: room }));
    let noted = lounge.noted().await;
    assert_eq!(noted.iter().map(|it| (it.room, it.seq)).collect::<Vec<_>>(), [(room, WHOLE_ROOM)]);
    let told = former(&lounge, room).await.unwrap();
    assert_eq!((told.room.name.as_str(), told.deleted_by), ("lounge", by));

    let deliveries = [lounge.delivery(ADDRESS, WHOLE_ROOM)];
    let up_to = noted[0].id;
    stored!(lounge.world, |tx| tx.queue_deliveries(up_to, &deliveries, NOW)).unwrap();
    let due = lounge.due(NOW).await;
    assert_eq!((due[0].room, due[0].seq), (room, WHOLE_ROOM));
    lounge.tries(&due[0], Verdict::RetryAt(after(10)), NOW).await;
    stored!(lounge.world, |tx| tx.remove_expired(after(10))).unwrap();
    assert_eq!(former(&lounge, room).await, Some(told), "there is another try");
    lounge.tries(&lounge.due(after(10)).await[0], Verdict::Delivered, after(10)).await;
    assert_eq!(former(&lounge, room).await, None);

    // One that nobody wants to hear of goes with the next.
    let rooms = [lounge.world.room(&lounge.ada, "one").await, lounge.world.room(&lounge.ada, "two").await];
    for room in rooms {
        stored!(lounge.world, |tx| tx.delete_room(room, by, NOW)).unwrap();
        let up_to = lounge.noted().await.last().unwrap().id;
        stored!(lounge.world, |tx| tx.queue_deliveries(up_to, &[], NOW)).unwrap();
    }
    assert_eq!(former(&lounge, rooms[0]).await, None);
}

pub async fn what_covers_a_room_names_its_versions(database: Database) {
    let lounge = Lounge::open(&database).await;
    let before = lounge.world.read().await.covering(lounge.room).await.unwrap();
    assert_eq!(before.iter().map(|it| &it.installation).collect::<Vec<_>>(), [&lounge.id]);
    let everywhere = listener("com.example.everywhere");
    lounge.world.installs(&lounge.ada, &everywhere, &[RoomRef::Global]).await;
    let both = lounge.world.read().await.covering(lounge.room).await.unwrap();
    assert_eq!(both.len(), 2);
    let mut newer = everywhere.document.clone();
    newer["capabilities"]["webhook"][0]["event"] = json!("room_enter");
    let newer = parse(&newer);
    stored!(lounge.world, |tx| tx.update_descriptor(&newer, NOW)).unwrap();
    let updated = lounge.world.read().await.covering(lounge.room).await.unwrap();
    let changed: Vec<_> = updated.iter().filter(|it| !both.contains(it)).map(|it| it.integration.as_str()).collect();
    assert_eq!(changed, ["com.example.everywhere"]);
}
