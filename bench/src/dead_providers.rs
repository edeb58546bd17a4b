//! Whether providers that never answer slow the people in their room down.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use roomglass_protocol::{RoomId, integration::Descriptor};
use serde_json::json;

use crate::{
    Outcome,
    fixture::{Account, Fixture},
    listener::{Socket, connect},
    provider::Provider,
    report::Report,
    server::Server,
};

const SCENARIO: &str = "dead";
const PROVIDERS: usize = 50;
const MESSAGES: usize = 300;
/// Told apart from messages that follow each other at once: as people write, with pauses.
const PAUSE: Duration = Duration::from_millis(10);

/// Measures the latency of messages in a room with 50 dead providers, and in one with none.
pub async fn measure(binary: &Path, report: &mut Report) -> Outcome<()> {
    let provider = Provider::start(|_| json!({})).await?;
    for (count, name) in [(0, "none"), (PROVIDERS, "50")] {
        let mut latencies = latencies(binary, &provider, count).await?;
        latencies.sort_unstable();
        for (share, percent) in [(MESSAGES / 2, "p50"), (MESSAGES * 99 / 100, "p99")] {
            let milliseconds = latencies[share].as_secs_f64() * 1000.0;
            let name = format!("from sending to hearing, {name} dead providers, {percent}");
            report.add(SCENARIO, name, milliseconds, "ms", (count > 0).then_some("as with none"));
        }
    }
    Ok(())
}

async fn latencies(binary: &Path, provider: &Provider, providers: usize) -> Outcome<Vec<Duration>> {
    let folder = tempfile::tempdir()?;
    let (fixture, admin) = Fixture::create(folder.path()).await?;
    let member = fixture.add_people(1).await?.remove(0);
    let room = fixture.add_room("dead".to_owned(), admin.person.id, vec![member.person.id]).await?;
    for number in 0..providers {
        fixture.install(listener(number, &provider.address)?, vec![room], admin.person.id).await?;
    }
    fixture.finish().await;
    let server = Server::start(binary, folder, false).await?;
    let mut socket = connect(&server.address, &member).await?;
    let client = reqwest::Client::new();
    let mut latencies = Vec::with_capacity(MESSAGES);
    for _ in 0..MESSAGES {
        latencies.push(latency(&client, &server, &admin, room, &mut socket).await?);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(latencies)
}

/// From sending one message to hearing it on another connection.
async fn latency(
    client: &reqwest::Client,
    server: &Server,
    sender: &Account,
    room: RoomId,
    socket: &mut Socket,
) -> Outcome<Duration> {
    let id = uuid::Uuid::now_v7().to_string();
    let request = client.post(format!("{}/api/v1/rooms/{room}/messages", server.address)).bearer_auth(&sender.token);
    let request = request.json(&json!({ "id": id, "text": "Deploy 412 has reached production" }));
    let begun = Instant::now();
    let heard = async {
        while let Some(frame) = socket.next().await {
            if frame?.to_text().is_ok_and(|text| text.contains(&id)) {
                return Ok(begun.elapsed());
            }
        }
        Err("the connection was closed".into())
    };
    let (sent, heard) = tokio::join!(request.send(), heard);
    sent?.error_for_status()?;
    heard
}

/// An integration that wants to hear every message, at an address that never answers.
fn listener(number: usize, address: &str) -> Outcome<Descriptor> {
    let document = json!({
        "key": format!("com.example.dead{number}"),
        "name": "Dead",
        "description": "",
        "links": { "self": format!("{address}/descriptor") },
        "capabilities": { "webhook": [{ "event": "room_message", "url": format!("{address}/{number}/hook") }] },
    });
    Descriptor::parse(document.to_string().as_bytes()).map_err(|faults| format!("{faults:?}").into())
}
