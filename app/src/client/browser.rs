//! The window: clock, addresses, small storage, look.

use leptos::prelude::window;
use roomglass_protocol::{ClientId, Timestamp, UserId, rest::integration::Installed};
use wasm_bindgen::JsCast;
use web_sys::VisibilityState;

use super::engine;
use crate::state::Theme;

const USER: &str = "roomglass.user";
const CLIENT: &str = "roomglass.client";
/// Where the connection is made that needs no WebSocket.
pub const EVENTS_PATH: &str = "/v2/push/events";

/// The present time.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Minutes to add to UTC for local time, at a moment.
pub fn utc_offset_minutes(at: Timestamp) -> i32 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    -(date.get_timezone_offset() as i32)
}

/// Whether the person can see the page.
pub fn is_visible() -> bool {
    window().document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether the browser believes to have a network.
pub fn has_network() -> bool {
    window().navigator().on_line()
}

/// Loads a page: of this server, or of an add-on the server sends to.
pub fn go_to(path: &str) {
    // The only failure is an address that cannot be parsed; ours are constants, and the server has parsed the others.
    let _ = window().location().set_href(path);
}

/// Add-ons that are told by way of the browser (HCC-05) are told now; from there it is sent back to the room.
pub fn go_where_sent(installed: &Installed) {
    if let Some(address) = &installed.redirect {
        go_to(address);
    }
}

/// Loads this page again.
pub fn reload() {
    let _ = window().location().reload();
}

/// Address of the push connection.
pub fn push_address() -> String {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    // `http` becomes `ws`, `https` becomes `wss`.
    format!("{}/v2/push", origin.replacen("http", "ws", 1))
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn remember(key: &str, value: &str) {
    // Full or forbidden storage costs the convenience only.
    let _ = storage().map(|storage| storage.set_item(key, value));
}

/// The account whose data this browser has stored. It also tells a database that was cleared from one that is new.
pub fn stored_user() -> Option<UserId> {
    remembered(USER)?.parse().ok()
}

/// Remembers whose data is stored.
pub fn set_stored_user(user: Option<UserId>) {
    match user {
        Some(user) => remember(USER, &user.to_string()),
        None => drop(storage().map(|storage| storage.remove_item(USER))),
    }
}

/// The name this browser profile has given itself (Table A).
pub fn client_id() -> Option<ClientId> {
    if let Some(known) = remembered(CLIENT).and_then(|text| text.parse().ok()) {
        return Some(known);
    }
    let fresh = ClientId::new(format!("web-{}", uuid::Uuid::new_v4().simple())).ok()?;
    remember(CLIENT, fresh.as_str());
    Some(fresh)
}

/// The look in force: the person's choice, else that of the system.
pub fn theme_in_force(chosen: Option<Theme>) -> Theme {
    let system_is_dark = || {
        let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        query.is_some_and(|query| query.matches())
    };
    chosen.unwrap_or_else(|| if system_is_dark() { Theme::Dark } else { Theme::Light })
}

/// Chooses a look; kept in a cookie, so that the server's next first frame has it.
pub fn set_theme(theme: Option<Theme>) {
    use leptos::prelude::Set;
    if let Some(store) = engine::store() {
        store.theme.set(theme);
    }
    let (value, age) = theme.map_or(("", 0), |theme| (theme.as_str(), 31_536_000));
    let Some(root) = window().document().and_then(|document| document.document_element()) else { return };
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme.as_str()),
        None => root.remove_attribute("data-theme"),
    };
    let cookie = format!("{}={value}; Path=/; Max-Age={age}; SameSite=Lax", Theme::COOKIE);
    let _ = js_sys::Reflect::set(&root.owner_document().into(), &"cookie".into(), &cookie.into());
}

/// A file from base64; `None` when it is none.
pub fn file(name: &str, media_type: &str, base64: &str) -> Option<web_sys::File> {
    // `atob` answers a character for each byte.
    let text = window().atob(base64).ok()?;
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"type".into(), &media_type.into()).ok()?;
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
    let constructor: js_sys::Function = js_sys::Reflect::get(&window(), &"File".into()).ok()?.dyn_into().ok()?;
    let arguments = js_sys::Array::of3(&parts, &name.into(), &options);
    js_sys::Reflect::construct(&constructor, &arguments).ok()?.dyn_into().ok()
}
