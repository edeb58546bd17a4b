//! Rooms that are archived, and brought back (HCC-16, MSG-17).

use roomglass_protocol::{
    ErrorKind, Membership, RoomId,
    call::{CallRequest, CallTold, Media},
    push::{ClientFrame, ServerFrame},
    rest::{
        message::Page,
        room::{Joinable, List},
    },
};
use serde_json::json;

use crate::support::{Answer, Someone, TestServer, message_id};

const SENTENCE: &str = "This room is archived: nothing can be written in it until somebody brings it back.";

impl Someone {
    /// Archives a room, or brings it back.
    pub async fn archives(&self, room: &Membership, archived: bool) -> Answer {
        self.patches(&format!("/api/v1/rooms/{}", room.room.id), json!({ "archived": archived })).await
    }

    async fn could_join(&self) -> Vec<RoomId> {
        let rooms = self.gets("/api/v1/rooms/joinable").await.json::<Joinable>().items;
        rooms.into_iter().map(|room| room.id).collect()
    }
}

#[track_caller]
fn assert_archived(answer: &Answer) {
    let refusal = answer.refusal();
    assert_eq!((refusal.kind, refusal.message.as_str()), (ErrorKind::Conflict, SENTENCE));
}

/// Who may rename a room may archive it and bring it back: its owner and administrators.
#[tokio::test]
async fn owners_and_administrators_archive_a_room_and_bring_it_back() {
    let server = TestServer::start().await;
    let (alice, bob, carol) = (server.member("Alice").await, server.member("Bob").await, server.member("Carol").await);
    let root = server.administrator("Second root").await;
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    root.joins(&room).await;
    for archived in [true, false] {
        assert_eq!(bob.archives(&room, archived).await.refusal().kind, ErrorKind::Forbidden);
        assert_eq!(carol.archives(&room, archived).await.refusal().kind, ErrorKind::NotFound);
    }
    assert_eq!(carol.could_join().await, [room.room.id]);

    let archived: Membership = alice.archives(&room, true).await.json();
    assert!(archived.room.archived);
    let listed = bob.gets("/api/v1/rooms").await.json::<List>().items;
    assert_eq!(listed.iter().map(|room| room.room.archived).collect::<Vec<_>>(), [true], "its members keep it");
    assert!(bob.snapshot().await.rooms.iter().all(|room| room.room.archived));
    assert!(carol.could_join().await.is_empty());
    // Who knows of it still enters; that changes nothing about it.
    carol.joins(&room).await;
    assert_eq!(carol.archives(&room, false).await.refusal().kind, ErrorKind::Forbidden);

    let back: Membership = root.archives(&room, false).await.json();
    assert!(!back.room.archived);
    assert!(root.archives(&room, true).await.json::<Membership>().room.archived);
    assert!(!alice.archives(&room, false).await.json::<Membership>().room.archived);
    carol.leaves(&room).await;
    assert_eq!(carol.could_join().await, [room.room.id]);
}

/// Messages by either way, files and calls; and after the room was brought back all of them again.
#[tokio::test]
async fn nothing_is_said_in_an_archived_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.member("Alice").await, server.member("Bob").await);
    let room = alice.creates_room("Support").await;
    bob.joins(&room).await;
    let said = bob.says(&room, "hello").await;
    let mut client = bob.connects().await;
    alice.archives(&room, true).await.succeeded();

    assert_archived(&alice.sends(room.room.id, message_id(), "is anybody here?").await);
    assert_archived(&bob.uploads(&room, "plan.txt", "text/plain", "the plan").await);
    let id = message_id();
    client.send(&ClientFrame::Message { room_id: room.room.id, id, text: "anybody?".to_owned() }).await;
    let refused = client.until(|frame| matches!(frame, ServerFrame::Refused { .. })).await;
    let ServerFrame::Refused { id: about, error } = refused else { unreachable!() };
    assert_eq!((about, error.kind, error.message.as_str()), (Some(id), ErrorKind::Conflict, SENTENCE));
    let call =
        CallRequest::Join { room_id: room.room.id, media: Media { audio: true, video: false }, instead_of: None }
            .frame();
    let mut calls = async || {
        client.send_text(&call).await;
        let told = client.until(|frame| matches!(frame, ServerFrame::Call(_))).await;
        let ServerFrame::Call(news) = told else { unreachable!() };
        news.read().unwrap()
    };
    assert!(matches!(calls().await, CallTold::Refused(error) if error.message == SENTENCE));

    let messages = format!("/api/v1/rooms/{}/messages", room.room.id);
    assert_eq!(alice.gets(&messages).await.json::<Page>().items.len(), 1, "what was said is read");
    alice.posts(&format!("/api/v1/rooms/{}/read", room.room.id), json!({ "seq": said.seq })).await.succeeded();
    bob.deletes(&format!("{messages}/{}", said.id)).await.succeeded();

    alice.archives(&room, false).await.succeeded();
    alice.says(&room, "here again").await;
    bob.uploads(&room, "plan.txt", "text/plain", "the plan").await.succeeded();
    assert!(matches!(calls().await, CallTold::Joined { .. }));
}
