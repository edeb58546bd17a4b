//! Addresses of files for add-ons, which have no session: each opens one file for a while (HipChat Connect §9.6).

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use roomglass_protocol::{FileId, RoomId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Files;
use crate::{config::Config, integration::random_text};

/// Where they are served.
pub(crate) const PATH: &str = "/v2/file/{ticket}";
/// For as long they open it, in seconds.
const LIFETIME_SECONDS: i64 = 60 * 60;
const KEY_CHARS: usize = 43;

/// Makes and reads tickets. The key ends with the process: so do they.
pub(super) struct Links {
    key: String,
}

#[derive(Serialize, Deserialize)]
struct Ticket {
    exp: i64,
    room: RoomId,
    file: FileId,
}

impl Links {
    pub(super) fn new() -> Self {
        Self { key: random_text(KEY_CHARS) }
    }
}

impl Files {
    /// An address that opens a file of a room from now on for an hour.
    pub(crate) fn link(&self, config: &Config, room: RoomId, file: FileId, now: Timestamp) -> String {
        let ticket = Ticket { exp: now.seconds() + LIFETIME_SECONDS, room, file };
        let key = EncodingKey::from_secret(self.links.key.as_bytes());
        let ticket = encode(&Header::new(Algorithm::HS256), &ticket, &key).unwrap_or_default();
        config.address(&PATH.replace("{ticket}", &ticket))
    }

    /// The file a ticket opens, if it still does.
    pub(crate) fn opened(&self, ticket: &str) -> Option<(RoomId, FileId)> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        let key = DecodingKey::from_secret(self.links.key.as_bytes());
        let Ticket { room, file, .. } = decode(ticket, &key, &validation).ok()?.claims;
        Some((room, file))
    }
}
