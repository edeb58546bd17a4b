//! `roomglass-sample`: runs one sample content provider in a process of its own.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use roomglass_samples::{ChatServers, Config, Sample, Settings, serve};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing_subscriber::EnvFilter;
use url::Url;

/// A sample content provider for Roomglass.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// host-health, repository or links
    name: Sample,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:7900")]
    listen: SocketAddr,
    /// Folder for what must survive a restart; one for each sample
    #[arg(long)]
    data: PathBuf,
    /// Address under which chat servers and browsers reach it, if not the one it listens on
    #[arg(long)]
    public_url: Option<Url>,
    /// The git repository to show (repository only)
    #[arg(long, default_value = ".")]
    repository: PathBuf,
    /// Seconds between two looks at what it shows
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    interval: u64,
    /// Origin of a chat server that may install it, such as https://chat.example.org; may be repeated.
    /// Without it only chat servers on this machine may
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<Url>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(arguments.listen).await?;
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    let sample = arguments.name;
    Ok(serve(sample, listener, arguments.into(), stop).await?)
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        let chat_servers = match arguments.allow_origin.as_slice() {
            [] => ChatServers::Loopback,
            origins => ChatServers::Origins(origins.iter().map(ToString::to_string).collect()),
        };
        Self {
            settings: Settings { data: arguments.data, public_url: arguments.public_url, chat_servers },
            interval: Duration::from_secs(arguments.interval),
            repository: arguments.repository,
        }
    }
}
