//! Files of messages, and messages that are deleted (MSG-18, MSG-21).

use roomglass_protocol::{Attachment, EventBody, FileId, Person, RoomId, UserId, rest::message::Query};
use roomglass_storage::{Change, Conflict, NewFile, Noun, Span, StorageError, StoredFile};
use uuid::Uuid;

use crate::support::*;

const PLENTY: i64 = 1_000_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

struct Lounge {
    world: World,
    ada: Person,
    bob: Person,
    room: RoomId,
}

impl Lounge {
    async fn opens(database: &Database) -> Self {
        let world = World::open(database).await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let room = world.room(&ada, "lounge").await;
        world.joins(&bob, room).await;
        Self { world, ada, bob, room }
    }

    async fn uploads(&self, by: UserId, number: u128, most_bytes: i64) -> Result<Attachment, StorageError> {
        let file = NewFile { room: self.room, uploaded_by: Some(by), attachment: attachment(number) };
        let attachment = file.attachment.clone();
        stored!(self.world, |tx| tx.add_file(&file, most_bytes, NOW))?;
        Ok(attachment)
    }

    async fn sends(&self, by: &Person, number: u128, files: &[FileId]) -> Result<i64, StorageError> {
        let (room, message, files) = (self.room, message(by, number, "look"), files.to_vec());
        stored!(self.world, |tx| tx.append_message_with_files(room, message, &files)).map(|appended| appended.sent.seq.0)
    }

    async fn deletes(&self, number: u128, by: UserId) -> Result<Vec<FileId>, StorageError> {
        let room = self.room;
        stored!(self.world, |tx| tx.delete_message(room, message_id(number), by, NOW))
    }

    async fn file(&self, number: u128) -> Option<StoredFile> {
        self.world.read().await.file(self.room, file_id(number)).await.unwrap()
    }
}

fn file_id(number: u128) -> FileId {
    FileId(Uuid::from_u128(number))
}

fn attachment(number: u128) -> Attachment {
    let (id, name) = (file_id(number), format!("{number}.png"));
    Attachment { id, name, media_type: "image/png".to_owned(), size: 100, preview: true }
}

fn no_such_file<T: std::fmt::Debug>(outcome: Result<T, StorageError>) {
    assert!(matches!(outcome, Err(StorageError::NotFound(Noun::File))), "{outcome:?}");
}

/// MSG-18
pub async fn a_message_takes_the_files_that_its_sender_stored(database: Database) {
    let lounge = Lounge::opens(&database).await;
    let (ada, bob) = (lounge.ada.clone(), lounge.bob.clone());
    let (one, two) = (lounge.uploads(ada.id, 1, PLENTY).await.unwrap(), lounge.uploads(ada.id, 2, PLENTY).await.unwrap());
    assert_eq!(lounge.file(1).await.unwrap().message, None);
    no_such_file(lounge.sends(&bob, 10, &[one.id]).await);
    no_such_file(lounge.sends(&ada, 10, &[one.id, file_id(9)]).await);
    no_such_file(lounge.sends(&ada, 10, &[one.id, one.id]).await);
    assert_eq!(lounge.file(1).await.unwrap().message, None, "a refused message takes nothing");

    let seq = lounge.sends(&ada, 10, &[two.id, one.id]).await.unwrap();
    assert_eq!(lounge.sends(&ada, 10, &[two.id, one.id]).await.unwrap(), seq, "the same message again");
    let other = lounge.sends(&ada, 10, &[one.id, two.id]).await;
    assert!(matches!(other, Err(StorageError::Conflict(Conflict::MessageIdTaken))), "{other:?}");
    no_such_file(lounge.sends(&ada, 11, &[one.id]).await);

    let event = lounge.world.read().await.message(lounge.room, message_id(10)).await.unwrap().unwrap();
    assert_eq!(event.message().unwrap().attachments, [two.clone(), one.clone()]);
    let expected = StoredFile { uploaded_by: Some(ada.id), attachment: one, message: Some(message_id(10)) };
    assert_eq!(lounge.file(1).await.unwrap(), expected);
    let elsewhere = lounge.world.room(&ada, "elsewhere").await;
    assert_eq!(lounge.world.read().await.file(elsewhere, two.id).await.unwrap(), None);
}

/// MSG-18
pub async fn files_together_have_a_limit_and_only_members_store_them(database: Database) {
    let lounge = Lounge::opens(&database).await;
    let stranger = lounge.world.person("eve").await;
    let refused = lounge.uploads(stranger.id, 1, PLENTY).await;
    assert!(matches!(refused, Err(StorageError::NotFound(Noun::Room))), "{refused:?}");
    lounge.uploads(lounge.ada.id, 1, 250).await.unwrap();
    lounge.uploads(lounge.ada.id, 2, 250).await.unwrap();
    let full = lounge.uploads(lounge.ada.id, 3, 250).await;
    assert!(matches!(full, Err(StorageError::Conflict(Conflict::FilesFull))), "{full:?}");
    let (room, ada, bob) = (lounge.room, lounge.ada.id, lounge.bob.id);
    no_such_file(stored!(lounge.world, |tx| tx.discard_file(room, file_id(1), bob)));
    stored!(lounge.world, |tx| tx.discard_file(room, file_id(1), ada)).unwrap();
    lounge.uploads(lounge.ada.id, 3, 250).await.unwrap();
}

/// MSG-18: nobody fills the disk with what is in no message.
pub async fn only_so_many_files_of_one_person_wait_for_a_message(database: Database) {
    let lounge = Lounge::opens(&database).await;
    for number in 1..=20 {
        lounge.uploads(lounge.ada.id, number, PLENTY).await.unwrap();
    }
    let refused = lounge.uploads(lounge.ada.id, 21, PLENTY).await;
    assert!(matches!(refused, Err(StorageError::Conflict(Conflict::TooManyUnsentFiles))), "{refused:?}");
    lounge.uploads(lounge.bob.id, 22, PLENTY).await.unwrap();
    lounge.sends(&lounge.ada, 30, &[file_id(1)]).await.unwrap();
    lounge.uploads(lounge.ada.id, 21, PLENTY).await.unwrap();
}

/// MSG-18
pub async fn files_without_a_message_are_forgotten_after_a_time(database: Database) {
    let lounge = Lounge::opens(&database).await;
    for number in 1..=2 {
        lounge.uploads(lounge.ada.id, number, PLENTY).await.unwrap();
    }
    lounge.sends(&lounge.ada, 10, &[file_id(1)]).await.unwrap();
    let ids = [1, 2, 3].map(file_id);
    assert_eq!(Vec::from_iter(lounge.world.read().await.known_files(&ids).await.unwrap()), ids[..2]);
    assert!(stored!(lounge.world, |tx| tx.remove_waiting_files(NOW)).unwrap().is_empty());
    let mut later = NOW;
    later.0 += HOUR_MS;
    assert_eq!(stored!(lounge.world, |tx| tx.remove_waiting_files(later)).unwrap(), [file_id(2)]);
    assert_eq!(Vec::from_iter(lounge.world.read().await.known_files(&ids).await.unwrap()), ids[..1]);
    let (room, ada) = (lounge.room, lounge.ada.id);
    no_such_file(stored!(lounge.world, |tx| tx.discard_file(room, file_id(1), ada)));
}

/// MSG-21
pub async fn a_deleted_message_leaves_its_place_and_nothing_else(database: Database) {
    let mut lounge = Lounge::opens(&database).await;
    let ada = lounge.ada.clone();
    lounge.uploads(ada.id, 1, 100).await.unwrap();
    lounge.world.says(&ada, lounge.room, 9).await;
    let seq = lounge.sends(&ada, 10, &[file_id(1)]).await.unwrap();
    lounge.world.changes();

    assert_eq!(lounge.deletes(10, lounge.bob.id).await.unwrap(), [file_id(1)]);
    let mut reader = lounge.world.read().await;
    let entry = reader.message(lounge.room, message_id(10)).await.unwrap().unwrap();
    let tombstone = entry.message().unwrap();
    assert_eq!((entry.seq.0, tombstone.deleted, tombstone.text.as_str()), (seq, true, ""));
    assert!(tombstone.attachments.is_empty() && tombstone.sender() == Some(ada.id));
    let page = reader.events(lounge.room, Query::default()).await.unwrap();
    let told = EventBody::Deleted { by: lounge.bob.id, entry: Box::new(entry.clone()) };
    assert_eq!(page.items.iter().find(|event| event.seq == entry.seq), Some(&entry));
    assert_eq!(page.items.last().unwrap().body, told);
    let (history, _) = reader.history(lounge.room, Span { max: 10, ..Span::default() }).await.unwrap();
    assert_eq!(history.iter().filter_map(|event| Some(event.message()?.id)).collect::<Vec<_>>(), [message_id(9)]);
    assert_eq!(reader.file(lounge.room, file_id(1)).await.unwrap(), None);
    drop(reader);

    let changes: Vec<Change> = lounge.world.changes();
    assert_eq!(bodies(&changes), [&told]);
    assert!(lounge.deletes(10, ada.id).await.unwrap().is_empty(), "a second time nothing happens");
    assert!(lounge.world.changes().is_empty());
    assert_eq!(lounge.sends(&ada, 10, &[]).await.unwrap(), seq, "who sends it again hears that it was stored");
    lounge.uploads(ada.id, 2, 100).await.expect("its bytes count no more");
    let missing = lounge.deletes(77, ada.id).await;
    assert!(matches!(missing, Err(StorageError::NotFound(Noun::Message))), "{missing:?}");
}
