//! What an integration adds to the interface, in words for somebody who is about to choose it (MKT-01).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ExtensionKind, Extensions};
use crate::ExtensionKey;

/// One thing it adds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Its kind.
    pub kind: ExtensionKind,
    /// Its key.
    pub key: ExtensionKey,
    /// What people will read; its key where it has no name.
    pub name: String,
    /// Where it is shown, for kinds that say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Whether it is shown only under conditions.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conditional: bool,
}

impl Extensions {
    /// What is added to the interface, by kind and key. Webhooks add nothing; what they tell is in
    /// [`super::Descriptor::listens`].
    pub fn offered(&self) -> Vec<Offered> {
        let visible = self.iter().into_iter().filter(|(kind, _, _)| kind.0 != ExtensionKind::WEBHOOK);
        let read = |(kind, key, value): (&ExtensionKind, ExtensionKey, &Value)| Offered {
            name: name_of(value).unwrap_or(key.as_str()).to_owned(),
            location: value.get("location").and_then(Value::as_str).map(str::to_owned),
            conditional: value.get("conditions").and_then(Value::as_array).is_some_and(|list| !list.is_empty()),
            kind: kind.clone(),
            key,
        };
        visible.map(read).collect()
    }
}

fn name_of(extension: &Value) -> Option<&str> {
    let name = extension.get("name").or_else(|| extension.get("title"))?;
    name.as_str().or_else(|| name.get("value")?.as_str())
}
