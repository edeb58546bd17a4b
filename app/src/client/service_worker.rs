//! The service worker, which opens the page without a connection (see `public/sw.js`).

use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ServiceWorkerContainer;

use crate::page_data::AssetNames;

const SCRIPT: &str = "/sw.js";

/// Not there without a secure connection, and in some private windows.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator: JsValue = window().navigator().into();
    js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?.dyn_into().ok()
}

/// Registers the worker, and tells it which build this page is of.
pub fn register(assets: &AssetNames) {
    let Some(container) = container() else { return };
    let build = [assets.wasm.as_str(), &assets.script, &assets.style, &assets.sprite].join(" ");
    spawn_local(async move {
        if JsFuture::from(container.register(SCRIPT)).await.is_ok() {
            let Ok(ready) = container.ready() else { return };
            let Ok(registration) = JsFuture::from(ready).await else { return };
            let active = js_sys::Reflect::get(&registration, &"active".into()).unwrap_or_default();
            tell(&active, "build", &build);
        }
    });
}

/// Forgets cached icons: they tell which integrations somebody saw.
pub fn erase_icons() {
    if let Some(worker) = container().and_then(|container| js_sys::Reflect::get(&container, &"controller".into()).ok())
    {
        tell(&worker, "erase", "");
    }
}

fn tell(worker: &JsValue, kind: &str, build: &str) {
    let message = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&message, &"kind".into(), &kind.into());
    let _ = js_sys::Reflect::set(&message, &"build".into(), &build.into());
    let post = js_sys::Reflect::get(worker, &"postMessage".into()).unwrap_or_default();
    if let Ok(post) = post.dyn_into::<js_sys::Function>() {
        let _ = post.call1(worker, &message);
    }
}
