//! Signing in and out (AUTH-05).

use axum::{
    body::Body,
    http::{Request, header},
};
use roomglass_protocol::{ErrorKind, rest::session::SignedIn};
use roomglass_storage::StorageError;
use serde_json::json;

use crate::support::{Answer, Someone, TestServer};

async fn with_password(server: &TestServer, name: &str, password: &str) -> Someone {
    let someone = server.member(name).await;
    let (user, hash) = (someone.person.id, server.app().passwords.hash(password.to_owned()).await.unwrap());
    let set = server.app().storage.write(move |tx| Box::pin(async move { tx.set_password_hash(user, &hash).await }));
    set.await.unwrap_or_else(|error: StorageError| panic!("{error}"));
    someone
}

async fn sign_in(server: &TestServer, email: &str, password: &str) -> Answer {
    server.anonymous().posts("/api/v1/session", json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn the_right_password_opens_a_session_by_token_and_by_cookie() {
    let server = TestServer::start().await;
    let alice = with_password(&server, "Alice", "correct horse").await;
    let answer = sign_in(&server, " Alice@example.org", "correct horse").await;
    let SignedIn { token, user } = answer.json();
    assert_eq!(user, alice.person);

    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for attribute in ["roomglass_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "on http a browser would drop it");

    let by_token = Someone { token: Some(token), ..alice };
    assert_eq!(by_token.gets("/api/v1/session").await.json::<roomglass_protocol::Person>(), user);
    let pair = cookie.split(';').next().unwrap();
    let request = Request::get("/api/v1/session").header(header::COOKIE, pair).body(Body::empty()).unwrap();
    assert_eq!(server.answers(request).await.json::<roomglass_protocol::Person>(), user);
}

#[tokio::test]
async fn on_https_the_cookie_is_secure() {
    let server = TestServer::start_with(|config| config.public_url = "https://chat.example.org".parse().unwrap()).await;
    with_password(&server, "Alice", "correct horse").await;
    let answer = sign_in(&server, "alice@example.org", "correct horse").await;
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("; Secure"));
}

#[tokio::test]
async fn wrong_passwords_and_unknown_accounts_get_the_same_answer() {
    let server = TestServer::start().await;
    with_password(&server, "Alice", "correct horse").await;
    let wrong = sign_in(&server, "alice@example.org", "wrong horse").await;
    let unknown = sign_in(&server, "nobody@example.org", "correct horse").await;
    assert_eq!(wrong.refusal().kind, ErrorKind::WrongCredentials);
    assert_eq!(wrong, unknown);
}

#[tokio::test]
async fn guessing_is_throttled_for_one_account_and_says_how_long() {
    let server = TestServer::start().await;
    with_password(&server, "Alice", "correct horse").await;
    let mut refused = sign_in(&server, "alice@example.org", "guess").await;
    for _ in 0..30 {
        if refused.status != 429 {
            refused = sign_in(&server, "alice@example.org", "guess").await;
        }
    }
    assert_eq!(refused.refusal().kind, ErrorKind::TooMany);
    assert!(refused.headers[header::RETRY_AFTER].to_str().unwrap().parse::<u32>().unwrap() > 0);
    // The right password does not help now; other accounts are free.
    assert_eq!(sign_in(&server, "alice@example.org", "correct horse").await.status, 429);
    assert_eq!(sign_in(&server, "bob@example.org", "guess").await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let elsewhere = server.signs_in(&alice.person).await;
    let mut socket = alice.connects().await;

    let answer = alice.deletes("/api/v1/session").await;
    assert_eq!(answer.status, 204);
    assert!(answer.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(socket.is_closed().await, Some(4001));
    assert_eq!(alice.gets("/api/v1/session").await.refusal().kind, ErrorKind::Unauthenticated);
    elsewhere.gets("/api/v1/session").await.succeeded();
    // A browser whose session has ended already still gets rid of its cookie.
    assert_eq!(alice.deletes("/api/v1/session").await.status, 204);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_sign_anybody_in() {
    let server = TestServer::start().await;
    let request = Request::post("/api/v1/session")
        .header(header::ORIGIN, "https://evil.example")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"email":"a@example.org","password":"x"}"#))
        .unwrap();
    assert_eq!(server.answers(request).await.refusal().kind, ErrorKind::Forbidden);
}

/// ARCH-01: the four roles and the database report each for itself.
#[tokio::test]
async fn health_is_for_everybody() {
    let server = TestServer::start().await;
    let health: serde_json::Value = server.anonymous().gets("/healthz").await.json();
    let roles = json!({ "communication": "ok", "api": "ok", "integration": "ok", "proxy": "ok" });
    assert_eq!(health, json!({ "status": "ok", "database": "ok", "roles": roles }));
}
