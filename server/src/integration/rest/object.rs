//! Rooms, people and messages as HipChat Connect shows them (§5.4). What Roomglass does not have is absent or `null`;
//! nothing is made up.

use roomglass_protocol::{Message, Person, Presence, Privacy, Role, Room, RoomId, Timestamp};
use roomglass_storage::{Profile, RoomActivity};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use crate::{
    config::Config,
    integration::{Mentioned, short_room as told_room, wire_message},
    state::AppState,
};

const DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]+00:00");

/// With offset and microseconds, as frameworks parse it.
pub(super) fn date(moment: Timestamp) -> String {
    moment.utc().format(DATE).unwrap_or_default()
}

/// Eight characters that change with what they are made of.
fn version(of: &Value) -> String {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(of.to_string()).into();
    format!("{:08X}", u32::from_be_bytes([a, b, c, d]))
}

/// A room, short form.
pub(super) fn short_room(room: &Room, config: &Config) -> Value {
    let mut document = told_room(room, config);
    let at = |rest: &str| config.address(&format!("/v2/room/{}{rest}", room.id));
    document["version"] =
        json!(version(&json!([room.id, room.name, room.privacy, room.topic, room.owner_id, room.archived])));
    document["links"] = json!({"self": at(""), "webhooks": at("/webhook"), "participants": at("/participant")});
    if room.privacy == Privacy::Private {
        document["links"]["members"] = json!(at("/member"));
    }
    document
}

/// A room, full form but for its participants.
pub(super) fn full_room(room: &Room, owner: Option<&Person>, activity: Option<RoomActivity>, config: &Config) -> Value {
    let mut document = short_room(room, config);
    document["topic"] = json!(room.topic);
    document["owner"] = json!(owner.map(|owner| short_user(owner, config)));
    document["created"] = json!(activity.map(|activity| date(activity.created_at)));
    document["last_active"] = json!(activity.and_then(|activity| activity.last_message_at).map(date));
    document["is_guest_accessible"] = json!(false);
    for absent in ["guest_access_url", "avatar_url", "delegate_admin_visibility"] {
        document[absent] = Value::Null;
    }
    let statistics = config.address(&format!("/v2/room/{}/statistics", room.id));
    document["statistics"] = json!({"links": {"self": statistics}});
    document
}

/// A person, short form.
pub(super) fn short_user(person: &Person, config: &Config) -> Value {
    json!({
        "id": person.id,
        "name": person.name,
        "mention_name": person.mention,
        "version": version(&json!([person.id, person.name, person.mention])),
        "links": {"self": config.address(&format!("/v2/user/{}", person.id))},
    })
}

/// A person, full form; with their address for those who may see everybody.
pub(super) fn full_user(profile: &Profile, presence: Presence, with_address: bool, config: &Config) -> Value {
    let person = &profile.person;
    let mut document = short_user(person, config);
    document["version"] = json!(version(&json!([person, profile.email])));
    if with_address {
        document["email"] = json!(profile.email);
    }
    document["created"] = json!(date(profile.created_at));
    document["last_active"] = json!(profile.last_seen_at.map(date));
    document["title"] = json!("");
    document["timezone"] = json!("UTC");
    document["photo_url"] = Value::Null;
    document["is_deleted"] = json!(false);
    document["is_guest"] = json!(person.role == Role::Guest);
    document["is_group_admin"] = json!(person.role == Role::Administrator);
    document["roles"] = json!([if person.role == Role::Administrator { "admin" } else { "user" }]);
    document["presence"] = shown(presence);
    document
}

fn shown(presence: Presence) -> Value {
    match presence {
        Presence::Online => json!({"show": "chat", "is_online": true}),
        Presence::Away => json!({"show": "away", "is_online": true}),
        Presence::Offline => Value::Null,
    }
}

/// A message of a room's history.
pub(super) fn message(message: &Message, room: RoomId, mentioned: &Mentioned, app: &AppState) -> Value {
    let config = &app.config;
    let mut document = json!(wire_message(message, room, mentioned, app));
    document["date"] = json!(date(message.sent_at));
    link(&mut document["from"], config);
    for person in document["mentions"].as_array_mut().into_iter().flatten() {
        link(person, config);
    }
    if let roomglass_protocol::Author::Integration { key, .. } = &message.from {
        document["notification_sender"] = json!({"type": "addon", "id": key});
    }
    document
}

/// Completes the short form of a person; names of integrations stay as they are.
fn link(person: &mut Value, config: &Config) {
    let Some(id) = person.get("id").cloned() else { return };
    person["version"] = json!(version(&json!([id, person["name"], person["mention_name"]])));
    person["links"] = json!({"self": config.address(&format!("/v2/user/{id}"))});
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
