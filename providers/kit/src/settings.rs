//! What the person who runs a provider decides.

use std::{net::SocketAddr, path::PathBuf};

use url::{Host, Url};

/// Where a provider keeps its installations, how it is reached, and who may install it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of this provider alone; made when missing. Its files hold secrets and are readable by their owner only.
    pub data: PathBuf,
    /// Address under which chat servers and browsers reach the provider; that of the listener when absent.
    pub public_url: Option<Url>,
    /// Which chat servers may install it.
    pub chat_servers: ChatServers,
}

impl Settings {
    /// Reached at the listener's own address, installable by chat servers on this machine.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into(), public_url: None, chat_servers: ChatServers::default() }
    }

    /// The base of all addresses in the descriptor, without a final slash.
    pub(crate) fn base_url(&self, listener: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{listener}"),
        }
    }
}

/// Chat servers that may install a provider.
///
/// Installing makes the provider contact the address it is given and tells that server what its tiles show, so
/// strangers must not be able to do it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ChatServers {
    /// Those on this machine.
    #[default]
    Loopback,
    /// Those with one of these origins, such as `https://chat.example.org`.
    Origins(Vec<String>),
    /// Anyone's, for a provider that is open to the world.
    Any,
}

impl ChatServers {
    /// Whether the server that describes itself at this address may install the provider.
    pub fn admit(&self, capabilities_url: &Url) -> bool {
        matches!(capabilities_url.scheme(), "http" | "https")
            && match self {
                Self::Loopback => is_loopback(capabilities_url),
                Self::Origins(origins) => origins.iter().any(|origin| same_origin(origin, capabilities_url)),
                Self::Any => true,
            }
    }
}

fn same_origin(origin: &str, url: &Url) -> bool {
    Url::parse(origin).is_ok_and(|origin| origin.origin() == url.origin())
}

/// Whether the address names this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn strangers_may_not_install_by_default() {
        let servers = ChatServers::default();
        assert!(servers.admit(&url("http://127.0.0.1:8080/v2/capabilities")));
        assert!(servers.admit(&url("http://[::1]:8080/v2/capabilities")));
        assert!(servers.admit(&url("http://localhost/v2/capabilities")));
        assert!(!servers.admit(&url("https://chat.example.org/v2/capabilities")));
        assert!(!servers.admit(&url("http://localhost.example.org/v2/capabilities")));
    }

    #[test]
    fn an_origin_is_compared_as_a_whole() {
        let servers = ChatServers::Origins(vec!["https://chat.example.org".into()]);
        assert!(servers.admit(&url("https://chat.example.org:443/v2/capabilities")));
        assert!(!servers.admit(&url("http://chat.example.org/v2/capabilities")));
        assert!(!servers.admit(&url("https://chat.example.org.evil.example/v2/capabilities")));
        assert!(!ChatServers::Any.admit(&url("file:///etc/passwd")));
    }
}
