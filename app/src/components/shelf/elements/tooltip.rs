//! The details of a lozenge (ELEM-04): they appear while the pointer or the focus is on the tile, and at a tap.

use leptos::{ev, html, prelude::*};
use roomglass_protocol::integration::ExtensionRef;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::HtmlElement;

use super::super::tile::element_id;
use crate::components::live::effect;

/// A word in the top layer below its tile. Escape takes it away (WCAG 1.4.13).
#[component]
pub fn Tooltip(tile: ExtensionRef, text: String) -> impl IntoView {
    let surface = NodeRef::<html::Span>::new();
    effect(move || {
        if let Some(surface) = surface.get() {
            follow_tile(&surface);
        }
    });
    view! {
        <span class="tooltip" id=element_id(&tile, "tip") role="tooltip" popover="manual" node_ref=surface>{text}</span>
    }
    .into_any()
}

/// Listens on the tile around it; what listens is given up with the element.
fn follow_tile(surface: &HtmlElement) {
    let Some(tile) = surface.closest(".tile").ok().flatten().and_then(|tile| tile.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    let (tip, around) = (surface.clone(), tile.clone());
    let heard = Closure::<dyn Fn(ev::Event)>::new(move |event: ev::Event| match event.type_().as_str() {
        "pointerenter" | "focusin" | "click" => show(&tip, &around),
        "keydown" if !is_escape(&event) => {}
        _ => drop(tip.hide_popover()),
    });
    const EVENTS: [&str; 6] = ["pointerenter", "pointerleave", "focusin", "focusout", "click", "keydown"];
    for event in EVENTS {
        let _ = tile.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    }
    let listening = StoredValue::new_local(Some((tile, heard)));
    on_cleanup(move || {
        if let Some((tile, heard)) = listening.try_update_value(Option::take).flatten() {
            for event in EVENTS {
                let _ = tile.remove_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
            }
        }
    });
}

fn is_escape(event: &ev::Event) -> bool {
    event.dyn_ref::<ev::KeyboardEvent>().is_some_and(|event| event.key() == "Escape")
}

fn show(tip: &HtmlElement, tile: &HtmlElement) {
    let rect = tile.get_bounding_client_rect();
    let style = tip.style();
    let _ = style.set_property("--x", &format!("{}px", rect.left() as i32));
    let _ = style.set_property("--y", &format!("{}px", rect.bottom() as i32 + 6));
    // Fails only where it is shown already.
    let _ = tip.show_popover();
}
