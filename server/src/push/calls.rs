//! Who is in which call (MSG-19, decision 23). In memory only: a call lives as long as the connections in it.
//!
//! Everything is told while the registry is locked, and kept for connections that are being opened anew, so that states and
//! signals arrive in the order they had: a signal of somebody one has yet to hear of would be lost.

mod seats;

use std::sync::Arc;

use roomglass_protocol::{
    ApiError, ErrorKind, RoomId,
    call::{CallNews, CallTold, IceServer, MAX_PARTICIPANTS, Media, ParticipantId, Signal},
    push::ServerFrame,
};

use super::{Connection, ConnectionId, Connections, EncodedFrame, opening::Late, registry::Registry};
use seats::{Call, Seat};
pub(super) use seats::{Calls, Over, Wanted};

/// What came of joining.
pub(super) enum Joined {
    /// The call began with it.
    Began(Over),
    /// There was a call already.
    TakesPart,
    /// Nothing: the connection is being opened anew, and in no room until that is done.
    NotYet,
}

impl Connections {
    /// Takes a connection into the call of a room it follows.
    ///
    /// # Errors
    /// The connection does not follow the room, or the call is full.
    pub(super) fn join_call(
        &self,
        id: ConnectionId,
        wanted: &Wanted,
        ice_servers: &[IceServer],
    ) -> Result<Joined, ApiError> {
        let mut registry = self.lock();
        if registry.opening.contains(&id) {
            return Ok(Joined::NotYet);
        }
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
        Ok(over.map_or(Joined::TakesPart, Joined::Began))
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

/// The frame.
pub(super) fn told(told: &CallTold) -> ServerFrame {
    ServerFrame::Call(CallNews::new(told))
}
