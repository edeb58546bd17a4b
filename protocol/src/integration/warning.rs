//! What is odd about a descriptor without being a fault: real add-ons have it, so it is tolerated, and told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ConditionList, ExtensionKind, Extensions};
use crate::{Fault, json::child_pointer};

/// More help nobody.
const MAX_WARNINGS: usize = 20;

/// What controls are offered on (CC-20).
const LOCATIONS: [&str; 5] = ["glance", "input", "message", "notification", "sidebar"];

impl Extensions {
    /// What the author should look at, each with its JSON pointer into the descriptor in normal form: targets that
    /// lead nowhere (DESC-15), conditions and places this version does not know (COND-27, CC-20), kinds of extension
    /// with which it does nothing (DESC-18). At most 20.
    pub fn warnings(&self) -> Vec<Fault> {
        let pages = self.keys_that_open();
        let mut warnings = Vec::new();
        for (kind, list) in &self.0 {
            let pointer = child_pointer("/capabilities", kind);
            if !kind.is_known() {
                warnings.push(Fault::new(pointer, format!("nothing is done with extensions of the kind \"{kind}\"")));
                continue;
            }
            for (index, extension) in list.iter().enumerate() {
                let pointer = child_pointer(&pointer, index);
                warnings.extend(dangling_target(extension, &pages).map(|why| at(&pointer, "target", why)));
                warnings.extend(unknown_conditions(extension).map(|why| at(&pointer, "conditions", why)));
                if kind.0 == ExtensionKind::ACTION {
                    warnings.extend(unknown_location(extension).map(|why| at(&pointer, "location", why)));
                }
            }
        }
        warnings.truncate(MAX_WARNINGS);
        warnings
    }

    /// Keys a target may name: of related content, and of tiles, which have targets of their own.
    fn keys_that_open(&self) -> BTreeSet<&str> {
        let kinds =
            [ExtensionKind::WEB_PANEL, ExtensionKind::DIALOG, ExtensionKind::EXTERNAL_PAGE, ExtensionKind::GLANCE];
        let lists = kinds.iter().filter_map(|kind| self.0.get(&ExtensionKind::from(*kind)));
        lists.flatten().filter_map(|extension| extension.get("key")?.as_str()).collect()
    }
}

fn at(pointer: &str, member: &str, message: String) -> Fault {
    Fault::new(child_pointer(pointer, member), message)
}

fn dangling_target(extension: &Value, pages: &BTreeSet<&str>) -> Option<String> {
    let target = extension.get("target")?;
    let key = target.as_str().or_else(|| target.get("key")?.as_str())?;
    (!pages.contains(key)).then(|| format!("there is no \"{key}\" in this descriptor, so nothing will open"))
}

fn unknown_conditions(extension: &Value) -> Option<String> {
    let conditions = ConditionList::from_value(extension.get("conditions"));
    let name = conditions.unknown_names().first()?.to_string();
    Some(format!("\"{name}\" is not a condition this version knows; it never holds"))
}

fn unknown_location(extension: &Value) -> Option<String> {
    let location = extension.get("location")?.as_str()?;
    let known = LOCATIONS.contains(&location);
    (!known).then(|| format!("\"{location}\" is not a place for controls, so it is never offered"))
}
