//! The way to one other participant.
//!
//! One stream of each kind goes both ways from the start, with or without something in it: turning a camera on or off changes
//! what is in a stream and never the description, so the two sides cannot offer at the same time.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use js_sys::Array;
use roomglass_protocol::call::Signal;
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{
    media::Own,
    object::{Handler, Object, Thrown},
};
use crate::state::calls::Link;

const KINDS: [&str; 2] = ["audio", "video"];

/// One other participant.
pub struct Peer {
    /// Whether offers are ours to make.
    offers: bool,
    /// Tells the other side.
    say: Box<dyn Fn(Signal)>,
    connection: Object,
    /// What they send. One stream for each kind: an element that waits for the first picture would play no sound either.
    /// Made when there is something in it: Chromium plays no sound that is put into an empty stream.
    sound: RefCell<Option<Object>>,
    picture: RefCell<Option<Object>>,
    own: Rc<Own>,
    todo: RefCell<VecDeque<Work>>,
    busy: Cell<bool>,
    closed: Cell<bool>,
    /// Candidates that came before the description they belong to.
    early: RefCell<Vec<Object>>,
    handlers: RefCell<Vec<Handler>>,
}

enum Work {
    Offer,
    Signal(Signal),
}

impl Peer {
    /// Begins to connect. `say` tells the other side, `tell` hears how it goes.
    pub fn meet(
        offers: bool,
        ice_servers: &Object,
        own: Rc<Own>,
        say: impl Fn(Signal) + 'static,
        tell: impl Fn(Link) + 'static,
    ) -> Result<Rc<Self>, Thrown> {
        let settings = Object::plain(&json!({}))?;
        settings.set("iceServers", ice_servers.value());
        let connection = Object::new("RTCPeerConnection", settings.value())?;
        let peer = Rc::new(Self {
            offers,
            say: Box::new(say),
            connection,
            sound: RefCell::default(),
            picture: RefCell::default(),
            own,
            todo: RefCell::default(),
            busy: Cell::new(false),
            closed: Cell::new(false),
            early: RefCell::default(),
            handlers: RefCell::default(),
        });
        peer.listen(tell);
        if offers {
            for kind in KINDS {
                let both_ways = Object::plain(&json!({"direction": "sendrecv"}))?;
                peer.connection.call("addTransceiver", &[&kind.into(), both_ways.value()])?;
            }
            peer.clone().enqueue(Work::Offer);
        }
        Ok(peer)
    }

    /// What they say, to be played; there once there is a way to them.
    pub fn sound(&self) -> Option<Object> {
        self.sound.borrow().clone()
    }

    /// Their picture, to be shown.
    pub fn picture(&self) -> Option<Object> {
        self.picture.borrow().clone()
    }

    /// Ends the connection, also where something is still being worked through: nothing of that is told any more.
    pub fn close(&self) {
        if !self.closed.replace(true) {
            self.todo.borrow_mut().clear();
            for event in ["icecandidate", "track", "connectionstatechange"] {
                self.connection.set(&format!("on{event}"), &JsValue::NULL);
            }
            let _ = self.connection.call("close", &[]);
        }
    }

    /// They say how to connect.
    pub fn take(self: &Rc<Self>, signal: Signal) {
        self.clone().enqueue(Work::Signal(signal));
    }

    /// Sends what there is now of a kind.
    pub fn refill(&self, kind: &'static str) {
        let track = self.own.track(kind);
        for transceiver in self.transceivers().iter().filter(|transceiver| kind_of(transceiver) == kind) {
            let sender = transceiver.get("sender");
            let track = track.clone();
            // Refused only by a connection that is closed.
            spawn_local(async move { drop(sender.ask("replaceTrack", &[&track]).await) });
        }
    }

    fn listen(self: &Rc<Self>, tell: impl Fn(Link) + 'static) {
        let mut handlers = self.handlers.borrow_mut();
        let peer = Rc::downgrade(self);
        handlers.push(self.connection.on("icecandidate", move |event| {
            if let (Some(peer), Some(signal)) = (peer.upgrade(), candidate(&event.get("candidate"))) {
                (peer.say)(signal);
            }
        }));
        let peer = Rc::downgrade(self);
        handlers.push(self.connection.on("track", move |event| {
            if let Some(peer) = peer.upgrade() {
                peer.keep(&event.get("track"));
            }
        }));
        let peer = Rc::downgrade(self);
        handlers.push(self.connection.on("connectionstatechange", move |_| {
            if let Some(peer) = peer.upgrade() {
                tell(peer.link_changed());
            }
        }));
    }

    fn keep(&self, track: &Object) {
        let place = if track.text("kind") == "video" { &self.picture } else { &self.sound };
        place.replace(Object::new("MediaStream", &Array::of1(track.value())).ok());
    }

    fn link_changed(self: &Rc<Self>) -> Link {
        match self.connection.text("connectionState").as_str() {
            "connected" => Link::Connected,
            "failed" => {
                // Perhaps the network is another one by now. Browsers take half a minute to say so, so this is no loop.
                if self.offers {
                    let _ = self.connection.call("restartIce", &[]);
                    self.clone().enqueue(Work::Offer);
                }
                Link::Failed
            }
            _ => Link::Connecting,
        }
    }

    /// Does one thing after the other: browsers refuse descriptions that cross each other.
    fn enqueue(self: Rc<Self>, work: Work) {
        self.todo.borrow_mut().push_back(work);
        if !self.busy.replace(true) {
            spawn_local(async move {
                while let Some(work) = self.next() {
                    // What the other side sent may be nonsense; the link then fails by itself, and says so.
                    let _ = self.perform(work).await;
                }
                self.busy.set(false);
            });
        }
    }

    fn next(&self) -> Option<Work> {
        self.todo.borrow_mut().pop_front().filter(|_| !self.closed.get())
    }

    async fn perform(&self, work: Work) -> Result<(), Thrown> {
        match work {
            Work::Offer => {
                self.fill().await?;
                let sdp = self.describe().await?;
                self.tell_description(Signal::Offer { sdp });
            }
            Work::Signal(Signal::Offer { sdp }) => {
                self.accept("offer", &sdp).await?;
                self.fill().await?;
                let sdp = self.describe().await?;
                self.tell_description(Signal::Answer { sdp });
            }
            Work::Signal(Signal::Answer { sdp }) => self.accept("answer", &sdp).await?,
            Work::Signal(Signal::Candidate { candidate, stream, line }) => {
                let candidate =
                    Object::plain(&json!({"candidate": candidate, "sdpMid": stream, "sdpMLineIndex": line}))?;
                if self.connection.get("remoteDescription").exists() {
                    self.connection.ask("addIceCandidate", &[candidate.value()]).await?;
                } else {
                    self.early.borrow_mut().push(candidate);
                }
            }
        }
        Ok(())
    }

    fn tell_description(&self, signal: Signal) {
        if !self.closed.get() {
            (self.say)(signal);
        }
    }

    /// Puts what there is into the streams, and lets them go both ways: those an offer brought would only receive.
    async fn fill(&self) -> Result<(), Thrown> {
        for transceiver in self.transceivers() {
            transceiver.set("direction", &"sendrecv".into());
            let track = self.own.track(&kind_of(&transceiver));
            transceiver.get("sender").ask("replaceTrack", &[&track]).await?;
        }
        Ok(())
    }

    /// Our side's description: an offer, or an answer where there is something to answer.
    async fn describe(&self) -> Result<String, Thrown> {
        self.connection.ask("setLocalDescription", &[]).await?;
        Ok(self.connection.get("localDescription").text("sdp"))
    }

    async fn accept(&self, kind: &str, sdp: &str) -> Result<(), Thrown> {
        let description = Object::plain(&json!({"type": kind, "sdp": sdp}))?;
        self.connection.ask("setRemoteDescription", &[description.value()]).await?;
        for candidate in self.early.take() {
            // One that cannot be used does not spoil the others.
            let _ = self.connection.ask("addIceCandidate", &[candidate.value()]).await;
        }
        Ok(())
    }

    fn transceivers(&self) -> Vec<Object> {
        self.connection.call("getTransceivers", &[]).map(|list| list.entries()).unwrap_or_default()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.close();
    }
}

fn kind_of(transceiver: &Object) -> String {
    transceiver.get("receiver").get("track").text("kind")
}

/// An address of ours; nothing where there are no more.
fn candidate(found: &Object) -> Option<Signal> {
    let candidate = Some(found.text("candidate")).filter(|candidate| !candidate.is_empty())?;
    let line = found.get("sdpMLineIndex").value().as_f64().map(|line| line as u16);
    Some(Signal::Candidate { candidate, stream: found.get("sdpMid").value().as_string(), line })
}
