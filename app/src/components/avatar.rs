//! People as they are drawn beside their names.

use leptos::prelude::*;
use roomglass_protocol::{Presence, UserId};

use super::icon::tint;
use crate::components::live::{memo, part};
use crate::state::Store;

/// A disc with initials. Decorative: the name stands beside it.
#[component]
pub fn Avatar(
    /// Whose; decides the tint.
    id: UserId,
    /// Their name.
    #[prop(into)]
    name: String,
    /// `avatar` and its modifiers.
    #[prop(default = "avatar")]
    class: &'static str,
    /// Whether presence is drawn at its corner.
    #[prop(optional)]
    presence: bool,
) -> impl IntoView {
    let small = class.contains("--20");
    view! {
        <span class=class data-tint=tint(id.0) aria-hidden="true">
            {initials(&name, if small { 1 } else { 2 })}
            {presence.then(|| view! { <PresenceMark id/> })}
        </span>
    }
    .into_any()
}

/// The presence of a person as a shape. Not drawn while it is not known (design §1.5).
#[component]
fn PresenceMark(id: UserId) -> impl IntoView {
    let known = known_presence(id);
    part(move || {
        known.get().map(|presence| view! { <span class="presence" data-state=presence_word(presence)></span> })
    })
}

/// The presence of a person; `None` while this browser is offline and cannot know it.
pub fn known_presence(id: UserId) -> Memo<Option<Presence>> {
    let store = expect_context::<Store>();
    memo(move || {
        let offline = matches!(store.connection.get(), crate::state::ConnectionState::Offline { .. });
        let presence = store.workspace.with(|workspace| workspace.as_ref().map(|known| known.presence_of(id)));
        presence.filter(|_| !offline)
    })
}

/// The word for a presence, in `data-state` and in accessible names.
pub fn presence_word(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "online",
        Presence::Away => "away",
        Presence::Offline => "offline",
    }
}

/// First letters of the first and last words of a name.
pub fn initials(name: &str, most: usize) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = letters.next();
    let last = if most > 1 { letters.next_back() } else { None };
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_first_and_last_word() {
        assert_eq!(initials("Sanna  Maria virtanen", 2), "SV");
        assert_eq!(initials("ämina", 2), "Ä");
        assert_eq!(initials("Mei Tanaka", 1), "M");
        assert_eq!(initials("…", 2), "");
    }
}
