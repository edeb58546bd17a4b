//! The places in all calls, and who has them. Tells nobody.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use roomglass_protocol::{
    RoomId,
    call::{MAX_PARTICIPANTS, Media, Participant, ParticipantId},
};
use tokio::sync::oneshot;

use crate::{
    clock,
    push::{Connection, ConnectionId},
};

/// Resolves, always with an error, when the call is over.
pub(in crate::push) type Over = oneshot::Receiver<Infallible>;

/// All calls of this server.
pub(in crate::push) struct Calls {
    pub(super) rooms: HashMap<RoomId, Call>,
    pub(super) seats: HashMap<ConnectionId, RoomId>,
    last: u32,
}

/// A place in a call as a client asks for it; see [`CallRequest::Join`].
///
/// [`CallRequest::Join`]: roomglass_protocol::call::CallRequest::Join
#[derive(Debug, Clone, Copy)]
pub(in crate::push) struct Wanted {
    pub(in crate::push) room_id: RoomId,
    pub(in crate::push) media: Media,
    pub(in crate::push) instead_of: Option<ParticipantId>,
}

pub(super) struct Call {
    pub(super) seats: Vec<Seat>,
    /// Dropped with the call, which tells whoever waits for its end.
    _over: oneshot::Sender<Infallible>,
}

pub(super) struct Seat {
    pub(super) connection: Arc<Connection>,
    pub(super) participant: Participant,
}

/// Numbers of participants go on where they cannot have been before a restart: seconds pass faster than people join.
impl Default for Calls {
    fn default() -> Self {
        Self { rooms: HashMap::new(), seats: HashMap::new(), last: clock::now().seconds() as u32 }
    }
}

impl Calls {
    /// Whether a call takes no more, even if these go.
    pub(super) fn is_full_without(&self, room: RoomId, these: &[Option<ConnectionId>]) -> bool {
        let stays = |seat: &&Seat| !these.contains(&Some(seat.connection.id));
        self.rooms.get(&room).is_some_and(|call| call.seats.iter().filter(stays).count() >= MAX_PARTICIPANTS)
    }

    /// The other connection as which somebody was in the call before. Nobody else's: one cannot throw people out.
    pub(super) fn former(&self, connection: &Connection, wanted: &Wanted) -> Option<ConnectionId> {
        let seats = self.rooms.get(&wanted.room_id)?.seats.iter().map(|seat| (seat.connection.id, seat.participant));
        let mut others =
            seats.filter(|(id, participant)| *id != connection.id && participant.user_id == connection.user_id);
        others.find(|(_, participant)| Some(participant.id) == wanted.instead_of).map(|(id, _)| id)
    }

    pub(super) fn sit_down(
        &mut self,
        connection: &Arc<Connection>,
        room: RoomId,
        media: Media,
    ) -> (ParticipantId, Option<Over>) {
        let mut over = None;
        let call = self.rooms.entry(room).or_insert_with(|| {
            let (sender, receiver) = oneshot::channel();
            over = Some(receiver);
            Call { seats: Vec::new(), _over: sender }
        });
        self.last = self.last.wrapping_add(1);
        let id = ParticipantId(self.last);
        let participant = Participant { id, user_id: connection.user_id, media };
        call.seats.push(Seat { connection: connection.clone(), participant });
        self.seats.insert(connection.id, room);
        (id, over)
    }

    /// Frees the place of a connection; a call without participants is over. Answers in which room that was.
    pub(super) fn stand_up(&mut self, id: ConnectionId) -> Option<RoomId> {
        let room = self.seats.remove(&id)?;
        if let Some(call) = self.rooms.get_mut(&room) {
            call.seats.retain(|seat| seat.connection.id != id);
            if call.seats.is_empty() {
                self.rooms.remove(&room);
            }
        }
        Some(room)
    }

    /// Ends the call of a room. Answers whether there was one.
    pub(super) fn end(&mut self, room: RoomId) -> bool {
        self.seats.retain(|_, seated_in| *seated_in != room);
        self.rooms.remove(&room).is_some()
    }

    /// Who is in a room's call.
    pub(in crate::push) fn participants(&self, room: RoomId) -> Vec<Participant> {
        self.rooms.get(&room).map(Call::participants).unwrap_or_default()
    }

    /// The call a connection is in.
    pub(super) fn of(&mut self, id: ConnectionId) -> Option<(RoomId, &mut Call)> {
        let room = *self.seats.get(&id)?;
        Some((room, self.rooms.get_mut(&room)?))
    }

    /// What must hold whenever the lock is taken.
    #[cfg(debug_assertions)]
    pub(in crate::push) fn check(&self, is_connected: impl Fn(ConnectionId) -> bool) {
        let seated: usize = self.rooms.values().map(|call| call.seats.len()).sum();
        assert_eq!(seated, self.seats.len(), "a call's participants and the participants' calls differ");
        assert!(self.rooms.values().all(|call| (1..=MAX_PARTICIPANTS).contains(&call.seats.len())), "an odd call");
        assert!(self.seats.keys().all(|id| is_connected(*id)), "a participant without connection");
    }
}

impl Call {
    pub(super) fn participants(&self) -> Vec<Participant> {
        self.seats.iter().map(|seat| seat.participant).collect()
    }

    pub(super) fn connections(&self) -> Vec<ConnectionId> {
        self.seats.iter().map(|seat| seat.connection.id).collect()
    }
}
