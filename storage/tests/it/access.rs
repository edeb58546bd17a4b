//! Who may come in: set-up, accounts, sessions, invitations.

use roomglass_protocol::{Privacy, Role, Timestamp};
use roomglass_storage::{
    Change, Conflict, INVITATION_LIFETIME_MS, NewInvitation, Newcomer, Noun, SESSION_LIFETIME_MS, SESSION_TOUCH_MS,
    StorageError, TokenHash,
};

use crate::support::*;

fn token(text: &str) -> TokenHash {
    TokenHash::of(text)
}

pub async fn setting_up_happens_once(database: Database) {
    let world = World::open(&database).await;
    assert_eq!(world.read().await.organisation().await.unwrap(), None);
    let first = new_person("Ada", "ada@example.com", Role::Guest);
    let (organisation, ada) = stored!(world, |tx| tx.set_up("Lovelace & Co", first, NOW)).unwrap();
    assert_eq!(ada.role, Role::Administrator);
    assert_eq!(world.read().await.organisation().await.unwrap(), Some(organisation));

    let second = new_person("Eve", "eve@example.com", Role::Administrator);
    let refused = stored!(world, |tx| tx.set_up("Eve's", second, NOW)).unwrap_err();
    assert!(matches!(refused, StorageError::Conflict(Conflict::AlreadySetUp)));
    assert_eq!(world.read().await.people().await.unwrap(), [ada]);
}

pub async fn e_mail_addresses_are_unique_in_any_letter_case(database: Database) {
    let mut world = World::open(&database).await;
    let first = new_person("Zoë", "Zoë@Example.com", Role::Member);
    let zoe = stored!(world, |tx| tx.add_person(first, NOW)).unwrap();
    world.changes();
    let again = new_person("Other", " ZOË@example.COM ", Role::Member);
    let refused = stored!(world, |tx| tx.add_person(again, NOW)).unwrap_err();
    assert!(matches!(refused, StorageError::Conflict(Conflict::EmailTaken)));
    assert!(world.changes().is_empty(), "a refusal tells nobody");

    let mut reader = world.read().await;
    let account = reader.account_by_email("zoË@EXAMPLE.com").await.unwrap().unwrap();
    assert_eq!((account.person, account.password_hash.as_str()), (zoe, "hash of Zoë"));
    for nobody in ["nobody@example.com", "nobody\0@example.com"] {
        assert!(reader.account_by_email(nobody).await.unwrap().is_none());
    }
}

pub async fn handles_are_made_unique(database: Database) {
    let world = World::open(&database).await;
    let mut handles = Vec::new();
    for (number, name) in ["Grace Hopper", "grace hopper", "Grace  Hopper!", "All", "李"].into_iter().enumerate() {
        let person = new_person(name, &format!("{number}@example.com"), Role::Member);
        handles.push(stored!(world, |tx| tx.add_person(person, NOW)).unwrap().mention);
    }
    assert_eq!(handles, ["grace.hopper", "grace.hopper2", "grace.hopper3", "all2", "user"]);
    let found = world.read().await.person_by_mention("Grace.Hopper2").await.unwrap().unwrap();
    assert_eq!(found.mention, "grace.hopper2");
    let wanted = ["grace.hopper3", "user", "nobody"].map(str::to_owned).into();
    let found = world.read().await.people_by_mention(&wanted).await.unwrap();
    assert_eq!(found.values().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Grace  Hopper!", "李"]);
}

pub async fn guests_see_those_they_share_a_room_with(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob, guest) =
        (world.person("ada").await, world.person("bob").await, world.person_with_role("gus", Role::Guest).await);
    let room = world.room_with_privacy(&ada, "project", Privacy::Private).await;
    world.joins(&guest, room).await;
    let mut reader = world.read().await;
    assert_eq!(reader.people_seen_by(&guest).await.unwrap(), [ada.clone(), guest.clone()]);
    assert_eq!(reader.people_seen_by(&ada).await.unwrap(), [ada, bob, guest]);
}

pub async fn sessions_end(database: Database) {
    let mut world = World::open(&database).await;
    let ada = world.person("ada").await;
    let user = ada.id;
    let id = stored!(world, |tx| tx.begin_session(&token("one"), user, "Firefox", NOW)).unwrap();
    let session = world.read().await.session(&token("one"), NOW).await.unwrap().unwrap();
    assert_eq!((session.id, session.person, session.client.as_str()), (id, ada, "Firefox"));
    assert!(world.read().await.session(&token("two"), NOW).await.unwrap().is_none());
    let end = Timestamp(NOW.0 + SESSION_LIFETIME_MS);
    assert!(world.read().await.session(&token("one"), end).await.unwrap().is_none(), "it has run out");

    world.changes();
    stored!(world, |tx| tx.end_session(id)).unwrap();
    assert_eq!(world.changes(), [Change::SessionsRevoked { user_id: user, sessions: vec![id] }]);
    assert!(world.read().await.session(&token("one"), NOW).await.unwrap().is_none());
    stored!(world, |tx| tx.end_session(id)).unwrap();
    assert!(world.changes().is_empty(), "it had ended already");
}

pub async fn sessions_are_prolonged_at_most_once_an_hour(database: Database) {
    let world = World::open(&database).await;
    let user = world.person("ada").await.id;
    let id = stored!(world, |tx| tx.begin_session(&token("one"), user, "curl", NOW)).unwrap();
    let soon = Timestamp(NOW.0 + SESSION_TOUCH_MS - 1);
    stored!(world, |tx| tx.touch_session(id, soon)).unwrap();
    let session = world.read().await.session(&token("one"), soon).await.unwrap().unwrap();
    assert_eq!(session.last_seen_at, NOW);
    assert!(!session.wants_touch(soon));

    let later = Timestamp(NOW.0 + SESSION_TOUCH_MS);
    assert!(session.wants_touch(later));
    stored!(world, |tx| tx.touch_session(id, later)).unwrap();
    let session = world.read().await.session(&token("one"), later).await.unwrap().unwrap();
    assert_eq!(session.last_seen_at, later);
    assert_eq!(session.expires_at, Timestamp(later.0 + SESSION_LIFETIME_MS));
}

pub async fn signing_out_everywhere_names_every_session(database: Database) {
    let mut world = World::open(&database).await;
    let (user, other) = (world.person("ada").await.id, world.person("bob").await.id);
    let mut sessions = Vec::new();
    for name in ["one", "two"] {
        sessions.push(stored!(world, |tx| tx.begin_session(&token(name), user, "", NOW)).unwrap());
    }
    stored!(world, |tx| tx.begin_session(&token("bob's"), other, "", NOW)).unwrap();
    world.changes();
    stored!(world, |tx| tx.end_sessions_of(user)).unwrap();
    assert_eq!(world.changes(), [Change::SessionsRevoked { user_id: user, sessions }]);
    assert!(world.read().await.session(&token("bob's"), NOW).await.unwrap().is_some());
}

pub async fn invitations_work_once(database: Database) {
    let world = World::open(&database).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let (hers, left, foreign) =
        (world.room(&ada, "hers").await, world.room(&ada, "left").await, world.room(&bob, "bob's").await);
    let invitation = |rooms| NewInvitation { token: token("link"), role: Role::Guest, rooms, invited_by: ada.id };
    let of_foreign = invitation(vec![foreign]);
    let refused = stored!(world, |tx| tx.invite(of_foreign, NOW)).unwrap_err();
    assert!(matches!(refused, StorageError::NotFound(Noun::Room)), "nobody invites into rooms of others");

    let invitation = invitation(vec![left, hers]);
    let expires_at = stored!(world, |tx| tx.invite(invitation, NOW)).unwrap();
    assert_eq!(expires_at, Timestamp(NOW.0 + INVITATION_LIFETIME_MS));
    let found = world.read().await.invitation(&token("link"), NOW).await.unwrap().unwrap();
    assert_eq!((found.role, found.invited_by.id, found.rooms), (Role::Guest, ada.id, vec![hers, left]));
    world.leaves(&ada, left).await;

    let newcomer =
        |email: &str| Newcomer { name: "Carol".into(), email: email.into(), password_hash: "hash".into() };
    let with_taken_address = newcomer("BOB@example.com");
    let refused = stored!(world, |tx| tx.accept_invitation(&token("link"), with_taken_address, NOW)).unwrap_err();
    assert!(matches!(refused, StorageError::Conflict(Conflict::EmailTaken)));

    let carol = newcomer("carol@example.com");
    let carol = stored!(world, |tx| tx.accept_invitation(&token("link"), carol, NOW)).unwrap();
    assert_eq!(carol.role, Role::Guest);
    let rooms = world.read().await.rooms_of(carol.id).await.unwrap();
    assert_eq!(rooms.iter().map(|room| room.room.id).collect::<Vec<_>>(), [hers], "not the one its inviter has left");

    let again = newcomer("dan@example.com");
    let refused = stored!(world, |tx| tx.accept_invitation(&token("link"), again, NOW)).unwrap_err();
    assert!(matches!(refused, StorageError::NotFound(Noun::Invitation)));
}

pub async fn expired_things_are_removed(database: Database) {
    let mut world = World::open(&database).await;
    let user = world.person("ada").await.id;
    let old = stored!(world, |tx| tx.begin_session(&token("old"), user, "", NOW)).unwrap();
    let later = Timestamp(NOW.0 + SESSION_LIFETIME_MS);
    stored!(world, |tx| tx.begin_session(&token("new"), user, "", later)).unwrap();
    world.changes();
    stored!(world, |tx| tx.remove_expired(later)).unwrap();
    assert_eq!(world.changes(), [Change::SessionsRevoked { user_id: user, sessions: vec![old] }]);
    assert!(world.read().await.session(&token("new"), later).await.unwrap().is_some());
}
