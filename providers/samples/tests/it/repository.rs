use std::{path::Path, process::Command, time::Duration};

use roomglass_provider_kit::testing::{ChatServer, Running};
use roomglass_samples::{
    Config,
    repository::{Repository, provider, serve, tile, tile_of},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{World, content};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Emma & Co", "-c", "user.email=emma@example.com", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub(crate) fn new_repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    folder
}

fn commit(folder: &Path, file: &str, text: &str, subject: &str) -> String {
    std::fs::write(folder.join(file), text).unwrap();
    git(folder, &["add", "--", file]);
    git(folder, &["commit", "--quiet", "--message", subject]);
    git(folder, &["rev-parse", "HEAD"])
}

async fn look(folder: &Path) -> Value {
    let status = Repository::open(folder).await.unwrap().status().await.unwrap();
    serde_json::to_value(roomglass_protocol::integration::TileData::from(tile_of(&status))).unwrap()
}

#[tokio::test]
async fn the_tile_counts_commits_and_dirty_files() {
    let folder = new_repository();
    let empty = look(folder.path()).await;
    assert_eq!(empty["label"]["value"], "<b>0</b> commits today · <b>0</b> dirty files");
    assert_eq!(empty["metadata"]["head"], Value::Null);

    let head = commit(folder.path(), "a.txt", "1\n", "First");
    let clean = look(folder.path()).await;
    assert_eq!(clean["label"]["value"], "<b>1</b> commit today · <b>0</b> dirty files");
    assert_eq!(clean["status"]["value"], json!({"type": "success", "label": "Clean"}));
    assert_eq!(clean["metadata"], json!({"commits_today": 1, "dirty_files": 0, "clean": true, "head": head}));

    std::fs::write(folder.path().join("a.txt"), "2\n").unwrap();
    std::fs::write(folder.path().join("new file"), "").unwrap();
    let dirty = look(folder.path()).await;
    assert_eq!(dirty["label"]["value"], "<b>1</b> commit today · <b>2</b> dirty files");
    assert_eq!(dirty["status"]["value"], json!({"type": "moved", "label": "Dirty"}));
}

#[tokio::test]
async fn an_old_commit_is_not_of_today() {
    let folder = new_repository();
    commit(folder.path(), "a.txt", "1\n", "First");
    std::fs::write(folder.path().join("a.txt"), "2\n").unwrap();
    let amended = Command::new("git")
        .current_dir(folder.path())
        .args([
            "-c",
            "user.name=E",
            "-c",
            "user.email=e@example.com",
            "commit",
            "--quiet",
            "--all",
            "--amend",
            "--no-edit",
        ])
        .args(["--date", "2020-01-01T00:00:00Z"])
        .env("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z")
        .status()
        .unwrap();
    assert!(amended.success());
    assert_eq!(look(folder.path()).await["metadata"]["commits_today"], 0);
}

async fn world(folder: &Path) -> World {
    let repository = Repository::open(folder).await.unwrap();
    World::with(provider(&repository, &tile())).await
}

#[tokio::test]
async fn a_commit_is_pushed_and_nothing_else_is() {
    let folder = new_repository();
    commit(folder.path(), "a.txt", "1\n", "First");
    let repository = Repository::open(folder.path()).await.unwrap();
    let tile = tile();
    let mut world = World::with(provider(&repository, &tile)).await;
    tile.set(tile_of(&repository.status().await.unwrap()));
    assert_eq!(content(&world.chat.received().await)["metadata"]["commits_today"], 1);
    tile.set(tile_of(&repository.status().await.unwrap()));
    commit(folder.path(), "a.txt", "2\n", "Second");
    tile.set(tile_of(&repository.status().await.unwrap()));
    assert_eq!(content(&world.chat.received().await)["metadata"]["commits_today"], 2);
    assert!(!world.chat.has_received_more());
}

#[tokio::test]
async fn the_sidebar_gets_the_log_newest_first_rc_04() {
    let folder = new_repository();
    commit(folder.path(), "a.txt", "1\n", "First");
    let head = commit(folder.path(), "a.txt", "2\n", "Second <b>\"bold\"</b>");
    let log: Value = world(folder.path()).await.get("/data/log").await.json().await.unwrap();
    let counted = look(folder.path()).await["metadata"]["commits_today"].as_u64();
    assert_eq!((log.as_array().unwrap().len(), counted), (2, Some(2)), "the log is what the tile counts");
    assert_eq!(log[0]["id"], head);
    assert_eq!(log[0]["subject"], "Second <b>\"bold\"</b>");
    assert_eq!(log[0]["author"], "Emma & Co");
    assert_eq!(log[1]["subject"], "First");
}

#[tokio::test]
async fn a_mentioned_commit_is_shown_with_its_changes() {
    let folder = new_repository();
    commit(folder.path(), "a.txt", "1\n2\n", "First");
    std::fs::write(folder.path().join("picture"), [0, 1, 2, 0]).unwrap();
    git(folder.path(), &["add", "picture"]);
    let head = commit(folder.path(), "a.txt", "1\n3\n4\n", "Second");
    let world = world(folder.path()).await;
    let details: Value = world.get(&format!("/data/commit?id={}", &head[..8])).await.json().await.unwrap();
    assert_eq!((&details["id"], &details["subject"]), (&json!(head), &json!("Second")));
    let changes =
        json!([{"path": "a.txt", "added": 2, "removed": 1}, {"path": "picture", "added": null, "removed": null}]);
    assert_eq!(details["changes"], changes);
    assert_eq!((&details["files"], &details["added"], &details["removed"]), (&json!(2), &json!(2), &json!(1)));
}

#[tokio::test]
async fn what_is_not_a_commit_is_not_given_to_git() {
    let folder = new_repository();
    commit(folder.path(), "a.txt", "1\n", "First");
    let world = world(folder.path()).await;
    assert_eq!(world.get("/data/commit?id=0000000").await.status(), 404);
    for id in ["HEAD", "--all", "main", "0123abc..def", "", "%00"] {
        assert_eq!(world.get(&format!("/data/commit?id={id}")).await.status(), 400, "{id}");
    }
    assert_eq!(world.get("/data/commit").await.status(), 400);
}

#[tokio::test]
async fn slash_log_is_answered_with_the_five_newest_hook_04() {
    let folder = new_repository();
    for number in 1..=6 {
        commit(folder.path(), "a.txt", &number.to_string(), &format!("Change <{number}>"));
    }
    let world = world(folder.path()).await;
    let event = json!({"event": "room_message", "oauth_client_id": world.installed.oauth_id, "webhook_id": 77,
        "item": {"message": {"id": "m-1", "message": "/log", "type": "message", "from": {"id": 13, "name": "Omar"}},
                 "room": {"id": 123, "name": "Release team"}}});
    let answer: Value = world.post("/webhook/repository.log", &event).await.json().await.unwrap();
    let message = answer["message"].as_str().unwrap();
    assert_eq!(answer["message_format"], "html");
    assert_eq!(message.matches("<li>").count(), 5);
    assert!(message.contains("Change &lt;6&gt;, Emma &amp; Co</li>"), "{message}");
    assert!(message.find("&lt;6&gt;") < message.find("&lt;2&gt;") && !message.contains("&lt;1&gt;"), "{message}");
}

/// PUSH-15: nobody asks and nobody tells it; it looks at set intervals.
#[tokio::test]
async fn what_changed_is_pushed_at_the_next_interval() {
    let (folder, data) = (new_repository(), tempfile::tempdir().unwrap());
    let mut config = Config::new(data.path());
    config.interval = Duration::from_millis(20);
    config.repository = folder.path().to_owned();
    let provider = Running::start_with(|listener, stop| serve(listener, config, async { drop(stop.await) })).await;
    let mut chat = ChatServer::start().await;
    chat.install(&provider.url, Some(123)).await;
    for commits in 1..=2 {
        let head = commit(folder.path(), "a.txt", &format!("{commits}\n"), "Another");
        // Between the write and the commit the file is dirty, which an interval may fall on.
        while content(&chat.received().await)["metadata"]["head"] != json!(head) {}
    }
}
