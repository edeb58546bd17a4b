//! HCC-06: what the server says of itself, and access tokens.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use roomglass_protocol::ErrorKind;
use serde_json::{Value, json};

use super::{samples, team::Team};
use crate::support::Answer;

const TOKEN: &str = "/v2/oauth/token";

/// Asks for a token with a body of its own.
async fn asks_with(team: &Team, id: &str, secret: &str, content_type: &str, body: &str) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let request = Request::builder()
        .method(Method::POST)
        .uri(TOKEN)
        .header(header::AUTHORIZATION, basic)
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body.to_owned()));
    team.server.answers(request.unwrap()).await
}

/// Asks for a token with all scopes.
pub async fn asks_for_token(team: &Team, id: &str, secret: &str) -> Answer {
    asks_with(team, id, secret, "application/x-www-form-urlencoded", "grant_type=client_credentials").await
}

#[tokio::test]
async fn the_document_has_what_add_ons_check() {
    let team = Team::assembles().await;
    let base = format!("http://{}", team.server.address());
    let document: Value = team.server.anonymous().gets("/v2/capabilities").await.json();
    assert_eq!((document["name"].as_str(), document["key"].as_str()), (Some("HipChat"), Some("hipchat")));
    assert_eq!(document["links"]["self"], format!("{base}/v2/capabilities"));
    assert_eq!(document["links"]["api"], format!("{base}/v2"));
    assert!(document["links"]["homepage"].as_str().unwrap().starts_with(&base));
    assert_eq!(document["capabilities"]["oauth2Provider"]["tokenUrl"], format!("{base}{TOKEN}"));
    let authorize =
        document["capabilities"]["oauth2Provider"]["authorizationUrl"].as_str().unwrap().strip_prefix(&base);
    let refused = team.emma.gets(&format!("{}?response_type=code&client_id=x", authorize.unwrap())).await;
    assert_eq!(refused.refusal().kind, ErrorKind::Invalid, "no token stands for a person");
    let provider = &document["capabilities"]["hipchatApiProvider"];
    assert_eq!(provider["url"], format!("{base}/v2/"));
    assert_eq!(provider["availableScopes"].as_object().unwrap().len(), 9);
    assert_eq!(provider["availableScopes"]["view_room"]["id"], "view_room");
}

/// HCC-07: what the installing person saw is what the token may do, or less.
#[tokio::test]
async fn tokens_are_granted_by_form_and_by_json() {
    let team = Team::assembles().await;
    let (_builds, installation) = team.installed(&samples::builds()).await;
    let (id, secret) = (&installation.id, &installation.secret);
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    let all = "send_notification view_room";
    let cases = [
        (form, "grant_type=client_credentials", all),
        (form, "grant_type=client_credentials&scope=view_room", "view_room"),
        (form, "scope=view_room+send_notification&grant_type=client_credentials", all),
        (json, r#"{"grant_type":"client_credentials","scope":"send_notification"}"#, "send_notification"),
        (json, r#"{"grant_type":"client_credentials"}"#, all),
    ];
    for (content_type, body, scope) in cases {
        let answer = asks_with(&team, id, secret, content_type, body).await;
        assert_eq!(answer.status, StatusCode::OK);
        let mut grant: Value = answer.json();
        assert_eq!(grant["access_token"].as_str().unwrap().len(), 40);
        grant["access_token"] = json!("…");
        let expected = json!({"access_token": "…", "expires_in": 3600, "group_id": 1, "group_name": "Example",
            "scope": scope, "token_type": "bearer"});
        assert_eq!(grant, expected, "{body}");
    }
}

#[tokio::test]
async fn wrong_credentials_and_scopes_are_refused() {
    let team = Team::assembles().await;
    let (_builds, installation) = team.installed(&samples::builds()).await;
    let (id, secret) = (installation.id.as_str(), installation.secret.as_str());
    let unknown = asks_for_token(&team, "no-such-id", secret).await;
    let wrong = asks_for_token(&team, id, "wrong").await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!((unknown.status, &unknown.body), (wrong.status, &wrong.body), "an id must not be guessable");
    assert_eq!(team.server.anonymous().posts(TOKEN, json!({})).await.status, StatusCode::UNAUTHORIZED);

    let form = "application/x-www-form-urlencoded";
    for body in [
        "grant_type=client_credentials&scope=admin_room",
        "grant_type=client_credentials&scope=nonsense",
        "grant_type=password",
        "",
    ] {
        let answer = asks_with(&team, id, secret, form, body).await;
        assert_eq!(answer.refusal().kind, ErrorKind::Invalid, "{body}");
    }
}

/// HipChat Connect §2.7: the query form is what every sample of HipChat's own framework uses.
#[tokio::test]
async fn a_token_counts_in_header_and_query() {
    let team = Team::assembles().await;
    let (_builds, installation) = team.installed(&samples::builds()).await;
    let path = team.room_path("");
    let token = installation.caller.token.clone().unwrap();
    assert_eq!(installation.caller.gets(&path).await.status, StatusCode::OK);
    assert_eq!(team.server.anonymous().gets(&format!("{path}?auth_token={token}")).await.status, StatusCode::OK);
    for answer in [team.server.anonymous().gets(&path).await, team.emma.gets(&path).await] {
        assert_eq!(answer.refusal().kind, ErrorKind::Unauthenticated);
    }
}

/// AUTH-04, §2.5: a room installation sees its room alone; a global one every room, but no conversation.
#[tokio::test]
async fn an_installation_sees_what_it_covers() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let (_weather, weather) = team.installed_globally(&samples::weather(35)).await;
    let conversation = team.alana.opens_conversation_with(&[&team.emma]).await.room.id;
    let [own, other] = [team.room.room.id, team.support.room.id];

    let room: Value = builds.caller.gets(&format!("/v2/room/{own}")).await.json();
    assert_eq!((&room["name"], &room["privacy"]), (&json!("Release team"), &json!("private")));
    assert_eq!(room["owner"]["mention_name"], json!(team.alana.person.mention));
    let by_name: Value = builds.caller.gets("/v2/room/Release%20team").await.json();
    assert_eq!(by_name, room);
    assert_eq!(builds.caller.gets(&format!("/v2//room/{own}")).await.json::<Value>(), room);

    let foreign = builds.caller.gets(&format!("/v2/room/{other}")).await;
    let missing = builds.caller.gets("/v2/room/999999").await;
    assert_eq!((foreign.status, &foreign.body), (missing.status, &missing.body));
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(weather.caller.gets(&format!("/v2/room/{other}")).await.status, StatusCode::OK);
    assert_eq!(weather.caller.gets(&format!("/v2/room/{conversation}")).await.status, StatusCode::NOT_FOUND);
}

/// HCC-07: only `view_messages` reads messages, and only of rooms the installation covers.
#[tokio::test]
async fn reading_a_message_needs_its_scope() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let reader = samples::descriptor("com.example.reader", "Reader", &["view_messages"], &json!({}));
    let (_reader, reader) = team.installed(&reader).await;
    let said = team.omar.says(&team.room, "@emma look").await;
    let elsewhere = team.greta.says(&team.support, "not yours").await;

    let path = |id| team.room_path(&format!("/history/{id}"));
    assert_eq!(builds.caller.gets(&path(said.id)).await.refusal().kind, ErrorKind::Forbidden);
    let found: Value = reader.caller.gets(&path(said.id)).await.json();
    let message = &found["message"];
    assert_eq!((&message["message"], &message["type"]), (&json!("@emma look"), &json!("message")));
    assert_eq!(message["from"]["id"], json!(team.omar.person.id));
    assert_eq!(message["mentions"][0]["id"], json!(team.emma.person.id));
    assert_eq!(reader.caller.gets(&path(elsewhere.id)).await.status, StatusCode::NOT_FOUND);
    let foreign = format!("/v2/room/{}/history/{}", team.support.room.id, elsewhere.id);
    assert_eq!(reader.caller.gets(&foreign).await.status, StatusCode::NOT_FOUND);
}
