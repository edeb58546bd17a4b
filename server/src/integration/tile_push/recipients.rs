//! Who gets a push: those it is addressed to, as far as they have the integration (PUSH-18).

use std::collections::BTreeSet;

use roomglass_protocol::{IntegrationKey, RoomId, RoomRef, UserId};
use roomglass_storage::{Noun, Reader};

use crate::{
    error::{HttpError, HttpResult},
    integration::{
        caller::{find_person, find_room},
        contract::missing,
    },
};

/// Whom a push is addressed to, by the names providers use (PUSH-07). No rooms: all; no people: everybody in them.
#[derive(Debug, Default)]
pub(super) struct Audience {
    pub(super) rooms: Vec<String>,
    pub(super) users: Vec<String>,
}

impl Audience {
    /// Takes in what the body says beyond the address; it can name several where the address names none (PUSH-06).
    pub(super) fn narrow(&mut self, rooms: Vec<String>, users: Vec<String>) -> HttpResult<()> {
        for (addressed, listed) in [(&mut self.rooms, rooms), (&mut self.users, users)] {
            match (addressed.is_empty(), listed.is_empty()) {
                (_, true) => {}
                (true, false) => *addressed = listed,
                (false, false) => {
                    return Err(HttpError::invalid(
                        "The body lists what the address names already. Nothing was delivered.",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Who gets a push, and for which places.
#[derive(Debug)]
pub(super) enum Recipients {
    /// Everybody there.
    Places(Vec<RoomRef>),
    /// These people, each for a place they share with the integration.
    Users(Vec<(UserId, RoomRef)>),
}

impl Recipients {
    /// Those among them who are reached in a room, each once.
    pub(super) fn within(&self, room: RoomId) -> Self {
        let covers = |place: &RoomRef| matches!(place, RoomRef::Global) || *place == RoomRef::Room(room);
        match self {
            Self::Places(places) => {
                Self::Places(places.iter().any(covers).then_some(RoomRef::Room(room)).into_iter().collect())
            }
            Self::Users(users) => {
                let reached: BTreeSet<UserId> =
                    users.iter().filter(|(_, place)| covers(place)).map(|(user, _)| *user).collect();
                Self::Users(reached.into_iter().map(|user| (user, RoomRef::Room(room))).collect())
            }
        }
    }
}

/// Finds the recipients; a name that stands for nobody the integration can reach makes the push fail as a whole.
pub(super) async fn find(reader: &mut Reader, key: &IntegrationKey, audience: &Audience) -> HttpResult<Recipients> {
    let installed = reader.places_of(key).await?;
    let places = if audience.rooms.is_empty() {
        widest(installed)
    } else {
        addressed_rooms(reader, &installed, &audience.rooms).await?
    };
    if audience.users.is_empty() {
        return Ok(Recipients::Places(places));
    }
    let mut users = Vec::new();
    for name in &audience.users {
        let user = find_person(reader, name).await?.ok_or_else(|| missing(Noun::Person))?.id;
        let shared = shared_places(reader, user, &places).await?;
        if shared.is_empty() {
            return Err(missing(Noun::Person));
        }
        users.extend(shared.into_iter().map(|place| (user, place)));
    }
    Ok(Recipients::Users(users))
}

async fn addressed_rooms(reader: &mut Reader, installed: &[RoomRef], names: &[String]) -> HttpResult<Vec<RoomRef>> {
    let mut places = Vec::new();
    for name in names {
        let room = find_room(reader, name).await?.map(|room| RoomRef::Room(room.id));
        let reached = room.filter(|room| installed.contains(&RoomRef::Global) || installed.contains(room));
        places.push(reached.ok_or_else(|| missing(Noun::Room))?);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// The global room stands for every room, so it alone is enough.
fn widest(places: Vec<RoomRef>) -> Vec<RoomRef> {
    if places.contains(&RoomRef::Global) { vec![RoomRef::Global] } else { places }
}

async fn shared_places(reader: &mut Reader, user: UserId, places: &[RoomRef]) -> HttpResult<Vec<RoomRef>> {
    let mut shared = Vec::new();
    for place in places {
        let is_there = match place {
            RoomRef::Global => true,
            RoomRef::Room(room) => reader.is_member(*room, user).await?,
        };
        if is_there {
            shared.push(*place);
        }
    }
    Ok(shared)
}
