//! What the simulator saw go by.

use roomglass_protocol::Timestamp;

/// Older entries are dropped.
const MOST_ENTRIES: usize = 200;
/// Of each text no more is kept.
const MOST_CHARS: usize = 4_000;

/// Something that went by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Names it.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Exchange,
}

/// A request, a frame, or what requests are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchange {
    /// An address was completed for one call: with these claims, if it is signed.
    Address {
        /// Such as `queryUrl of builds.summary`.
        of: String,
        /// All of it.
        url: String,
        /// As JSON; empty where the address is not signed.
        claims: String,
    },
    /// The browser asked a provider.
    Request {
        /// What.
        url: String,
        /// What was answered; `None` where there was no answer that this page may read.
        status: Option<u16>,
        /// How long it took.
        took_ms: i64,
        /// The beginning of the answer, or why there is none.
        body: String,
    },
    /// A frame of the push connection, as the server would send it.
    Frame(String),
    /// What a framed page told the chat.
    FromPage(String),
    /// What the chat told a framed page.
    ToPage(String),
}

impl Exchange {
    /// In a line, without what it carries.
    pub fn title(&self) -> String {
        match self {
            Self::Address { of, url, .. } => format!("Address: {of} → {}", origin_and_path(url)),
            Self::Request { url, status: Some(status), took_ms, .. } => {
                format!("GET {} · {status} · {took_ms} ms", origin_and_path(url))
            }
            Self::Request { url, status: None, took_ms, .. } => {
                format!("GET {} · no answer · {took_ms} ms", origin_and_path(url))
            }
            Self::Frame(_) => "Frame to browsers".to_owned(),
            Self::FromPage(_) => "From the framed page".to_owned(),
            Self::ToPage(_) => "To the framed page".to_owned(),
        }
    }

    /// What it carries, line by line.
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Address { url, claims, .. } if claims.is_empty() => vec![url.clone(), "Not signed.".to_owned()],
            Self::Address { url, claims, .. } => vec![url.clone(), claims.clone()],
            Self::Request { url, body, .. } => vec![format!("GET {url}"), body.clone()],
            Self::Frame(text) | Self::FromPage(text) | Self::ToPage(text) => vec![text.clone()],
        }
    }
}

/// What stands before the parameters.
fn origin_and_path(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// The beginning of a text, telling how much more there is.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}… and {} more bytes", &text[..end], text.len() - end),
        None => text.to_owned(),
    }
}

pub(super) fn add(log: &mut Vec<Logged>, entry: Logged) {
    if log.len() >= MOST_ENTRIES {
        log.remove(0);
    }
    log.push(entry);
}
