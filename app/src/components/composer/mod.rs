//! Where messages are written.

mod chosen;
mod completion;
mod typing;

use leptos::{ev, html, prelude::*};
use roomglass_protocol::event::MAX_MESSAGE_CHARS;
use wasm_bindgen::JsCast;

use super::{
    controls::{ControlsOn, OpenControls},
    focus,
    icon::Icon,
    room::OpenRoom,
};
use crate::components::live::{follow, memo, on, part};
use crate::{
    client::actions,
    state::{ConnectionState, Store, all_there},
};
use chosen::chosen_files;
use completion::{Completion, CompletionList};
use typing::TypingLine;

const FIELD: &str = "composer-text";
const PICKER: &str = "composer-files";
/// How close to the limit the number of characters left is shown.
const NEAR_LIMIT: usize = 500;
/// Most of a message that a reply quotes.
const MOST_QUOTED_CHARS: usize = 400;

/// Moves the focus to the field, the caret to its end.
pub fn focus_composer() {
    request_animation_frame(|| {
        let Some(field) = focus::element(FIELD) else { return };
        focus::give(&field);
        let field: web_sys::HtmlTextAreaElement = field.unchecked_into();
        let end = field.value().encode_utf16().count() as u32;
        let _ = field.set_selection_range(end, end);
    });
}

/// Lets the person choose files. Call it in the handler of a click.
pub fn pick_files() {
    if let Some(picker) = focus::element(PICKER) {
        picker.click();
    }
}

/// Takes files that were dropped or pasted as if they had been picked; `false` when there are none.
fn take_files(room: OpenRoom, transfer: Option<web_sys::DataTransfer>) -> bool {
    let files = transfer.and_then(|transfer| transfer.files()).filter(|files| files.length() > 0);
    let (Some(files), Some(picker)) = (files, focus::element(PICKER)) else { return false };
    let picker: web_sys::HtmlInputElement = picker.unchecked_into();
    picker.set_files(Some(&files));
    room.picked.update(|picked| *picked += 1);
    true
}

/// Takes a file as if it had been picked; `false` where nothing is written.
pub fn stage_file(file: &web_sys::File) -> bool {
    let (Some(picker), Some(files)) = (focus::element(PICKER), list_of(file)) else { return false };
    let picker: web_sys::HtmlInputElement = picker.unchecked_into();
    picker.set_files(Some(&files));
    web_sys::Event::new("change").is_ok_and(|change| picker.dispatch_event(&change).is_ok())
}

/// Pickers take lists of files, which only what is dragged or copied can make.
fn list_of(file: &web_sys::File) -> Option<web_sys::FileList> {
    let transfer = web_sys::DataTransfer::new().ok()?;
    let items = js_sys::Reflect::get(&transfer, &"items".into()).ok()?;
    let add: js_sys::Function = js_sys::Reflect::get(&items, &"add".into()).ok()?.dyn_into().ok()?;
    add.call1(&items, file).ok()?;
    transfer.files().filter(|files| files.length() > 0)
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
    let any_files = memo(move || room.picked.get() > 0);
    let drop_files = move |event: ev::DragEvent| {
        if take_files(room, event.data_transfer()) {
            event.prevent_default();
        }
    };
    let hold_files = move |event: ev::DragEvent| {
        let files = event.data_transfer().is_some_and(|held| held.types().includes(&"Files".into(), 0));
        if files {
            event.prevent_default();
        }
    };
    let paste_files = move |event: ev::ClipboardEvent| {
        if take_files(room, event.clipboard_data()) {
            event.prevent_default();
        }
    };
    view! {
        <form class="composer" id="composer" data-region="composer" aria-label=follow(label)
            on:submit=on(move |event: ev::SubmitEvent| { event.prevent_default(); send(room); })
            on:dragover=on(hold_files) on:drop=on(drop_files) on:paste=on(paste_files)>
            <div class="composer__box">
                {part(move || any_files.get().then(|| chosen_files(room)))}
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
            <button class="iconbtn" type="button" aria-label="Attach files" on:click=on(|_| pick_files())>
                <Icon name="i-paperclip" class="icon icon--sm"/>
            </button>
            <input type="file" id=PICKER multiple hidden on:change=on(move |_| room.picked.update(|picked| *picked += 1))/>
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
    // Files that are still under way hold the message back; each says why.
    let Some(files) = room.uploads.with_untracked(|uploads| all_there(uploads)) else { return };
    let says_something = !text.trim().is_empty() || !files.is_empty();
    if says_something && text.chars().count() <= MAX_MESSAGE_CHARS {
        actions::send_message(room.id, text, files);
        room.signals.draft.set(String::new());
        room.uploads.set(Vec::new());
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
