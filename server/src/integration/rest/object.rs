//! Rooms, people and messages in their full forms, as HipChat Connect shows them over REST (§5.4).

use roomglass_protocol::{Author, Message, Person, Presence, Role, Room, RoomId};
use roomglass_storage::{Profile, RoomActivity};
use serde_json::{Value, json};

pub(super) use crate::integration::wire::{date, short_room};
use crate::{
    config::Config,
    integration::wire::{self, Mentioned, ShortUser, version},
    state::AppState,
};

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
    json!(ShortUser::of(person, config))
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
    let mut document = json!(wire::message(message, room, mentioned, app));
    if let Author::Integration { key, .. } = &message.from {
        document["notification_sender"] = json!({"type": "addon", "id": key});
    }
    document
}
