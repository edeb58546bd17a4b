//! Rooms, their members, conversations.

use roomglass_protocol::{
    ErrorKind, Membership, Presence, Privacy, Role, RoomKind, Sequence,
    rest::{
        person::People,
        room::{Joinable, List, Members},
    },
};
use serde_json::{Value, json};

use crate::support::TestServer;

/// MSG-01, MSG-02, DATA-05
#[tokio::test]
async fn a_room_has_a_maker_a_kind_and_a_beginning() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let body = json!({ "name": " Release team ", "privacy": "private", "topic": "July" });
    let answer = alice.posts("/api/v1/rooms", body).await;
    assert_eq!(answer.status, 201);
    let raw: Value = answer.json();
    assert_eq!((raw["name"].as_str(), raw["privacy"].as_str()), (Some("Release team"), Some("private")));
    let made: Membership = answer.json();
    assert_eq!((made.room.owner_id, made.room.topic.as_str()), (alice.person.id, "July"));
    assert_eq!(made.room.seq, Sequence(1));
    assert_eq!(alice.gets("/api/v1/rooms").await.json::<List>().items, std::slice::from_ref(&made));
    assert_eq!(alice.gets(&format!("/api/v1/rooms/{}", made.room.id)).await.json::<Membership>(), made);
}

#[tokio::test]
async fn room_names_are_unique_whatever_the_letter_case() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    alice.creates_room("Release team").await;
    let taken = alice.posts("/api/v1/rooms", json!({ "name": "RELEASE TEAM", "privacy": "public" })).await;
    assert_eq!(taken.refusal().kind, ErrorKind::Conflict);
}

/// MSG-03, MSG-04
#[tokio::test]
async fn members_join_public_rooms_and_not_private_ones() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let (public, private) = (alice.creates_room("Support").await, alice.creates_private_room("Board").await);
    let joinable = bob.gets("/api/v1/rooms/joinable").await.json::<Joinable>().items;
    assert_eq!(joinable.iter().map(|room| room.id).collect::<Vec<_>>(), [public.room.id]);

    bob.joins(&public).await;
    bob.joins(&public).await;
    let refused = bob.posts(&format!("/api/v1/rooms/{}/join", private.room.id), json!({})).await;
    assert_eq!(refused.refusal().kind, ErrorKind::NotFound);
    let members = alice.gets(&format!("/api/v1/rooms/{}/members", public.room.id)).await.json::<Members>().items;
    assert_eq!(members, [alice.person.id, bob.person.id]);
}

/// MSG-05, MSG-06
#[tokio::test]
async fn who_may_bring_others_in_and_take_them_out() {
    let server = TestServer::start().await;
    let (alice, bob, carol) = (server.member("Alice").await, server.member("Bob").await, server.member("Carol").await);
    let root = server.administrator("Second root").await;
    let (public, private) = (alice.creates_room("Support").await, alice.creates_private_room("Board").await);
    bob.joins(&public).await;
    alice.adds(&bob, &private).await;

    // Into a public room any member brings others, into a private one its owner.
    bob.adds(&carol, &public).await;
    let members = format!("/api/v1/rooms/{}/members", private.room.id);
    let carol_in = json!({ "user_id": carol.person.id });
    assert_eq!(bob.posts(&members, carol_in.clone()).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(carol.posts(&members, carol_in.clone()).await.refusal().kind, ErrorKind::NotFound);
    // An administrator who is not a member does not see a private room; one who is has the owner's rights.
    assert_eq!(root.posts(&members, carol_in).await.refusal().kind, ErrorKind::NotFound);
    alice.adds(&root, &private).await;
    root.adds(&carol, &private).await;

    let bob_out = format!("{members}/{}", bob.person.id);
    assert_eq!(carol.deletes(&bob_out).await.refusal().kind, ErrorKind::Forbidden);
    root.removes(&bob, &private).await;
    assert_eq!(alice.deletes(&bob_out).await.refusal().kind, ErrorKind::NotFound);
    carol.leaves(&private).await;
    let left = alice.gets(&members).await.json::<Members>().items;
    assert_eq!(left, [alice.person.id, root.person.id]);
}

#[tokio::test]
async fn topics_are_everybodys_names_the_owners() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let path = format!("/api/v1/rooms/{}", room.room.id);
    let changed: Membership = bob.patches(&path, json!({ "topic": "printers" })).await.json();
    assert_eq!(changed.room.topic, "printers");
    let refused = bob.patches(&path, json!({ "topic": "fun", "name": "Fun" })).await;
    assert_eq!(refused.refusal().kind, ErrorKind::Forbidden);
    let changed: Membership = alice.patches(&path, json!({ "name": "Help", "privacy": "private" })).await.json();
    assert_eq!((changed.room.name.as_str(), changed.room.privacy), ("Help", Privacy::Private));
    assert_eq!(changed.room.topic, "printers", "a refused change changes nothing");
}

/// MSG-11, MSG-12
#[tokio::test]
async fn a_conversation_is_opened_once_for_the_same_people() {
    let server = TestServer::start().await;
    let (alice, bob, carol) = (server.member("Alice").await, server.member("Bob").await, server.member("Carol").await);
    let body = json!({ "user_ids": [bob.person.id, alice.person.id] });
    let first = alice.posts("/api/v1/conversations", body).await;
    assert_eq!(first.status, 201);
    let conversation: Membership = first.json();
    assert_eq!((conversation.room.kind, conversation.with.clone()), (RoomKind::Conversation, vec![bob.person.id]));

    let again = bob.posts("/api/v1/conversations", json!({ "user_ids": [alice.person.id] })).await;
    assert_eq!((again.status.as_u16(), again.json::<Membership>().room.id), (200, conversation.room.id));
    let three = alice.opens_conversation_with(&[&bob, &carol]).await;
    assert_ne!(three.room.id, conversation.room.id);

    let path = format!("/api/v1/rooms/{}", conversation.room.id);
    let fixed = [
        alice.patches(&path, json!({ "topic": "x" })).await,
        alice.deletes(&format!("{path}/members/{}", alice.person.id)).await,
        alice.posts(&format!("{path}/members"), json!({ "user_id": carol.person.id })).await,
    ];
    for refused in fixed {
        assert_eq!(refused.refusal().kind, ErrorKind::Conflict);
    }
}

#[tokio::test]
async fn guests_see_only_whom_they_share_a_room_with() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let guest = server.guest("Greta").await;
    let room = alice.creates_room("Support").await;
    alice.adds(&guest, &room).await;
    let _online = bob.connects().await;

    let seen = guest.gets("/api/v1/people").await.json::<People>();
    let ids: Vec<_> = seen.items.iter().map(|person| person.id).collect();
    assert!(ids.contains(&alice.person.id) && !ids.contains(&bob.person.id), "{ids:?}");
    assert!(seen.presence.iter().all(|presence| presence.user_id != bob.person.id));
    let everybody = alice.gets("/api/v1/people").await.json::<People>().items.len();
    assert_eq!(everybody, 4, "Root, Alice, Bob, Greta");

    let refused = [
        (guest.posts("/api/v1/rooms", json!({ "name": "Mine", "privacy": "public" })).await, ErrorKind::Forbidden),
        (guest.gets("/api/v1/rooms/joinable").await, ErrorKind::Forbidden),
        (guest.posts("/api/v1/conversations", json!({ "user_ids": [bob.person.id] })).await, ErrorKind::NotFound),
    ];
    for (answer, kind) in refused {
        assert_eq!(answer.refusal().kind, kind);
    }
    guest.opens_conversation_with(&[&alice]).await;
}

#[tokio::test]
async fn reading_moves_forward_only() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let first = alice.says(&room, "one").await;
    let second = alice.says(&room, "two").await;
    let path = format!("/api/v1/rooms/{}", room.room.id);
    let unread = async |who: &crate::support::Someone| who.gets(&path).await.json::<Membership>().unread();
    assert_eq!((unread(&bob).await, unread(&alice).await), (2, 0));
    for (seq, left) in [(first.seq.0, 1), (second.seq.0, 0), (first.seq.0, 0), (1_000_000, 0), (-5, 0)] {
        assert_eq!(bob.posts(&format!("{path}/read"), json!({ "seq": seq })).await.status, 204);
        assert_eq!(unread(&bob).await, left, "after {seq}");
    }
}

/// MSG-20: what a client needs for conditions on people.
#[tokio::test]
async fn a_client_tells_guest_administrator_and_owner_apart() {
    let server = TestServer::start().await;
    let (owner, admin, guest) =
        (server.member("Alice").await, server.administrator("Ada").await, server.guest("Greta").await);
    let room = owner.creates_room("Support").await;
    owner.adds(&admin, &room).await;
    owner.adds(&guest, &room).await;
    let mut kinds = Vec::new();
    for person in [&owner, &admin, &guest] {
        let session = person.snapshot().await;
        let seen = session.rooms.iter().find(|seen| seen.room.id == room.room.id).unwrap();
        kinds.push((session.user.role, seen.room.owner_id == session.user.id));
    }
    assert_eq!(kinds, [(Role::Member, true), (Role::Administrator, false), (Role::Guest, false)]);
}

/// MSG-10
#[tokio::test]
async fn people_are_listed_with_their_presence() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let mut watching = alice.connects().await;
    let _there = bob.connects().await;
    watching.until(|frame| is_online(frame, bob.person.id)).await;
    let presence = alice.gets("/api/v1/people").await.json::<People>().presence;
    let status = |user| presence.iter().find(|one| one.user_id == user).map(|one| one.status);
    assert_eq!(status(bob.person.id), Some(Presence::Online));
}

fn is_online(frame: &roomglass_protocol::push::ServerFrame, user: roomglass_protocol::UserId) -> bool {
    let online = roomglass_protocol::push::PresenceOf { user_id: user, status: Presence::Online };
    matches!(frame, roomglass_protocol::push::ServerFrame::Presence { presence } if *presence == online)
}
