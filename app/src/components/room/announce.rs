//! What a screen reader hears of new messages. The feed itself is not live: loading history would be read out.

use leptos::prelude::*;
use roomglass_protocol::{Author, Message, Sequence};

use super::OpenRoom;
use crate::state::Store;

const MOST_CHARS: usize = 140;
/// More than so many at once are only counted.
const MOST_AT_ONCE: usize = 3;

/// The sentence to speak now.
pub fn announce_new_messages(store: Store, room: OpenRoom) -> ReadSignal<String> {
    let (sentence, set_sentence) = signal(String::new());
    Effect::new(move |heard: Option<Sequence>| {
        let newest = room.signals.timeline.with(|timeline| timeline.newest());
        let Some(heard) = heard.filter(|heard| *heard > Sequence::START && *heard < newest) else { return newest };
        let me = store.workspace.with_untracked(|workspace| workspace.as_ref().map(|known| known.user.id));
        let new: Vec<String> = room.signals.timeline.with_untracked(|timeline| {
            let entries = timeline.events().iter().filter(|event| event.seq > heard);
            let messages = entries.filter_map(|event| event.message());
            messages
                .filter(|message| !message.deleted && (message.sender().is_none() || message.sender() != me))
                .map(spoken)
                .collect()
        });
        if !new.is_empty() {
            set_sentence.set(if new.len() > MOST_AT_ONCE {
                format!("{} new messages", new.len())
            } else {
                new.join(". ")
            });
        }
        newest
    });
    sentence
}

fn spoken(message: &Message) -> String {
    let name = match &message.from {
        Author::User { name, .. } | Author::Integration { name, .. } => name,
    };
    let text: String = message.text.chars().take(MOST_CHARS).collect();
    let file = message.attachments.first().map_or("", |file| file.name.as_str());
    format!("{name}: {text} {file}")
}
