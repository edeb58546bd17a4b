//! Rooms, members, conversations.

use std::collections::BTreeSet;

use roomglass_protocol::{Attachment, EventBody, FileId, Privacy, RoomId, RoomKind, RoomRef, Sequence, UserId};
use roomglass_storage::{Change, Conflict, DeletedRoom, NewFile, NewRoom, Noun, RoomChange, StorageError};

use crate::support::*;

fn new_room(name: &str) -> NewRoom {
    NewRoom { name: name.to_owned(), privacy: Privacy::Public, topic: "Tea".to_owned() }
}

pub async fn making_a_room_makes_its_maker_a_member(database: Database) {
    let mut world = World::open(&database).await;
    let user = world.person("ada").await.id;
    world.changes();
    let membership = stored!(world, |tx| tx.create_room(user, new_room("Lounge"), NOW)).unwrap();
    assert_eq!((membership.room.owner_id, membership.room.seq, membership.read_seq), (user, Sequence(1), Sequence(1)));
    assert_eq!((membership.room.name.as_str(), membership.room.topic.as_str()), ("Lounge", "Tea"));
    let changes = world.changes();
    assert_eq!(changes[0], Change::MemberJoined { user_id: user, membership: membership.clone() });
    assert_eq!(bodies(&changes), [&EventBody::Created { by: user }]);
    assert_eq!(world.membership(membership.room.id, user).await, membership);
}

pub async fn room_names_are_unique_in_any_letter_case(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let (room, other) = (world.room(&ada, "Café").await, world.room(&ada, "Other").await);
    world.changes();
    let user = ada.id;
    let taken = |refused| matches!(refused, StorageError::Conflict(Conflict::RoomNameTaken));
    assert!(taken(stored!(world, |tx| tx.create_room(user, new_room("CAFÉ"), NOW)).unwrap_err()));
    let change = |name: &str| RoomChange { name: Some(name.to_owned()), ..RoomChange::default() };
    let (to_taken, to_free) = (change("café"), change("CAFÉ"));
    assert!(taken(stored!(world, |tx| tx.change_room(other, user, to_taken, NOW)).unwrap_err()));
    assert!(world.changes().is_empty());
    let renamed = stored!(world, |tx| tx.change_room(room, user, to_free, NOW)).unwrap();
    assert_eq!(renamed.name, "CAFÉ", "its own name in other letters is free to it");
    assert_eq!(world.read().await.room_by_name("café").await.unwrap().unwrap(), renamed);
}

pub async fn joining_and_leaving_are_told(database: Database) {
    let mut world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let room = world.room(&ada, "lounge").await;
    world.changes();
    let (inviter, user) = (ada.id, bob.id);
    let membership = stored!(world, |tx| tx.add_member(room, user, inviter, NOW)).unwrap();
    let changes = world.changes();
    assert_eq!(changes[0], Change::MemberJoined { user_id: user, membership: membership.clone() });
    assert_eq!(bodies(&changes), [&EventBody::Joined { user_id: user, by: Some(inviter) }]);
    assert_eq!(membership.room.seq, events(&changes)[0].seq);
    assert_eq!(world.read().await.members(room).await.unwrap(), [inviter, user]);
    assert_eq!(world.read().await.member_people(room).await.unwrap(), [ada, bob]);

    let again = stored!(world, |tx| tx.join_room(room, user, NOW)).unwrap();
    assert_eq!(again, membership);
    assert!(world.changes().is_empty(), "a member stays a member");
    assert_eq!(world.read().await.members(room).await.unwrap(), [inviter, user], "DATA-06: in one row");

    stored!(world, |tx| tx.remove_member(room, user, inviter, NOW)).unwrap();
    let changes = world.changes();
    assert_eq!(changes[0], Change::MemberLeft { user_id: user, room_id: room }, "the leaver goes before the event");
    assert_eq!(bodies(&changes), [&EventBody::Left { user_id: user, by: Some(inviter) }]);
    assert!(world.read().await.membership(room, user).await.unwrap().is_none());
    let gone = stored!(world, |tx| tx.leave_room(room, user, NOW)).unwrap_err();
    assert!(matches!(gone, StorageError::NotFound(Noun::Member)));
    let nobody = stored!(world, |tx| tx.join_room(room, UserId(999), NOW)).unwrap_err();
    assert!(matches!(nobody, StorageError::NotFound(Noun::Person)));
}

pub async fn an_owner_who_leaves_is_followed_by_the_oldest_member(database: Database) {
    let mut world = World::open(&database).await;
    let (carol, ada, bob) = (world.person("carol").await, world.person("ada").await, world.person("bob").await);
    let room = world.room(&ada, "lounge").await;
    world.joins(&bob, room).await;
    world.joins(&carol, room).await;
    world.changes();
    world.leaves(&ada, room).await;
    let changes = world.changes();
    let Some(Change::RoomChanged { memberships }) = changes.last() else { panic!("{changes:?}") };
    let told: BTreeSet<(UserId, UserId)> = memberships.iter().map(|(user, seen)| (*user, seen.room.owner_id)).collect();
    assert_eq!(told, BTreeSet::from([(bob.id, bob.id), (carol.id, bob.id)]));
    for (user, membership) in memberships {
        assert_eq!(world.membership(room, *user).await, *membership, "told as it is");
    }
    world.leaves(&carol, room).await;
    assert_eq!(world.membership(room, bob.id).await.room.owner_id, bob.id);
}

pub async fn an_empty_room_waits_for_a_new_owner(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let room = world.room(&ada, "lounge").await;
    world.says(&ada, room, 1).await;
    world.leaves(&ada, room).await;
    let empty = world.read().await.room(room).await.unwrap().unwrap();
    assert_eq!((empty.owner_id, empty.messages), (ada.id, 1), "its log and last owner stay");
    assert!(world.read().await.members(room).await.unwrap().is_empty());
    world.joins(&bob, room).await;
    assert_eq!(world.membership(room, bob.id).await.room.owner_id, bob.id);
}

pub async fn changes_of_a_room_are_told_with_what_changed(database: Database) {
    let mut world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let room = world.room(&ada, "lounge").await;
    world.joins(&bob, room).await;
    world.changes();
    let by = bob.id;
    let change = RoomChange { topic: Some("Cake".into()), name: Some("lounge".into()), ..RoomChange::default() };
    let changed = stored!(world, |tx| tx.change_room(room, by, change, NOW)).unwrap();
    assert_eq!(changed.topic, "Cake");
    let changes = world.changes();
    let topic = EventBody::Changed { by, topic: Some("Cake".into()), name: None, privacy: None, archived: None };
    assert_eq!(bodies(&changes), [&topic], "the name is as it was");
    let Some(Change::RoomChanged { memberships }) = changes.last() else { panic!("{changes:?}") };
    assert_eq!(memberships.len(), 2);
    assert!(memberships.iter().all(|(_, seen)| seen.room == changed));

    let same = RoomChange { topic: Some("Cake".into()), ..RoomChange::default() };
    stored!(world, |tx| tx.change_room(room, by, same, NOW)).unwrap();
    assert!(world.changes().is_empty());
    let missing = stored!(world, |tx| tx.change_room(RoomId(999), by, RoomChange::default(), NOW)).unwrap_err();
    assert!(matches!(missing, StorageError::NotFound(Noun::Room)));
}

pub async fn a_room_is_handed_over_to_a_member(database: Database) {
    let mut world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let room = world.room(&ada, "lounge").await;
    let (old, new) = (ada.id, bob.id);
    let stranger = stored!(world, |tx| tx.hand_over_room(room, new)).unwrap_err();
    assert!(matches!(stranger, StorageError::NotFound(Noun::Member)));
    world.joins(&bob, room).await;
    world.changes();
    stored!(world, |tx| tx.hand_over_room(room, old)).unwrap();
    assert!(world.changes().is_empty(), "it is theirs already");
    stored!(world, |tx| tx.hand_over_room(room, new)).unwrap();
    let changes = world.changes();
    assert!(matches!(&changes[..], [Change::RoomChanged { memberships }] if memberships.len() == 2));
    assert_eq!(world.membership(room, old).await.room.owner_id, new);
}

pub async fn joinable_rooms_are_public_and_not_ones_own(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    world.room_with_privacy(&ada, "secret", Privacy::Private).await;
    world.room(&bob, "bob's").await;
    let (zoo, alps) = (world.room(&ada, "Zoo").await, world.room(&ada, "alps").await);
    let others = BTreeSet::from([ada.id]);
    let by = bob.id;
    stored!(world, |tx| tx.open_conversation(by, &others, NOW)).unwrap();
    let joinable = world.read().await.joinable_rooms(bob.id).await.unwrap();
    assert_eq!(joinable.iter().map(|room| room.id).collect::<Vec<_>>(), [alps, zoo], "by name");
    assert_eq!(world.read().await.named_rooms().await.unwrap().len(), 4);
}

pub async fn a_conversation_is_one_for_its_people(database: Database) {
    let mut world = World::open(&database).await;
    let (ada, bob, carol) = (world.person("ada").await.id, world.person("bob").await.id, world.person("carol").await.id);
    world.changes();
    let others = BTreeSet::from([bob]);
    let opened = stored!(world, |tx| tx.open_conversation(ada, &others, NOW)).unwrap();
    assert!(opened.created);
    assert_eq!((opened.membership.room.kind, opened.membership.with.as_slice()), (RoomKind::Conversation, &[bob][..]));
    let told: Vec<(UserId, Vec<UserId>)> = world
        .changes()
        .into_iter()
        .filter_map(|change| match change {
            Change::MemberJoined { user_id, membership } => Some((user_id, membership.with)),
            _ => None,
        })
        .collect();
    assert_eq!(told, [(ada, vec![bob]), (bob, vec![ada])]);

    let others = BTreeSet::from([ada, bob]);
    let from_the_other_side = stored!(world, |tx| tx.open_conversation(bob, &others, NOW)).unwrap();
    assert!(!from_the_other_side.created);
    assert_eq!(from_the_other_side.membership.room.id, opened.membership.room.id);
    assert_eq!(from_the_other_side.membership.with, [ada]);
    assert!(world.changes().is_empty());

    let others = BTreeSet::from([bob, carol]);
    let of_three = stored!(world, |tx| tx.open_conversation(ada, &others, NOW)).unwrap();
    assert!(of_three.created);
    for others in [BTreeSet::from([ada]), BTreeSet::new(), BTreeSet::from([UserId(999)])] {
        let refused = stored!(world, |tx| tx.open_conversation(ada, &others, NOW)).unwrap_err();
        assert!(matches!(refused, StorageError::NotFound(Noun::Person)));
    }
}

pub async fn a_conversation_stays_as_it_is(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob, eve) = (world.person("ada").await.id, world.person("bob").await.id, world.person("eve").await.id);
    let others = BTreeSet::from([bob]);
    let room = stored!(world, |tx| tx.open_conversation(ada, &others, NOW)).unwrap().membership.room.id;
    let fixed = |refused| matches!(refused, StorageError::Conflict(Conflict::ConversationIsFixed));
    assert!(fixed(stored!(world, |tx| tx.join_room(room, eve, NOW)).unwrap_err()));
    assert!(fixed(stored!(world, |tx| tx.add_member(room, eve, ada, NOW)).unwrap_err()));
    assert!(fixed(stored!(world, |tx| tx.leave_room(room, ada, NOW)).unwrap_err()));
    let topic = RoomChange { topic: Some("x".into()), ..RoomChange::default() };
    assert!(fixed(stored!(world, |tx| tx.change_room(room, ada, topic, NOW)).unwrap_err()));
}

pub async fn rooms_are_listed_with_read_positions(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let (by, others) = (ada.id, BTreeSet::from([bob.id]));
    let conversation = stored!(world, |tx| tx.open_conversation(by, &others, NOW)).unwrap().membership.room.id;
    let (zoo, alps) = (world.room(&ada, "Zoo").await, world.room(&ada, "alps").await);
    world.room(&bob, "bob's").await;
    world.joins(&bob, zoo).await;
    world.says(&bob, zoo, 1).await;
    world.says(&bob, conversation, 2).await;
    let rooms = world.read().await.rooms_of(ada.id).await.unwrap();
    let seen: Vec<_> = rooms.iter().map(|room| (room.room.id, room.unread(), room.with.clone())).collect();
    assert_eq!(seen, [(alps, 0, vec![]), (zoo, 1, vec![]), (conversation, 1, vec![bob.id])]);
    for room in rooms {
        assert_eq!(world.membership(room.room.id, ada.id).await, room, "alone as in the list");
    }
}

pub async fn a_deleted_room_leaves_nothing_behind(database: Database) {
    let mut world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let (room, other) = (world.room(&ada, "lounge").await, world.room(&ada, "other").await);
    world.joins(&bob, room).await;
    world.says(&bob, room, 1).await;
    let (here, everywhere) = (descriptor("here", &["status"]), descriptor("everywhere", &["status"]));
    world.installs(&ada, &here, &[room.into(), other.into()]).await;
    world.installs(&ada, &everywhere, &[RoomRef::Global]).await;
    world.changes();
    let by = ada.id;
    let attachment = Attachment {
        id: FileId(uuid::Uuid::from_u128(7)),
        name: "plan.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: 60,
        preview: false,
    };
    let file = NewFile { room, uploaded_by: Some(by), attachment: attachment.clone() };
    stored!(world, |tx| tx.add_file(&file, 100, NOW)).unwrap();
    let DeletedRoom { ended, files } = stored!(world, |tx| tx.delete_room(room, by, NOW)).unwrap();
    assert_eq!(files, [attachment.id]);
    // The bytes are free again.
    let file = NewFile { room: other, uploaded_by: Some(by), attachment };
    stored!(world, |tx| tx.add_file(&file, 100, NOW)).unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!((&ended[0].0.key, ended[0].1.len(), ended[0].1[0].place), (&here.key, 1, RoomRef::Room(room)));
    let left: Vec<_> = world.changes().into_iter().filter_map(|change| match change {
        Change::MemberLeft { user_id, room_id } => Some((user_id, room_id)),
        _ => None,
    }).collect();
    assert_eq!(left, [(ada.id, room), (bob.id, room)]);

    let mut reader = world.read().await;
    assert!(reader.room(room).await.unwrap().is_none() && reader.members(room).await.unwrap().is_empty());
    assert!(reader.rooms_of(bob.id).await.unwrap().is_empty());
    assert_eq!(reader.places_of(&here.key).await.unwrap(), [RoomRef::Room(other)], "elsewhere it stays");
    drop(reader);
    world.room(&bob, "lounge").await;
    let again = stored!(world, |tx| tx.delete_room(room, by, NOW));
    assert!(matches!(again, Err(StorageError::NotFound(Noun::Room))), "{again:?}");
    let others = BTreeSet::from([bob.id]);
    let talk = stored!(world, |tx| tx.open_conversation(by, &others, NOW)).unwrap().membership.room.id;
    let refused = stored!(world, |tx| tx.delete_room(talk, by, NOW));
    assert!(matches!(refused, Err(StorageError::Conflict(Conflict::ConversationIsFixed))), "{refused:?}");
}

pub async fn an_integration_has_one_conversation_with_each_person(database: Database) {
    let mut world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    world.changes();
    let mut rooms = Vec::new();
    for (person, key) in [(ada.id, "builds"), (ada.id, "builds"), (bob.id, "builds"), (ada.id, "links")] {
        let key = descriptor(key, &["status"]).key;
        rooms.push(stored!(world, |tx| tx.conversation_with_integration(&key, "Builds", person, NOW)).unwrap());
    }
    assert_eq!(rooms[0], rooms[1]);
    assert_eq!(rooms.iter().collect::<BTreeSet<_>>().len(), 3);
    let told = world.changes().into_iter().filter(|change| matches!(change, Change::MemberJoined { .. })).count();
    assert_eq!(told, 3);
    let seen = world.membership(rooms[0], ada.id).await;
    assert_eq!((seen.room.kind, seen.room.name.as_str(), seen.with.len()), (RoomKind::Conversation, "Builds", 0));
    assert!(world.read().await.named_rooms().await.unwrap().is_empty(), "integrations do not see it");
    let nobody = UserId(999);
    let key = descriptor("builds", &["status"]).key;
    let refused = stored!(world, |tx| tx.conversation_with_integration(&key, "Builds", nobody, NOW));
    assert!(matches!(refused, Err(StorageError::NotFound(Noun::Person))), "{refused:?}");
}
