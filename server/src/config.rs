//! What the operator decides.

use std::{net::SocketAddr, path::PathBuf};

use roomglass_protocol::call::IceServer;
use url::Url;

/// Settings of one running server, as parsed from the command line and `ROOMGLASS_*` variables.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Folder of the SQLite file and of everything else that is kept.
    pub data: PathBuf,
    /// Database address; an SQLite file in `data` when absent.
    pub database: Option<String>,
    /// Address people and providers reach this server at, without a trailing slash.
    pub public_url: Url,
    /// Which private addresses the guarded client may reach.
    pub private_providers: PrivateProviders,
    /// What helps browsers to connect to each other in calls; without any, calls work within one network.
    pub ice_servers: Vec<IceServer>,
    /// How much people may send as files.
    pub files: FileLimits,
}

/// How much people may send as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// Largest file, in bytes.
    pub max_upload: u64,
    /// All files together, in bytes.
    pub max_together: u64,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self { max_upload: 25 * 1024 * 1024, max_together: 10 * 1024 * 1024 * 1024 }
    }
}

impl FileLimits {
    /// All files together, as the database counts.
    pub fn max_together(&self) -> i64 {
        i64::try_from(self.max_together).unwrap_or(i64::MAX)
    }
}

/// Private and loopback addresses providers may live at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PrivateProviders {
    /// None: the public Internet only.
    #[default]
    Refuse,
    /// Exactly these sockets, such as those of the sample providers.
    Only(Vec<SocketAddr>),
    /// All (`--allow-private-providers`).
    Allow,
}

impl Config {
    /// An address on this server, `path` beginning with a slash.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Whether cookies must be marked `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}
