//! The browser's entry point: takes over the page the server drew, and nothing else.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}

/// Fetches all of the code that the page needs. Called once by the script that loaded this module.
#[wasm_bindgen]
pub async fn prepare() {
    std::panic::set_hook(Box::new(|panic| {
        console_error(&panic.to_string());
        mark_broken();
    }));
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    // Without its code the page says so itself.
    let _ = roomglass_app::load(&path).await;
}

/// Takes over the page, at once. Called after [`prepare`].
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(roomglass_app::App);
}

/// Looks like a notice, and needs no program to work: the link is this very page.
const BROKEN: &str = "<div class=\"notice notice--broken\" role=\"alert\"><p>This page has stopped working. Nothing you wrote is lost. \
    <a href=\"\">Reload the page</a></p></div>";

/// After a panic nothing in the page works any more, so whoever reads it is told how to go on. What was written is in
/// IndexedDB.
fn mark_broken() {
    let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
    if let Some(body) = body.filter(|body| !body.has_attribute("data-broken")) {
        // Neither can fail for constants that are well formed.
        let _ = body.set_attribute("data-broken", "");
        let _ = body.insert_adjacent_html("beforeend", BROKEN);
    }
}
