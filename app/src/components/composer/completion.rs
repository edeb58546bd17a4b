//! Completing `@mentions` while writing.

use leptos::{ev, html, prelude::*};
use roomglass_protocol::Person;

use crate::components::live::{follow, part};
use crate::{
    components::{avatar::Avatar, focus, room::OpenRoom},
    state::Store,
};

const MOST: usize = 8;

/// What completes the word before the caret. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Completion {
    store: Store,
    room: OpenRoom,
    field: NodeRef<html::Textarea>,
    offered: RwSignal<Vec<Person>>,
    chosen: RwSignal<usize>,
}

impl Completion {
    /// For a field.
    pub fn new(room: OpenRoom, field: NodeRef<html::Textarea>) -> Self {
        let store = expect_context::<Store>();
        Self { store, room, field, offered: RwSignal::new(Vec::new()), chosen: RwSignal::new(0) }
    }

    /// Whether something is offered. Reactive.
    pub fn is_open(self) -> bool {
        self.offered.with(|offered| !offered.is_empty())
    }

    /// Id of the chosen entry. Reactive.
    pub fn chosen_id(self) -> Option<String> {
        self.is_open().then(|| option_id(self.chosen.get()))
    }

    /// Offers nothing any more. Called for a field that loses the focus, also by being taken away with all of this.
    pub fn close(self) {
        if self.offered.try_with_untracked(|offered| !offered.is_empty()) == Some(true) {
            self.offered.set(Vec::new());
        }
    }

    /// Looks at the word before the caret.
    pub fn look(self) {
        let written = self.before_caret();
        let offered = word_of_mention(&written).map(|word| self.matching(word)).unwrap_or_default();
        self.chosen.set(0);
        self.offered.set(offered);
    }

    /// Takes a key, if the list is open and the key means something to it.
    pub fn on_key(self, event: &ev::KeyboardEvent) -> bool {
        let count = self.offered.with_untracked(Vec::len);
        if count == 0 {
            return false;
        }
        let key = event.key();
        match key.as_str() {
            "Enter" | "Tab" => self.take(self.chosen.get_untracked()),
            "Escape" => self.close(),
            "ArrowUp" | "ArrowDown" => {
                let to = focus::step(&key, self.chosen.get_untracked(), count, focus::Axis::Column, focus::AtEnd::Wrap);
                self.chosen.set(to.unwrap_or_default());
            }
            _ => return false,
        }
        true
    }

    /// Writes the handle of an offered person in place of the word.
    fn take(self, index: usize) {
        let Some(person) = self.offered.with_untracked(|offered| offered.get(index).cloned()) else { return };
        let written = self.before_caret();
        let text = self.room.signals.draft.get_untracked();
        let word = word_of_mention(&written).unwrap_or_default();
        let start = &written[..written.len() - word.len()];
        let rest = text.get(written.len()..).unwrap_or_default();
        self.room.signals.draft.set(format!("{start}{} {rest}", person.mention));
        self.close();
        if rest.is_empty() {
            super::focus_composer();
        }
    }

    fn before_caret(self) -> String {
        let Some(field) = self.field.get_untracked() else { return String::new() };
        let caret = field.selection_end().ok().flatten().unwrap_or_default() as usize;
        String::from_utf16_lossy(&field.value().encode_utf16().take(caret).collect::<Vec<_>>())
    }

    /// Members of the room whose handle or name begins with what was written; members come first.
    fn matching(self, word: &str) -> Vec<Person> {
        let members = self.room.signals.members.get_untracked().unwrap_or_default();
        self.store.workspace.with_untracked(|known| {
            let Some(known) = known else { return Vec::new() };
            let mut found: Vec<Person> = known
                .people
                .values()
                .filter(|person| person.id != known.user.id && begins(person, word))
                .cloned()
                .collect();
            found.sort_by_key(|person| (!members.contains(&person.id), person.name.to_lowercase()));
            found.truncate(MOST);
            found
        })
    }
}

fn begins(person: &Person, word: &str) -> bool {
    let word = word.to_lowercase();
    let name = person.name.to_lowercase();
    person.mention.starts_with(&word) || name.split_whitespace().any(|part| part.starts_with(&word))
}

/// What follows an `@` right before the caret; `None` when no mention is being written.
fn word_of_mention(before_caret: &str) -> Option<&str> {
    let (before, word) = before_caret.rsplit_once('@')?;
    let inside_word = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '@');
    let is_handle = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    (!inside_word && is_handle).then_some(word)
}

fn option_id(index: usize) -> String {
    format!("completion-{index}")
}

/// The list above the field.
#[component]
pub fn CompletionList(completion: Completion) -> impl IntoView {
    let entry = move |(index, person): (usize, Person)| {
        let handle = format!("@{}", person.mention);
        // The field keeps the focus: the list is operated from there.
        let take = move |event: ev::PointerEvent| {
            event.prevent_default();
            completion.take(index);
        };
        view! {
            <div class="option" role="option" id=option_id(index) on:pointerdown=take
                aria-selected=follow(move || (completion.chosen.get() == index).to_string())>
                <Avatar id=person.id name=person.name.clone() class="avatar avatar--20"/>
                <span>{person.name}</span><span class="muted">{handle}</span>
            </div>
        }
    };
    part(move || {
        completion.is_open().then(|| {
            view! {
                <div class="completion" role="listbox" id="completion" aria-label="People to mention">
                    {completion.offered.get().into_iter().enumerate().map(entry).collect_view()}
                </div>
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_completed_only_where_one_begins() {
        assert_eq!(word_of_mention("hello @am"), Some("am"));
        assert_eq!(word_of_mention("@"), Some(""));
        assert_eq!(word_of_mention("mail a@b"), None);
        assert_eq!(word_of_mention("@amina is"), None);
        assert_eq!(word_of_mention("no"), None);
    }
}
