//! MSG-18, MSG-21: files in messages, and messages that are deleted.

use std::{path::PathBuf, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Request, header},
};
use futures_util::stream;
use roomglass_protocol::{
    Attachment, ErrorKind, EventBody, Membership, Message,
    push::ServerFrame,
    rest::{
        file::Limits,
        message::{Page, Sent},
    },
};
use roomglass_server::{config::FileLimits, files};
use serde_json::json;

use crate::support::{Answer, Someone, TestServer, message_id};

/// Begins as a picture does, and is text for all that.
const PICTURE: &str = "GIF89a and nothing more";

impl Someone {
    pub async fn uploads(&self, room: &Membership, name: &str, media_type: &str, bytes: &'static str) -> Answer {
        self.uploads_body(room, name, media_type, Body::from(bytes)).await
    }

    async fn uploads_body(&self, room: &Membership, name: &str, media_type: &str, body: Body) -> Answer {
        let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let request = Request::post(format!("/api/v1/rooms/{}/files?name={name}", room.room.id));
        let request = request.header(header::CONTENT_TYPE, media_type);
        self.server.answers(self.signed(request).body(body).unwrap()).await
    }

    fn signed(&self, request: axum::http::request::Builder) -> axum::http::request::Builder {
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends a message with files.
    pub async fn sends_files(&self, room: &Membership, text: &str, files: &[&Attachment]) -> Answer {
        let ids: Vec<_> = files.iter().map(|file| file.id).collect();
        let body = json!({ "id": message_id(), "text": text, "attachments": ids });
        self.posts(&format!("/api/v1/rooms/{}/messages", room.room.id), body).await
    }

    async fn fetches(&self, room: &Membership, file: &Attachment) -> Answer {
        self.gets(&path(room, file)).await
    }

    async fn messages(&self, room: &Membership) -> Vec<Message> {
        let page: Page = self.gets(&format!("/api/v1/rooms/{}/messages", room.room.id)).await.json();
        page.items.iter().filter_map(|event| event.message().cloned()).collect()
    }
}

fn path(room: &Membership, file: &Attachment) -> String {
    format!("/api/v1/rooms/{}/files/{}", room.room.id, file.id)
}

fn header_of<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Names of everything in the folder of files, whether it has arrived or not.
fn on_disk(server: &TestServer) -> Vec<PathBuf> {
    let folder = server.app().config.data.join("files");
    let list = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    list(folder.clone()).chain(list(folder.join("incoming"))).filter(|path| path.is_file()).collect()
}

/// MSG-18: the same bytes for members, nothing for others, neither before it is sent nor after leaving.
#[tokio::test]
async fn a_file_reaches_the_members_and_nobody_else() {
    let server = TestServer::start().await;
    let (alice, bob, olaf) = (server.member("Alice").await, server.member("Bob").await, server.member("Olaf").await);
    let room = alice.creates_private_room("Board").await;
    alice.adds(&bob, &room).await;
    let mut listening = bob.connects().await;
    let file: Attachment = alice.uploads(&room, "plan.txt", "text/plain", "the plan").await.json();
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str(), file.size, file.preview),
        ("plan.txt", "text/plain", 8, false)
    );
    assert_eq!(alice.fetches(&room, &file).await.body, "the plan");
    assert_eq!(bob.fetches(&room, &file).await.refusal().kind, ErrorKind::NotFound, "nobody has sent it yet");

    let sent: Sent = alice.sends_files(&room, "", &[&file]).await.json();
    let frame = listening.until(|frame| matches!(frame, ServerFrame::Message { .. })).await;
    let ServerFrame::Message { message, seq, .. } = frame else { panic!("no message") };
    assert_eq!((seq, &message.attachments[..], message.text.as_str()), (sent.seq, &[file.clone()][..], ""));
    assert_eq!(bob.messages(&room).await[0].attachments, std::slice::from_ref(&file));

    let whole = bob.fetches(&room, &file).await;
    assert_eq!((whole.body.as_str(), header_of(&whole.headers, "content-length")), ("the plan", "8"));
    let request =
        Request::get(path(&room, &file)).header(header::RANGE, "bytes=4-7").header(header::ACCEPT_ENCODING, "br");
    let part = server.answers(bob.signed(request).body(Body::empty()).unwrap()).await;
    assert_eq!((part.status.as_u16(), part.body.as_str()), (206, "plan"));
    assert_eq!(header_of(&part.headers, "content-range"), "bytes 4-7/8");

    assert_eq!(olaf.fetches(&room, &file).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(server.anonymous().fetches(&room, &file).await.refusal().kind, ErrorKind::Unauthenticated);
    let elsewhere = olaf.creates_room("Elsewhere").await;
    assert_eq!(olaf.fetches(&elsewhere, &file).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(olaf.uploads(&room, "x", "text/plain", "x").await.refusal().kind, ErrorKind::NotFound);
    bob.leaves(&room).await;
    assert_eq!(bob.fetches(&room, &file).await.refusal().kind, ErrorKind::NotFound);

    let again = server.restarts().await;
    let alice = again.signs_in(&alice.person).await;
    assert_eq!(alice.fetches(&room, &file).await.body, "the plan", "what was acknowledged survives");
}

/// MSG-18: names and types are strangers' words.
#[tokio::test]
async fn nothing_that_was_sent_becomes_a_page_of_ours() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let page = "<script>alert(1)</script>";
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let unknown = "application/octet-stream";
    for (name, media_type, bytes, kept, drawn) in [
        ("../../etc/passwd", "text/html", page, ("passwd", "text/html"), false),
        ("..\\..\\x.html", "image/png", page, ("x.html", unknown), false),
        ("a\r\nset-cookie: x=y.svg", "image/svg+xml", svg, ("aset-cookie: x=y.svg", "image/svg+xml"), false),
        ("\u{202e}gnp.exe", "no type", page, ("gnp.exe", unknown), false),
        ("", "", "", ("file", unknown), false),
        ("photo.html", "text/html", PICTURE, ("photo.html", "image/gif"), true),
    ] {
        let file: Attachment = alice.uploads(&room, name, media_type, bytes).await.json();
        assert_eq!((file.name.as_str(), file.media_type.as_str(), file.preview), (kept.0, kept.1, drawn));
        let answer = alice.fetches(&room, &file).await;
        assert_eq!(answer.body, bytes);
        let served = if drawn { "image/gif" } else { unknown };
        assert_eq!(header_of(&answer.headers, "content-type"), served, "{name}");
        let disposition = if drawn { "inline; " } else { "attachment; " };
        assert!(header_of(&answer.headers, "content-disposition").starts_with(disposition), "{name}");
        assert_eq!(header_of(&answer.headers, "x-content-type-options"), "nosniff");
        assert_eq!(header_of(&answer.headers, "content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header_of(&answer.headers, "cache-control"), "private, no-cache");
        assert_eq!(header_of(&answer.headers, "set-cookie"), "");
    }
    // Whatever they are called, their bytes are in one folder, under names of ours.
    let folder = server.app().config.data.join("files");
    let stored = on_disk(&server);
    assert_eq!(stored.len(), 6);
    for path in stored {
        assert_eq!(path.parent(), Some(folder.as_path()));
        path.file_name().unwrap().to_str().unwrap().parse::<roomglass_protocol::FileId>().unwrap();
    }
}

/// MSG-18: limits, and what may be attached.
#[tokio::test]
async fn too_much_is_refused_in_words_and_leaves_nothing() {
    let limits = FileLimits { max_upload: 10, max_together: 25 };
    let server = TestServer::start_with(|config| config.files = limits).await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    assert_eq!(alice.gets("/api/v1/files/limits").await.json::<Limits>(), Limits { max_bytes: 10, max_in_message: 10 });

    let in_pieces =
        || Body::from_stream(stream::iter(["0123456789", "0"].map(|it| Ok::<_, std::io::Error>(Bytes::from(it)))));
    let broken = || Body::from_stream(stream::iter([Ok(Bytes::from("01234")), Err(std::io::Error::other("gone"))]));
    for (body, kind) in [
        (Body::from("01234567890"), ErrorKind::TooLarge),
        (in_pieces(), ErrorKind::TooLarge),
        (broken(), ErrorKind::Invalid),
    ] {
        assert_eq!(alice.uploads_body(&room, "a", "text/plain", body).await.refusal().kind, kind);
    }
    assert_eq!(on_disk(&server), [""; 0].map(PathBuf::from), "nothing of it is kept");

    let one: Attachment = alice.uploads(&room, "one", "text/plain", "0123456789").await.json();
    let two: Attachment = alice.uploads(&room, "two", "text/plain", "0123456789").await.json();
    assert_eq!(alice.uploads(&room, "three", "text/plain", "012345").await.refusal().kind, ErrorKind::Conflict);
    assert_eq!(on_disk(&server).len(), 2);
    assert_eq!(alice.deletes(&path(&room, &two)).await.status, 204);
    let three: Attachment = alice.uploads(&room, "three", "text/plain", "012345").await.json();

    let eleven = [&one; 11];
    assert_eq!(alice.sends_files(&room, "x", &eleven).await.refusal().kind, ErrorKind::Invalid);
    assert_eq!(bob.sends_files(&room, "x", &[&one]).await.refusal().kind, ErrorKind::NotFound, "it is Alice's");
    assert_eq!(bob.deletes(&path(&room, &one)).await.refusal().kind, ErrorKind::NotFound);
    let other = alice.creates_room("Other").await;
    assert_eq!(alice.sends_files(&other, "x", &[&one]).await.refusal().kind, ErrorKind::NotFound, "of another room");
    assert_eq!(alice.sends_files(&room, " ", &[]).await.refusal().kind, ErrorKind::Invalid);
    alice.sends_files(&room, "here", &[&one, &three]).await.succeeded();
    assert_eq!(alice.deletes(&path(&room, &one)).await.refusal().kind, ErrorKind::NotFound, "a message has it");
    assert_eq!(alice.messages(&room).await.len(), 1);
}

/// MSG-18: what no message took goes after a day, and so do bytes that a crash left.
#[tokio::test]
async fn what_nobody_wants_any_more_is_swept_away() {
    let server = TestServer::start().await;
    let alice = server.member("Alice").await;
    let room = alice.creates_room("Support").await;
    let sent: Attachment = alice.uploads(&room, "sent", "text/plain", "sent").await.json();
    alice.sends_files(&room, "", &[&sent]).await.succeeded();
    let unsent: Attachment = alice.uploads(&room, "unsent", "text/plain", "unsent").await.json();
    let folder = server.app().config.data.join("files");
    std::fs::write(folder.join(uuid::Uuid::new_v4().to_string()), "a row was never written").unwrap();
    std::fs::write(folder.join("incoming").join(uuid::Uuid::new_v4().to_string()), "the process ended").unwrap();
    files::sweep(server.app()).await.unwrap();
    assert_eq!(on_disk(&server).len(), 4, "it may still be written");
    server.app().clock.put_forward(Duration::from_secs(25 * 60 * 60));
    files::sweep(server.app()).await.unwrap();
    assert_eq!(on_disk(&server), [folder.join(sent.id.to_string())]);
    assert_eq!(alice.fetches(&room, &unsent).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(alice.fetches(&room, &sent).await.body, "sent");
}

/// MSG-21: by its author, the owner and administrators; gone for everybody, now and later.
#[tokio::test]
async fn a_deleted_message_is_gone_for_everybody() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let (carol, root) = (server.member("Carol").await, server.administrator("Rosa").await);
    let room = alice.creates_room("Support").await;
    for person in [&bob, &carol, &root] {
        person.joins(&room).await;
    }
    let file: Attachment = bob.uploads(&room, "secret.txt", "text/plain", "secret").await.json();
    let sent: Sent = bob.sends_files(&room, "a secret", &[&file]).await.json();
    let of = |id| format!("/api/v1/rooms/{}/messages/{id}", room.room.id);
    let mut listening = carol.connects().await;
    assert_eq!(carol.deletes(&of(sent.id)).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(bob.deletes(&of(message_id())).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(server.member("Olaf").await.deletes(&of(sent.id)).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(carol.messages(&room).await[0].text, "a secret");

    assert_eq!(bob.deletes(&of(sent.id)).await.status, 204);
    let frame = listening.until(|frame| matches!(frame, ServerFrame::Event { .. })).await;
    let Some(event) = frame.event() else { panic!("no event") };
    let EventBody::Deleted { by, entry } = event.body else { panic!("{event:?}") };
    let tombstone = entry.message().unwrap();
    assert_eq!((by, entry.seq, tombstone.deleted), (bob.person.id, sent.seq, true));
    assert_eq!(carol.messages(&room).await, std::slice::from_ref(tombstone));
    assert_eq!(
        (tombstone.text.as_str(), tombstone.attachments.len(), tombstone.sender()),
        ("", 0, Some(bob.person.id))
    );
    let log = carol.gets(&format!("/api/v1/rooms/{}/events", room.room.id)).await;
    assert!(!log.body.contains("secret"), "{}", log.body);
    assert_eq!(bob.fetches(&room, &file).await.refusal().kind, ErrorKind::NotFound);
    assert_eq!(on_disk(&server), [""; 0].map(PathBuf::from));
    assert_eq!(bob.deletes(&of(sent.id)).await.status, 204, "a second time changes nothing");
    assert_eq!(bob.sends(room.room.id, sent.id, "a secret").await.json::<Sent>().seq, sent.seq);
    listening.agrees_with_the_server().await;

    for deleter in [&alice, &root] {
        let sent = bob.says(&room, "of Bob").await;
        assert_eq!(deleter.deletes(&of(sent.id)).await.status, 204, "{}", deleter.person.name);
    }
    // A conversation has no owner who looks after it.
    let conversation = root.opens_conversation_with(&[&bob]).await;
    let said = bob.says(&conversation, "between us").await;
    let of_conversation = format!("/api/v1/rooms/{}/messages/{}", conversation.room.id, said.id);
    assert_eq!(root.deletes(&of_conversation).await.refusal().kind, ErrorKind::Forbidden);
    assert_eq!(bob.deletes(&of_conversation).await.status, 204);
}
