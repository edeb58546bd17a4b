//! An installation in a large room.

use futures_util::{SinkExt as _, StreamExt as _, future::join_all};
use roomglass_storage::StorageError;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::WebSocketStream;
use tungstenite::Message;

use super::{provider::Provider, samples, team::Team};
use crate::support::{PATIENCE, Someone, open};

const MEMBERS: usize = 500;

/// The next frame of a kind, unread: five hundred welcomes of five hundred people take their time.
async fn next_of(socket: &mut WebSocketStream<TcpStream>, kind: &str) -> String {
    let kind = format!("{{\"kind\":\"{kind}\"");
    loop {
        match timeout(PATIENCE, socket.next()).await.expect("a frame in time").expect("an open connection").unwrap() {
            Message::Text(text) if text.starts_with(&kind) => return text.to_string(),
            _ => {}
        }
    }
}

async fn connects(someone: Someone) -> WebSocketStream<TcpStream> {
    let mut socket = open(&someone).await;
    let hello = json!({"kind": "hello", "client_id": "web-1"});
    socket.send(Message::text(hello.to_string())).await.unwrap();
    next_of(&mut socket, "welcome").await;
    socket
}

/// SSYNC-09, INST-13: one update, many clients at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ssync_09_five_hundred_members_hear_the_same_at_once() {
    let team = Team::assembles().await;
    let room = team.room.room.id;
    let members = join_all((0..MEMBERS).map(|number| {
        let server = team.server.clone();
        async move { server.member(&format!("Member {number}")).await }
    }));
    let members = members.await;
    let (ids, by) = (members.iter().map(|member| member.person.id).collect::<Vec<_>>(), team.alana.person.id);
    let joined = team.server.app().storage.write(move |tx| {
        Box::pin(async move {
            for id in ids {
                tx.add_member(room, id, by, roomglass_server::clock::now()).await?;
            }
            Ok::<_, StorageError>(())
        })
    });
    joined.await.unwrap();
    let mut sockets = Vec::new();
    for chunk in members.chunks(25) {
        sockets.extend(join_all(chunk.iter().cloned().map(connects)).await);
    }
    let builds = Provider::start(&samples::builds()).await;
    let installed = team.installs(&builds).await;
    let frames = join_all(sockets.iter_mut().map(|socket| next_of(socket, "sync"))).await;
    assert_eq!(frames.len(), MEMBERS);
    let frame: Value = serde_json::from_str(&frames[0]).unwrap();
    assert_eq!(frame["changedIntegrations"][room.to_string()][0]["token"], installed["token"]);
    assert!(frames.iter().all(|other| *other == frames[0]), "the same bytes for everybody");
}
