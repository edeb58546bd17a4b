//! Copying to the clipboard, and saying what came of it.

use leptos::{prelude::*, task::spawn_local};

use crate::state::{Store, ToastKind};

/// Copies a text; `done` is said where that worked.
pub fn copy(store: Store, text: String, done: &'static str) {
    spawn_local(async move {
        // Browsers have no clipboard on pages that came over plain HTTP from another machine.
        let written = match clipboard() {
            Some(clipboard) => wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
            None => false,
        };
        match written {
            true => store.toast(ToastKind::Done, done),
            false => store.toast(ToastKind::Failed, "Nothing was copied: this browser does not allow it."),
        }
    });
}

fn clipboard() -> Option<web_sys::Clipboard> {
    window().is_secure_context().then(|| window().navigator().clipboard())
}
