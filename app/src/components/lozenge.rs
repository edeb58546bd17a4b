//! Text on a coloured ground whose colour has a fixed meaning (ELEM-03, design §4.1).

use leptos::prelude::*;
use roomglass_protocol::integration::{Lozenge as LozengeData, LozengeKind};

/// Longest text drawn; the rest is in the tile's accessible name.
const MAX_CHARS: usize = 20;

/// A word, a mark and a colour. `empty` is not drawn.
#[component]
pub fn Lozenge(
    /// What it says.
    lozenge: LozengeData,
) -> impl IntoView {
    (lozenge.kind != LozengeKind::Empty).then(|| {
        view! { <span class="lozenge" data-kind=lozenge.kind.as_str()><span>{shortened(&lozenge.label)}</span></span> }
    })
}

/// A lozenge of our own, such as the state of an integration in the catalogue.
#[component]
pub fn StateLozenge(
    /// What it means.
    kind: LozengeKind,
    /// What it says.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class="lozenge" data-kind=kind.as_str()><span>{text}</span></span> }.into_any()
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= MAX_CHARS {
        return label.to_owned();
    }
    label.chars().take(MAX_CHARS - 1).chain(['…']).collect()
}

/// What a screen reader hears after the word; nothing for the neutral kind.
pub fn spoken_kind(kind: LozengeKind) -> Option<&'static str> {
    match kind {
        LozengeKind::Default | LozengeKind::Empty => None,
        LozengeKind::Success => Some("good"),
        LozengeKind::Error => Some("error"),
        LozengeKind::Current => Some("in progress"),
        LozengeKind::Complete => Some("complete"),
        LozengeKind::New => Some("new"),
        LozengeKind::Moved => Some("changed"),
    }
}
