//! What providers read: messages by time, people with their addresses, rooms with their activity.

use roomglass_protocol::{Sequence, Timestamp, UserId};
use roomglass_storage::{RoomActivity, Span, TokenHash};

use crate::support::*;

fn later(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 + minutes * MINUTE_MS)
}

pub async fn messages_are_read_by_time_newest_first(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let (room, other) = (world.room(&ada, "lounge").await, world.room(&ada, "attic").await);
    for number in 1..=5 {
        let mut message = message(&ada, number, "hello");
        message.sent_at = later(i64::try_from(number).unwrap());
        world.sends(room, message).await.unwrap();
    }
    world.joins(&bob, room).await;
    world.says(&ada, other, 9).await;
    let mut reader = world.read().await;
    let mut history = async |span: Span| {
        let (events, more) = reader.history(room, span).await.unwrap();
        (events.iter().map(|event| event.at.0 - NOW.0).map(|at| at / MINUTE_MS).collect::<Vec<_>>(), more)
    };
    let all = Span { max: 100, ..Span::default() };
    assert_eq!(history(all).await, (vec![5, 4, 3, 2, 1], false), "messages alone, of this room alone");
    assert_eq!(history(Span { max: 2, ..all }).await, (vec![5, 4], true));
    assert_eq!(history(Span { max: 2, skip: 3, ..all }).await, (vec![2, 1], false));
    assert_eq!(history(Span { skip: 5, ..all }).await, (vec![], false));
    assert_eq!(history(Span { skip: usize::MAX, max: usize::MAX, ..all }).await, (vec![], false));
    assert_eq!(history(Span { max: 0, ..all }).await, (vec![], false));
    assert_eq!(history(Span { until: later(3), ..all }).await, (vec![3, 2, 1], false));
    assert_eq!(history(Span { from: later(2), until: later(4), max: 2, ..all }).await, (vec![4, 3], true));
    assert_eq!(history(Span { first: Sequence(5), ..all }).await, (vec![5, 4], false));
}

pub async fn profiles_and_activity_are_read_together(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let (quiet, loud) = (world.room(&ada, "quiet").await, world.room(&ada, "loud").await);
    let (hash, user) = (TokenHash::of("session"), ada.id);
    stored!(world, |tx| tx.begin_session(&hash, user, "web", later(1))).unwrap();
    let mut said = message(&ada, 1, "hello");
    said.sent_at = later(2);
    world.sends(loud, said).await.unwrap();
    world.joins(&bob, loud).await;

    let mut reader = world.read().await;
    let profiles = reader.profiles(&[bob.id, ada.id, UserId(999)]).await.unwrap();
    assert_eq!(profiles.keys().copied().collect::<Vec<_>>(), [ada.id, bob.id]);
    assert_eq!((&profiles[&ada.id].person, profiles[&ada.id].email.as_str()), (&ada, "ada@example.com"));
    assert_eq!((profiles[&ada.id].created_at, profiles[&ada.id].last_seen_at), (NOW, Some(later(1))));
    assert_eq!(profiles[&bob.id].last_seen_at, None);

    let activity = reader.room_activity(&[quiet, loud]).await.unwrap();
    let expected = |last_message_at| RoomActivity { created_at: NOW, last_message_at };
    assert_eq!((activity[&quiet], activity[&loud]), (expected(None), expected(Some(later(2)))));
    assert!(reader.profiles(&[]).await.unwrap().is_empty() && reader.room_activity(&[]).await.unwrap().is_empty());
}
