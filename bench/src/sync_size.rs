//! What synchronising costs a client with many rooms: bytes on the wire, statements in the database.

use std::{collections::BTreeSet, time::Instant};

use roomglass_protocol::{
    OrderedMap, RoomRef,
    integration::Descriptor,
    rest::integration::PATH_SYNC,
    sync::{InstalledState, InstalledVersion, KnownIntegration, SyncAnswer, SyncRequest, Trigger},
    token::{AccountToken, IntegrationToken, RoomToken},
};

use crate::{
    Options, Outcome,
    fixture::{Account, Fixture, descriptor},
    report::Report,
    server::Server,
};

const SCENARIO: &str = "sync";

/// Integrations that are in one room only: those that change.
const SINGLES: usize = 10;

/// Measures the unchanged client, one whose 50,000 associations differ in a single integration, and one in ten.
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
    let singles: Vec<usize> = (options.integrations..options.integrations + SINGLES).collect();
    for (single, room) in singles.iter().zip(&rooms) {
        fixture.install(descriptor(*single, 1), vec![*room], account.person.id).await?;
    }
    let ten_behind = fixture.room_states(account.person.id).await?;
    for single in &singles[1..] {
        fixture.update(descriptor(*single, 2)).await?;
    }
    let one_behind = fixture.room_states(account.person.id).await?;
    fixture.update(descriptor(singles[0], 2)).await?;
    let present = fixture.room_states(account.person.id).await?;
    fixture.finish().await;

    let server = Server::start(&options.server_bin, folder, true).await?;
    let exchange = Exchange::run(&server, &account, &opening(account_token(&present))).await?;
    let associations = options.rooms * options.integrations;
    let name = format!("unchanged, {associations} associations: request");
    report.add(SCENARIO, name, exchange.sent, "bytes", Some("≤ 200"));
    report.add(SCENARIO, "unchanged: response body", exchange.received.len() as f64, "bytes", Some("0"));
    report.add(SCENARIO, "unchanged: SQL statements", exchange.queries, "statements", None);
    catch_up(options, &server, &account, &Behind { name: "one", changed: 1, tokens: one_behind }, report).await?;
    catch_up(options, &server, &account, &Behind { name: "ten", changed: SINGLES, tokens: ten_behind }, report).await
}

/// A client that was away while some integrations changed, each in a room of its own.
struct Behind {
    name: &'static str,
    changed: usize,
    tokens: OrderedMap<RoomRef, RoomToken>,
}

/// Both steps of an opening: which rooms differ, then what changed in them.
async fn catch_up(
    options: &Options,
    server: &Server,
    account: &Account,
    behind: &Behind,
    report: &mut Report,
) -> Outcome<()> {
    let changed = |what: &str| format!("{} changed{what}", behind.name);
    let aim = if behind.changed == 1 { "1" } else { "10" };
    let exchange = Exchange::run(server, account, &opening(account_token(&behind.tokens))).await?;
    let bytes = exchange.received.len() as f64;
    report.add(SCENARIO, changed(", first step: room tokens"), bytes, "bytes", None);
    let answer: SyncAnswer = serde_json::from_slice(&exchange.received)?;
    let tokens = answer.room_tokens.unwrap_or_default().into_iter();
    let differing: BTreeSet<RoomRef> =
        tokens.filter(|(room, token)| behind.tokens.get(room) != Some(token)).map(|(room, _)| room).collect();
    report.add(SCENARIO, changed(": rooms that differ"), differing.len() as f64, "rooms", Some(aim));

    let request = SyncRequest {
        trigger: Trigger::Open,
        installed_integrations: Some(known(options, &differing)),
        once: true,
        ..SyncRequest::default()
    };
    let exchange = Exchange::run(server, account, &request).await?;
    let answer: SyncAnswer = serde_json::from_slice(&exchange.received)?;
    let entries: usize = answer.changed_integrations.values().map(Vec::len).sum();
    report.add(SCENARIO, changed(", second step: request"), exchange.sent, "bytes", None);
    report.add(SCENARIO, changed(", second step: response"), exchange.received.len() as f64, "bytes", None);
    report.add(SCENARIO, changed(": integrations in the response"), entries as f64, "integrations", Some(aim));
    report.add(SCENARIO, changed(", second step: SQL statements"), exchange.queries, "statements", None);
    report.add(SCENARIO, changed(", second step: time"), exchange.milliseconds, "ms", None);
    Ok(())
}

fn account_token(tokens: &OrderedMap<RoomRef, RoomToken>) -> AccountToken {
    AccountToken::of(tokens.iter().map(|(room, token)| (*room, *token)))
}

fn opening(token: AccountToken) -> SyncRequest {
    SyncRequest { trigger: Trigger::Open, account_token: Some(token), ..SyncRequest::default() }
}

/// Table Q of a client that holds version 1 of everything: in each room what is in all, and one that is nowhere else.
fn known(options: &Options, rooms: &BTreeSet<RoomRef>) -> OrderedMap<RoomRef, Vec<KnownIntegration>> {
    let mut state = InstalledState::default();
    let mut hold = |number: usize, rooms: &[RoomRef]| {
        let Descriptor { key, extensions, .. } = descriptor(number, 1);
        let token = IntegrationToken::of(&key, &extensions);
        for room in rooms {
            state.rooms.entry(*room).or_default().insert(key.clone());
        }
        state.versions.insert(key, InstalledVersion { token, extensions });
    };
    let listed: Vec<RoomRef> = rooms.iter().copied().collect();
    (0..options.integrations).for_each(|number| hold(number, &listed));
    for (single, room) in listed.iter().enumerate() {
        hold(options.integrations + single, &[*room]);
    }
    state.known(listed)
}

/// One request and its answer.
struct Exchange {
    sent: f64,
    received: Vec<u8>,
    queries: f64,
    milliseconds: f64,
}

impl Exchange {
    async fn run(server: &Server, account: &Account, request: &SyncRequest) -> Outcome<Self> {
        let body = serde_json::to_vec(request)?;
        let sent = body.len() as f64;
        let (before, begun) = (server.queries()?, Instant::now());
        let response = reqwest::Client::new()
            .post(format!("{}{}", server.address, PATH_SYNC))
            .bearer_auth(&account.token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        let received = response.bytes().await?.to_vec();
        let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
        let queries = (server.queries()? - before) as f64;
        Ok(Self { sent, received, queries, milliseconds })
    }
}
