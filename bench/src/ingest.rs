//! Messages acknowledged after they are on stable storage: one writer against many.

use std::{
    path::Path,
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use crate::{Outcome, fixture::Fixture, report::Report, server::Server};

const SCENARIO: &str = "ingest";
const SPAN: Duration = Duration::from_secs(6);

/// Measures acknowledged messages per second for 1 and for 64 concurrent writers.
pub async fn measure(binary: &Path, report: &mut Report) -> Outcome<()> {
    let mut rates = Vec::new();
    for writers in [1, 64] {
        let rate = rate(binary, writers).await?;
        report.add(SCENARIO, format!("acknowledged messages, {writers} at once"), rate.round(), "messages/s", None);
        rates.push(rate);
    }
    report.add(SCENARIO, "gain by committing in groups", rates[1] / rates[0], "times", Some("> 1"));
    Ok(())
}

async fn rate(binary: &Path, writers: usize) -> Outcome<f64> {
    let folder = tempfile::tempdir()?;
    let (fixture, admin) = Fixture::create(folder.path()).await?;
    let room = fixture.add_room("ingest".to_owned(), admin.person.id, Vec::new()).await?;
    fixture.finish().await;
    let server = Server::start(binary, folder, false).await?;
    let client = reqwest::Client::new();
    let url = Arc::new(format!("{}/api/v1/rooms/{room}/messages", server.address));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..writers {
        let (client, url, token) = (client.clone(), Arc::clone(&url), admin.token.clone());
        let acknowledged = Arc::clone(&acknowledged);
        tasks.spawn(async move {
            while begun.elapsed() < SPAN {
                let body =
                    serde_json::json!({ "id": uuid::Uuid::now_v7(), "text": "Deploy 412 has reached production" });
                client.post(url.as_str()).bearer_auth(&token).json(&body).send().await?.error_for_status()?;
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, reqwest::Error>(())
        });
    }
    while let Some(outcome) = tasks.join_next().await {
        outcome??;
    }
    Ok(acknowledged.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}
