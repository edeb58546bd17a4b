//! Extensions an integration has in one room only (HCC-15).

use serde_json::{Map, Value, json};

use super::{Descriptor, ExtensionKind, Extensions};
use crate::{Fault, IntegrationKey, RoomId};

/// What their keys begin with; a provider cannot take such a key for its own.
pub(super) const SUPPLEMENT_PREFIX: &str = "room:";

/// Members of a descriptor that what is added to it has too.
const SHARED: [&str; 6] = ["name", "description", "links", "vendor", "icon", "client_api_version"];

impl IntegrationKey {
    /// Key of the integration that speaks for this one: where one adds this in a room, that one; else its own. It is the
    /// only key its provider knows.
    pub fn speaker(&self) -> &str {
        let added = self.as_str().strip_prefix(SUPPLEMENT_PREFIX).and_then(|rest| rest.split_once(':'));
        added.map_or(self.as_str(), |(_, key)| key)
    }
}

impl Descriptor {
    /// What an integration adds in a room, as an integration of its own: the room's extensions, and the pages and
    /// dialogs of the integration itself, so that the room's tiles and controls can open those too.
    ///
    /// # Errors
    /// As [`Descriptor::parse`], and when the integration's key is too long to be told apart by room.
    pub fn for_room(&self, room: RoomId, own: &Extensions) -> Result<Self, Vec<Fault>> {
        let key = IntegrationKey::new(format!("{SUPPLEMENT_PREFIX}{room}:{}", self.key));
        let key = key.map_err(|_| vec![Fault::new("", "the key of the integration is too long for this")])?;
        let mut document = Map::from_iter([("key".to_owned(), json!(key))]);
        for member in SHARED {
            if let Some(value) = self.document.get(member) {
                document.insert(member.to_owned(), value.clone());
            }
        }
        let mut capabilities = Map::new();
        for (kind, list) in &own.0 {
            capabilities.insert(kind.0.clone(), json!(list));
        }
        for kind in [ExtensionKind::WEB_PANEL, ExtensionKind::DIALOG, ExtensionKind::EXTERNAL_PAGE] {
            let pages = pages_beside(own, self.extensions.0.get(&ExtensionKind::from(kind)));
            if let Some(list) = capabilities.entry(kind).or_insert_with(|| json!([])).as_array_mut() {
                list.extend(pages);
            }
        }
        document.insert("capabilities".to_owned(), Value::Object(capabilities));
        Self::parse(Value::Object(document).to_string().as_bytes())
    }
}

/// Those whose key the room does not use for something of its own.
fn pages_beside(own: &Extensions, list: Option<&Vec<Value>>) -> impl Iterator<Item = Value> {
    let is_own = |page: &&Value| own.0.values().flatten().any(|other| other.get("key") == page.get("key"));
    list.into_iter().flatten().filter(move |page| !is_own(page)).cloned()
}
