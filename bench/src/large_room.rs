//! Integrations in a large room: what installing one and pushing a tile cost when many members are connected.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use roomglass_protocol::RoomId;
use serde_json::{Value, json};

use crate::{
    Options, Outcome,
    fixture::{Account, Fixture},
    listener::{Socket, connect},
    provider::Provider,
    report::Report,
    server::Server,
};

/// Members of the room, most of whom are not there.
const MEMBERS: usize = 5_000;
const PUSHES: usize = 100;
const LIMIT: Duration = Duration::from_secs(30);

/// Frames of one kind, as they arrived at all connections.
struct Arrivals {
    kind: &'static str,
    count: AtomicU64,
    bytes: AtomicU64,
    /// When the last one came, in microseconds after the beginning of the bench.
    last: AtomicU64,
}

impl Arrivals {
    const fn of(kind: &'static str) -> Self {
        Self { kind, count: AtomicU64::new(0), bytes: AtomicU64::new(0), last: AtomicU64::new(0) }
    }

    fn note(&self, frame: &str, at: Duration) {
        if frame.contains(self.kind) {
            self.bytes.fetch_add(frame.len() as u64, Ordering::Relaxed);
            self.last.fetch_max(at.as_micros() as u64, Ordering::Relaxed);
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for so many.
    async fn reach(&self, count: u64) -> Outcome<()> {
        let deadline = Instant::now() + LIMIT;
        while self.count.load(Ordering::Relaxed) < count {
            if Instant::now() > deadline {
                return Err(
                    format!("{} of {count} frames came: {}", self.count.load(Ordering::Relaxed), self.kind).into()
                );
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Milliseconds from a moment to the last one.
    fn after(&self, begun: Duration) -> f64 {
        (self.last.load(Ordering::Relaxed) as f64 - begun.as_micros() as f64) / 1000.0
    }
}

/// What all connections heard.
struct Heard {
    started: Instant,
    installed: Arrivals,
    pushed: Arrivals,
}

/// Measures both on one server.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (fixture, admin) = Fixture::create(folder.path()).await?;
    let members = fixture.add_people(MEMBERS.max(options.members)).await?;
    let ids = members.iter().map(|account| account.person.id).collect();
    let room = fixture.add_room("everybody".to_owned(), admin.person.id, ids).await?;
    fixture.finish().await;
    let server = Server::start(&options.server_bin, folder, true).await?;
    let heard = Arc::new(Heard {
        started: Instant::now(),
        installed: Arrivals::of("\"kind\":\"sync\""),
        pushed: Arrivals::of("\"kind\":\"dynamic-data\""),
    });
    for account in &members[..options.members] {
        tokio::spawn(listen(connect(&server.address, account).await?, Arc::clone(&heard)));
    }
    // Presence of the last arrivals settles before anything is measured.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let connected = options.members as u64;
    let mut provider = Provider::start(descriptor).await?;
    install(&server, &admin, room, &provider, &heard, connected, report).await?;
    push(&server, room, provider.credentials().await?, &heard, connected, report).await
}

async fn listen(mut socket: Socket, heard: Arc<Heard>) {
    while let Some(Ok(frame)) = socket.next().await {
        let Ok(text) = frame.to_text() else { continue };
        let at = heard.started.elapsed();
        heard.installed.note(text, at);
        heard.pushed.note(text, at);
    }
}

async fn install(
    server: &Server,
    admin: &Account,
    room: RoomId,
    provider: &Provider,
    heard: &Heard,
    connected: u64,
    report: &mut Report,
) -> Outcome<()> {
    const SCENARIO: &str = "install";
    let body = json!({ "descriptor_url": format!("{}/descriptor", provider.address), "rooms": [room] });
    let (queries, begun) = (server.queries()?, heard.started.elapsed());
    let request = reqwest::Client::new().post(format!("{}/v2/integration/install", server.address));
    request.bearer_auth(&admin.token).json(&body).send().await?.error_for_status()?;
    let answered = (heard.started.elapsed() - begun).as_secs_f64() * 1000.0;
    heard.installed.reach(connected).await?;
    let queries = (server.queries()? - queries) as f64;
    let frames = heard.installed.count.load(Ordering::Relaxed);
    let bytes = heard.installed.bytes.load(Ordering::Relaxed) as f64 / frames.max(1) as f64;
    let name = format!("frames, {MEMBERS} members, {connected} connected");
    report.add(SCENARIO, name, frames as f64, "frames", Some("one each"));
    report.add(SCENARIO, "bytes of each frame", bytes, "bytes", None);
    report.add(SCENARIO, "until the person has the answer, provider included", answered, "ms", None);
    report.add(SCENARIO, "until the last connected member was told", heard.installed.after(begun), "ms", None);
    report.add(SCENARIO, "SQL statements", queries, "statements", None);
    Ok(())
}

async fn push(
    server: &Server,
    room: RoomId,
    credentials: Value,
    heard: &Heard,
    connected: u64,
    report: &mut Report,
) -> Outcome<()> {
    const SCENARIO: &str = "push";
    let client = reqwest::Client::new();
    let token = token(&client, server, &credentials).await?;
    let address = format!("{}/v2/integration/ui/room/{room}", server.address);
    let (cpu, mut latencies) = (server.cpu_seconds()?, Vec::with_capacity(PUSHES));
    for number in 1..=PUSHES {
        let content = json!({ "label": { "type": "html", "value": format!("<b>{number}</b> builds failed") } });
        let body = json!({ "glance": [{ "key": "tile", "content": content }] });
        let begun = heard.started.elapsed();
        client.post(&address).bearer_auth(&token).json(&body).send().await?.error_for_status()?;
        heard.pushed.reach(number as u64 * connected).await?;
        latencies.push(heard.pushed.after(begun));
    }
    let cpu = server.cpu_seconds()? - cpu;
    let frames = heard.pushed.count.load(Ordering::Relaxed) as f64;
    latencies.sort_by(f64::total_cmp);
    report.add(SCENARIO, format!("frames of {PUSHES} pushes, {connected} connected"), frames, "frames", None);
    report.add(SCENARIO, "until the last member has a push, p50", latencies[PUSHES / 2], "ms", None);
    report.add(SCENARIO, "until the last member has a push, p99", latencies[PUSHES * 99 / 100], "ms", None);
    report.add(SCENARIO, "frames per CPU-second of the server", (frames / cpu).round(), "frames/s", Some("≥ 100,000"));
    Ok(())
}

async fn token(client: &reqwest::Client, server: &Server, credentials: &Value) -> Outcome<String> {
    let text = |member: &str| credentials[member].as_str().unwrap_or_default();
    let request = client.post(format!("{}/v2/oauth/token", server.address));
    let request = request.basic_auth(text("oauthId"), Some(text("oauthSecret")));
    let grant: Value =
        request.json(&json!({ "grant_type": "client_credentials" })).send().await?.error_for_status()?.json().await?;
    Ok(grant["access_token"].as_str().ok_or("no access token")?.to_owned())
}

fn descriptor(address: &str) -> Value {
    json!({
        "key": "com.example.large",
        "name": "Large",
        "description": "An integration of the bench",
        "links": { "self": format!("{address}/descriptor") },
        "capabilities": {
            "installable": { "callbackUrl": format!("{address}/installed") },
            "hipchatApiConsumer": { "scopes": ["view_room"] },
            "glance": [{ "key": "tile", "name": { "value": "Tile" }, "queryUrl": format!("{address}/tile"), "target": "panel" }],
            "webPanel": [{ "key": "panel", "name": { "value": "Details" }, "location": "sidebar.right",
                "url": format!("{address}/panel") }],
        },
    })
}
