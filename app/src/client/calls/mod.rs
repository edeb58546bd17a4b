//! Calls in the browser (MSG-19, decision 23): microphone and camera, and the ways to the other participants.
//!
//! All of this is in the module that is fetched with the first news of a call; see [`super::call_news`].

mod desk;
mod media;
mod object;
mod peer;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;

use std::{cell::RefCell, rc::Rc};

use leptos::{
    html::{Audio, Video},
    prelude::*,
    task::spawn_local,
};
use roomglass_protocol::{
    RoomId,
    call::{CallRequest, CallTold, Media, ParticipantId},
};
use wasm_bindgen::JsValue;

use super::{
    call_news,
    engine::{self, client},
};
use crate::state::{
    ToastKind,
    calls::{Calls, Mine, Step},
};
use desk::Desk;
use object::Object;

const OFFLINE: &str = "There is no connection to the server. Try again when it is back.";

thread_local! {
    static DESK: RefCell<Option<Rc<Desk>>> = const { RefCell::new(None) };
}

fn desk() -> Option<Rc<Desk>> {
    DESK.with_borrow(Clone::clone)
}

/// Says something about calls to the server.
fn send(request: &CallRequest) {
    if let Some(client) = client() {
        client.connection.send_text(&request.frame());
    }
}

/// Keeps `calls` current from now on, and acts on them.
pub fn attend(calls: RwSignal<Calls>) {
    DESK.set(Some(Rc::new(Desk::new(calls))));
}

/// Takes in what was told since the last time.
pub fn hear() {
    let (Some(desk), Some(client)) = (desk(), client()) else { return };
    for news in call_news::take() {
        // What cannot be read is of a later version, and the next state tells all again.
        let Ok(told) = news.read() else { continue };
        if let CallTold::Joined { ice_servers, .. } = &told {
            desk.ice_servers.replace(ice_servers.clone());
        }
        let mut steps = Vec::new();
        desk.calls.update(|calls| steps = calls.hear(told, client.user));
        steps.into_iter().for_each(|step| desk.follow(step));
    }
}

/// The connection to the server is gone, or back.
pub fn connection_changed(connected: bool) {
    let Some(desk) = desk() else { return };
    if connected {
        if let Mine::Lost(room) = desk.calls.with_untracked(|calls| calls.mine) {
            desk.join(room);
        }
    } else {
        let mut steps = Vec::new();
        desk.calls.update(|calls| steps = calls.disconnected());
        steps.into_iter().for_each(|step| desk.follow(step));
    }
}

/// Joins the call of a room, which begins if there is none. A call elsewhere is left.
pub fn join(room: RoomId, media: Media) {
    let Some(desk) = desk() else { return };
    if !client().is_some_and(|client| client.is_connected()) {
        return desk.calls.update(|calls| calls.fail(room, OFFLINE.to_owned()));
    }
    if desk.calls.with_untracked(|calls| calls.room().is_some()) {
        leave();
    }
    let attempt = desk.next_attempt();
    desk.calls.update(|calls| calls.prepare(room, media));
    spawn_local(async move {
        let opened = desk.own.open(media).await;
        desk.settle();
        if desk.attempt.get() != attempt {
            return;
        }
        match opened {
            Ok(()) => desk.join(room),
            Err(problem) => {
                desk.calls.update(|calls| calls.fail(room, problem));
                // The other kind may have been asked for meanwhile, and be there.
                desk.follow(Step::End);
            }
        }
    });
}

/// Leaves the call, or gives up joining one.
pub fn leave() {
    let Some(desk) = desk() else { return };
    desk.next_attempt();
    send(&CallRequest::Leave);
    desk.calls.update(Calls::leave);
    desk.follow(Step::End);
}

/// Does not want to join; those in the call learn it.
pub fn decline(room: RoomId) {
    let Some(desk) = desk() else { return };
    desk.calls.update(|calls| calls.decline(room));
    send(&CallRequest::Decline { room_id: room });
}

/// Mutes the microphone, or ends that; asks for one where there is none yet.
pub fn set_audio(on: bool) {
    let Some(desk) = desk() else { return };
    if desk.own.set_audio(on) || !on {
        return desk.send_media(|media| media.audio = on);
    }
    desk.open(Media { audio: true, video: false });
}

/// Turns the camera on or off.
pub fn set_video(on: bool) {
    let Some(desk) = desk() else { return };
    if on {
        return desk.open(Media { audio: false, video: true });
    }
    desk.own.close_video();
    desk.refill("video");
    desk.send_media(|media| media.video = false);
}

/// A microphone or camera was taken away in the middle of a call.
fn device_gone(is_video: bool) {
    let Some(desk) = desk() else { return };
    if is_video {
        set_video(false);
    } else {
        desk.own.close_audio();
        desk.refill("audio");
        desk.send_media(|media| media.audio = false);
    }
    let device = if is_video { "camera" } else { "microphone" };
    fail(format!("Your {device} is gone. The call goes on without it."));
}

fn fail(problem: String) {
    if let Some(store) = engine::store() {
        store.toast(ToastKind::Failed, problem);
    }
}

/// Plays what a participant says. Call it in an effect of the component that has the element, again when the link has changed.
pub fn play(audio: NodeRef<Audio>, of: ParticipantId) {
    let (Some(desk), Some(audio)) = (desk(), audio.get()) else { return };
    put(&Object::of(audio), desk.peer(of).and_then(|peer| peer.sound()));
}

/// Shows the picture of a participant, or our own; otherwise as [`play`].
pub fn show(video: NodeRef<Video>, of: Option<ParticipantId>) {
    let (Some(desk), Some(video)) = (desk(), video.get()) else { return };
    let stream = match of {
        Some(with) => desk.peer(with).and_then(|peer| peer.picture()),
        None => desk.own.mirror(),
    };
    put(&Object::of(video), stream);
}

/// Lets an element play a stream. One that it plays already would begin anew.
fn put(element: &Object, stream: Option<Object>) {
    let stream = stream.map_or(JsValue::NULL, |stream| stream.value().clone());
    if *element.get("srcObject").value() != stream {
        element.set("srcObject", &stream);
    }
}
