//! What an answer begins with, since rooms have no threads.

use roomglass_protocol::{Author, MessageId, RoomId};
use roomglass_storage::Reader;

use crate::error::HttpResult;

/// As much of a message as an answer to it repeats.
const MAX_QUOTED_CHARS: usize = 80;

/// Who said a message of the room and how it began, on one line; `None` where there is no such message (any more).
pub(super) async fn quoted(reader: &mut Reader, room: RoomId, id: &str) -> HttpResult<Option<String>> {
    let Ok(id) = id.parse::<MessageId>() else { return Ok(None) };
    let event = reader.message(room, id).await?;
    let message = event.as_ref().and_then(|event| event.message()).filter(|message| !message.deleted);
    let Some(message) = message else { return Ok(None) };
    let (Author::User { name, .. } | Author::Integration { name, .. }) = &message.from;
    let words = message.words().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut beginning: String = words.chars().take(MAX_QUOTED_CHARS).collect();
    if words.chars().nth(MAX_QUOTED_CHARS).is_some() {
        beginning.push('…');
    }
    Ok(Some(format!("{name}: “{beginning}”")))
}
