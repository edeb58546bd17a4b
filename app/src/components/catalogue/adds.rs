//! What an integration adds to the interface, counted and named.

use leptos::prelude::*;
use roomglass_protocol::integration::{ExtensionKind, Extensions};
use serde_json::Value;

/// Tiles, panels, dialogs, pages and controls, by name.
#[component]
pub fn Additions(extensions: Extensions) -> impl IntoView {
    let rows = KINDS.iter().filter_map(|(kind, one, many)| {
        let names = names(&extensions, kind);
        let heading = match names.len() {
            0 => return None,
            1 => format!("1 {one}"),
            count => format!("{count} {many}"),
        };
        Some(view! { <li><b>{heading}</b>" "<span class="muted">{names.join(", ")}</span></li> })
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return view! { <p class="muted">"Nothing to see: it works in the background."</p> }.into_any();
    }
    view! { <ul class="adds" role="list">{rows}</ul> }.into_any()
}

const KINDS: [(&str, &str, &str); 6] = [
    (ExtensionKind::GLANCE, "tile", "tiles"),
    (ExtensionKind::WEB_PANEL, "panel", "panels"),
    (ExtensionKind::DIALOG, "dialog", "dialogs"),
    (ExtensionKind::EXTERNAL_PAGE, "page", "pages"),
    (ExtensionKind::ACTION, "control", "controls"),
    (ExtensionKind::WEBHOOK, "event it is told of", "events it is told of"),
];

fn names(extensions: &Extensions, kind: &str) -> Vec<String> {
    extensions.0.get(&ExtensionKind::from(kind)).into_iter().flatten().map(name).collect()
}

/// What one extension of a kind is called.
pub fn kind_word(kind: &ExtensionKind) -> String {
    let known = KINDS.iter().find(|(known, _, _)| ExtensionKind::from(*known) == *kind);
    known.map_or_else(|| kind.0.clone(), |(_, word, _)| (*word).to_owned())
}

/// `name` or `title`, as a text or as `{"value": …}`; webhooks have an `event`.
pub fn name(extension: &Value) -> String {
    let text = |value: &Value| value.as_str().or_else(|| value.get("value")?.as_str()).map(str::to_owned);
    let named = ["name", "title", "event", "key"].into_iter().find_map(|field| text(extension.get(field)?));
    named.unwrap_or_else(|| "without a name".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_named_in_every_spelling() {
        assert_eq!(name(&serde_json::json!({"key": "k", "name": {"value": "Load"}})), "Load");
        assert_eq!(name(&serde_json::json!({"key": "k", "title": {"value": "Settings"}})), "Settings");
        assert_eq!(name(&serde_json::json!({"event": "room_message"})), "room_message");
        assert_eq!(name(&serde_json::json!({})), "without a name");
    }
}
