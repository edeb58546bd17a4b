//! One durably stored message to many connected members.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use tokio::sync::{Mutex, Semaphore};

use crate::{
    Options, Outcome,
    fixture::{Account, Fixture},
    listener::connect,
    report::Report,
    server::Server,
};

const SCENARIO: &str = "fan-out";

/// What the listeners saw.
struct Heard {
    started: Instant,
    count: AtomicU64,
    latencies: Mutex<Vec<u32>>,
}

/// Measures memory per idle connection, deliveries per second of the server's processor time, and latency.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (fixture, admin) = Fixture::create(folder.path()).await?;
    let members = fixture.add_people(options.members).await?;
    let ids = members.iter().map(|account| account.person.id).collect();
    let room = fixture.add_room("everybody".to_owned(), admin.person.id, ids).await?;
    fixture.finish().await;
    let server = Server::start(&options.server_bin, folder, false).await?;

    let resident = server.resident_bytes()?;
    let heard =
        Arc::new(Heard { started: Instant::now(), count: AtomicU64::new(0), latencies: Mutex::new(Vec::new()) });
    let mut listeners = Vec::with_capacity(members.len());
    for account in &members {
        listeners.push(listen(&server.address, account, Arc::clone(&heard)).await?);
    }
    // Presence of the last arrivals settles before anything is measured.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let per_connection = (server.resident_bytes()? - resident) / members.len() as f64 / 1024.0;
    report.add(
        SCENARIO,
        format!("memory per idle connection, {} of them", members.len()),
        per_connection,
        "KiB",
        Some("≤ 12"),
    );

    let cpu = server.cpu_seconds()?;
    let begun = Instant::now();
    send_all(&server.address, &admin, room, options.messages, &heard).await?;
    let expected = (options.messages * members.len()) as u64;
    let deadline = Instant::now() + Duration::from_secs(60);
    while heard.count.load(Ordering::Relaxed) < expected && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let cpu = server.cpu_seconds()? - cpu;
    let delivered = heard.count.load(Ordering::Relaxed);
    report.add(SCENARIO, "deliveries", delivered as f64, "frames", None);
    report.add(SCENARIO, "deliveries missing", (expected - delivered.min(expected)) as f64, "frames", Some("0"));
    report.add(
        SCENARIO,
        "deliveries per CPU-second of the server",
        (delivered as f64 / cpu).round(),
        "frames/s",
        Some("≥ 100,000"),
    );
    report.add(
        SCENARIO,
        "deliveries per second, generator on the same two cores",
        (delivered as f64 / seconds).round(),
        "frames/s",
        None,
    );
    report_latency(report, &mut heard.latencies.lock().await);
    listeners.into_iter().for_each(|listener| listener.abort());
    Ok(())
}

fn report_latency(report: &mut Report, latencies: &mut [u32]) {
    latencies.sort_unstable();
    for (name, share) in [("p50", 0.50), ("p99", 0.99)] {
        let index = ((latencies.len() as f64 - 1.0) * share).max(0.0) as usize;
        let milliseconds = f64::from(latencies.get(index).copied().unwrap_or(0)) / 1000.0;
        report.add(SCENARIO, format!("latency from sending to hearing, {name}"), milliseconds, "ms", None);
    }
}

async fn listen(address: &str, account: &Account, heard: Arc<Heard>) -> Outcome<tokio::task::JoinHandle<()>> {
    let mut socket = connect(address, account).await?;
    Ok(tokio::spawn(async move {
        let mut latencies = Vec::new();
        while let Some(Ok(frame)) = socket.next().await {
            let Some(sent) = frame.to_text().ok().and_then(sent_at) else { continue };
            latencies.push((heard.started.elapsed().as_micros() as u64).saturating_sub(sent) as u32);
            // Kept apart until there are many, so that the listeners do not wait for each other.
            if latencies.len() >= 50 {
                heard.latencies.lock().await.append(&mut latencies);
            }
            heard.count.fetch_add(1, Ordering::Relaxed);
        }
    }))
}

/// The microsecond written into the text of a bench message.
fn sent_at(frame: &str) -> Option<u64> {
    let digits = frame.split_once("bench:")?.1;
    digits[..digits.find(|c: char| !c.is_ascii_digit())?].parse().ok()
}

/// Sends from 16 tasks at once, as a busy room would.
async fn send_all(
    address: &str,
    sender: &Account,
    room: roomglass_protocol::RoomId,
    messages: usize,
    heard: &Arc<Heard>,
) -> Outcome<()> {
    let client = reqwest::Client::new();
    let url = Arc::new(format!("{address}/api/v1/rooms/{room}/messages"));
    let gate = Arc::new(Semaphore::new(16));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..messages {
        let permit = Arc::clone(&gate).acquire_owned().await?;
        let (client, url, token, heard) = (client.clone(), Arc::clone(&url), sender.token.clone(), Arc::clone(heard));
        tasks.spawn(async move {
            let text = format!("bench:{} Deploy 412 has reached production", heard.started.elapsed().as_micros());
            let body = serde_json::json!({ "id": uuid::Uuid::now_v7(), "text": text });
            let answer = client.post(url.as_str()).bearer_auth(token).json(&body).send().await?.error_for_status();
            drop(permit);
            answer.map(|_| ())
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }
    Ok(())
}
