//! People and rooms as one user sees them.

use serde::{Deserialize, Serialize};

use crate::{
    Event, EventBody, Membership, Message, OrderedMap, Organisation, Person, Presence, RoomId, RoomKind, UserId,
    push::{PresenceOf, Revision, ServerFrame},
    rest::snapshot::Snapshot,
};

/// Everything of [`Snapshot`], kept current by frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// State after this revision.
    pub rev: Revision,
    /// The organisation of the server.
    pub organisation: Organisation,
    /// Whose session it is.
    pub user: Person,
    /// Everybody the user may see.
    pub people: OrderedMap<UserId, Person>,
    /// Everybody who is not offline.
    pub presence: OrderedMap<UserId, Presence>,
    /// All rooms of the user.
    pub rooms: OrderedMap<RoomId, Membership>,
}

/// What a client has to do because of a frame, beyond redrawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A room is new: synchronise its integrations (SYNC-02).
    RoomJoined(RoomId),
    /// A room is gone: drop what is stored for it.
    RoomLeft(RoomId),
    /// The room's log has entries after the client's: fetch them.
    RoomBehind(RoomId),
}

impl From<Snapshot> for Workspace {
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { rev, organisation, user, people, presence, rooms } = snapshot;
        Self {
            rev,
            organisation,
            user,
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            presence: presence.into_iter().map(|p| (p.user_id, p.status)).collect(),
            rooms: rooms.into_iter().map(|room| (room.room.id, room)).collect(),
        }
    }
}

impl Workspace {
    /// Applies a frame. Frames that concern only timelines, integrations or tiles change at most `rev`. A frame older
    /// than what is known is ignored: a snapshot can overtake frames that were already under way.
    pub fn apply(&mut self, frame: &ServerFrame) -> Vec<Effect> {
        match frame {
            ServerFrame::Welcome { rev, user, rooms, people, presence } => {
                self.rev = *rev;
                self.user = user.clone();
                self.presence = presence.iter().filter(|one| is_there(one)).map(|p| (p.user_id, p.status)).collect();
                if let Some(people) = people {
                    self.people = people.iter().map(|person| (person.id, person.clone())).collect();
                }
                rooms.as_ref().map(|rooms| self.replace_rooms(rooms)).unwrap_or_default()
            }
            ServerFrame::Presence { presence } => {
                self.set_presence(presence);
                Vec::new()
            }
            ServerFrame::Message { rev, .. } | ServerFrame::Event { rev, .. } => {
                self.at(*rev, |this| frame.event().map(|event| this.take_event(&event)).unwrap_or_default())
            }
            ServerFrame::Room { rev, room } => self.at(*rev, |this| this.take_room(room)),
            ServerFrame::RoomLeft { rev, room_id } => self
                .at(*rev, |this| this.rooms.remove(room_id).map(|_| Effect::RoomLeft(*room_id)).into_iter().collect()),
            ServerFrame::Read { rev, room_id, seq, messages } => self.at(*rev, |this| {
                if let Some(room) = this.rooms.get_mut(room_id) {
                    room.read_up_to(*seq, *messages);
                }
                Vec::new()
            }),
            ServerFrame::Person { rev, person } => self.at(*rev, |this| {
                this.take_person(person);
                Vec::new()
            }),
            ServerFrame::Sync { rev, .. } | ServerFrame::Update { rev, .. } => self.at(*rev, |_| Vec::new()),
            ServerFrame::Typing { .. }
            | ServerFrame::DynamicData { .. }
            | ServerFrame::Ack { .. }
            | ServerFrame::Refused { .. }
            | ServerFrame::Call(_)
            | ServerFrame::Unknown => Vec::new(),
        }
    }

    /// Presence of a person; offline when nothing is known.
    pub fn presence_of(&self, user: UserId) -> Presence {
        self.presence.get(&user).copied().unwrap_or_default()
    }

    /// What a room is called by this user: its name, or the names of the other people in a conversation.
    pub fn room_title(&self, room: &Membership) -> String {
        match room.room.kind {
            RoomKind::Room => room.room.name.clone(),
            // Of an integration, which is no member.
            RoomKind::Conversation if !room.room.name.is_empty() => room.room.name.clone(),
            RoomKind::Conversation if room.with.is_empty() => self.user.name.clone(),
            RoomKind::Conversation => {
                let name = |user: &UserId| self.people.get(user).map_or("somebody", |person| person.name.as_str());
                room.with.iter().map(name).collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// Makes a change of revision `rev`, unless something newer is known. Several frames may tell of one revision.
    fn at(&mut self, rev: Revision, change: impl FnOnce(&mut Self) -> Vec<Effect>) -> Vec<Effect> {
        if rev < self.rev {
            return Vec::new();
        }
        self.rev = rev;
        change(self)
    }

    fn replace_rooms(&mut self, rooms: &[Membership]) -> Vec<Effect> {
        let before = std::mem::take(&mut self.rooms);
        self.rooms = rooms.iter().map(|room| (room.room.id, room.clone())).collect();
        let gone = before.keys().filter(|id| !self.rooms.contains_key(id)).map(|id| Effect::RoomLeft(*id));
        let changed = self.rooms.iter().filter_map(|(id, room)| match before.get(id) {
            None => Some(Effect::RoomJoined(*id)),
            Some(known) if known.room.seq < room.room.seq => Some(Effect::RoomBehind(*id)),
            Some(_) => None,
        });
        gone.chain(changed).collect()
    }

    /// A change of a room is told by an event and by a frame of its own; whichever comes first is not a gap.
    fn take_room(&mut self, room: &Membership) -> Vec<Effect> {
        match self.rooms.insert(room.room.id, room.clone()) {
            None => vec![Effect::RoomJoined(room.room.id)],
            Some(known) if room.room.seq > known.room.seq.next() => vec![Effect::RoomBehind(room.room.id)],
            Some(_) => Vec::new(),
        }
    }

    fn take_event(&mut self, event: &Event) -> Vec<Effect> {
        let Some(room) = self.rooms.get_mut(&event.room_id) else { return Vec::new() };
        if event.seq <= room.room.seq {
            return Vec::new();
        }
        let behind = event.seq > room.room.seq.next();
        room.room.seq = event.seq;
        room.room.messages = event.messages;
        if event.message().and_then(Message::sender) == Some(self.user.id) {
            room.read_up_to(event.seq, event.messages);
        }
        if let EventBody::Changed { topic, name, privacy, archived, .. } = &event.body {
            room.room.topic = topic.clone().unwrap_or_else(|| std::mem::take(&mut room.room.topic));
            room.room.name = name.clone().unwrap_or_else(|| std::mem::take(&mut room.room.name));
            room.room.privacy = privacy.unwrap_or(room.room.privacy);
            room.room.archived = archived.unwrap_or(room.room.archived);
        }
        if behind { vec![Effect::RoomBehind(event.room_id)] } else { Vec::new() }
    }

    fn take_person(&mut self, person: &Person) {
        if person.id == self.user.id {
            self.user = person.clone();
        }
        self.people.insert(person.id, person.clone());
    }

    fn set_presence(&mut self, presence: &PresenceOf) {
        if is_there(presence) {
            self.presence.insert(presence.user_id, presence.status);
        } else {
            self.presence.remove(&presence.user_id);
        }
    }
}

fn is_there(presence: &PresenceOf) -> bool {
    presence.status != Presence::Offline
}
