//! Microphone and camera.

use std::cell::RefCell;

use leptos::prelude::window;
use roomglass_protocol::call::Media;
use serde_json::json;
use wasm_bindgen::JsValue;

use super::object::{Handler, Object, Thrown};

/// What this page sends: a track of each kind, where there is one.
#[derive(Default)]
pub struct Own {
    audio: RefCell<Option<Object>>,
    video: RefCell<Option<Object>>,
    /// The camera's picture for our own eyes.
    mirror: RefCell<Option<Object>>,
    /// Hear of devices that go away.
    watches: RefCell<Vec<Handler>>,
}

impl Own {
    /// Asks for what is wanted and not there yet. The browser may ask the person, which takes as long as it takes.
    ///
    /// # Errors
    /// A sentence for the person.
    pub async fn open(&self, wanted: Media) -> Result<(), String> {
        let audio = wanted.audio && self.audio.borrow().is_none();
        let video = wanted.video && self.video.borrow().is_none();
        if !audio && !video {
            return Ok(());
        }
        let stream = captured(audio, video).await.map_err(|error| sentence(&error, video))?;
        for track in stream.call("getTracks", &[]).map(|tracks| tracks.entries()).unwrap_or_default() {
            let is_video = track.text("kind") == "video";
            let place = if is_video { &self.video } else { &self.audio };
            // Asked for twice: what is being sent stays.
            if place.borrow().is_some() {
                stop(Some(track));
                continue;
            }
            self.watches.borrow_mut().push(track.on("ended", move |_| super::device_gone(is_video)));
            place.replace(Some(track));
        }
        if video && self.mirror.borrow().is_none() {
            self.mirror.replace(Some(stream));
        }
        Ok(())
    }

    /// The track of a kind, `audio` or `video`.
    pub fn track(&self, kind: &str) -> JsValue {
        let place = if kind == "video" { &self.video } else { &self.audio };
        place.borrow().as_ref().map_or(JsValue::NULL, |track| track.value().clone())
    }

    /// The camera's picture.
    pub fn mirror(&self) -> Option<Object> {
        self.mirror.borrow().clone()
    }

    /// Mutes the microphone, or ends that. It stays in use, so that unmuting takes no time. Answers whether there is one.
    pub fn set_audio(&self, on: bool) -> bool {
        let audio = self.audio.borrow();
        if let Some(track) = audio.as_ref() {
            track.set("enabled", &on.into());
        }
        audio.is_some()
    }

    /// Lets the microphone go.
    pub fn close_audio(&self) {
        stop(self.audio.take());
    }

    /// Lets the camera go; its light goes out.
    pub fn close_video(&self) {
        stop(self.video.take());
        self.mirror.take();
    }

    /// Lets go of both.
    pub fn close(&self) {
        self.close_audio();
        self.close_video();
        self.watches.take();
    }
}

fn stop(track: Option<Object>) {
    if let Some(track) = track {
        track.set("onended", &JsValue::NULL);
        let _ = track.call("stop", &[]);
    }
}

async fn captured(audio: bool, video: bool) -> Result<Object, Thrown> {
    let devices = Object::of(window().navigator()).get("mediaDevices");
    // Everybody sends to everybody: pictures are small.
    let picture = json!({"width": {"ideal": 640}, "height": {"ideal": 360}, "frameRate": {"max": 24}});
    let wanted = Object::plain(&json!({"audio": audio, "video": if video { picture } else { false.into() }}))?;
    devices.ask("getUserMedia", &[wanted.value()]).await
}

/// Why there is no microphone or camera, and what to do about it.
fn sentence(error: &Thrown, video: bool) -> String {
    let device = if video { "camera or microphone" } else { "microphone" };
    match Object::of(error.clone()).text("name").as_str() {
        "NotAllowedError" | "SecurityError" => {
            format!("The browser does not let Roomglass use your {device}. Allow it for this site, then try again.")
        }
        "NotFoundError" | "OverconstrainedError" => format!("No {device} was found. Connect one, then try again."),
        "NotReadableError" | "AbortError" => {
            format!("Your {device} cannot be used now. Perhaps another program has it.")
        }
        // Where there are no devices to ask at all.
        "TypeError" => "Browsers let only pages with a secure address (https) use microphone and camera.".to_owned(),
        _ => format!("Your {device} cannot be used."),
    }
}
