//! How people come: set-up and invitations.

use roomglass_protocol::{ErrorKind, Membership, Role, rest::invitation::Invitation, rest::session::SignedIn};
use serde_json::{Value, json};

use crate::support::{Answer, Someone, TestServer};

fn set_up() -> Value {
    json!({ "organisation": "Example", "name": "Alana", "email": "alana@example.org", "password": "correct horse" })
}

async fn invites(who: &Someone, role: &str, rooms: &[&Membership]) -> Answer {
    let rooms: Vec<_> = rooms.iter().map(|room| room.room.id).collect();
    who.posts("/api/v1/invitations", json!({ "role": role, "rooms": rooms })).await
}

async fn accepts(server: &TestServer, invitation: &Invitation, email: &str) -> Answer {
    let body = json!({ "name": "Priya", "email": email, "password": "battery staple" });
    server.anonymous().posts(&format!("/api/v1/invitations/{}", invitation.token), body).await
}

#[tokio::test]
async fn set_up_happens_once_and_signs_the_administrator_in() {
    let server = TestServer::start_empty(|_| {}).await;
    let anybody = server.anonymous();
    let answer = anybody.posts("/api/v1/setup", set_up()).await;
    assert_eq!(answer.status, 201);
    let signed_in: SignedIn = answer.json();
    assert_eq!((signed_in.user.name.as_str(), signed_in.user.role), ("Alana", Role::Administrator));
    assert!(answer.headers["set-cookie"].to_str().unwrap().contains("HttpOnly"));

    let again = anybody.posts("/api/v1/setup", set_up()).await;
    assert_eq!(again.refusal().kind, ErrorKind::Conflict);

    let sign_in = json!({ "email": "ALANA@example.org", "password": "correct horse" });
    assert_eq!(anybody.posts("/api/v1/session", sign_in).await.json::<SignedIn>().user, signed_in.user);
}

#[tokio::test]
async fn a_newcomer_accepts_an_invitation_once_and_is_in_its_rooms() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_private_room("Release team").await;
    let answer = invites(&alice, "guest", &[&room]).await;
    assert_eq!(answer.status, 201);
    let invitation: Invitation = answer.json();
    assert!(invitation.url.ends_with(&format!("/invite/{}", invitation.token)));

    let shown: Value = server.anonymous().gets(&format!("/api/v1/invitations/{}", invitation.token)).await.json();
    assert_eq!(shown["invited_by"], "Alice");
    assert_eq!(shown["organisation"]["name"], "Example");

    let accepted = accepts(&server, &invitation, "priya@example.org").await;
    assert_eq!(accepted.status, 201);
    let SignedIn { token, user } = accepted.json();
    let priya = Someone { server: server.clone(), person: user, token: Some(token) };
    assert_eq!(priya.person.role, Role::Guest);
    let rooms: Vec<_> = priya.snapshot().await.rooms.into_iter().map(|membership| membership.room.name).collect();
    assert_eq!(rooms, ["Release team"]);

    let used = accepts(&server, &invitation, "other@example.org").await;
    assert_eq!(used.refusal().kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_taken_address_does_not_use_an_invitation_up() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let invitation: Invitation = invites(&alice, "member", &[]).await.json();
    let taken = accepts(&server, &invitation, "Alice@Example.org").await;
    assert_eq!(taken.refusal().kind, ErrorKind::Conflict);
    assert_eq!(accepts(&server, &invitation, "priya@example.org").await.status, 201);
}

#[tokio::test]
async fn nobody_gives_away_more_than_they_have() {
    let server = TestServer::start().await;
    let (alice, guest) = (server.member("Alice").await, server.guest("Greta").await);
    let root = server.administrator("Second root").await;
    assert_eq!(invites(&root, "administrator", &[]).await.status, 201);
    assert_eq!(invites(&alice, "administrator", &[]).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(invites(&guest, "guest", &[]).await.refusal().kind, ErrorKind::Forbidden);

    let secret = root.creates_private_room("Board").await;
    assert_eq!(invites(&alice, "guest", &[&secret]).await.refusal().kind, ErrorKind::NotFound);
    root.adds(&alice, &secret).await;
    // A member of a private room who does not own it cannot bring others in by a link either.
    assert_eq!(invites(&alice, "guest", &[&secret]).await.refusal().kind, ErrorKind::Forbidden);
}

#[tokio::test]
async fn an_unknown_invitation_tells_nothing() {
    let server = TestServer::start().await;
    let shown = server.anonymous().gets("/api/v1/invitations/nonsense").await;
    assert_eq!(shown.refusal().kind, ErrorKind::NotFound);
}
