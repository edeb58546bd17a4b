//! Who is writing.

use leptos::prelude::*;

use crate::components::live::{memo, part};
use crate::{components::room::OpenRoom, state::Store};

/// A line that is empty most of the time.
#[component]
pub fn TypingLine() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let words = memo(move || {
        let names: Vec<String> = store.workspace.with(|known| {
            let Some(known) = known else { return Vec::new() };
            store.typing.with(|typing| {
                let writing = typing.get(&room.id).into_iter().flat_map(|writing| writing.keys());
                let others = writing.filter(|user| **user != known.user.id);
                others.filter_map(|user| known.people.get(user)).map(|person| person.name.clone()).collect()
            })
        });
        sentence(&names)
    });
    view! {
        <span class="typing" role="status">
            {part(move || (!words.with(String::is_empty)).then(|| view! { <i></i><i></i><i></i> }))}{part(move || words.get())}
        </span>
    }
    .into_any()
}

fn sentence(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} is typing"),
        [one, two] => format!("{one} and {two} are typing"),
        more => format!("{} people are typing", more.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_two_and_counts_more() {
        let names = ["Amina", "Jonas", "Mei"].map(str::to_owned);
        assert_eq!(sentence(&names[..0]), "");
        assert_eq!(sentence(&names[..1]), "Amina is typing");
        assert_eq!(sentence(&names[..2]), "Amina and Jonas are typing");
        assert_eq!(sentence(&names), "3 people are typing");
    }
}
