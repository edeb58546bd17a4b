//! Extensions in normal form, read into types. What does not fit is left out, never a failure: a later version may
//! have written it.

use serde_json::Value;

use super::{Action, ConditionList, Dialog, ExternalPage, Glance, Icon, Name, WebPanel, Webhook};
use crate::ExtensionKey;

/// Place in the order when an extension does not say (HCC-13).
const DEFAULT_WEIGHT: i64 = 100;

impl Glance {
    pub(super) fn read(key: ExtensionKey, value: &Value) -> Option<Self> {
        Some(Self {
            key,
            name: read_name(value.get("name"))?,
            query_url: read_text(value.get("queryUrl")),
            target: read_target(value.get("target")),
            icon: read_icon(value.get("icon")),
            conditions: ConditionList::from_value(value.get("conditions")),
            weight: read_weight(value),
        })
    }
}

impl Action {
    pub(super) fn read(key: ExtensionKey, value: &Value) -> Option<Self> {
        Some(Self {
            key,
            name: read_name(value.get("name"))?,
            query_url: read_text(value.get("queryUrl")),
            location: read_text(value.get("location"))?,
            target: read_target(value.get("target")),
            conditions: ConditionList::from_value(value.get("conditions")),
            weight: read_weight(value),
        })
    }
}

impl WebPanel {
    pub(super) fn read(key: ExtensionKey, value: &Value) -> Option<Self> {
        Some(Self {
            key,
            name: read_name(value.get("name"))?,
            location: read_text(value.get("location"))?,
            url: read_text(value.get("url"))?,
            icon: read_icon(value.get("icon")),
        })
    }
}

impl Dialog {
    pub(super) fn read(key: ExtensionKey, value: &Value) -> Option<Self> {
        Some(Self {
            key,
            title: read_name(value.get("title"))?,
            url: read_text(value.get("url"))?,
            options: value.get("options").cloned().unwrap_or_default(),
        })
    }
}

impl ExternalPage {
    pub(super) fn read(key: ExtensionKey, value: &Value) -> Option<Self> {
        Some(Self { key, name: read_name(value.get("name"))?, url: read_text(value.get("url"))? })
    }
}

impl Webhook {
    pub(super) fn read(key: ExtensionKey, value: &Value) -> Option<Self> {
        Some(Self {
            key,
            event: read_text(value.get("event"))?,
            pattern: read_pattern(value),
            url: read_text(value.get("url"))?,
            signed: value.get("authentication").and_then(Value::as_str) == Some("jwt"),
        })
    }
}

/// With its flags in front, as HipChat's webhooks had them; those that change nothing in a search are left out.
fn read_pattern(value: &Value) -> Option<String> {
    let pattern = read_text(value.get("pattern"))?;
    let given = read_text(value.get("flags")).unwrap_or_default();
    let flags: String = "ims".chars().filter(|flag| given.contains(*flag)).collect();
    Some(if flags.is_empty() { pattern } else { format!("(?{flags}){pattern}") })
}

fn read_text(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_owned)
}

fn read_name(value: Option<&Value>) -> Option<Name> {
    match value? {
        Value::String(text) => Some(Name { value: text.clone(), i18n: None }),
        object => Some(Name { value: read_text(object.get("value"))?, i18n: read_text(object.get("i18n")) }),
    }
}

fn read_icon(value: Option<&Value>) -> Option<Icon> {
    let icon = value?;
    Some(Icon {
        url: read_text(icon.get("url"))?,
        url_2x: read_text(icon.get("url@2x")),
        label: read_text(icon.get("label")),
    })
}

fn read_target(value: Option<&Value>) -> Option<ExtensionKey> {
    let target = value?;
    let key = target.as_str().or_else(|| target.get("key")?.as_str())?;
    ExtensionKey::new(key).ok()
}

fn read_weight(value: &Value) -> i64 {
    value.get("weight").and_then(Value::as_i64).unwrap_or(DEFAULT_WEIGHT)
}
