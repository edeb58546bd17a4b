//! The edge of the panel, dragged or moved by arrow keys. Resizing never reloads the page inside (RC-05).

use crate::components::live::follow;
use leptos::{ev, html, prelude::*};
use web_sys::HtmlElement;

const NARROWEST: i32 = 320;
const USUAL: i32 = 360;
const WIDEST: i32 = 560;
const STEP: i32 = 16;

/// A separator that can be focused: ← → move it, Enter puts it back.
#[component]
pub fn Grip() -> impl IntoView {
    let width = RwSignal::new(USUAL);
    let grip = NodeRef::<html::Div>::new();
    let dragging = RwSignal::new(false);
    let resize = move |wanted: i32| {
        width.set(wanted.clamp(NARROWEST, WIDEST));
        apply(grip, width.get_untracked());
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let wanted = match event.key().as_str() {
            "ArrowLeft" => width.get_untracked() + STEP,
            "ArrowRight" => width.get_untracked() - STEP,
            "Enter" => USUAL,
            _ => return,
        };
        event.prevent_default();
        resize(wanted);
    };
    let on_down = move |event: ev::PointerEvent| {
        event.prevent_default();
        // Keeps the moves coming while the pointer is over the frame.
        if let Some(grip) = grip.get_untracked() {
            dragging.set(grip.set_pointer_capture(event.pointer_id()).is_ok());
        }
    };
    let on_move = move |event: ev::PointerEvent| {
        if dragging.get_untracked()
            && let Some(panel) = panel_of(grip)
        {
            resize(panel.get_bounding_client_rect().right() as i32 - event.client_x());
        }
    };
    view! {
        <div class="panel__grip not-phone" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Panel width"
            aria-valuenow=follow(move || width.get().to_string()) aria-valuemin=NARROWEST.to_string()
            aria-valuemax=WIDEST.to_string() node_ref=grip on:keydown=on_key on:pointerdown=on_down on:pointermove=on_move
            on:pointerup=move |_| dragging.set(false) on:pointercancel=move |_| dragging.set(false)></div>
    }
    .into_any()
}

fn panel_of(grip: NodeRef<html::Div>) -> Option<HtmlElement> {
    grip.get_untracked()?
        .closest(".room")
        .ok()?
        .map(wasm_bindgen::JsCast::unchecked_into::<HtmlElement>)
        .and_then(|room| room.query_selector(".panel").ok()?.map(wasm_bindgen::JsCast::unchecked_into))
}

fn apply(grip: NodeRef<html::Div>, width: i32) {
    let room = grip.get_untracked().and_then(|grip| grip.closest(".room").ok()?);
    if let Some(room) = room.map(wasm_bindgen::JsCast::unchecked_into::<HtmlElement>) {
        // A custom property set by script; the style sheet's rules stay in charge of the geometry.
        let _ = HtmlElement::style(&room).set_property("--panel-w", &format!("{width}px"));
    }
}
