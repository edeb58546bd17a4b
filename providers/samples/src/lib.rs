//! Three content providers on real data, to try Roomglass with and to copy from.
//!
//! - [`Sample::HostHealth`]: load, memory and disk of the machine it runs on: live tiles, a chart, a control on tiles.
//! - [`Sample::Repository`]: a git repository on disk: a live tile, its log, a control on messages, a webhook.
//! - [`Sample::Links`]: two controls on messages with links.
//!
//! Each is a module that builds a [`Provider`](roomglass_provider_kit::Provider); [`serve()`] runs one of them, in a
//! process of its own (`roomglass-sample`) or as a task inside the server.
#![deny(missing_docs)]

pub mod host_health;
pub mod links;
pub mod repository;

use std::{future::Future, path::PathBuf, str::FromStr, time::Duration};

use tokio::net::TcpListener;

pub use roomglass_provider_kit::{ChatServers, ServeError, Settings};

/// The samples by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// This machine's load, memory and disk.
    HostHealth,
    /// A git repository on disk.
    Repository,
    /// Controls for messages with links.
    Links,
}

impl Sample {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::HostHealth, Self::Repository, Self::Links];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::HostHealth => "host-health",
            Self::Repository => "repository",
            Self::Links => "links",
        }
    }

    /// Its key in catalogues and rooms.
    pub fn key(self) -> &'static str {
        match self {
            Self::HostHealth => "org.roomglass.host-health",
            Self::Repository => "org.roomglass.repository",
            Self::Links => "org.roomglass.links",
        }
    }
}

impl FromStr for Sample {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|sample| sample.name() == name)
            .ok_or_else(|| format!("there is no sample `{name}`; choose {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// How to run a sample.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it keeps its installations, how it is reached, who may install it.
    pub settings: Settings,
    /// How often it looks at what it shows; 5 seconds unless changed.
    pub interval: Duration,
    /// The repository of [`Sample::Repository`]; the current folder unless changed.
    pub repository: PathBuf,
}

impl Config {
    /// The usual values; no two samples may share a data folder.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { settings: Settings::new(data), interval: Duration::from_secs(5), repository: PathBuf::from(".") }
    }
}

/// Serves a sample until `shutdown` completes.
///
/// # Errors
/// See [`ServeError`]; [`Sample::Repository`] also when there is no repository.
pub async fn serve(
    sample: Sample,
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    match sample {
        Sample::HostHealth => host_health::serve(listener, config, shutdown).await,
        Sample::Repository => repository::serve(listener, config, shutdown).await,
        Sample::Links => links::serve(listener, config, shutdown).await,
    }
}
