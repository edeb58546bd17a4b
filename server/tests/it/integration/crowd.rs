//! ARCH-03: many clients and many providers at once.

use axum::http::StatusCode;
use futures_util::future::join_all;
use roomglass_protocol::{Membership, push::ServerFrame};
use serde_json::json;

use super::{
    provider::{Provider, Reply},
    samples,
    team::INSTALL,
};
use crate::support::{Client, Someone, TestServer};

const PROVIDERS: usize = 20;
const CLIENTS: usize = 200;

/// A provider whose integration is in a room of its own, and the people connected there.
struct Corner {
    number: usize,
    room: Membership,
    token: String,
    clients: Vec<Client>,
}

async fn corner(server: &TestServer, alana: &Someone, number: usize) -> Corner {
    let room = alana.creates_private_room(&format!("Room {number}")).await;
    let tile = json!({"glance": [{"key": "tile", "name": {"value": "Tile"}}]});
    let key = format!("com.example.provider{number}");
    let provider = Provider::start(&samples::descriptor(&key, "Provider", &["view_room"], &tile)).await;
    provider.replies("/installed", Reply::AfterCallingBack);
    let body = json!({"descriptor_url": provider.descriptor_url(), "rooms": [room.room.id]});
    alana.posts(INSTALL, body).await.succeeded();
    let mut clients = Vec::new();
    for member in 0..CLIENTS / PROVIDERS {
        let member = server.member(&format!("Member {number} {member}")).await;
        alana.adds(&member, &room).await;
        clients.push(Client::connect(&member).await);
    }
    Corner { number, room, token: provider.token(), clients }
}

fn label(number: usize) -> String {
    format!("<b>{number}</b> open")
}

#[tokio::test]
async fn all_providers_push_at_once_and_every_client_gets_what_is_of_its_rooms() {
    let server = TestServer::start().await;
    let alana = server.administrator("Alana").await;
    let mut corners = Vec::new();
    for number in 0..PROVIDERS {
        corners.push(corner(&server, &alana, number).await);
    }
    let pushes = corners.iter().map(|corner| {
        let provider = Someone { token: Some(corner.token.clone()), ..server.anonymous() };
        let content = json!({"label": {"type": "html", "value": label(corner.number)}});
        let path = format!("/v2/addon/ui/room/{}", corner.room.room.id);
        async move { provider.posts(&path, json!({"glance": [{"key": "tile", "content": content}]})).await.status }
    });
    assert_eq!(join_all(pushes).await, vec![StatusCode::NO_CONTENT; PROVIDERS]);
    let mut reached = 0;
    for corner in &mut corners {
        alana.says(&corner.room, "that was all").await;
        for client in &mut corner.clients {
            let heard = client.hears("that was all").await;
            let labels: Vec<_> = heard
                .iter()
                .filter_map(|frame| match frame {
                    ServerFrame::DynamicData { items, .. } => Some(items),
                    _ => None,
                })
                .flatten()
                .map(|item| (item.room_id, item.content.label.value.clone()))
                .collect();
            assert_eq!(labels, [(Some(corner.room.room.id), label(corner.number))]);
            reached += 1;
        }
    }
    assert_eq!(reached, CLIENTS);
}
