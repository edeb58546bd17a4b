//! What a page in a call does with microphone, camera and the other participants.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    OrderedMap, RoomId,
    call::{CallRequest, IceServer, Media, ParticipantId},
};
use serde_json::json;

use super::{client, fail, media::Own, object::Object, peer::Peer, send};
use crate::state::calls::{Calls, Link, Mine, Step};

/// What a page holds for calls, besides what is drawn.
pub(super) struct Desk {
    pub(super) calls: RwSignal<Calls>,
    pub(super) own: Rc<Own>,
    peers: RefCell<OrderedMap<ParticipantId, Rc<Peer>>>,
    pub(super) ice_servers: RefCell<Vec<IceServer>>,
    /// Counts attempts to join: what a browser answers to one that was given up is not wanted any more.
    pub(super) attempt: Cell<u32>,
    /// What the browser is being asked for besides what it was joined with: not asked for twice.
    asking: Cell<Media>,
}

impl Desk {
    pub(super) fn new(calls: RwSignal<Calls>) -> Self {
        Self {
            calls,
            own: Rc::default(),
            peers: RefCell::default(),
            ice_servers: RefCell::default(),
            attempt: Cell::default(),
            asking: Cell::default(),
        }
    }

    pub(super) fn peer(&self, with: ParticipantId) -> Option<Rc<Peer>> {
        self.peers.borrow().get(&with).cloned()
    }

    pub(super) fn next_attempt(&self) -> u32 {
        self.asking.take();
        self.attempt.set(self.attempt.get().wrapping_add(1));
        self.attempt.get()
    }

    pub(super) fn join(&self, room_id: RoomId) {
        // Without a connection nothing is sent, and nothing comes back; it is joined when there is one.
        if !client().is_some_and(|client| client.is_connected()) {
            return self.calls.update(|calls| calls.mine = Mine::Lost(room_id));
        }
        self.calls.update(|calls| calls.mine = Mine::Joining(room_id));
        let (media, instead_of) = self.calls.with_untracked(|calls| (calls.media, calls.former));
        send(&CallRequest::Join { room_id, media, instead_of });
    }

    /// Asks for a microphone or camera in the middle of a call, unless the browser has yet to answer that.
    pub(super) fn open(self: Rc<Self>, media: Media) {
        let media = without(media, self.asking.get());
        if media == Media::default() {
            return;
        }
        self.asking.update(|asking| with(asking, media));
        let attempt = self.attempt.get();
        spawn_local(async move {
            let opened = self.own.open(media).await;
            if self.attempt.get() != attempt {
                return self.settle();
            }
            self.asking.update(|asking| without(asking, media));
            match opened {
                Ok(()) => {
                    let kind = if media.video { "video" } else { "audio" };
                    self.refill(kind);
                    self.send_media(|now| *now = with(*now, media));
                    // What came with joining may have been muted before it was there.
                    self.settle();
                }
                Err(problem) => fail(problem),
            }
        });
    }

    /// Leaves devices as the person wants them by now, whatever was wanted when the browser began to ask: muted or left meanwhile,
    /// nothing of them is heard or seen.
    pub(super) fn settle(&self) {
        let (room, media) = self.calls.with_untracked(|calls| (calls.room(), calls.media));
        if room.is_none() {
            return self.own.close();
        }
        self.own.set_audio(media.audio);
        if !media.video {
            self.own.close_video();
        }
    }

    pub(super) fn refill(&self, kind: &'static str) {
        self.peers.borrow().values().for_each(|peer| peer.refill(kind));
    }

    pub(super) fn send_media(&self, change: impl FnOnce(&mut Media)) {
        self.calls.update(|calls| change(&mut calls.media));
        send(&CallRequest::Media { media: self.calls.with_untracked(|calls| calls.media) });
    }

    pub(super) fn follow(&self, step: Step) {
        match step {
            Step::Meet { with, offer } => self.meet(with, offer),
            Step::Part(with) => {
                if let Some(peer) = self.peers.borrow_mut().remove(&with) {
                    peer.close();
                }
            }
            Step::Take(from, signal) => {
                if let Some(peer) = self.peer(from) {
                    peer.take(signal);
                }
            }
            Step::Withdraw => send(&CallRequest::Leave),
            Step::End => {
                // Nothing that the browser has yet to answer is wanted any more.
                self.next_attempt();
                self.peers.take().values().for_each(|peer| peer.close());
                self.own.close();
            }
        }
    }

    fn meet(&self, with: ParticipantId, offer: bool) {
        let calls = self.calls;
        // Whoever navigates away takes the signal along; the connection may still say something.
        let tell = move |link| {
            let _ = calls.try_update(|calls| calls.set_link(with, link));
        };
        let say = move |signal| send(&CallRequest::Signal { to: with, signal });
        let ice_servers = Object::plain(&json!(*self.ice_servers.borrow()));
        let met = ice_servers.and_then(|servers| Peer::meet(offer, &servers, self.own.clone(), say, tell));
        match met {
            Ok(peer) => drop(self.peers.borrow_mut().insert(with, peer)),
            Err(_) => calls.update(|calls| calls.set_link(with, Link::Failed)),
        }
    }
}

fn with(all: Media, these: Media) -> Media {
    Media { audio: all.audio || these.audio, video: all.video || these.video }
}

fn without(all: Media, these: Media) -> Media {
    Media { audio: all.audio && !these.audio, video: all.video && !these.video }
}
