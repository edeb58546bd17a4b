//! Forms that work although they are not what the contract describes: members nobody reads, one object where a list
//! is meant, variables in addresses (hipchat-connect §1).

use serde_json::{Map, Value};

use super::ExtensionKind;
use crate::{Fault, json::child_pointer};

/// Members that are read, by the object they are in.
const GENERAL: &[&str] = &[
    "apiVersion",
    "capabilities",
    "client_api_version",
    "description",
    "icon",
    "key",
    "links",
    "name",
    "vendor",
    "version",
];
const CONSUMER: &[&str] = &["avatar", "fromName", "scopes"];
const INSTALLABLE: &[&str] =
    &["allowGlobal", "allowRoom", "callbackUrl", "installedUrl", "uninstalledUrl", "updateCallbackUrl", "updatedUrl"];
const CAPABILITIES: &[&str] = &["configurable", "hipchatApiConsumer", "installable", "oauth2Consumer"];
const GLANCE: &[&str] = &["conditions", "icon", "key", "name", "queryUrl", "target", "weight"];
const WEB_PANEL: &[&str] = &["authentication", "conditions", "icon", "key", "location", "name", "url", "weight"];
const DIALOG: &[&str] = &["authentication", "conditions", "key", "options", "title", "url"];
const EXTERNAL_PAGE: &[&str] = &["authentication", "conditions", "key", "name", "url"];
const ACTION: &[&str] = &["conditions", "key", "location", "name", "queryUrl", "target", "weight"];
const WEBHOOK: &[&str] = &["authentication", "event", "flags", "key", "name", "pattern", "url"];

/// Members that hold addresses.
const ADDRESSES: [&str; 2] = ["queryUrl", "url"];

/// What was found so far.
#[derive(Default)]
pub(super) struct Oddities(Vec<Fault>);

impl Oddities {
    /// Looks at a document that has no faults.
    pub fn of(document: &Value) -> Self {
        let mut oddities = Self::default();
        let Some(members) = document.as_object() else { return oddities };
        oddities.general_part(members);
        if let Some(capabilities) = document.get("capabilities").and_then(Value::as_object) {
            oddities.capabilities(capabilities);
        }
        oddities
    }

    pub fn into_faults(self) -> Vec<Fault> {
        self.0
    }

    fn general_part(&mut self, members: &Map<String, Value>) {
        for name in members.keys().filter(|name| !GENERAL.contains(&name.as_str())) {
            let message = match is_capability(name) {
                true => format!("nothing is done with \"{name}\" here; it belongs into \"capabilities\""),
                false => nothing_is_done_with(name),
            };
            self.add("", name, message);
        }
    }

    fn capabilities(&mut self, capabilities: &Map<String, Value>) {
        for (word, value) in capabilities {
            let pointer = child_pointer("/capabilities", word);
            let kind = ExtensionKind::canonical(word);
            match (value, word.as_str()) {
                (Value::Object(members), "hipchatApiConsumer") => self.unread(&pointer, members, CONSUMER),
                (Value::Object(members), "installable") => self.unread(&pointer, members, INSTALLABLE),
                (Value::Object(_), _) if kind.is_known() => {
                    let message = "expected a list; the one object is taken for a list of one";
                    self.0.push(Fault::new(pointer.clone(), message));
                    self.extension(&kind, &pointer, value);
                }
                (Value::Array(items), _) if kind.is_known() => {
                    let places = items.iter().enumerate().map(|(index, item)| (child_pointer(&pointer, index), item));
                    places.for_each(|(pointer, item)| self.extension(&kind, &pointer, item));
                }
                // Lists of a kind this version does not know are told of with the extensions in them.
                (Value::Array(_), _) => {}
                _ if is_capability(word) => {}
                _ => self.add("/capabilities", word, nothing_is_done_with(word)),
            }
        }
    }

    fn extension(&mut self, kind: &ExtensionKind, pointer: &str, extension: &Value) {
        let Some(members) = extension.as_object() else { return };
        self.unread(pointer, members, members_of(kind));
        for name in ADDRESSES {
            let variable = members.get(name).and_then(Value::as_str).and_then(first_variable);
            let Some(variable) = variable else { continue };
            let message = match kind.0.as_str() {
                ExtensionKind::WEBHOOK => format!("{variable} is sent as it is: nothing is filled in here"),
                _ => format!("{variable} is filled in when this opens, with nothing where there is no such value"),
            };
            self.add(pointer, name, message);
        }
    }

    fn unread(&mut self, pointer: &str, members: &Map<String, Value>, read: &[&str]) {
        for name in members.keys().filter(|name| !read.contains(&name.as_str())) {
            self.add(pointer, name, nothing_is_done_with(name));
        }
    }

    fn add(&mut self, parent: &str, member: &str, message: String) {
        self.0.push(Fault::new(child_pointer(parent, member), message));
    }
}

fn nothing_is_done_with(name: &str) -> String {
    format!("nothing is done with \"{name}\"")
}

fn is_capability(word: &str) -> bool {
    CAPABILITIES.contains(&word) || ExtensionKind::canonical(word).is_known()
}

fn members_of(kind: &ExtensionKind) -> &'static [&'static str] {
    match kind.0.as_str() {
        ExtensionKind::GLANCE => GLANCE,
        ExtensionKind::WEB_PANEL => WEB_PANEL,
        ExtensionKind::DIALOG => DIALOG,
        ExtensionKind::EXTERNAL_PAGE => EXTERNAL_PAGE,
        ExtensionKind::ACTION => ACTION,
        _ => WEBHOOK,
    }
}

/// The first `{variable}` of an address, with its braces.
fn first_variable(address: &str) -> Option<&str> {
    let begin = address.find('{')?;
    let length = address[begin..].find('}')?;
    Some(&address[begin..=begin + length])
}
