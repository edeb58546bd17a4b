//! Two sides of a call in one page, with the browser's pretended devices.

use std::cell::OnceCell;

use js_sys::{Function, Promise};
use leptos::prelude::document;
use serde_json::json;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::{media::Own, peer::Peer, *};
use crate::state::calls::Link;

wasm_bindgen_test_configure!(run_in_browser);

const SOUND: Media = Media { audio: true, video: false };
const PICTURE: Media = Media { audio: false, video: true };

/// One side.
struct Side {
    own: Rc<Own>,
    peer: Rc<Peer>,
    connected: Promise,
}

type Other = Rc<OnceCell<std::rc::Weak<Peer>>>;

fn side(offers: bool, own: Rc<Own>, other: &Other) -> Side {
    let mut resolve = None;
    let connected = Promise::new(&mut |resolved: Function, _| resolve = Some(resolved));
    let resolve = resolve.unwrap();
    let other = other.clone();
    let say = move |signal| {
        if let Some(other) = other.get().and_then(std::rc::Weak::upgrade) {
            other.take(signal);
        }
    };
    let tell = move |link| {
        if link == Link::Connected {
            resolve.call0(&JsValue::NULL).unwrap();
        }
    };
    let none = Object::plain(&json!([])).unwrap();
    let peer = Peer::meet(offers, &none, own.clone(), say, tell).unwrap();
    Side { own, peer, connected }
}

/// Two sides that tell each other everything; the first makes the offer.
async fn connected(first: Rc<Own>, second: Rc<Own>) -> (Side, Side) {
    let (to_first, to_second) = (Other::default(), Other::default());
    let second = side(false, second, &to_first);
    let first = side(true, first, &to_second);
    to_first.set(Rc::downgrade(&first.peer)).unwrap();
    to_second.set(Rc::downgrade(&second.peer)).unwrap();
    for side in [&first, &second] {
        JsFuture::from(side.connected.clone()).await.unwrap();
    }
    (first, second)
}

async fn with(media: Media) -> Rc<Own> {
    let own = Rc::new(Own::default());
    own.open(media).await.unwrap();
    own
}

/// Plays a stream until its time moves on.
async fn plays(element: &str, stream: Option<Object>) -> Object {
    let element = document().create_element(element).unwrap();
    document().body().unwrap().append_child(&element).unwrap();
    let element = Object::of(JsValue::from(element));
    element.set("muted", &(element.text("tagName") == "VIDEO").into());
    element.set("autoplay", &true.into());
    put(&element, stream);
    let moves = Promise::new(&mut |resolve, _| element.set("ontimeupdate", &resolve));
    JsFuture::from(moves).await.unwrap();
    element
}

/// MSG-19: whoever offers and whoever answers are heard and seen alike.
#[wasm_bindgen_test]
async fn both_sides_are_heard_and_a_camera_can_be_turned_on_later() {
    let (ada, bob) = connected(with(SOUND).await, with(SOUND).await).await;
    plays("audio", ada.peer.sound()).await;
    plays("audio", bob.peer.sound()).await;
    for (seen, seer) in [(&ada, &bob), (&bob, &ada)] {
        seen.own.open(PICTURE).await.unwrap();
        seen.peer.refill("video");
        let video = plays("video", seer.peer.picture()).await;
        assert!(video.get("videoWidth").value().as_f64().is_some_and(|width| width > 0.0), "no picture");
    }
    let camera = Object::of(ada.own.track("video"));
    ada.own.close();
    assert_eq!(camera.text("readyState"), "ended", "the camera is let go");
}

/// MSG-19: who has no microphone can listen.
#[wasm_bindgen_test]
async fn who_sends_nothing_hears_the_others() {
    let (listener, _ada) = connected(Rc::new(Own::default()), with(Media { audio: true, video: true }).await).await;
    plays("audio", listener.peer.sound()).await;
    plays("video", listener.peer.picture()).await;
}

#[wasm_bindgen_test]
async fn nonsense_from_the_other_side_ends_nothing() {
    let (ada, bob) = connected(with(SOUND).await, with(SOUND).await).await;
    ada.peer.take(roomglass_protocol::call::Signal::Answer { sdp: "nonsense".to_owned() });
    let candidate = roomglass_protocol::call::Signal::Candidate {
        candidate: "candidate:nonsense".to_owned(),
        stream: None,
        line: None,
    };
    ada.peer.take(candidate);
    bob.own.open(PICTURE).await.unwrap();
    bob.peer.refill("video");
    plays("video", ada.peer.picture()).await;
}
