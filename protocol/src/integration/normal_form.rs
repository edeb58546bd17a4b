//! The normal form of a descriptor: canonical kinds and locations, lists where lists are meant, all else as it came.

use serde_json::{Map, Value};

use super::ExtensionKind;
use crate::{Fault, json::child_pointer};

/// One extension as it was found in `capabilities`.
pub(super) struct Found {
    pub kind: ExtensionKind,
    /// Where the provider wrote it, which may be under another spelling of the kind.
    pub pointer: String,
    /// In normal form.
    pub descriptor: Value,
}

/// Takes the extensions out of `capabilities`, in the order of the document.
pub(super) fn take_extensions(capabilities: &mut Map<String, Value>, faults: &mut Vec<Fault>) -> Vec<Found> {
    let words: Vec<String> = capabilities
        .iter()
        .filter(|(word, value)| ExtensionKind::canonical(word).is_known() || is_list_of_extensions(word, value))
        .map(|(word, _)| word.clone())
        .collect();
    let mut found = Vec::new();
    for word in words {
        let value = capabilities.remove(&word).unwrap_or_default();
        let pointer = child_pointer("/capabilities", &word);
        let kind = ExtensionKind::canonical(&word);
        match value {
            Value::Array(items) => found.extend(items.into_iter().enumerate().map(|(index, item)| {
                let pointer = child_pointer(&pointer, index);
                Found { kind: kind.clone(), pointer, descriptor: normalise_extension(item) }
            })),
            Value::Object(_) => {
                found.push(Found { kind: kind.clone(), pointer, descriptor: normalise_extension(value) })
            }
            Value::Null => {}
            _ => faults.push(Fault::new(pointer, "expected a list of objects")),
        }
        // An empty list is kept, so that the document tells what the provider said.
        capabilities.entry(kind.0).or_insert_with(|| Value::Array(Vec::new()));
    }
    found
}

/// Puts extensions back into `capabilities`, each under its canonical kind.
pub(super) fn put_extensions(capabilities: &mut Map<String, Value>, found: impl IntoIterator<Item = Found>) {
    for Found { kind, descriptor, .. } in found {
        if let Value::Array(list) = capabilities.entry(kind.0).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(descriptor);
        }
    }
}

/// One extension in normal form.
pub(super) fn normalise_extension(mut descriptor: Value) -> Value {
    if let Some(Value::String(location)) = descriptor.get_mut("location") {
        let canonical = match location.as_str() {
            "hipchat.sidebar.right" => Some("sidebar.right"),
            "hipchat.message.action" => Some("message"),
            "hipchat.input.action" => Some("input"),
            _ => None,
        };
        if let Some(canonical) = canonical {
            *location = canonical.to_owned();
        }
    }
    descriptor
}

/// A capability this version does not know is taken for a kind of extension when its form says so (DESC-18).
fn is_list_of_extensions(word: &str, value: &Value) -> bool {
    let has_key = |item: &Value| item.get("key").is_some_and(Value::is_string);
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    !items.is_empty() && items.iter().all(has_key) && !ExtensionKind::NOT_EXTENSIONS.contains(&word)
}
