//! Bringing a connection up to date: register first, then read the snapshot, then apply what came in between.
//!
//! Happens after hello, and again for guests when whom they may see has changed.

#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use roomglass_protocol::{
    Person, Role, RoomId, UserId,
    push::{Revision, ServerFrame},
};

use super::{
    Close, Connection, EncodedFrame, outbox,
    registry::{Connections, Registry, Sees},
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    state::AppState,
};

/// Something that happened while the snapshot was read.
#[derive(Debug, Clone)]
pub(super) enum Late {
    /// For members of the room.
    InRoom(RoomId, Option<Revision>, EncodedFrame),
    /// For the user.
    ForUser(Option<Revision>, EncodedFrame),
    /// For those who may see the person.
    About(UserId, Option<Revision>, EncodedFrame),
    /// The user became a member.
    Joined(RoomId, Revision),
    /// The user stopped being a member.
    Left(RoomId, Revision),
    /// Somebody came to the room or left it.
    MembersChanged(RoomId, Revision),
}

impl Late {
    fn changes_members(&self, rooms: &HashSet<RoomId>, since: Revision) -> bool {
        matches!(self, Self::MembersChanged(room, rev) if *rev > since && rooms.contains(room))
    }
}

/// What happened meanwhile, in order; as bounded as the outbox it will go into.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    late: Vec<Late>,
    bytes: usize,
}

impl Backlog {
    pub(super) fn push(&mut self, late: Late) {
        self.bytes += match &late {
            Late::InRoom(_, _, frame) | Late::ForUser(_, frame) | Late::About(_, _, frame) => frame.bytes().len(),
            Late::Joined(..) | Late::Left(..) | Late::MembersChanged(..) => size_of::<Late>(),
        };
        if !self.is_too_long() {
            self.late.push(late);
        }
    }

    pub(super) fn extend(&mut self, late: impl IntoIterator<Item = Late>) {
        late.into_iter().for_each(|late| self.push(late));
    }

    fn is_too_long(&self) -> bool {
        self.bytes > outbox::LIMIT
    }
}

/// What a snapshot says of one user.
struct Opened {
    rev: Revision,
    person: Person,
    rooms: Vec<roomglass_protocol::Membership>,
    people: Vec<Person>,
}

/// Gives connections a new welcome, each in its own time. They keep what happens from this call on.
pub(super) fn reopen(app: &AppState, connections: Vec<Arc<Connection>>) {
    for connection in connections {
        let Some(opening) = app.connections.lock().begin_opening(connection.id) else { continue };
        let app = app.clone();
        tokio::spawn(async move { finish(&app, &connection, opening, None).await });
    }
}

/// Reads the snapshot and sends the welcome. `client_rev` is the revision the client is at, if it said so.
pub(super) async fn finish(app: &AppState, connection: &Arc<Connection>, opening: u64, client_rev: Option<Revision>) {
    match read(app, connection).await {
        Ok(opened) => {
            if welcome(&app.connections, connection, opening, opened, client_rev) == Sight::Changed {
                reopen(app, vec![connection.clone()]);
            }
        }
        Err(error) => {
            let signed_out = error.refusal().kind == roomglass_protocol::ErrorKind::Unauthenticated;
            error.into_refusal();
            connection.close(if signed_out { Close::SignedOut } else { Close::Internal });
        }
    }
}

async fn read(app: &AppState, connection: &Connection) -> HttpResult<Opened> {
    let mut reader = app.storage.read().await?;
    // The session again: it may have been revoked before this connection could be found by its user.
    let session = reader.session(&connection.token, clock::now()).await?.ok_or_else(HttpError::unauthenticated)?;
    let person = session.person;
    Ok(Opened {
        rev: reader.revision().await?,
        rooms: reader.rooms_of(person.id).await?,
        people: reader.people_seen_by(&person).await?,
        person,
    })
}

fn welcome(
    connections: &Connections,
    connection: &Arc<Connection>,
    opening: u64,
    opened: Opened,
    client_rev: Option<Revision>,
) -> Sight {
    let mut registry = connections.lock();
    let Some(entry) = registry.entries.get_mut(&connection.id) else { return Sight::Same };
    if entry.openings != opening {
        return Sight::Same; // A later opening is under way and will know more.
    }
    let Some(backlog) = entry.backlog.take() else { return Sight::Same };
    let mut rooms: HashSet<RoomId> = opened.rooms.iter().map(|membership| membership.room.id).collect();
    let sees = match opened.person.role {
        Role::Guest => Sees::Only(opened.people.iter().map(|person| person.id).collect()),
        Role::Administrator | Role::Member => Sees::Everybody,
    };
    entry.sees = sees.clone();
    connection.set_since(opened.rev);
    connection.tell(&frame(&registry, opened, client_rev, &sees));
    if backlog.is_too_long() {
        connection.close(Close::Slow);
    }
    let mut sight = Sight::Same;
    for late in backlog.late {
        if sees != Sees::Everybody && late.changes_members(&rooms, connection.since()) {
            sight = Sight::Changed;
        }
        replay(connection, &mut rooms, &sees, late);
    }
    registry.end_opening(connection.id, rooms);
    connections.somebody_is_open();
    sight
}

/// Whether a guest may see other people by now than those of the snapshot.
#[derive(Debug, PartialEq, Eq)]
enum Sight {
    Same,
    Changed,
}

fn frame(registry: &Registry, opened: Opened, client_rev: Option<Revision>, sees: &Sees) -> ServerFrame {
    let Opened { rev, person, rooms, people } = opened;
    let is_current = client_rev == Some(rev);
    ServerFrame::Welcome {
        rev,
        user: person,
        rooms: (!is_current).then_some(rooms),
        people: (!is_current).then_some(people),
        presence: registry.announced.of_those(|user| sees.sees(user)),
    }
}

fn replay(connection: &Connection, rooms: &mut HashSet<RoomId>, sees: &Sees, late: Late) {
    let since = connection.since();
    match late {
        Late::Joined(room, rev) if rev > since => drop(rooms.insert(room)),
        Late::Left(room, rev) if rev > since => drop(rooms.remove(&room)),
        Late::Joined(..) | Late::Left(..) | Late::MembersChanged(..) => {}
        Late::InRoom(room, rev, frame) if rooms.contains(&room) => connection.send_change(rev, &frame),
        Late::InRoom(..) => {}
        Late::About(who, rev, frame) if sees.sees(who) => connection.send_change(rev, &frame),
        Late::About(..) => {}
        Late::ForUser(rev, frame) => connection.send_change(rev, &frame),
    }
}
