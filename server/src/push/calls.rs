//! Who is in which call (MSG-19, decision 23). In memory only: a call lives as long as the connections in it.
//!
//! Everything is told while the registry is locked, and kept for connections that are being opened anew, so that states and
//! signals arrive in the order they had: a signal of somebody one has yet to hear of would be lost.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use roomglass_protocol::{
    ApiError, ErrorKind, RoomId,
    call::{CallNews, CallTold, IceServer, MAX_PARTICIPANTS, Media, Participant, ParticipantId, Signal},
    push::ServerFrame,
};
use tokio::sync::oneshot;

use super::{Connection, ConnectionId, Connections, EncodedFrame, opening::Late, registry::Registry};
use crate::clock;

/// Resolves, always with an error, when the call is over.
pub(super) type Over = oneshot::Receiver<Infallible>;

/// All calls of this server.
pub(super) struct Calls {
    rooms: HashMap<RoomId, Call>,
    seats: HashMap<ConnectionId, RoomId>,
    last: u32,
}

/// A place in a call as a client asks for it; see [`CallRequest::Join`].
///
/// [`CallRequest::Join`]: roomglass_protocol::call::CallRequest::Join
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) room_id: RoomId,
    pub(super) media: Media,
    pub(super) instead_of: Option<ParticipantId>,
}

struct Call {
    seats: Vec<Seat>,
    /// Dropped with the call, which tells whoever waits for its end.
    _over: oneshot::Sender<Infallible>,
}

struct Seat {
    connection: Arc<Connection>,
    participant: Participant,
}

impl Connections {
    /// Takes a connection into the call of a room it follows. Answers how to learn of the end if that began the call.
    ///
    /// # Errors
    /// The connection does not follow the room, or the call is full.
    pub(super) fn join_call(
        &self,
        id: ConnectionId,
        wanted: &Wanted,
        ice_servers: &[IceServer],
    ) -> Result<Option<Over>, ApiError> {
        let mut registry = self.lock();
        let room_id = wanted.room_id;
        let connection = registry.member(id, room_id)?;
        let former = registry.calls.former(&connection, wanted);
        if registry.calls.is_full_without(room_id, &[Some(id), former]) {
            let why = format!("The call is full: {MAX_PARTICIPANTS} take part already.");
            return Err(ApiError::new(ErrorKind::Conflict, why));
        }
        registry.leave_call(id);
        let (participant, over) = registry.calls.sit_down(&connection, room_id, wanted.media);
        // Only now: the call of somebody who is alone in it goes on.
        if let Some(former) = former {
            registry.calls.stand_up(former);
        }
        let ice_servers = ice_servers.to_vec();
        connection.tell(&told(&CallTold::Joined { room_id, participant, ice_servers }));
        registry.tell_members_of_call(room_id);
        Ok(over)
    }

    /// Ends the call of a room, if there is one.
    pub(super) fn end_call(&self, room_id: RoomId) {
        let mut registry = self.lock();
        if registry.calls.end(room_id) {
            registry.tell_members_of_call(room_id);
        }
    }

    /// Takes a connection out of its call, if it is in one.
    pub(super) fn leave_call(&self, id: ConnectionId) {
        self.lock().leave_call(id);
    }

    /// Tells the others in the call what a participant sends from now on.
    pub(super) fn change_call_media(&self, id: ConnectionId, media: Media) {
        let mut registry = self.lock();
        let Some((room_id, call)) = registry.calls.of(id) else { return };
        let Some(seat) = call.seats.iter_mut().find(|seat| seat.connection.id == id) else { return };
        if seat.participant.media != media {
            seat.participant.media = media;
            let state = CallTold::State { room_id, participants: call.participants() };
            registry.tell_participants(room_id, &state);
        }
    }

    /// Passes a signal on to another participant of the same call. One who has just left does not need it any more.
    ///
    /// # Errors
    /// The signal is too large, or the connection is in no call.
    pub(super) fn pass_call_signal(&self, id: ConnectionId, to: ParticipantId, signal: Signal) -> Result<(), ApiError> {
        signal.check()?;
        let mut registry = self.lock();
        let not_in_a_call = || ApiError::new(ErrorKind::Conflict, "You are not in a call.");
        let (room_id, call) = registry.calls.of(id).ok_or_else(not_in_a_call)?;
        let find = |wanted: &dyn Fn(&Seat) -> bool| call.seats.iter().find(|seat| wanted(seat));
        let from = find(&|seat| seat.connection.id == id).ok_or_else(not_in_a_call)?.participant.id;
        if let Some(to) = find(&|seat| seat.participant.id == to && seat.connection.id != id) {
            let to = to.connection.id;
            registry.tell_participant(to, room_id, &EncodedFrame::new(&told(&CallTold::Signal { from, signal })));
        }
        Ok(())
    }

    /// Tells those in a room's call, and the person's other clients, that somebody does not want to join.
    ///
    /// # Errors
    /// The connection does not follow the room.
    pub(super) fn decline_call(&self, id: ConnectionId, room_id: RoomId) -> Result<(), ApiError> {
        let registry = self.lock();
        let user_id = registry.member(id, room_id)?.user_id;
        let Some(call) = registry.calls.rooms.get(&room_id) else { return Ok(()) };
        let frame = EncodedFrame::new(&told(&CallTold::Declined { room_id, user_id }));
        let is_in_call = |connection: &Connection| call.seats.iter().any(|seat| seat.connection.id == connection.id);
        let hears = |connection: &&Arc<Connection>| is_in_call(connection) || connection.user_id == user_id;
        registry.followers(room_id).filter(hears).for_each(|connection| connection.send(&frame));
        Ok(())
    }
}

impl Registry {
    /// A connection, if it follows the room.
    fn member(&self, id: ConnectionId, room: RoomId) -> Result<Arc<Connection>, ApiError> {
        let entry = self.entries.get(&id).filter(|entry| entry.rooms.contains(&room));
        let entry = entry.ok_or_else(|| ApiError::new(ErrorKind::NotFound, "There is no such room."))?;
        Ok(entry.connection.clone())
    }

    /// Takes a connection out of its call, whatever the reason, and tells those who are in the room.
    pub(super) fn leave_call(&mut self, id: ConnectionId) {
        if let Some(room) = self.calls.stand_up(id) {
            self.tell_members_of_call(room);
        }
    }

    /// A connection follows a room from now on: it learns of the call there, if there is one.
    pub(super) fn tell_of_call(&self, id: ConnectionId, room_id: RoomId) {
        if let (Some(entry), Some(call)) = (self.entries.get(&id), self.calls.rooms.get(&room_id)) {
            entry.connection.tell(&told(&CallTold::State { room_id, participants: call.participants() }));
        }
    }

    /// Somebody is no longer in a room, and so neither in its call, nor does it concern them. They are told apart: the room's news
    /// pass them by.
    pub(super) fn leave_call_of(&mut self, id: ConnectionId, room_id: RoomId) {
        if !self.calls.rooms.contains_key(&room_id) {
            return;
        }
        if self.calls.seats.get(&id) == Some(&room_id) {
            self.leave_call(id);
        }
        if let Some(entry) = self.entries.get(&id) {
            entry.connection.tell(&told(&CallTold::State { room_id, participants: Vec::new() }));
        }
    }

    /// A connection follows these rooms and no other from now on: it leaves the call of any other, and hears of the calls
    /// in these.
    pub(super) fn calls_after_opening(&mut self, id: ConnectionId) {
        if let Some(room) = self.calls.seats.get(&id).copied()
            && self.member(id, room).is_err()
        {
            self.leave_call_of(id, room);
        }
        let Some(entry) = self.entries.get(&id) else { return };
        for (room_id, call) in self.calls.rooms.iter().filter(|(room, _)| entry.rooms.contains(room)) {
            let state = CallTold::State { room_id: *room_id, participants: call.participants() };
            entry.connection.tell(&told(&state));
        }
    }

    /// Tells those in a room's call.
    fn tell_participants(&mut self, room_id: RoomId, news: &CallTold) {
        let frame = EncodedFrame::new(&told(news));
        for id in self.calls.rooms.get(&room_id).map(Call::connections).unwrap_or_default() {
            self.tell_participant(id, room_id, &frame);
        }
    }

    /// Tells one in a room's call; where their connection is being opened anew (as whenever other people may be seen by it), as
    /// soon as that is done. Should they be in the room no longer by then, they do not hear it.
    fn tell_participant(&mut self, id: ConnectionId, room_id: RoomId, frame: &EncodedFrame) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        match &mut entry.backlog {
            Some(backlog) => backlog.push(Late::InRoom(room_id, None, frame.clone())),
            None => entry.connection.send(frame),
        }
    }

    fn tell_members_of_call(&mut self, room_id: RoomId) {
        let participants = self.calls.participants(room_id);
        let frame = EncodedFrame::new(&told(&CallTold::State { room_id, participants }));
        self.keep_for_opening(|_| Some(Late::InRoom(room_id, None, frame.clone())));
        self.followers(room_id).for_each(|member| member.send(&frame));
    }
}

/// Numbers of participants go on where they cannot have been before a restart: seconds pass faster than people join.
impl Default for Calls {
    fn default() -> Self {
        Self { rooms: HashMap::new(), seats: HashMap::new(), last: clock::now().seconds() as u32 }
    }
}

impl Calls {
    /// Whether a call takes no more, even if these go.
    fn is_full_without(&self, room: RoomId, these: &[Option<ConnectionId>]) -> bool {
        let stays = |seat: &&Seat| !these.contains(&Some(seat.connection.id));
        self.rooms.get(&room).is_some_and(|call| call.seats.iter().filter(stays).count() >= MAX_PARTICIPANTS)
    }

    /// The other connection as which somebody was in the call before. Nobody else's: one cannot throw people out.
    fn former(&self, connection: &Connection, wanted: &Wanted) -> Option<ConnectionId> {
        let seats = self.rooms.get(&wanted.room_id)?.seats.iter().map(|seat| (seat.connection.id, seat.participant));
        let mut others =
            seats.filter(|(id, participant)| *id != connection.id && participant.user_id == connection.user_id);
        others.find(|(_, participant)| Some(participant.id) == wanted.instead_of).map(|(id, _)| id)
    }

    fn sit_down(&mut self, connection: &Arc<Connection>, room: RoomId, media: Media) -> (ParticipantId, Option<Over>) {
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
    fn stand_up(&mut self, id: ConnectionId) -> Option<RoomId> {
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
    fn end(&mut self, room: RoomId) -> bool {
        self.seats.retain(|_, seated_in| *seated_in != room);
        self.rooms.remove(&room).is_some()
    }

    /// Who is in a room's call.
    pub(super) fn participants(&self, room: RoomId) -> Vec<Participant> {
        self.rooms.get(&room).map(Call::participants).unwrap_or_default()
    }

    /// The call a connection is in.
    fn of(&mut self, id: ConnectionId) -> Option<(RoomId, &mut Call)> {
        let room = *self.seats.get(&id)?;
        Some((room, self.rooms.get_mut(&room)?))
    }

    /// What must hold whenever the lock is taken.
    #[cfg(debug_assertions)]
    pub(super) fn check(&self, is_connected: impl Fn(ConnectionId) -> bool) {
        let seated: usize = self.rooms.values().map(|call| call.seats.len()).sum();
        assert_eq!(seated, self.seats.len(), "a call's participants and the participants' calls differ");
        assert!(self.rooms.values().all(|call| (1..=MAX_PARTICIPANTS).contains(&call.seats.len())), "an odd call");
        assert!(self.seats.keys().all(|id| is_connected(*id)), "a participant without connection");
    }
}

impl Call {
    fn participants(&self) -> Vec<Participant> {
        self.seats.iter().map(|seat| seat.participant).collect()
    }

    fn connections(&self) -> Vec<ConnectionId> {
        self.seats.iter().map(|seat| seat.connection.id).collect()
    }
}

/// The frame.
pub(super) fn told(told: &CallTold) -> ServerFrame {
    ServerFrame::Call(CallNews::new(told))
}
