//! What two versions of an integration differ in, item by item, as it was and as it would be.

use leptos::prelude::*;
use roomglass_protocol::integration::DifferenceItem;
use serde_json::Value;

use super::{adds, scopes, words};

/// Items in one list; those to agree to stand out.
#[component]
pub fn DifferenceList(items: Vec<DifferenceItem>, label: &'static str) -> impl IntoView {
    let rows = items.into_iter().map(row).collect_view();
    view! { <ul class="diff" role="list" aria-label=label>{rows}</ul> }.into_any()
}

fn row(item: DifferenceItem) -> AnyView {
    let weight = item.needs_review().then_some("high");
    let Change { title, old, new } = Change::of(item);
    let (operation, sign, word) = match (old.is_empty(), new.is_empty()) {
        (true, _) => ("add", "+", "Added: "),
        (_, true) => ("remove", "−", "Removed: "),
        _ => ("change", "~", "Changed: "),
    };
    view! {
        <li data-op=operation data-sign=sign data-weight=weight>
            <div><b><span class="sr-only">{word}</span>{title}</b>{lines("was", "Before", old)}{lines("now", "After", new)}</div>
        </li>
    }
    .into_any()
}

fn lines(class: &'static str, when: &'static str, lines: Vec<String>) -> Vec<AnyView> {
    let line =
        |line: String| view! { <span class=class><span class="sr-only">{when}": "</span>{line}</span> }.into_any();
    lines.into_iter().map(line).collect()
}

struct Change {
    title: String,
    old: Vec<String>,
    new: Vec<String>,
}

impl Change {
    fn of(item: DifferenceItem) -> Self {
        match item {
            DifferenceItem::Scopes { old, new } => {
                let sentences = |scopes: Vec<_>| scopes.into_iter().map(scopes::sentence).map(str::to_owned).collect();
                Self::of_list("What it may do", sentences(old), sentences(new))
            }
            DifferenceItem::Hosts { purpose, old, new } => Self::of_list(words::purpose(purpose), old, new),
            DifferenceItem::Events { event, old, new } => {
                let told = |listens: Vec<_>| listens.iter().map(words::listening).collect();
                Self::of_list(&format!("Is told of {event}"), told(old), told(new))
            }
            DifferenceItem::Extension { kind, key, old, new } => {
                let named = new.as_ref().or(old.as_ref()).map_or_else(|| key.to_string(), adds::name);
                let (old, new) = differing_members(old, new);
                Self { title: format!("{}: {named}", adds::kind_word(&kind)), old, new }
            }
            DifferenceItem::Member { pointer, old, new } => {
                let text = |value: Option<Value>| value.iter().map(text).collect();
                Self { title: pointer, old: text(old), new: text(new) }
            }
        }
    }
}

impl Change {
    /// What comes and what goes; what stays is nothing to decide about.
    fn of_list(title: &str, old: Vec<String>, new: Vec<String>) -> Self {
        let without =
            |one: &[String], other: &[String]| one.iter().filter(|line| !other.contains(line)).cloned().collect();
        Self { title: title.to_owned(), old: without(&old, &new), new: without(&new, &old) }
    }
}

/// What an extension says differently; all of it where it is new or gone.
fn differing_members(old: Option<Value>, new: Option<Value>) -> (Vec<String>, Vec<String>) {
    let differing = |one: &Option<Value>, other: &Option<Value>| {
        let members = one.as_ref().and_then(Value::as_object).into_iter().flatten();
        let of_other = |name: &str| other.as_ref().and_then(|other| other.get(name));
        let members = members.filter(|(name, value)| of_other(name) != Some(*value));
        members.map(|(name, value)| format!("{name}: {}", text(value))).collect()
    };
    (differing(&old, &new), differing(&new, &old))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
