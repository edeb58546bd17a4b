//! Places integrations are installed in, and who may change what is there (INST-19).

use std::collections::BTreeSet;

use roomglass_protocol::{IntegrationKey, Person, Role, Room, RoomId, RoomKind, RoomRef, UserId};
use roomglass_storage::{Noun, Reader};

use crate::error::{HttpError, HttpResult};

/// Rooms one request may name.
const MAX_ROOMS: usize = 50;

/// The places a request names: rooms, or the global room.
pub(super) fn requested(rooms: &[RoomId], global: bool) -> HttpResult<Vec<RoomRef>> {
    let places: BTreeSet<RoomRef> = rooms.iter().copied().map(RoomRef::Room).collect();
    match (places.len(), global) {
        (0, true) => Ok(vec![RoomRef::Global]),
        (1..=MAX_ROOMS, false) => Ok(places.into_iter().collect()),
        (count, false) if count > MAX_ROOMS => {
            Err(HttpError::invalid(format!("At most {MAX_ROOMS} rooms can be named at once.")))
        }
        _ => Err(HttpError::invalid("Say where: \"rooms\" with at least one room, or \"global\": true.")),
    }
}

/// The rooms among places.
pub(super) fn rooms(places: &[RoomRef]) -> Vec<RoomId> {
    places.iter().filter_map(|place| place.room()).collect()
}

/// Whether a person may install in these places and remove from them: administrators everywhere, the owner in a room,
/// guests nowhere.
pub(super) async fn authorise(reader: &mut Reader, person: UserId, places: &[RoomRef]) -> HttpResult<()> {
    let person = reader.person(person).await?.ok_or_else(HttpError::unauthenticated)?;
    if person.role == Role::Guest {
        return Err(HttpError::forbidden("Guests may not install or remove integrations. Ask the owner of the room."));
    }
    for place in places {
        match place {
            RoomRef::Global => for_everybody(&person)?,
            RoomRef::Room(room) => in_room(reader, &person, *room).await?,
        }
    }
    Ok(())
}

fn for_everybody(person: &Person) -> HttpResult<()> {
    match person.role {
        Role::Administrator => Ok(()),
        Role::Member | Role::Guest => {
            Err(HttpError::forbidden("Only administrators may install or remove integrations for everybody."))
        }
    }
}

async fn in_room(reader: &mut Reader, person: &Person, room: RoomId) -> HttpResult<()> {
    let visible = match reader.membership(room, person.id).await? {
        Some(membership) => Some(membership.room),
        None if person.role == Role::Administrator => reader.room(room).await?.filter(has_name),
        None => None,
    };
    let room = visible.ok_or_else(|| HttpError::not_found(Noun::Room))?;
    if !has_name(&room) {
        return Err(HttpError::invalid("Integrations are installed in rooms, not in conversations."));
    }
    if person.role == Role::Administrator || room.owner_id == person.id {
        return Ok(());
    }
    Err(HttpError::forbidden(format!(
        "Only the owner of {} and administrators may install or remove integrations there.",
        room.name
    )))
}

/// Who may decide which version of an integration is in force: whoever may install in all the places it is in. Those
/// are the administrators, and the owner of its rooms if they all have the same one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deciders {
    owner: Option<UserId>,
}

impl Deciders {
    pub(super) async fn of(reader: &mut Reader, key: &IntegrationKey) -> HttpResult<Self> {
        Ok(Self { owner: reader.sole_owner(key).await? })
    }

    pub(super) fn include(&self, person: &Person) -> bool {
        match person.role {
            Role::Administrator => true,
            Role::Member => self.owner == Some(person.id),
            Role::Guest => false,
        }
    }

    /// Refuses everybody else.
    pub(super) fn require(&self, person: &Person) -> HttpResult<()> {
        if self.include(person) {
            return Ok(());
        }
        Err(HttpError::forbidden(
            "Only administrators, and whoever owns every room it is installed in, decide about an integration's version.",
        ))
    }

    /// All of them, to be told.
    pub(super) async fn list(&self, reader: &mut Reader) -> HttpResult<Vec<UserId>> {
        let people = reader.people().await?;
        Ok(people.iter().filter(|person| self.include(person)).map(|person| person.id).collect())
    }
}

/// Conversations belong to the people in them: integrations neither enter nor see them.
pub(crate) fn has_name(room: &Room) -> bool {
    room.kind == RoomKind::Room
}
