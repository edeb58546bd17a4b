//! Payloads of Slack's incoming webhooks: `text`, `attachments`, `blocks`.

use roomglass_protocol::json::parse_strict;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{attachment, block, draft::Draft, markup};

/// Slack takes no more.
const MAX_ATTACHMENTS: usize = 100;
/// Slack takes no more.
const MAX_BLOCKS: usize = 50;

/// What is wrong with a payload, as Slack distinguishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// No JSON object, neither as the body nor in the form field `payload`.
    NotAPayload,
    /// Nothing in it can be shown.
    NoText,
    /// More than anybody reads.
    TooManyAttachments,
    /// Not a list, or too long.
    InvalidBlocks,
}

/// Reads a body, whatever its content type says.
pub(super) fn read(body: &[u8]) -> Result<Draft, Unusable> {
    let payload = document(body).ok_or(Unusable::NotAPayload)?;
    let mut draft = Draft::default();
    blocks(&payload, &mut draft)?;
    // Where there are blocks, the text is what Slack says on a lock screen.
    if draft.is_empty() {
        draft.line(&text(&payload));
    }
    attachments(&payload, &mut draft)?;
    if draft.is_empty() { Err(Unusable::NoText) } else { Ok(draft) }
}

fn document(body: &[u8]) -> Option<Map<String, Value>> {
    let parsed = if body.trim_ascii_start().starts_with(b"{") {
        parse_strict(body)
    } else {
        let payload = form_urlencoded::parse(body).find_map(|(name, value)| (name == "payload").then_some(value))?;
        parse_strict(payload.as_bytes())
    };
    match parsed {
        Ok(Value::Object(members)) => Some(members),
        Ok(_) | Err(_) => None,
    }
}

fn text(payload: &Map<String, Value>) -> String {
    let text = words(payload, "text").unwrap_or_default();
    if payload.get("mrkdwn") == Some(&Value::Bool(false)) { markup::plain(&text) } else { markup::formatted(&text) }
}

fn blocks(payload: &Map<String, Value>, draft: &mut Draft) -> Result<(), Unusable> {
    match payload.get("blocks") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(blocks)) if blocks.len() <= MAX_BLOCKS => {
            block::write_all(blocks, "/blocks", draft);
            Ok(())
        }
        Some(_) => Err(Unusable::InvalidBlocks),
    }
}

fn attachments(payload: &Map<String, Value>, draft: &mut Draft) -> Result<(), Unusable> {
    match payload.get("attachments") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(attachments)) if attachments.len() <= MAX_ATTACHMENTS => {
            for (index, attachment) in attachments.iter().enumerate() {
                let attachment = attachment.as_object().ok_or(Unusable::NotAPayload)?;
                attachment::write(attachment, &format!("/attachments/{index}"), draft);
            }
            Ok(())
        }
        Some(Value::Array(_)) => Err(Unusable::TooManyAttachments),
        Some(_) => Err(Unusable::NotAPayload),
    }
}

/// A text; templates of senders make numbers and flags of some.
pub(super) fn words(document: &Map<String, Value>, member: &str) -> Option<String> {
    let words = match document.get(member)? {
        Value::String(text) => text.clone(),
        number @ (Value::Number(_) | Value::Bool(_)) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!words.trim().is_empty()).then_some(words)
}
