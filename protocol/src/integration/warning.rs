//! What is odd about a descriptor without being a fault: real add-ons have it, so it is tolerated, and told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    ConditionList, ExtensionKind,
    normal_form::{Found, take_extensions},
    oddity::Oddities,
};
use crate::{Fault, json::child_pointer};

/// More help nobody.
const MAX_WARNINGS: usize = 20;

/// What controls are offered on (CC-20).
const LOCATIONS: [&str; 5] = ["glance", "input", "message", "notification", "sidebar"];

/// What the author of a descriptor without faults should look at, each with its JSON pointer into the document: first
/// what will not work (targets that lead nowhere, DESC-15; conditions, patterns and places this version does not know, COND-27,
/// CC-20; kinds of extension with which it does nothing, DESC-18), then what only looks odd. At most 20.
pub(super) fn warnings(mut document: Value) -> Vec<Fault> {
    let oddities = Oddities::of(&document).into_faults();
    let capabilities = document.get_mut("capabilities").and_then(Value::as_object_mut);
    let found = capabilities.map(|capabilities| take_extensions(capabilities, &mut Vec::new())).unwrap_or_default();
    let pages = keys_that_open(&found);
    let mut warnings: Vec<Fault> = found.iter().flat_map(|extension| of_extension(extension, &pages)).collect();
    warnings.extend(oddities);
    warnings.truncate(MAX_WARNINGS);
    warnings
}

/// Keys a target may name: of related content, and of tiles, which have targets of their own.
fn keys_that_open(found: &[Found]) -> BTreeSet<&str> {
    let kinds = [ExtensionKind::WEB_PANEL, ExtensionKind::DIALOG, ExtensionKind::EXTERNAL_PAGE, ExtensionKind::GLANCE];
    let pages = found.iter().filter(|extension| kinds.contains(&extension.kind.0.as_str()));
    pages.filter_map(|extension| extension.descriptor.get("key")?.as_str()).collect()
}

fn of_extension(Found { kind, pointer, descriptor }: &Found, pages: &BTreeSet<&str>) -> Vec<Fault> {
    if !kind.is_known() {
        return vec![Fault::new(pointer, format!("nothing is done with extensions of the kind \"{kind}\""))];
    }
    let at = |member: &str, message: String| Fault::new(child_pointer(pointer, member), message);
    let location = if kind.0 == ExtensionKind::ACTION { unknown_location(descriptor) } else { None };
    let target = dangling_target(descriptor, pages).map(|why| at("target", why));
    let conditions = unknown_conditions(descriptor).map(|why| at("conditions", why));
    target.into_iter().chain(conditions).chain(location.map(|why| at("location", why))).collect()
}

fn dangling_target(extension: &Value, pages: &BTreeSet<&str>) -> Option<String> {
    let target = extension.get("target")?;
    let key = target.as_str().or_else(|| target.get("key")?.as_str())?;
    (!pages.contains(key)).then(|| format!("there is no \"{key}\" in this descriptor, so nothing will open"))
}

fn unknown_conditions(extension: &Value) -> Option<String> {
    let conditions = ConditionList::from_value(extension.get("conditions"));
    if let Some(name) = conditions.unknown_names().first() {
        return Some(format!("\"{name}\" is not a condition this version knows; it never holds"));
    }
    let why = conditions.unusable_patterns().into_iter().next()?;
    Some(format!("a condition with a pattern never holds: {why}"))
}

fn unknown_location(extension: &Value) -> Option<String> {
    let location = extension.get("location")?.as_str()?;
    let known = LOCATIONS.contains(&location);
    (!known).then(|| format!("\"{location}\" is not a place for controls, so it is never offered"))
}
