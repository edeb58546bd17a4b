//! The short forms of people and rooms, and what they have in common.

use roomglass_protocol::{Person, Privacy, Room, Timestamp, UserId};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use crate::config::Config;

const DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]+00:00");

/// With offset and microseconds, as frameworks parse it.
pub(crate) fn date(moment: Timestamp) -> String {
    moment.utc().format(DATE).unwrap_or_default()
}

/// Eight characters that change with what they are made of.
pub(crate) fn version(of: &Value) -> String {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(of.to_string()).into();
    format!("{:08X}", u32::from_be_bytes([a, b, c, d]))
}

/// A person, short form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ShortUser {
    id: UserId,
    mention_name: String,
    name: String,
    version: String,
    links: OwnLink,
}

#[derive(Debug, Clone, Serialize)]
struct OwnLink {
    #[serde(rename = "self")]
    own: String,
}

impl ShortUser {
    /// As they are called now.
    pub(crate) fn of(person: &Person, config: &Config) -> Self {
        Self::named(person.id, person.name.clone(), person.mention.clone(), config)
    }

    /// As they were called.
    pub(crate) fn named(id: UserId, name: String, mention_name: String, config: &Config) -> Self {
        let version = version(&json!([id, name, mention_name]));
        Self { id, mention_name, name, version, links: OwnLink { own: config.address(&format!("/v2/user/{id}")) } }
    }
}

/// A room, short form.
pub(crate) fn short_room(room: &Room, config: &Config) -> Value {
    let at = |rest: &str| config.address(&format!("/v2/room/{}{rest}", room.id));
    let mut links = json!({"self": at(""), "webhooks": at("/webhook"), "participants": at("/participant")});
    if room.privacy == Privacy::Private {
        links["members"] = json!(at("/member"));
    }
    json!({
        "id": room.id,
        "name": room.name,
        "privacy": match room.privacy {
            Privacy::Public => "public",
            Privacy::Private => "private",
        },
        "is_archived": room.archived,
        "version": version(&json!([room.id, room.name, room.privacy, room.topic, room.owner_id, room.archived])),
        "links": links,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_offset_and_microseconds() {
        assert_eq!(date(Timestamp(1_473_409_382_932)), "2016-09-09T08:23:02.932000+00:00");
    }

    #[test]
    fn a_version_changes_with_its_object() {
        assert_eq!(version(&json!([1, "Lounge"])).len(), 8);
        assert_eq!(version(&json!([1, "Lounge"])), version(&json!([1, "Lounge"])));
        assert_ne!(version(&json!([1, "Lounge"])), version(&json!([1, "Attic"])));
    }
}
