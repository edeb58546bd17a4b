//! HCC-07 and HipChat Connect §§2.7, 5, 5.1, 5.2: what every answer to an add-on has in common.

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::{samples, team::Team};
use crate::support::Answer;

fn refused(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap())
}

fn error(code: u16, kind: &str, message: &str) -> (u16, Value) {
    (code, json!({"error": {"code": code, "type": kind, "message": message}}))
}

fn number(headers: &HeaderMap, name: &str) -> i64 {
    headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap().parse().unwrap()
}

/// The bodies that were seen on the wire, to the letter.
#[tokio::test]
async fn refusals_have_the_form_add_ons_print() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let builds = &builds.caller;
    let nobody = team.calls_with("no such token");
    let own = team.room_path("");

    let no_session = error(401, "Unauthorized", "Invalid OAuth session");
    assert_eq!(refused(&nobody.gets(&own).await), no_session);
    assert_eq!(refused(&team.emma.gets(&own).await), no_session, "a session is no access token");
    assert_eq!(refused(&team.server.anonymous().gets("/v2/room").await), no_session);

    let scope = "This action requires one of the following scopes: ['view_group']";
    assert_eq!(refused(&builds.gets("/v2/room").await), error(403, "Forbidden", scope));
    let room = error(404, "Not Found", "Room not found");
    assert_eq!(refused(&builds.gets("/v2/room/999999").await), room);
    assert_eq!(refused(&builds.gets(&format!("/v2/room/{}", team.support.room.id)).await), room);
    let push = json!({"glance": [{"key": "builds.summary", "content": {"label": {"type": "html", "value": "x"}}}]});
    assert_eq!(refused(&builds.posts("/v2/addon/ui/room/999999", push).await), room);

    let method = builds.requests(Method::DELETE, &team.room_path("/notification"), None).await;
    assert_eq!(refused(&method), error(405, "Method Not Allowed", "This address exists, but not for this method."));
    assert_eq!(method.headers["allow"], "POST");
    let (status, body) = refused(&builds.posts(&team.room_path("/notification"), json!({"color": "blue"})).await);
    assert_eq!((status, &body["error"]["type"]), (400, &json!("Bad Request")));
    assert_eq!(body["error"]["faults"][1]["pointer"], "/color");
    let nowhere = error(404, "Not Found", "This address does not exist.");
    for (method, path) in
        [(Method::GET, "/v2/group/1"), (Method::POST, "/v2/invite/user"), (Method::PUT, "/v2//nothing")]
    {
        assert_eq!(refused(&builds.requests(method, path, None).await), nowhere, "{path}");
    }
    let huge = builds.posts(&team.room_path("/notification"), json!({"message": "x".repeat(300_000)})).await;
    assert_eq!(refused(&huge), error(400, "Bad Request", "The request is larger than this operation takes."));
}

/// §5.2: both families on every answer, refusals included.
#[tokio::test]
async fn every_answer_says_what_is_left() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let now = roomglass_server::clock::now().seconds();
    let first = builds.caller.gets(&team.room_path("")).await;
    assert_eq!(number(&first.headers, "x-ratelimit-limit"), 500);
    assert!((1..500).contains(&number(&first.headers, "x-ratelimit-remaining")));
    assert!((now..now + 60).contains(&number(&first.headers, "x-ratelimit-reset")));
    assert_eq!(number(&first.headers, "x-floodcontrol-remaining"), 60);

    let spoken = builds.caller.posts(&team.room_path("/notification"), json!({"message": "hello"})).await;
    assert_eq!((spoken.status, number(&spoken.headers, "x-floodcontrol-limit")), (StatusCode::NO_CONTENT, 60));
    assert_eq!(number(&spoken.headers, "x-floodcontrol-remaining"), 59);
    assert!(number(&spoken.headers, "x-floodcontrol-reset") >= now);

    let nobody = team.server.anonymous();
    for answer in [
        nobody.gets(&team.room_path("")).await,
        nobody.gets("/v2/capabilities").await,
        nobody.posts("/v2/oauth/token", json!({})).await,
        builds.caller.gets("/v2/room").await,
        builds.caller.posts("/v2/addon/ui", json!({})).await,
        builds.caller.requests(Method::PATCH, &team.room_path(""), None).await,
        builds.caller.gets("/v2/group/1").await,
    ] {
        assert!(number(&answer.headers, "x-ratelimit-remaining") > 0, "{}", answer.body);
        assert!(answer.headers.contains_key("x-floodcontrol-reset"));
    }
}

/// §2.7: a token can be tried without doing anything.
#[tokio::test]
async fn a_token_can_be_tested() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let path = team.room_path("/notification?auth_test=true");
    let tested = builds.caller.posts(&path, json!({"message": "never seen"})).await;
    assert_eq!(tested.status, StatusCode::ACCEPTED);
    assert_eq!(tested.json::<Value>()["success"]["code"], 202);
    let history: Value = team.emma.gets(&format!("/api/v1/rooms/{}/messages", team.room.room.id)).await.json();
    assert_eq!(history["items"], json!([]));
    // Also where no scope is asked for.
    let own = format!("/v2/oauth/token/{}", builds.caller.token.as_deref().unwrap());
    let ended = builds.caller.requests(Method::DELETE, &format!("{own}?auth_test=true"), None).await;
    assert_eq!((ended.status, builds.caller.gets(&own).await.status), (StatusCode::ACCEPTED, StatusCode::OK));
    let (_links, links) = team.installed(&samples::links()).await;
    assert_eq!(links.caller.posts(&path, json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(team.server.anonymous().posts(&path, json!({})).await.status, StatusCode::UNAUTHORIZED);
}

/// HCC-06, §2.6: an installation can look at its own tokens and end them.
#[tokio::test]
async fn a_token_can_be_looked_at_and_ended() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let (_links, links) = team.installed(&samples::links()).await;
    let path = format!("/v2/oauth/token/{}", builds.caller.token.clone().unwrap());
    let mut token: Value = builds.caller.gets(&path).await.json();
    assert!((3500..=3600).contains(&token["expires_in"].take().as_i64().unwrap()));
    let room = json!({"id": team.room.room.id, "name": "Release team"});
    let scopes = json!(["view_room", "send_notification"]);
    let client = json!({"id": builds.id, "name": "Builds", "allowed_scopes": scopes, "room": room});
    assert_eq!(token["client"], client);
    assert_eq!(token["scopes"].as_array().unwrap().len(), 2);
    for foreign in [links.caller.gets(&path).await, links.caller.deletes(&path).await] {
        assert_eq!(refused(&foreign), error(404, "Not Found", "Session not found"));
    }
    assert_eq!(builds.caller.deletes(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(builds.caller.gets(&path).await.status, StatusCode::UNAUTHORIZED);
}

/// §2.1: real add-ons join a base that ends with a slash and a path that begins with one.
#[tokio::test]
async fn double_slashes_are_one() {
    let team = Team::assembles().await;
    let (_builds, builds) = team.installed(&samples::builds()).await;
    let room: Value = builds.caller.gets(&team.room_path("")).await.json();
    let own = team.room.room.id;
    assert_eq!(builds.caller.gets(&format!("/v2//room/{own}")).await.json::<Value>(), room);
    assert_eq!(builds.caller.gets(&format!("/v2//room//{own}?x=//")).await.json::<Value>(), room);
    let spoken = builds.caller.posts(&format!("/v2//room/{own}//notification"), json!({"message": "hello"})).await;
    assert_eq!(spoken.status, StatusCode::NO_CONTENT);
    assert_eq!(team.server.anonymous().gets("/v2//capabilities").await.status, StatusCode::OK);
    assert_eq!(builds.caller.gets("/v2//nothing//here").await.status, StatusCode::NOT_FOUND);
}
