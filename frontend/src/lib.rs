//! The browser's entry point: takes over the page the server drew, and nothing else.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// Takes over the page. Called once by the script that loaded this module.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        console_error(&panic.to_string());
        mark_broken();
    }));
    leptos::mount::hydrate_body(roomglass_app::App);
}

/// After a panic nothing in the page works any more; the style sheet then shows how to go on. Nothing is lost: what
/// was written is in IndexedDB.
fn mark_broken() {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    let _ = body.map(|body| body.set_attribute("data-broken", ""));
}
