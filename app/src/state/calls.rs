//! Calls as this page knows them: who is in which, how far it is itself, and what follows from what the server tells.

#[cfg(test)]
mod tests;

use roomglass_protocol::{
    OrderedMap, RoomId, UserId,
    call::{CallTold, Media, Participant, ParticipantId, Signal},
};

/// How far this page is in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mine {
    /// In none.
    #[default]
    None,
    /// The browser is being asked for microphone and camera.
    Preparing(RoomId),
    /// The server is being asked.
    Joining(RoomId),
    /// In it.
    In(RoomId, ParticipantId),
    /// The connection to the server is gone; it is joined again when that is back.
    Lost(RoomId),
}

/// How the way to another participant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// Being looked for.
    #[default]
    Connecting,
    /// Found.
    Connected,
    /// There seems to be none.
    Failed,
}

/// What has to happen between this browser and others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody is in the call besides us.
    Meet {
        /// Who.
        with: ParticipantId,
        /// Whether we came later and so make the offer.
        offer: bool,
    },
    /// Somebody is gone.
    Part(ParticipantId),
    /// The server has let us into a call we do not want any more: it must not wait for us there.
    Withdraw,
    /// We are in the call no longer: microphone and camera are let go too.
    End,
    /// Somebody says how to connect.
    Take(ParticipantId, Signal),
}

/// A call that others are in, or that the person asked for, and that can be joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Where.
    pub room: RoomId,
    /// Who is in it.
    pub people: Vec<UserId>,
    /// Whether the person asked for it; nobody calls them then.
    pub asked: bool,
}

/// All that is known of calls.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calls {
    /// How far this page is.
    pub mine: Mine,
    /// Where the person wants a call, and has yet to say with what.
    pub asked: Option<RoomId>,
    /// What it sends.
    pub media: Media,
    /// Who it was in the call that it is on the way back into.
    pub former: Option<ParticipantId>,
    /// Why the last attempt failed.
    pub problem: Option<String>,
    /// Who did not want to come, as far as told.
    pub declined: Vec<UserId>,
    ongoing: OrderedMap<RoomId, Vec<Participant>>,
    /// Calls that the person declined or left, each by the newest participant of that time.
    silenced: OrderedMap<RoomId, ParticipantId>,
    links: OrderedMap<ParticipantId, Link>,
}

impl Calls {
    /// The person wants a call.
    pub fn ask(&mut self, room: RoomId) {
        if self.room() != Some(room) {
            self.asked = Some(room);
            self.problem = None;
        }
    }

    /// The person does not want to join: it is not offered any more.
    pub fn decline(&mut self, room: RoomId) {
        self.silence(room);
        self.answered(room);
    }

    /// The person has said with what to join.
    pub fn prepare(&mut self, room: RoomId, media: Media) {
        self.mine = Mine::Preparing(room);
        self.media = media;
        self.former = None;
        self.answered(room);
    }

    fn silence(&mut self, room: RoomId) {
        let participants = self.ongoing.get(&room).into_iter().flatten();
        let newest = participants.map(|participant| participant.id).max().unwrap_or(ParticipantId(0));
        self.silenced.insert(room, newest);
    }

    fn answered(&mut self, room: RoomId) {
        self.asked = self.asked.filter(|asked| *asked != room);
        self.problem = None;
    }

    /// Where the person is in a call, or on the way into one.
    pub fn room(&self) -> Option<RoomId> {
        match self.mine {
            Mine::None => None,
            Mine::Preparing(room) | Mine::Joining(room) | Mine::In(room, _) | Mine::Lost(room) => Some(room),
        }
    }

    /// Those in our call besides us.
    pub fn others(&self) -> Vec<Participant> {
        match self.mine {
            Mine::In(room, me) => self.others_in(room, me),
            _ => Vec::new(),
        }
    }

    /// A participant of our call.
    pub fn participant(&self, id: ParticipantId) -> Option<Participant> {
        self.others().into_iter().find(|other| other.id == id)
    }

    /// How the way to another participant is.
    pub fn link(&self, with: ParticipantId) -> Link {
        self.links.get(&with).copied().unwrap_or_default()
    }

    /// It has changed.
    pub fn set_link(&mut self, with: ParticipantId, link: Link) {
        // Somebody who is gone has none, whatever the browser still says.
        if let Some(known) = self.links.get_mut(&with) {
            *known = link;
        }
    }

    /// What can be joined: what the person asked for, else a conversation that calls, else the call of the room in view. Not
    /// what was declined, nor what the person is in with another tab.
    pub fn offered(&self, me: UserId, in_view: Option<RoomId>, calls: impl Fn(RoomId) -> bool) -> Option<Offered> {
        if let Some(room) = self.asked {
            return Some(self.offer(room, true));
        }
        let is_new = |room: &RoomId, participants: &[Participant]| {
            self.room() != Some(*room)
                && !self.silenced.contains_key(room)
                && participants.iter().all(|participant| participant.user_id != me)
        };
        let open =
            || self.ongoing.iter().filter(|(room, participants)| is_new(room, participants)).map(|(room, _)| *room);
        let room = open().find(|room| calls(*room)).or_else(|| open().find(|room| Some(*room) == in_view))?;
        Some(self.offer(room, false))
    }

    fn offer(&self, room: RoomId, asked: bool) -> Offered {
        let participants = self.ongoing.get(&room).into_iter().flatten();
        Offered { room, people: participants.map(|participant| participant.user_id).collect(), asked }
    }

    /// The attempt has failed; the person may try again otherwise.
    pub fn fail(&mut self, room: RoomId, problem: String) {
        if [Mine::Preparing(room), Mine::Joining(room)].contains(&self.mine) {
            self.end();
        }
        self.asked = Some(room);
        self.problem = Some(problem);
    }

    /// The person leaves.
    pub fn leave(&mut self) {
        if let Some(room) = self.room() {
            // Whoever has just left need not be asked to come back.
            self.silence(room);
        }
        self.end();
    }

    /// The connection to the server is gone. What it knew of calls is out of date.
    pub fn disconnected(&mut self) -> Vec<Step> {
        self.ongoing.clear();
        let (Mine::Joining(room) | Mine::In(room, _)) = self.mine else { return Vec::new() };
        if let Mine::In(_, me) = self.mine {
            self.former = Some(me);
        }
        let steps = self.links.keys().map(|with| Step::Part(*with)).collect();
        self.links.clear();
        self.mine = Mine::Lost(room);
        steps
    }

    /// What the server tells; `me` is the person of this page.
    pub fn hear(&mut self, told: CallTold, me: UserId) -> Vec<Step> {
        match told {
            CallTold::State { room_id, participants } => self.state(room_id, participants, me),
            CallTold::Joined { room_id, participant, .. } if self.mine == Mine::Joining(room_id) => {
                self.mine = Mine::In(room_id, participant);
                self.former = None;
                self.declined.clear();
                self.problem = None;
                Vec::new()
            }
            CallTold::Signal { from, signal } => vec![Step::Take(from, signal)],
            CallTold::Declined { room_id, user_id } => {
                if user_id == me {
                    self.silence(room_id);
                } else if self.room() == Some(room_id) {
                    self.declined.retain(|other| *other != user_id);
                    self.declined.push(user_id);
                }
                Vec::new()
            }
            CallTold::Refused(error) => match self.mine {
                Mine::Joining(room) => {
                    self.fail(room, error.message);
                    vec![Step::End]
                }
                _ => Vec::new(),
            },
            CallTold::Joined { .. } if self.mine == Mine::None => vec![Step::Withdraw],
            CallTold::Joined { .. } | CallTold::Unknown => Vec::new(),
        }
    }

    fn state(&mut self, room: RoomId, participants: Vec<Participant>, me: UserId) -> Vec<Step> {
        let newest = self.silenced.get(&room).copied().unwrap_or(ParticipantId(0));
        let is_in = |participants: &[Participant]| participants.iter().any(|participant| participant.user_id == me);
        if participants.is_empty() {
            self.ongoing.remove(&room);
            self.silenced.remove(&room);
        } else {
            let (is_mine, is_newer) = (is_in(&participants), participants.iter().all(|other| other.id > newest));
            match self.ongoing.insert(room, participants) {
                // Nobody is in it who was when it was declined or left: that was another call.
                None if is_newer => drop(self.silenced.remove(&room)),
                // Left, perhaps with another tab.
                Some(before) if is_in(&before) && !is_mine => self.silence(room),
                None | Some(_) => {}
            }
        }
        let Mine::In(mine, me) = self.mine else { return Vec::new() };
        if mine != room {
            return Vec::new();
        }
        if !self.ongoing.get(&room).is_some_and(|now| now.iter().any(|participant| participant.id == me)) {
            self.end();
            return vec![Step::End];
        }
        self.meet(self.others_in(room, me), me)
    }

    fn meet(&mut self, others: Vec<Participant>, me: ParticipantId) -> Vec<Step> {
        let is_there = |with: &ParticipantId| others.iter().any(|other| other.id == *with);
        let gone: Vec<_> = self.links.keys().copied().filter(|with| !is_there(with)).collect();
        let new: Vec<_> = others.iter().filter(|other| !self.links.contains_key(&other.id)).copied().collect();
        self.links.retain(|with, _| !gone.contains(with));
        self.declined.retain(|user| others.iter().all(|other| other.user_id != *user));
        self.links.extend(new.iter().map(|other| (other.id, Link::Connecting)));
        let meet = new.into_iter().map(|other| Step::Meet { with: other.id, offer: me > other.id });
        gone.into_iter().map(Step::Part).chain(meet).collect()
    }

    fn others_in(&self, room: RoomId, me: ParticipantId) -> Vec<Participant> {
        self.ongoing.get(&room).into_iter().flatten().filter(|other| other.id != me).copied().collect()
    }

    fn end(&mut self) {
        self.mine = Mine::None;
        self.media = Media::default();
        self.former = None;
        self.links.clear();
        self.declined.clear();
    }
}
