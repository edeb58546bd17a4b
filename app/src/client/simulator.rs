//! The simulator's doings in the browser: it signs, asks providers, pushes what was edited, and notes all of it. The server
//! is asked for descriptors alone, and told nothing.

use std::hint::black_box;

use futures_util::FutureExt as _;
use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    ApiError, ErrorKind, Message,
    integration::{ExtensionKind, ExtensionRef, TileData},
    json,
    push::{Revision, ServerFrame, TileUpdate},
    rest::{
        integration::{Preview, SignUrl, SignedUrl, Source},
        simulator::{Document, PATH},
    },
};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

use super::{browser, engine, frame, rest, simulation, simulation::Simulation, tiles};
use crate::state::{
    ControlElement, TileState,
    simulator::{Credentials, Exchange, SIMULATED, Simulator, Unsigned, base64url, excerpt},
};

const KEPT: &str = "roomglass.simulator";
/// So many evaluations make one measurement: clocks of browsers are coarse.
const TIMES: u32 = 200;

/// A descriptor as its provider has it now.
pub async fn load(source: Source) -> Result<Document, ApiError> {
    rest::post(PATH, &Preview { source }).await
}

/// From now on the simulated room asks this simulator.
pub fn begin(simulator: Simulator) {
    let secret = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(|part| part.simple().to_string()).concat();
    let oauth_id = format!("simulator-{}", uuid::Uuid::new_v4());
    simulator.credentials.set(Some(Credentials { oauth_id, secret }));
    simulation::run(Some(Simulation {
        store: simulator.store,
        sign: Box::new(move |request| sign(simulator, request).boxed_local()),
        ask: Box::new(move |url| ask(simulator, url).boxed_local()),
        refresh: Box::new(move |tile| fetch(simulator, tile)),
        watch: Box::new(move |from_page, text| {
            let text = excerpt(&text);
            simulator.note(browser::now(), if from_page { Exchange::FromPage(text) } else { Exchange::ToPage(text) });
        }),
    }));
    if let Some(text) = kept() {
        simulator.take(text);
    }
}

/// The simulated room is gone, and what was open in it.
pub fn end() {
    simulation::run(None);
    let Some(store) = engine::store() else { return };
    for place in [store.panel, store.dialog] {
        if place.with_untracked(|open| open.as_ref().is_some_and(|open| open.request.room == SIMULATED)) {
            place.set(None);
        }
    }
}

/// Keeps a text until the tab is closed.
pub fn keep(text: String) {
    // Full or forbidden storage costs the convenience only.
    let _ = window().session_storage().ok().flatten().map(|storage| storage.set_item(KEPT, &text));
}

fn kept() -> Option<String> {
    window().session_storage().ok().flatten()?.get_item(KEPT).ok().flatten()
}

async fn sign(simulator: Simulator, request: SignUrl) -> Result<SignedUrl, ApiError> {
    let gone =
        || ApiError::new(ErrorKind::NotFound, "The descriptor has no such extension, or it has no such address.");
    let credentials = simulator.credentials.get_untracked().ok_or_else(gone)?;
    let (user, _) = untrack(|| simulator.store.person_in(SIMULATED)).ok_or_else(gone)?;
    let jti = uuid::Uuid::new_v4().simple().to_string();
    let (unsigned, scopes) = simulator
        .descriptor
        .with_untracked(|descriptor| {
            let descriptor = descriptor.as_ref()?;
            let unsigned = Unsigned::of(descriptor, &request, &credentials, user.id, browser::now(), &jti)?;
            Some((unsigned, descriptor.scopes.clone()))
        })
        .ok_or_else(gone)?;
    let jwt = match unsigned.signed_part() {
        Some(part) => {
            let signature = hmac(&credentials.secret, &part).await.map_err(|_| cannot_sign())?;
            format!("{part}.{}", base64url(&signature))
        }
        None => String::new(),
    };
    let url = request.complete(&unsigned.address, &jwt);
    let of = format!("{} {}", request.kind, request.extension);
    let claims = unsigned.claims.as_ref().map(Value::to_string).unwrap_or_default();
    simulator.note(browser::now(), Exchange::Address { of, url: url.clone(), claims });
    Ok(SignedUrl { url, jwt, expires_at: unsigned.expires_at, scopes })
}

/// Browsers sign for pages they trust not to have been changed on their way.
fn cannot_sign() -> ApiError {
    let sentence = "This browser signs only on pages that are reached by https, or on this machine.";
    ApiError::new(ErrorKind::Unavailable, sentence)
}

/// HMAC with SHA-256 by the browser's own means.
async fn hmac(secret: &str, text: &str) -> Result<Vec<u8>, JsValue> {
    let subtle = window().crypto()?.subtle();
    if subtle.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    let algorithm = js_sys::Object::new();
    js_sys::Reflect::set(&algorithm, &"name".into(), &"HMAC".into())?;
    js_sys::Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into())?;
    let uses = js_sys::Array::of1(&"sign".into());
    let key = js_sys::Uint8Array::from(secret.as_bytes());
    let key: CryptoKey =
        JsFuture::from(subtle.import_key_with_object("raw", &key, &algorithm, false, &uses)?).await?.unchecked_into();
    let signed = subtle.sign_with_object_and_u8_array(&algorithm, &key, text.as_bytes())?;
    Ok(js_sys::Uint8Array::new(&JsFuture::from(signed).await?).to_vec())
}

async fn ask(simulator: Simulator, url: String) -> Option<Value> {
    let begun = browser::now().0;
    let answer = rest::provider_answer(&url).await;
    let (status, body) = match &answer {
        Ok((status, body)) => (Some(*status), excerpt(body)),
        Err(_) => (None, NO_ANSWER.to_owned()),
    };
    let now = browser::now();
    simulator.note(now, Exchange::Request { url, status, took_ms: now.0 - begun, body });
    rest::data_in(answer.ok()?)
}

/// Browsers tell pages no more than that.
const NO_ANSWER: &str = "There was no answer that this page may read: nobody listens there, it took more than ten seconds, or the \
    answer lacks the header \"Access-Control-Allow-Origin: *\". The browser's console has more.";

fn fetch(simulator: Simulator, tile: ExtensionRef) {
    spawn_local(async move {
        let state = simulator.store.shared_tile(SIMULATED, &tile);
        let Some(ticket) = state.try_update(TileState::fetching) else { return };
        match tiles::data(SIMULATED, &tile, ExtensionKind::GLANCE, None).await {
            Ok(data) => drop(state.try_update(|state| state.fetched(ticket, data, browser::now()))),
            Err(_) => drop(state.try_update(|state| state.failed(ticket))),
        }
    });
}

/// The frame is written and read again, and taken in by what takes in frames in a room.
pub fn push(simulator: Simulator, tile: ExtensionRef, content: TileData) {
    let ExtensionRef { integration, key } = tile;
    let update = TileUpdate { integration, key, room_id: Some(SIMULATED), content };
    let frame = ServerFrame::DynamicData { rev: Revision(browser::now().0), items: vec![update] };
    let Ok(text) = serde_json::to_string(&frame) else { return };
    simulator.note(browser::now(), Exchange::Frame(excerpt(&text)));
    let Ok(ServerFrame::DynamicData { items, .. }) = json::read(&text) else { return };
    for update in items {
        let tile = ExtensionRef { integration: update.integration.clone(), key: update.key.clone() };
        let state = simulator.store.shared_tile(SIMULATED, &tile);
        state.update(|state| state.pushed(update.content.clone(), browser::now(), true));
        frame::tile_pushed(SIMULATED, &update);
    }
}

/// How long finding the controls of a message takes: what happens when its menu opens.
pub fn measure(simulator: Simulator, message: Message, took: RwSignal<Option<u32>>) {
    let Some(clock) = window().performance() else { return };
    let element = ControlElement::Message(&message, None);
    let begun = clock.now();
    for _ in 0..TIMES {
        black_box(simulator.store.controls_for(SIMULATED, black_box(element)));
    }
    let microseconds = (clock.now() - begun) * 1000.0 / f64::from(TIMES);
    took.set(Some(microseconds as u32));
}
