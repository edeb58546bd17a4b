//! §5.3, §5.4, §7.1: files that add-ons share, and files of messages they are told of.

use axum::{
    body::Body,
    http::{Request, header},
};
use roomglass_protocol::{
    Attachment, ErrorKind,
    rest::message::{Page, Sent},
};
use serde_json::{Value, json};

use super::in_room;
use crate::{
    integration::{
        team::Team,
        webhook::{hook, listens},
    },
    support::{Answer, Someone, TestServer},
};

const BOUNDARY: &str = "boundary42";

/// As the standard has it, and half of HipChat's add-ons.
fn related(metadata: Option<&str>, file: &str) -> String {
    let metadata = metadata.map(|metadata| {
        let head =
            "Content-Type: application/json; charset=UTF-8\r\nContent-Disposition: attachment; name=\"metadata\"";
        format!("--{BOUNDARY}\r\n{head}\r\n\r\n{metadata}\r\n")
    });
    format!("{}{file}--{BOUNDARY}--\r\n", metadata.unwrap_or_default())
}

fn part(headers: &str, bytes: &str) -> String {
    let disposition = "Content-Disposition: attachment; name=\"file\"; filename=\"../build log.txt\"";
    format!("--{BOUNDARY}\r\n{disposition}\r\n{headers}\r\n{bytes}\r\n")
}

async fn shares(team: &Team, caller: &Someone, body: String) -> Answer {
    let request = Request::post(team.room_path("/share/file"))
        .header(header::AUTHORIZATION, format!("Bearer {}", caller.token.as_deref().unwrap()))
        .header(header::CONTENT_TYPE, format!("multipart/related; boundary={BOUNDARY}"));
    team.server.answers(request.body(Body::from(body)).unwrap()).await
}

/// What an address of a file answers, without any token.
async fn opened(server: &TestServer, url: &Value) -> Answer {
    let path = url.as_str().unwrap().strip_prefix(&server.app().config.address("")).unwrap().to_owned();
    server.anonymous().gets(&format!("/{}", path.trim_start_matches('/'))).await
}

/// MSG-18
#[tokio::test]
async fn an_add_on_shares_a_file() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["send_message", "view_messages"]).await.caller;
    let encoded = part("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", "YnVpbGQg\r\nNyBmYWlsZWQ=");
    assert_eq!(shares(&team, &rest, related(Some("{\"message\": \"The log\"}"), &encoded)).await.status, 204);
    assert_eq!(shares(&team, &rest, related(None, &part("Content-Type: text/plain\r\n", "raw"))).await.status, 204);
    // The other half, HipChat's own library for Ruby among them, ends lines with LF.
    let head = "Content-Type: application/json; charset=UTF-8\nContent-Disposition: attachment; name=\"metadata\"";
    let file = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\
        Content-Disposition: attachment; name=\"file\"; filename=\"ruby.txt\"";
    let ruby = format!(
        "--{BOUNDARY}\n{head}\n\n{{\"message\": \"Ruby\"}}\n--{BOUNDARY}\n{file}\n\ncnVieQ==\n\n--{BOUNDARY}--"
    );
    assert_eq!(shares(&team, &rest, ruby).await.status, 204);

    let page: Page = team.omar.gets(&format!("/api/v1/rooms/{}/messages", team.room.room.id)).await.json();
    let messages: Vec<_> = page.items.iter().filter_map(|event| event.message()).collect();
    assert_eq!(messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), ["The log", "", "Ruby"]);
    let file = &messages[0].attachments[0];
    assert_eq!((file.name.as_str(), file.media_type.as_str(), file.size), ("build log.txt", "text/plain", 14));
    let path = format!("/api/v1/rooms/{}/files/{}", team.room.room.id, file.id);
    assert_eq!(team.omar.gets(&path).await.body, "build 7 failed");
    assert_eq!(team.greta.gets(&path).await.refusal().kind, ErrorKind::NotFound);

    let history: Value = rest.gets(&team.room_path("/history")).await.json();
    let told = &history["items"][0]["file"];
    assert_eq!((&told["name"], &told["size"]), (&json!("build log.txt"), &json!(14)));
    assert!(told.get("thumb_url").is_none());
    assert_eq!(opened(&team.server, &told["url"]).await.body, "build 7 failed");
    assert_eq!(opened(&team.server, &json!(format!("{}x", told["url"].as_str().unwrap()))).await.status, 404);

    for nonsense in [
        related(Some("{}"), ""),
        related(Some("no json"), &part("", "x")),
        related(None, &part("Content-Transfer-Encoding: base64\r\n", "*")),
        "no parts".to_owned(),
        related(None, &part("", "x")).replace("--\r\n", ""),
    ] {
        assert_eq!(shares(&team, &rest, nonsense.clone()).await.refusal().kind, ErrorKind::Invalid, "{nonsense}");
    }
    let files = std::fs::read_dir(team.server.app().config.data.join("files")).unwrap();
    assert_eq!(files.filter(|entry| entry.as_ref().unwrap().path().is_file()).count(), 3, "nothing else was kept");
    let other = in_room_without_scope(&team).await;
    assert_eq!(shares(&team, &other, related(None, &part("", "x"))).await.refusal().kind, ErrorKind::Forbidden);
}

async fn in_room_without_scope(team: &Team) -> Someone {
    let descriptor =
        crate::integration::samples::descriptor("com.example.reader", "Reader", &["view_messages"], &json!({}));
    team.installed(&descriptor).await.1.caller
}

/// MSG-18, MSG-21, HCC-16
#[tokio::test]
async fn an_add_on_is_told_of_files_and_of_nothing_deleted() {
    let team = Team::assembles().await;
    let rest = in_room(&team, &["view_messages"]).await.caller;
    let hooks = json!([hook("room_message", None), hook("room_file_upload", None)]);
    let (provider, _) = listens(&team, hooks).await;
    let picture: Attachment = team.omar.uploads(&team.room, "dot.gif", "image/gif", "GIF89a").await.json();
    let sent: Sent = team.omar.sends_files(&team.room, "look", &[&picture]).await.json();
    let mut calls = [provider.next_call().await.json(), provider.next_call().await.json()];
    calls.sort_by_key(|call| call["event"].to_string());
    let [upload, message] = calls;
    assert_eq!((&upload["event"], &message["event"]), (&json!("room_file_upload"), &json!("room_message")));
    assert_eq!(upload["item"]["sender"]["name"], "Omar");
    for file in [&upload["item"]["file"], &message["item"]["message"]["file"]] {
        assert_eq!((&file["name"], &file["size"], &file["thumb_url"]), (&json!("dot.gif"), &json!(6), &file["url"]));
        assert_eq!(opened(&team.server, &file["url"]).await.body, "GIF89a");
    }

    let url = &message["item"]["message"]["file"]["url"];
    let path = format!("/api/v1/rooms/{}/messages/{}", team.room.room.id, sent.id);
    team.omar.deletes(&path).await.succeeded();
    assert_eq!(opened(&team.server, url).await.status, 404);
    let history: Value = rest.gets(&team.room_path("/history")).await.json();
    assert_eq!(history["items"], json!([]));
    let one = rest.gets(&team.room_path(&format!("/history/{}", sent.id))).await;
    assert_eq!(one.refusal().kind, ErrorKind::NotFound);
    assert!(provider.waiting_calls().await.is_empty(), "a deletion is no event of HipChat's");
}
