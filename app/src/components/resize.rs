//! Watching the size of an element.

use crate::components::live::effect;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

/// Calls `then` when the element first appears and whenever its size changes, until the caller is unmounted.
pub fn on_resize(element: NodeRef<html::Div>, then: impl Fn() + Copy + 'static) {
    effect(move || {
        let Some(element) = element.get() else { return };
        let resized = Closure::<dyn FnMut()>::new(then);
        let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        // Made here, because values of the browser must not be made while the server draws.
        let watching = StoredValue::new_local(Some((observer, resized)));
        on_cleanup(move || {
            if let Some((observer, _)) = watching.try_update_value(Option::take).flatten() {
                observer.disconnect();
            }
        });
    });
}
