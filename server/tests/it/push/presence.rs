//! Online, away, offline (MSG-10).

use roomglass_protocol::{
    Presence, UserId,
    push::{ClientFrame, PresenceOf, ServerFrame},
};

use crate::support::{Client, TestServer};

async fn until_is(client: &mut Client, user_id: UserId, status: Presence) {
    let wanted = PresenceOf { user_id, status };
    client.until(|frame| matches!(frame, ServerFrame::Presence { presence } if *presence == wanted)).await;
}

#[tokio::test]
async fn the_most_present_client_counts() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let mut watching = alice.connects().await;
    let (mut tab, mut phone) = (bob.connects().await, bob.connects().await);
    until_is(&mut watching, bob.person.id, Presence::Online).await;
    let away = ClientFrame::Presence { status: Presence::Away };
    tab.send(&away).await;
    phone.send(&away).await;
    until_is(&mut watching, bob.person.id, Presence::Away).await;
    phone.send(&ClientFrame::Presence { status: Presence::Online }).await;
    until_is(&mut watching, bob.person.id, Presence::Online).await;
    drop(phone);
    until_is(&mut watching, bob.person.id, Presence::Away).await;
    drop(tab);
    until_is(&mut watching, bob.person.id, Presence::Offline).await;
}

#[tokio::test]
async fn a_page_that_reloads_is_not_gone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    let mut watching = alice.connects().await;
    let first = bob.connects().await;
    until_is(&mut watching, bob.person.id, Presence::Online).await;
    drop(first);
    let _second = bob.connects().await;
    let heard = watching.hears_up_to_now(&room).await;
    let offline = PresenceOf { user_id: bob.person.id, status: Presence::Offline };
    assert!(!heard.iter().any(|frame| matches!(frame, ServerFrame::Presence { presence } if *presence == offline)));
}

#[tokio::test]
async fn guests_are_told_only_of_those_they_share_a_room_with() {
    let server = TestServer::start().await;
    let (alice, stranger) = (server.member("Alice").await, server.member("Stan").await);
    let guest = server.guest("Greta").await;
    let room = alice.creates_room("Support").await;
    alice.adds(&guest, &room).await;
    let (mut guests, mut alices) = (guest.connects().await, alice.connects().await);
    let _strangers = stranger.connects().await;
    until_is(&mut alices, stranger.person.id, Presence::Online).await;
    let heard = guests.hears_up_to_now(&room).await;
    let of_stranger = |frame: &&ServerFrame| matches!(frame, ServerFrame::Presence { presence } if presence.user_id == stranger.person.id);
    assert_eq!(heard.iter().find(of_stranger), None);
    assert!(!guests.workspace.people.contains_key(&stranger.person.id));
}
