//! What the writer promises: one at a time, in groups, told after the commit and before the answer.

use futures_util::future::join_all;
use roomglass_protocol::{RoomId, push::Revision};
use roomglass_storage::{Change, StorageError, TokenHash};
use tokio::sync::oneshot;

use crate::support::*;

/// Holds the writer until the answer is dropped, so that what is queued meanwhile shares a commit.
async fn hold(world: &World) -> oneshot::Sender<()> {
    let (release, released) = oneshot::channel::<()>();
    let (begin, begun) = oneshot::channel();
    let storage = world.storage.clone();
    tokio::spawn(async move {
        let job = storage.write(move |_| {
            Box::pin(async move {
                begin.send(()).unwrap();
                let _ = released.await;
                Ok::<_, StorageError>(())
            })
        });
        job.await.unwrap();
    });
    begun.await.unwrap();
    release
}

pub async fn a_failing_write_leaves_its_neighbours_alone(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    world.changes();

    let release = hold(&world).await;
    let writes = (1..=9_u128).map(|number| {
        let message = message(&ada, number, "hello");
        world.storage.write(move |tx| {
            Box::pin(async move {
                let appended = tx.append_message(room, message).await?;
                match number % 3 {
                    0 => Err(StorageError::Closed),
                    _ => Ok(appended.sent.seq.0),
                }
            })
        })
    });
    let mut writes = Box::pin(join_all(writes));
    // One look at them all puts every one into the queue.
    assert!(futures_util::poll!(&mut writes).is_pending());
    drop(release);
    let answers: Vec<Option<i64>> = writes.await.into_iter().map(Result::ok).collect();
    assert_eq!(answers, [Some(2), Some(3), None, Some(4), Some(5), None, Some(6), Some(7), None]);

    let commits = world.commits();
    assert_eq!(commits.len(), 1, "they shared a commit");
    let changes: Vec<Change> = commits.into_iter().flatten().map(|(_, change)| change).collect();
    let told: Vec<i64> = events(&changes).iter().map(|event| event.seq.0).collect();
    assert_eq!(told, [2, 3, 4, 5, 6, 7], "I3: in order, and nothing of those that failed");
    assert_eq!(world.membership(room, ada.id).await.room.messages, 6);
}

pub async fn a_panicking_write_is_undone_and_goes_on_in_its_caller(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    world.changes();
    let (storage, lost) = (world.storage.clone(), message(&ada, 1, "lost"));
    let caller = tokio::spawn(async move {
        let job = storage.write(move |tx| {
            Box::pin(async move {
                tx.append_message(room, lost).await?;
                if tx.is_member(room, roomglass_protocol::UserId(-1)).await? {
                    return Ok(());
                }
                std::panic::resume_unwind(Box::new("a fault in a job"))
            })
        });
        job.await.map_err(|error: StorageError| error)
    });
    let panic = caller.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"a fault in a job"));
    assert_eq!(world.says(&ada, room, 2).await.sent.seq.0, 2, "the writer lives, and the lost message left no gap");
    assert_eq!(events(&world.changes()).len(), 1);
}

pub async fn an_ignored_error_harms_no_neighbour(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    world.changes();
    let release = hold(&world).await;
    let (user, first) = (ada.id, message(&ada, 1, "with a failed statement"));
    let careless = world.storage.write(move |tx| {
        Box::pin(async move {
            tx.append_message(room, first).await?;
            for _ in 0..2 {
                // The second time, the token is taken.
                let _ = tx.begin_session(&TokenHash::of("token"), user, "", NOW).await;
            }
            Ok::<_, StorageError>(())
        })
    });
    let mut writes = Box::pin(async { tokio::join!(careless, world.says(&ada, room, 2)) });
    assert!(futures_util::poll!(&mut writes).is_pending());
    drop(release);
    let (careless, neighbour) = writes.await;
    // SQLite forgives, PostgreSQL does not; either way the answer is the truth.
    let stored = i64::from(careless.is_ok());
    assert_eq!(neighbour.sent.seq.0, 2 + stored);
    assert_eq!(events(&world.changes()).len() as i64, 1 + stored);
    assert_eq!(world.membership(room, ada.id).await.room.messages, 1 + stored);
}

pub async fn changes_are_told_before_the_answer(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let before = world.commits().last().unwrap().last().unwrap().0;
    assert_eq!(before, world.read().await.revision().await.unwrap());

    let (first, second) = (world.room(&ada, "one").await, world.room(&ada, "two").await);
    let (in_first, in_second) = (message(&ada, 1, "hi"), message(&ada, 2, "hi"));
    let after = stored!(world, |tx| async {
        tx.append_message(first, in_first).await?;
        tx.append_message(second, in_second).await?;
        Ok::<_, StorageError>(tx.revision_after())
    });
    let told: Vec<Revision> = world.commits().into_iter().flatten().map(|(revision, _)| revision).collect();
    let expected: Vec<Revision> = (before.0 + 1..=after.unwrap().0).map(Revision).collect();
    assert_eq!(told, expected, "one revision for each change, without gaps");
    assert_eq!(world.read().await.revision().await.unwrap(), *expected.last().unwrap());
}

pub async fn an_abandoned_write_is_still_made(database: Database) {
    let world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    let release = hold(&world).await;
    let mut write = Box::pin(world.says(&ada, room, 1));
    assert!(futures_util::poll!(&mut write).is_pending());
    drop(write);
    drop(release);
    let answer = world.says(&ada, room, 1).await;
    assert!(answer.repeated, "the first attempt was stored before the second");
}

pub async fn closing_finishes_what_is_queued(database: Database) {
    let world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    let release = hold(&world).await;
    let mut writes = Box::pin(join_all((1..=5).map(|number| world.says(&ada, room, number))));
    assert!(futures_util::poll!(&mut writes).is_pending());
    let mut closing = Box::pin(world.storage.close());
    assert!(futures_util::poll!(&mut closing).is_pending());
    drop(release);
    let (answers, ()) = tokio::join!(writes, closing);
    assert_eq!(answers.len(), 5);

    let late = world.sends(room, message(&ada, 6, "too late")).await.unwrap_err();
    assert!(matches!(late, StorageError::Closed));
    assert!(matches!(world.storage.read().await.err(), Some(StorageError::Closed)));
}

pub async fn reopening_keeps_everything(database: Database) {
    let world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room = world.room(&ada, "lounge").await;
    for number in 1..=20 {
        world.says(&ada, room, number).await;
    }
    let seen = async |world: &World| {
        let mut reader = world.read().await;
        let events = reader.events(room, Default::default()).await.unwrap();
        (reader.revision().await.unwrap(), reader.rooms_of(ada.id).await.unwrap(), events)
    };
    let before = seen(&world).await;
    world.storage.close().await;

    let world = World::open(&database).await;
    assert_eq!(seen(&world).await, before);
    assert_eq!(world.says(&ada, room, 21).await.sent.seq.0, 22);
}

pub async fn a_reader_sees_one_moment(database: Database) {
    let world = World::open(&database).await;
    let ada = world.person("ada").await;
    let room: RoomId = world.room(&ada, "lounge").await;
    let mut reader = world.read().await;
    let revision = reader.revision().await.unwrap();
    world.says(&ada, room, 1).await;
    assert_eq!(reader.room(room).await.unwrap().unwrap().messages, 0, "as it was when reading began");
    assert_eq!(reader.revision().await.unwrap(), revision);
    assert_eq!(world.read().await.room(room).await.unwrap().unwrap().messages, 1);
}
