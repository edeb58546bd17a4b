//! Measures an optimised Roomglass server from outside: bytes, counts and rates, on loopback, bounded in time.
//!
//! Each scenario prepares its own data folder through `roomglass-storage`, starts the server as a process, and reads
//! what that process used from `/proc`. Results are printed as a table and written as JSON.
#![forbid(unsafe_code)]

mod dead_providers;
mod fan_out;
mod first_visit;
mod fixture;
mod ingest;
mod large_room;
mod listener;
mod parsing;
mod provider;
mod report;
mod server;
mod sync_size;

use std::{path::PathBuf, time::Duration};

use clap::Parser;

use crate::report::Report;

/// A bench that takes longer than this has hung.
const LIMIT: Duration = Duration::from_secs(600);

/// What goes wrong ends the run with a sentence.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Debug, Parser)]
#[command(about)]
struct Options {
    /// The optimised server.
    #[arg(long, env = "ROOMGLASS_BIN")]
    server_bin: PathBuf,
    /// Where to write the figures as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Members connected during the fan-out.
    #[arg(long, default_value_t = 1_000)]
    members: usize,
    /// Messages sent during the fan-out.
    #[arg(long, default_value_t = 300)]
    messages: usize,
    /// Rooms of the synchronising client.
    #[arg(long, default_value_t = 1_000)]
    rooms: usize,
    /// Integrations in each of them.
    #[arg(long, default_value_t = 50)]
    integrations: usize,
    /// Run only this scenario: idle, visit, parse, sync, fan-out, ingest, large-room (install and push) or dead.
    #[arg(long)]
    only: Option<String>,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let options = Options::parse();
    rustls::crypto::ring::default_provider().install_default().ok();
    let report = tokio::time::timeout(LIMIT, measure(&options)).await??;
    report.print();
    if let Some(path) = &options.json {
        std::fs::write(path, report.to_json()?)?;
    }
    Ok(())
}

async fn measure(options: &Options) -> Outcome<Report> {
    let mut report = Report::default();
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    if wanted("idle") {
        server::measure_idle(&options.server_bin, &mut report).await?;
    }
    if wanted("visit") {
        first_visit::measure(&options.server_bin, &mut report).await?;
    }
    if wanted("parse") {
        parsing::measure(&mut report)?;
    }
    if wanted("sync") {
        sync_size::measure(options, &mut report).await?;
    }
    if wanted("fan-out") {
        fan_out::measure(options, &mut report).await?;
    }
    if wanted("ingest") {
        ingest::measure(&options.server_bin, &mut report).await?;
    }
    if wanted("large-room") {
        large_room::measure(options, &mut report).await?;
    }
    if wanted("dead") {
        dead_providers::measure(&options.server_bin, &mut report).await?;
    }
    Ok(report)
}
