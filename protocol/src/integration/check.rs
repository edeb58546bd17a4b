//! What each kind of extension must be (hipchat-connect §1.4 to §1.10).

use serde_json::Value;

use super::{
    ExtensionKind,
    address::application_of,
    normal_form::Found,
    place::{Faults, Place},
};
use crate::json::child_pointer;

/// Largest whole number every reader of JSON agrees on; tokens are computed from numbers of double precision.
const MAX_EXACT: u64 = 1 << 53;

/// Notes every fault of an extension in normal form, telling the place where the provider wrote it.
pub(super) fn check_extension(found: &Found, faults: &mut Faults) {
    // Kinds are stored as texts of their own, and PostgreSQL cannot store NUL.
    if found.kind.0.contains('\0') {
        return faults.add(&found.pointer, "a kind of extension cannot contain the character NUL");
    }
    let extension = Place::new(&found.descriptor, found.pointer.as_str());
    if extension.clone().required(faults).object(faults).is_none() {
        return;
    }
    check_numbers(&found.descriptor, &found.pointer, faults);
    let key = extension.member("key");
    match found.kind.0.as_str() {
        ExtensionKind::WEBHOOK => key.key(faults),
        _ => key.required(faults).key(faults),
    };
    match found.kind.0.as_str() {
        ExtensionKind::GLANCE => check_glance(&extension, faults),
        ExtensionKind::WEB_PANEL => check_web_panel(&extension, faults),
        ExtensionKind::DIALOG => check_dialog(&extension, faults),
        ExtensionKind::EXTERNAL_PAGE => check_external_page(&extension, faults),
        ExtensionKind::ACTION => check_action(&extension, faults),
        ExtensionKind::WEBHOOK => check_webhook(&extension, faults),
        _ => {}
    }
}

fn check_glance(glance: &Place<'_>, faults: &mut Faults) {
    glance.member("name").required(faults).name(faults);
    glance.member("queryUrl").address(faults);
    glance.member("icon").icon(faults);
    glance.member("weight").whole_number(faults);
    check_target(&glance.member("target"), faults);
    check_conditions(&glance.member("conditions"), faults);
}

fn check_web_panel(panel: &Place<'_>, faults: &mut Faults) {
    panel.member("name").required(faults).name(faults);
    panel.member("url").required(faults).address(faults);
    panel.member("location").required(faults).text(1..=100, faults);
    panel.member("icon").icon(faults);
    panel.member("weight").whole_number(faults);
    check_conditions(&panel.member("conditions"), faults);
}

fn check_dialog(dialog: &Place<'_>, faults: &mut Faults) {
    dialog.member("title").required(faults).name(faults);
    dialog.member("url").required(faults).address(faults);
    dialog.member("options").object(faults);
    check_conditions(&dialog.member("conditions"), faults);
}

fn check_external_page(page: &Place<'_>, faults: &mut Faults) {
    page.member("name").required(faults).name(faults);
    let address = page.member("url").required(faults);
    if address.value().and_then(Value::as_str).and_then(application_of).is_none() {
        address.address(faults);
    }
    check_conditions(&page.member("conditions"), faults);
}

/// `url` is not looked at: one library adds a useless one to each action.
fn check_action(action: &Place<'_>, faults: &mut Faults) {
    action.member("name").required(faults).name(faults);
    action.member("location").required(faults).text(1..=100, faults);
    action.member("queryUrl").address(faults);
    action.member("weight").whole_number(faults);
    check_target(&action.member("target"), faults);
    check_conditions(&action.member("conditions"), faults);
}

fn check_webhook(webhook: &Place<'_>, faults: &mut Faults) {
    webhook.member("url").required(faults).address(faults);
    webhook.member("event").required(faults).text(1..=100, faults);
    webhook.member("name").any_text(faults);
    webhook.member("pattern").pattern(&webhook.member("flags"), faults);
    webhook.member("authentication").any_text(faults);
}

/// A key, or an object with one. Whether it leads anywhere is not asked: real add-ons have dangling targets.
fn check_target(target: &Place<'_>, faults: &mut Faults) {
    if !matches!(target.value(), Some(Value::String(_))) && target.object(faults).is_some() {
        target.member("key").required(faults).any_text(faults);
    }
}

fn check_conditions(conditions: &Place<'_>, faults: &mut Faults) {
    for condition in conditions.items(faults) {
        if condition.object(faults).is_none() {
            continue;
        }
        condition.member("params").member("regex").member("pattern").counted_pattern(faults);
        check_conditions(&condition.member("conditions"), faults);
    }
}

fn check_numbers(value: &Value, pointer: &str, faults: &mut Faults) {
    match value {
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs)).unwrap_or(0);
            if size > MAX_EXACT {
                faults.add(pointer, "this number is too large to be exact; write it as text");
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| check_inner_numbers(item, pointer, index, faults));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| check_inner_numbers(member, pointer, name, faults));
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Pointers are built only on the way to numbers: most members are text.
fn check_inner_numbers(value: &Value, parent: &str, step: impl std::fmt::Display, faults: &mut Faults) {
    if matches!(value, Value::Number(_) | Value::Array(_) | Value::Object(_)) {
        check_numbers(value, &child_pointer(parent, step), faults);
    }
}
