//! What synchronising costs a client with many rooms: bytes on the wire, statements in the database.

use std::collections::{BTreeMap, BTreeSet};

use roomglass_protocol::{
    RoomRef,
    sync::{InstalledState, SyncAnswer, SyncRequest, Trigger},
    token::AccountToken,
};

use crate::{
    Options, Outcome,
    fixture::{Account, Fixture, descriptor},
    report::Report,
    server::Server,
};

const SCENARIO: &str = "sync";

/// Measures the unchanged client, and one whose 50,000 associations differ in a single integration.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (fixture, account) = Fixture::create(folder.path()).await?;
    let mut rooms = Vec::with_capacity(options.rooms);
    for number in 0..options.rooms {
        rooms.push(fixture.add_room(format!("room {number}"), account.person.id, Vec::new()).await?);
    }
    for number in 0..options.integrations {
        fixture.install(descriptor(number, 1), rooms.clone(), account.person.id).await?;
    }
    // One more integration, in one room only: the one that changes.
    let single = options.integrations;
    fixture.install(descriptor(single, 1), vec![rooms[0]], account.person.id).await?;
    let before = fixture.room_states(account.person.id).await?;
    fixture.update(descriptor(single, 2)).await?;
    let after = fixture.room_states(account.person.id).await?;
    fixture.finish().await;

    let server = Server::start(&options.server_bin, folder, true).await?;
    let unchanged = opening(AccountToken::of(after.iter().map(|(room, token)| (*room, *token))));
    let exchange = Exchange::run(&server, &account, &unchanged).await?;
    let associations = options.rooms * options.integrations;
    report.add(
        SCENARIO,
        format!("unchanged, {associations} associations: request"),
        exchange.sent,
        "bytes",
        Some("≤ 200"),
    );
    report.add(SCENARIO, "unchanged: response body", exchange.received.len() as f64, "bytes", Some("0"));
    report.add(SCENARIO, "unchanged: SQL statements", exchange.queries, "statements", None);

    let stale = opening(AccountToken::of(before.iter().map(|(room, token)| (*room, *token))));
    let exchange = Exchange::run(&server, &account, &stale).await?;
    report.add(SCENARIO, "one changed, first step: room tokens", exchange.received.len() as f64, "bytes", None);
    let answer: SyncAnswer = serde_json::from_slice(&exchange.received)?;
    let differing: BTreeSet<RoomRef> = answer
        .room_tokens
        .unwrap_or_default()
        .into_iter()
        .filter(|(room, token)| before.get(room) != Some(token))
        .map(|(room, _)| room)
        .collect();
    report.add(SCENARIO, "one changed: rooms that differ", differing.len() as f64, "rooms", Some("1"));

    let request = SyncRequest {
        trigger: Trigger::Open,
        installed_integrations: Some(known(options, &differing)),
        once: true,
        ..SyncRequest::default()
    };
    let exchange = Exchange::run(&server, &account, &request).await?;
    let answer: SyncAnswer = serde_json::from_slice(&exchange.received)?;
    let entries: usize = answer.changed_integrations.values().map(Vec::len).sum();
    report.add(SCENARIO, "one changed, second step: request", exchange.sent, "bytes", None);
    report.add(SCENARIO, "one changed, second step: response", exchange.received.len() as f64, "bytes", None);
    report.add(SCENARIO, "one changed: integrations in the response", entries as f64, "integrations", Some("1"));
    report.add(SCENARIO, "one changed, second step: SQL statements", exchange.queries, "statements", None);
    Ok(())
}

fn opening(token: AccountToken) -> SyncRequest {
    SyncRequest { trigger: Trigger::Open, account_token: Some(token), ..SyncRequest::default() }
}

/// Table Q of a client that holds version 1 of everything.
fn known(
    options: &Options,
    rooms: &BTreeSet<RoomRef>,
) -> BTreeMap<RoomRef, Vec<roomglass_protocol::sync::KnownIntegration>> {
    let mut state = InstalledState::default();
    for number in 0..=options.integrations {
        let descriptor = descriptor(number, 1);
        let token = roomglass_protocol::token::IntegrationToken::of(&descriptor.key, &descriptor.extensions);
        state.versions.insert(
            descriptor.key.clone(),
            roomglass_protocol::sync::InstalledVersion { token, extensions: descriptor.extensions },
        );
        for room in rooms {
            state.rooms.entry(*room).or_default().insert(descriptor.key.clone());
        }
    }
    state.known(rooms.iter().copied())
}

/// One request and its answer.
struct Exchange {
    sent: f64,
    received: Vec<u8>,
    queries: f64,
}

impl Exchange {
    async fn run(server: &Server, account: &Account, request: &SyncRequest) -> Outcome<Self> {
        let body = serde_json::to_vec(request)?;
        let sent = body.len() as f64;
        let before = server.queries()?;
        let response = reqwest::Client::new()
            .post(format!("{}{}", server.address, roomglass_protocol::rest::integration::PATH_SYNC))
            .bearer_auth(&account.token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        let received = response.bytes().await?.to_vec();
        let queries = (server.queries()? - before) as f64;
        Ok(Self { sent, received, queries })
    }
}
