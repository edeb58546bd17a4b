//! The part of Slack's Block Kit that alerting systems send: sections, headers, dividers, contexts, images.

use serde_json::{Map, Value};

use super::{draft::Draft, markup, payload::words};

/// Writes blocks below each other; those that need Slack are noted as dropped.
pub(super) fn write_all(blocks: &[Value], pointer: &str, draft: &mut Draft) {
    for (index, block) in blocks.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        match block.as_object() {
            Some(block) => write(block, &pointer, draft),
            None => draft.drop_part(&pointer, "no block"),
        }
    }
}

fn write(block: &Map<String, Value>, pointer: &str, draft: &mut Draft) {
    match block.get("type").and_then(Value::as_str).unwrap_or_default() {
        "section" => section(block, pointer, draft),
        "header" => {
            if let Some(text) = text_of(block.get("text")) {
                draft.line(&format!("<b>{text}</b>"));
            }
        }
        "divider" => draft.divide(),
        "context" => context(block, pointer, draft),
        "image" => {
            if let Some(title) = text_of(block.get("title")) {
                draft.line(&format!("<b>{title}</b>"));
            }
            draft.line(&image(block));
        }
        kind => draft.drop_part(pointer, if kind.is_empty() { "no type" } else { kind }),
    }
}

fn section(block: &Map<String, Value>, pointer: &str, draft: &mut Draft) {
    if let Some(text) = text_of(block.get("text")) {
        draft.line(&text);
    }
    for field in block.get("fields").and_then(Value::as_array).into_iter().flatten() {
        if let Some(text) = text_of(Some(field)) {
            draft.line(&text);
        }
    }
    let Some(accessory) = block.get("accessory").and_then(Value::as_object) else { return };
    match accessory.get("type").and_then(Value::as_str).unwrap_or_default() {
        "image" => draft.line(&image(accessory)),
        "button" if accessory.contains_key("url") => {
            let label = text_of(accessory.get("text")).unwrap_or_default();
            draft.line(&markup::link(&words(accessory, "url").unwrap_or_default(), &label));
        }
        kind => draft.drop_part(&format!("{pointer}/accessory"), kind),
    }
}

/// Small things in a row.
fn context(block: &Map<String, Value>, pointer: &str, draft: &mut Draft) {
    let mut parts = Vec::new();
    for (index, element) in block.get("elements").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let kind = element.get("type").and_then(Value::as_str).unwrap_or_default();
        match (kind, element.as_object()) {
            ("mrkdwn" | "plain_text", _) => parts.extend(text_of(Some(element))),
            ("image", Some(element)) => parts.push(image(element)),
            _ => draft.drop_part(&format!("{pointer}/elements/{index}"), kind),
        }
    }
    parts.retain(|part| !part.is_empty());
    if !parts.is_empty() {
        draft.line(&format!("<em>{}</em>", parts.join(" · ")));
    }
}

/// A text object: `{type: mrkdwn | plain_text, text}`.
fn text_of(object: Option<&Value>) -> Option<String> {
    let object = object?.as_object()?;
    let text = words(object, "text")?;
    Some(if object.get("type").and_then(Value::as_str) == Some("mrkdwn") {
        markup::formatted(&text)
    } else {
        markup::plain(&text)
    })
}

/// A link to the picture with its description.
fn image(block: &Map<String, Value>) -> String {
    let label = words(block, "alt_text").unwrap_or_else(|| "image".to_owned());
    markup::link(&words(block, "image_url").unwrap_or_default(), &markup::plain(&label))
}
