//! Where messages are written.

mod completion;
mod typing;

use leptos::{ev, html, prelude::*};
use roomglass_protocol::event::MAX_MESSAGE_CHARS;

use super::{
    controls::{ControlsOn, OpenControls},
    focus,
    icon::Icon,
    room::OpenRoom,
};
use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    state::{ConnectionState, Store},
};
use completion::{Completion, CompletionList};
use typing::TypingLine;

const FIELD: &str = "composer-text";
/// How close to the limit the number of characters left is shown.
const NEAR_LIMIT: usize = 500;
/// Most of a message that a reply quotes.
const MOST_QUOTED_CHARS: usize = 400;

/// Moves the focus to the field, the caret to its end.
pub fn focus_composer() {
    request_animation_frame(|| {
        let Some(field) = focus::element(FIELD) else { return };
        focus::give(&field);
        let field: web_sys::HtmlTextAreaElement = wasm_bindgen::JsCast::unchecked_into(field);
        let end = field.value().encode_utf16().count() as u32;
        let _ = field.set_selection_range(end, end);
    });
}

/// The draft of a reply: the quotation, then the author's handle, then what was written already.
pub fn reply_draft(draft: &str, quoted: &str, author: Option<&str>) -> String {
    let shortened: String = quoted.chars().take(MOST_QUOTED_CHARS).collect();
    let ellipsis = if shortened.len() < quoted.len() { "…" } else { "" };
    let quotation: String = (shortened + ellipsis).lines().map(|line| format!("> {line}\n")).collect();
    let address = author.map(|author| format!("@{author} ")).unwrap_or_default();
    format!("{quotation}\n{address}{draft}")
}

/// The form below the log.
#[component]
pub fn Composer() -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let label = move || format!("Message {}", room.title.get());
    view! {
        <form class="composer" id="composer" data-region="composer" aria-label=follow(label)
            on:submit=on(move |event: ev::SubmitEvent| { event.prevent_default(); send(room); })>
            <div class="composer__box">
                <Field/>
                <Bar/>
            </div>
            <Foot/>
        </form>
    }
    .into_any()
}

#[component]
fn Field() -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let draft = room.signals.draft;
    let field = NodeRef::<html::Textarea>::new();
    let completion = Completion::new(room, field);
    let on_input = move |event: ev::Event| {
        draft.set(event_target_value(&event));
        completion.look();
        actions::typing(room.id);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if completion.on_key(&event) {
            return event.prevent_default();
        }
        // While an input method composes, Enter chooses one of its candidates.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send(room);
        }
    };
    let rows = move || draft.with(|draft| draft.lines().count().clamp(1, 10)).to_string();
    view! {
        <CompletionList completion/>
        <textarea id=FIELD node_ref=field rows=follow(rows) aria-label=follow(move || format!("Message {}", room.title.get()))
            placeholder=follow(move || format!("Message {}", room.title.get())) aria-autocomplete="list"
            aria-controls=follow(move || completion.is_open().then_some("completion"))
            aria-activedescendant=follow(move || completion.chosen_id())
            prop:value=follow(move || draft.get()) on:input=on_input on:keydown=on_key on:blur=move |_| completion.close()>
        </textarea>
    }
    .into_any()
}

#[component]
fn Bar() -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let draft = room.signals.draft;
    let menu_open = memo(move || room.controls.with(|open| matches!(open, Some(open) if open.is_on_input())));
    let toggle = move |_| {
        let open = (!menu_open.get_untracked()).then(|| OpenControls {
            anchor: "composer-controls".to_owned(),
            opener: None,
            on: ControlsOn::Input,
        });
        room.controls.set(open);
    };
    let mention = move |_| {
        draft.update(|draft| {
            let separate = !draft.is_empty() && !draft.ends_with(char::is_whitespace);
            draft.push_str(if separate { " @" } else { "@" });
        });
        focus_composer();
    };
    view! {
        <div class="composer__bar">
            <button class="iconbtn" id="composer-controls" type="button" aria-haspopup="menu" aria-label="View controls for writing"
                aria-expanded=follow(move || menu_open.get().to_string()) on:click=toggle>
                <Icon name="i-plus"/>
            </button>
            <button class="iconbtn not-phone" type="button" aria-label="Mention someone" on:click=mention>
                <Icon name="i-at-sign" class="icon icon--sm"/>
            </button>
            <span class="composer__send">
                <button class="iconbtn composer__go" type="submit" aria-label="Send">
                    <Icon name="i-send-horizontal" class="icon icon--flip"/>
                </button>
            </span>
        </div>
    }
    .into_any()
}

/// Who is writing, what is in the way, how much room is left.
#[component]
fn Foot() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let left = memo(move || MAX_MESSAGE_CHARS as i64 - room.signals.draft.with(|draft| draft.chars().count()) as i64);
    let offline = memo(move || matches!(store.connection.get(), ConnectionState::Offline { .. }));
    view! {
        <div class="composer__foot">
            <TypingLine/>
            {part(move || offline.get().then(|| view! { <span>"Messages wait here until the connection is back"</span> }))}
            {part(move || (left.get() < NEAR_LIMIT as i64).then(|| match left.get() {
                left if left < 0 => view! { <span class="composer__over" role="status">{too_many(-left)}</span> }.into_any(),
                left => view! { <span class="num">{format!("{left} characters left")}</span> }.into_any(),
            }))}
        </div>
    }
    .into_any()
}

fn send(room: OpenRoom) {
    let text = room.signals.draft.get_untracked();
    let sendable = !text.trim().is_empty() && text.chars().count() <= MAX_MESSAGE_CHARS;
    if sendable {
        actions::send_message(room.id, text);
        room.signals.draft.set(String::new());
    }
}

fn too_many(characters: i64) -> String {
    if characters == 1 { "1 character too many".to_owned() } else { format!("{characters} characters too many") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_quotes_and_addresses_the_author_and_keeps_the_draft() {
        assert_eq!(reply_draft("yes", "one\ntwo", Some("amina")), "> one\n> two\n\n@amina yes");
        assert_eq!(reply_draft("", "built", None), "> built\n\n");
        assert!(
            reply_draft("", &"x".repeat(1_000), None).starts_with(&format!("> {}…\n", "x".repeat(MOST_QUOTED_CHARS)))
        );
    }
}
