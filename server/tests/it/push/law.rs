//! The law of synchronisation: a snapshot, plus what is told, is a fresh snapshot. For every operation.

use roomglass_protocol::rest::invitation::Invitation;
use serde_json::json;

use crate::support::{Client, Someone, TestServer, message_id};

/// Everybody watches while one operation after another happens; after each, everybody agrees with the server.
struct Watched {
    server: TestServer,
    alice: Someone,
    bob: Someone,
    guest: Someone,
    watching: Vec<Client>,
}

impl Watched {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
        let guest = server.guest("Greta").await;
        let mut watching = Vec::new();
        for someone in [&alice, &alice, &bob, &guest] {
            watching.push(someone.connects().await);
        }
        Self { server, alice, bob, guest, watching }
    }

    async fn agree(&mut self, after: &str) {
        println!("after {after}");
        for client in &mut self.watching {
            client.agrees_with_the_server().await;
        }
    }
}

#[tokio::test]
async fn rooms_and_their_members() {
    let mut all = Watched::start().await;
    let (alice, bob, guest) = (all.alice.clone(), all.bob.clone(), all.guest.clone());
    let room = alice.creates_room("Support").await;
    all.agree("a room was made").await;
    bob.joins(&room).await;
    all.agree("somebody joined").await;
    alice.adds(&guest, &room).await;
    all.agree("a guest was added, who sees people now").await;
    let path = format!("/api/v1/rooms/{}", room.room.id);
    bob.patches(&path, json!({ "topic": "printers" })).await.succeeded();
    all.agree("the topic changed").await;
    alice.patches(&path, json!({ "name": "Help", "privacy": "private" })).await.succeeded();
    all.agree("name and privacy changed").await;
    alice.patches(&path, json!({ "archived": true })).await.succeeded();
    all.agree("the room was archived").await;
    alice.patches(&path, json!({ "archived": false, "topic": "back" })).await.succeeded();
    all.agree("the room was brought back").await;
    let carol = all.server.member("Carol").await;
    all.agree("a person was added").await;
    alice.adds(&carol, &room).await;
    all.agree("a person came whom the guest had not seen").await;
    alice.removes(&carol, &room).await;
    all.agree("a person left whom the guest sees no more").await;
    alice.leaves(&room).await;
    all.agree("the owner left and another owns the room").await;
    bob.removes(&guest, &room).await;
    all.agree("the guest was removed").await;
}

#[tokio::test]
async fn messages_and_reading() {
    let mut all = Watched::start().await;
    let (alice, bob) = (all.alice.clone(), all.bob.clone());
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let id = message_id();
    let sent: roomglass_protocol::rest::message::Sent = alice.sends(room.room.id, id, "hello").await.json();
    all.agree("a message").await;
    alice.sends(room.room.id, id, "hello").await.succeeded();
    all.agree("the same message again").await;
    bob.posts(&format!("/api/v1/rooms/{}/read", room.room.id), json!({ "seq": sent.seq })).await.succeeded();
    all.agree("it was read").await;
    all.watching[2].sends_message(&room, message_id(), "over the socket").await;
    all.watching[0].hears("over the socket").await;
    all.agree("a message over a socket").await;
}

#[tokio::test]
async fn conversations_and_newcomers() {
    let mut all = Watched::start().await;
    let (alice, bob, guest) = (all.alice.clone(), all.bob.clone(), all.guest.clone());
    let conversation = alice.opens_conversation_with(&[&bob]).await;
    all.agree("a conversation").await;
    bob.opens_conversation_with(&[&alice]).await;
    all.agree("the same conversation").await;
    bob.says(&conversation, "psst").await;
    all.agree("a message in it").await;
    let with_guest = alice.opens_conversation_with(&[&bob, &guest]).await;
    guest.says(&with_guest, "hello").await;
    all.agree("a conversation with a guest").await;
    let room = alice.creates_private_room("Board").await;
    let body = json!({ "role": "guest", "rooms": [room.room.id] });
    let invitation: Invitation = alice.posts("/api/v1/invitations", body).await.json();
    all.agree("an invitation").await;
    let accept = json!({ "name": "Priya", "email": "priya@example.org", "password": "battery staple" });
    let path = format!("/api/v1/invitations/{}", invitation.token);
    all.server.anonymous().posts(&path, accept).await.succeeded();
    all.agree("it was accepted").await;
}

#[tokio::test]
async fn presence() {
    let mut all = Watched::start().await;
    let carol = all.server.member("Carol").await;
    let room = carol.creates_room("Support").await;
    carol.adds(&all.guest.clone(), &room).await;
    let tab = carol.connects().await;
    all.agree("somebody came").await;
    drop(tab);
    all.agree("somebody went").await;
}
