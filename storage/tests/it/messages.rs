//! The log: order, repetition, who may write, pages, what is unread.

use futures_util::future::join_all;
use roomglass_protocol::{Author, EventBody, Person, RoomId, Sequence, rest::message::Query};
use roomglass_storage::{Change, Conflict, Noun, StorageError};

use crate::support::*;

async fn lounge(database: &Database) -> (World, Person, RoomId) {
    let world = World::open(database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    (world, ada, room)
}

pub async fn concurrent_writers_get_every_position_once(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    world.changes();
    let answers = join_all((1..=300).map(|number| world.says(&ada, room, number))).await;
    let mut positions: Vec<i64> = answers.iter().map(|answer| answer.sent.seq.0).collect();
    positions.sort_unstable();
    assert_eq!(positions, (2..=301).collect::<Vec<_>>(), "I3: every position once");

    let commits = world.commits();
    assert!(commits.len() < 300, "they shared commits: {}", commits.len());
    let changes: Vec<Change> = commits.into_iter().flatten().map(|(_, change)| change).collect();
    let told: Vec<(i64, i64)> = events(&changes).iter().map(|event| (event.seq.0, event.messages)).collect();
    assert_eq!(told, (1..=300).map(|ordinal| (ordinal + 1, ordinal)).collect::<Vec<_>>(), "told in order");
}

pub async fn the_same_message_twice_is_one(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let first = world.says(&ada, room, 1).await;
    assert!(!first.repeated);
    world.changes();
    let mut again = message(&ada, 1, "message 1");
    again.sent_at.0 += MINUTE_MS;
    again.from = Author::User { id: ada.id, name: "Ada Lovelace".into(), mention: "lovelace".into() };
    let second = world.sends(room, again).await.unwrap();
    assert!(second.repeated);
    assert_eq!(second.sent, first.sent, "I2: the identical acknowledgement");
    assert!(world.changes().is_empty());
    assert_eq!(world.membership(room, ada.id).await.room.messages, 1);

    let bob = world.person("bob").await;
    world.joins(&bob, room).await;
    world.leaves(&ada, room).await;
    assert!(world.says(&ada, room, 1).await.repeated, "the answer may have been lost before she left");
}

pub async fn a_message_id_cannot_be_taken_over(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let (bob, eve) = (world.person("bob").await, world.person("eve").await);
    let other = world.room(&ada, "other").await;
    world.joins(&bob, room).await;
    world.says(&ada, room, 1).await;
    world.changes();
    let taken = |answer: Result<_, StorageError>| {
        matches!(answer, Err(StorageError::Conflict(Conflict::MessageIdTaken)))
    };
    assert!(taken(world.sends(room, message(&ada, 1, "another text")).await));
    assert!(taken(world.sends(other, message(&ada, 1, "message 1")).await));
    assert!(taken(world.sends(room, message(&bob, 1, "message 1")).await));
    assert!(taken(world.sends(room, notification(&key("a.b"), 1, "message 1")).await));
    let stranger = world.sends(room, message(&eve, 1, "message 1")).await;
    assert!(matches!(stranger, Err(StorageError::NotFound(Noun::Room))), "I8: foreign is the same as missing");
    assert!(world.changes().is_empty());
    assert_eq!(world.membership(room, bob.id).await.room.messages, 1);
}

pub async fn only_members_write(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let eve = world.person("eve").await;
    world.changes();
    for (person, room) in [(&eve, room), (&ada, RoomId(room.0 + 1))] {
        let refused = world.sends(room, message(person, 1, "let me in")).await;
        assert!(matches!(refused, Err(StorageError::NotFound(Noun::Room))));
    }
    assert!(world.changes().is_empty());
    world.says(&ada, room, 1).await;
    assert_eq!(world.changes().len(), 1);
}

pub async fn integrations_write_without_being_members(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    world.changes();
    let sent = world.sends(room, notification(&key("com.example.builds"), 1, "green")).await.unwrap().sent;
    let changes = world.changes();
    assert_eq!(events(&changes)[0].seq, sent.seq);
    let membership = world.membership(room, ada.id).await;
    assert_eq!((membership.unread(), membership.read_seq), (1, Sequence(1)), "nobody has read it by its coming");
    let stored = world.read().await.message(room, message_id(1)).await.unwrap().unwrap();
    assert_eq!(&stored, events(&changes)[0], "what is stored is what was told");
    let missing = world.sends(RoomId(999), notification(&key("com.example.builds"), 2, "green")).await;
    assert!(matches!(missing, Err(StorageError::NotFound(Noun::Room))));
}

pub async fn pages_go_both_ways(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    for number in 1..=10 {
        world.says(&ada, room, number).await;
    }
    let mut reader = world.read().await;
    let mut page = async |before: Option<i64>, after: Option<i64>, limit: u32| {
        let query = Query { before: before.map(Sequence), after: after.map(Sequence), limit: Some(limit) };
        let page = reader.events(room, query).await.unwrap();
        (page.items.iter().map(|event| event.seq.0).collect::<Vec<_>>(), page.more)
    };
    assert_eq!(page(None, None, 3).await, (vec![9, 10, 11], true));
    assert_eq!(page(Some(9), None, 3).await, (vec![6, 7, 8], true));
    assert_eq!(page(Some(4), None, 3).await, (vec![1, 2, 3], false));
    assert_eq!(page(None, Some(0), 3).await, (vec![1, 2, 3], true));
    assert_eq!(page(None, Some(8), 3).await, (vec![9, 10, 11], false));
    assert_eq!(page(None, Some(11), 3).await, (vec![], false));
    assert_eq!(page(Some(6), Some(3), 3).await, (vec![4, 5], false));
    assert_eq!(page(None, None, 0).await.0, [11], "no page is empty by its limit");
    assert_eq!(page(None, None, u32::MAX).await, ((1..=11).collect(), false));
}

pub async fn pages_of_messages_skip_other_events(database: Database) {
    let (world, ada, room) = lounge(&database).await;
    let bob = world.person("bob").await;
    world.says(&ada, room, 1).await;
    world.joins(&bob, room).await;
    world.says(&bob, room, 2).await;
    let mut reader = world.read().await;
    let messages = reader.messages(room, Query::default()).await.unwrap();
    assert_eq!(messages.items.iter().map(|event| (event.seq.0, event.messages)).collect::<Vec<_>>(), [(2, 1), (4, 2)]);
    assert!(messages.items.iter().all(|event| event.message().is_some()));
    let after = reader.messages(room, Query { after: Some(Sequence(2)), ..Query::default() }).await.unwrap();
    assert_eq!(after.items, messages.items[1..]);
    let all = reader.events(room, Query::default()).await.unwrap();
    assert_eq!(all.items[2].body, EventBody::Joined { user_id: bob.id, by: None });
}

pub async fn unread_counts_follow_the_read_position(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    let bob = world.person("bob").await;
    world.says(&ada, room, 1).await;
    world.joins(&bob, room).await;
    assert_eq!(world.membership(room, bob.id).await.unread(), 0, "what was said before is not new to a newcomer");
    for number in 2..=4 {
        world.says(&ada, room, number).await;
    }
    assert_eq!(world.membership(room, ada.id).await.unread(), 0, "one's own messages are read");
    assert_eq!(world.membership(room, bob.id).await.unread(), 3);

    world.changes();
    let user = bob.id;
    stored!(world, |tx| tx.mark_read(room, user, Sequence(5))).unwrap();
    let moved = |seq, messages| Change::ReadMoved { user_id: user, room_id: room, seq: Sequence(seq), messages };
    assert_eq!(world.changes(), [moved(5, 3)]);
    assert_eq!(world.membership(room, bob.id).await.unread(), 1);
    stored!(world, |tx| tx.mark_read(room, user, Sequence(4))).unwrap();
    assert!(world.changes().is_empty(), "never back");
    stored!(world, |tx| tx.mark_read(room, user, Sequence(99))).unwrap();
    assert_eq!(world.changes(), [moved(6, 4)], "never beyond the newest");
    let stranger = world.person("eve").await.id;
    let refused = stored!(world, |tx| tx.mark_read(room, stranger, Sequence(1)));
    assert!(matches!(refused, Err(StorageError::NotFound(Noun::Room))));
}

/// MSG-19
pub async fn a_call_leaves_two_lines_that_are_no_messages(database: Database) {
    let (mut world, ada, room) = lounge(&database).await;
    world.changes();
    let by = ada.id;
    stored!(world, |tx| tx.call_started(room, by, NOW)).unwrap();
    stored!(world, |tx| tx.call_ended(room, 187, NOW)).unwrap();
    let changes = world.changes();
    assert_eq!(bodies(&changes), [&EventBody::CallStarted { by }, &EventBody::CallEnded { seconds: 187 }]);
    let page = world.read().await.events(room, Query::default()).await.unwrap();
    assert_eq!(page.items.iter().skip(1).collect::<Vec<_>>(), events(&changes), "told and stored are the same");
    assert_eq!(world.membership(room, by).await.unread(), 0);
    let nowhere = stored!(world, |tx| tx.call_started(RoomId(i64::MAX), by, NOW));
    assert!(matches!(nowhere, Err(StorageError::NotFound(Noun::Room))), "{nowhere:?}");
}
