//! Whom an integration makes people and the server contact, and what it is told of: what somebody agrees to by
//! installing it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Descriptor, ExtensionKind, address::origin_of};
use crate::json::child_pointer;

/// Members that hold words for people or for tests, never an address somebody contacts.
const WORDS: [&str; 6] = ["conditions", "description", "name", "params", "pattern", "title"];

/// What a server is contacted for.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Credentials of installations are posted there.
    Credentials,
    /// The descriptor, and with it every later version, comes from there.
    Descriptor,
    /// Events of rooms are posted there.
    Events,
    /// Browsers of members load pages and data of tiles from there, signed with who they are.
    Pages,
    /// Pictures come from there, through the server.
    Pictures,
    /// Linked to; contacted when somebody follows the link.
    Links,
}

/// What an integration wants to be told of one kind of event.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Listening {
    /// Only texts in which this matches; absent means every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// How the pattern is read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub flags: String,
}

impl Descriptor {
    /// Every origin in the document, by what it is contacted for. An address that cannot be read, or in whose host there
    /// is a variable, is one that nobody contacts.
    pub fn contacts(&self) -> BTreeMap<Purpose, BTreeSet<String>> {
        let mut contacts = BTreeMap::new();
        collect(&self.document, "", &mut contacts);
        contacts
    }

    /// What it wants to be told of, by event (HOOK-01, HOOK-02).
    pub fn listens(&self) -> BTreeMap<String, BTreeSet<Listening>> {
        let mut listens: BTreeMap<String, BTreeSet<Listening>> = BTreeMap::new();
        let webhooks = self.extensions.0.get(&ExtensionKind::from(ExtensionKind::WEBHOOK));
        for webhook in webhooks.into_iter().flatten() {
            let text = |member: &str| webhook.get(member).and_then(Value::as_str).map(str::to_owned);
            let Some(event) = text("event") else { continue };
            let listening = Listening { pattern: text("pattern"), flags: text("flags").unwrap_or_default() };
            listens.entry(event).or_default().insert(listening);
        }
        listens
    }
}

fn collect(value: &Value, pointer: &str, contacts: &mut BTreeMap<Purpose, BTreeSet<String>>) {
    match value {
        Value::String(text) => {
            if let Ok(origin) = origin_of(text) {
                contacts.entry(purpose(pointer)).or_default().insert(origin);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &child_pointer(pointer, index), contacts));
        }
        Value::Object(members) => {
            let addresses = members.iter().filter(|(name, _)| !WORDS.contains(&name.as_str()));
            addresses.for_each(|(name, member)| collect(member, &child_pointer(pointer, name), contacts));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What an address is for, by its place in a document in normal form.
fn purpose(pointer: &str) -> Purpose {
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    match steps.as_slice() {
        ["links", "self"] => Purpose::Descriptor,
        ["capabilities", "installable", ..] => Purpose::Credentials,
        ["icon", ..] | ["capabilities", "hipchatApiConsumer", "avatar", ..] => Purpose::Pictures,
        ["capabilities", "configurable", ..] => Purpose::Pages,
        ["capabilities", ExtensionKind::WEBHOOK, ..] => Purpose::Events,
        ["capabilities", kind, _, "icon", ..] if ExtensionKind::from(*kind).is_known() => Purpose::Pictures,
        ["capabilities", kind, ..] if ExtensionKind::from(*kind).is_known() => Purpose::Pages,
        _ => Purpose::Links,
    }
}
