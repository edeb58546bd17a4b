//! The message log: a feed of articles, walked by arrow keys, that keeps its place while it grows at both ends.

mod card;
mod event;
mod files;
mod mark;
mod message;
mod reading;
pub mod rows;
mod scroll;

use leptos::{ev, html, prelude::*};
use roomglass_protocol::Message;

use super::{
    controls::{ControlsOn, OpenControls},
    focus::{self, AtEnd, Axis},
    icon::Icon,
    moment,
    room::OpenRoom,
};
use crate::components::live::{follow, list, memo, on, part};
use crate::state::{Loading, Store};
use event::EventRow;
use message::MessageRow;
use rows::{Row, RowBody, rows};
use scroll::Scroll;

/// Which row is in the tab order; provided by context to the rows.
#[derive(Debug, Clone, Copy)]
struct TabStop {
    chosen: RwSignal<Option<String>>,
    last: Memo<Option<String>>,
}

impl TabStop {
    /// `tabindex` of a row. Reactive.
    fn of(self, id: &str) -> &'static str {
        let is_stop = match self.chosen.read().as_deref() {
            Some(chosen) => chosen == id,
            None => self.last.read().as_deref() == Some(id),
        };
        if is_stop { "0" } else { "-1" }
    }
}

/// All that was said and happened in the open room.
#[component]
pub fn Log() -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let drawn = memo(move || {
        let new_after = room.signals.new_after.get();
        room.signals.timeline.with(|log| rows(log, new_after, |at| moment::local(store, at).date()))
    });
    let last = memo(move || drawn.with(|rows| rows.last().map(Row::element_id)));
    let stop = TabStop { chosen: RwSignal::new(None), last };
    provide_context(stop);

    let log = NodeRef::<html::Div>::new();
    let inner = NodeRef::<html::Div>::new();
    let scroll = Scroll::new(log, inner);
    scroll.keep_place(memo(move || last.with(Option::is_some)));
    reading::load_older_near_the_top(room, scroll);
    reading::mark_read_at_the_bottom(room, scroll);
    let busy = move || (room.signals.older.get() == Loading::InFlight).to_string();

    view! {
        <div class="log" id="log" role="feed" tabindex="-1" data-region="log" node_ref=log aria-busy=follow(busy)
            aria-label=follow(move || format!("Messages in {}", room.title.get()))
            on:scroll=on(move |_| scroll.scrolled()) on:keydown=on(move |event| on_key(&event, room, scroll))
            on:focusin=on(move |event| choose_row(&event, stop))>
            <div class="log__inner" role="presentation" node_ref=inner>
                <LogStart/>
                {list(move || drawn.get(), Row::key, |row| view! { <RowView row/> }.into_any())}
            </div>
        </div>
        <JumpButton scroll/>
    }
    .into_any()
}

#[component]
fn RowView(row: Row) -> impl IntoView {
    match row.body.clone() {
        RowBody::Event(event) => view! { <EventRow row event/> }.into_any(),
        RowBody::Message(message) => view! { <MessageRow row message/> }.into_any(),
        RowBody::Pending(message, refusal) => view! { <MessageRow row message pending=refusal/> }.into_any(),
    }
}

/// What stands above the oldest row that is loaded.
#[component]
fn LogStart() -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let is_empty = memo(move || room.signals.timeline.with(|log| log.entries().next().is_none()));
    let older = memo(move || room.signals.timeline.with(|log| log.older));
    let skeleton = || view! { <LogSkeleton/> }.into_any();
    part(move || match (room.signals.newest.get(), room.signals.older.get()) {
        (Loading::Failed(error), _) if is_empty.get() => {
            view! { <div class="log__start">{error.message}</div> }.into_any()
        }
        (_, Loading::Failed(error)) => view! {
            <div class="log__start">
                {error.message}" "
                <button class="link" type="button" on:click=on(move |_| reading::load_older(room))>"Try again"</button>
            </div>
        }
        .into_any(),
        (Loading::Idle | Loading::InFlight, _) if is_empty.get() => skeleton(),
        (_, Loading::InFlight) => skeleton(),
        _ if older.get() => ().into_any(),
        _ => view! { <div class="log__start">"This is the beginning of "<bdi>{room.title.get()}</bdi>"."</div> }
            .into_any(),
    })
}

#[component]
fn LogSkeleton() -> impl IntoView {
    let line = || {
        view! {
            <div class="log__skeleton">
                <span class="skel skel--circle"></span>
                <span class="log__lines"><span class="skel skel--name"></span><span class="skel"></span></span>
            </div>
        }
    };
    view! { <div aria-hidden="true">{line()}{line()}{line()}</div> }.into_any()
}

/// Leads to the newest message when the reader is further up.
#[component]
fn JumpButton(scroll: Scroll) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let unread = memo(move || room.membership().map_or(0, |room| room.unread()));
    let label = move || match unread.get() {
        0 => "Newest messages".to_owned(),
        count => format!("{count} new below"),
    };
    part(move || {
        (!scroll.at_bottom.get()).then(|| {
            view! {
                <button class="jump log__jump" type="button" on:click=on(move |_| scroll.to_bottom())>
                    <Icon name="i-arrow-down" class="icon icon--sm"/>{part(label)}
                </button>
            }
        })
    })
}

fn choose_row(event: &ev::FocusEvent, stop: TabStop) {
    if let Some(row) = entry_of(event) {
        stop.chosen.set(Some(row.id()));
    }
}

fn entry_of(event: &web_sys::Event) -> Option<web_sys::Element> {
    use wasm_bindgen::JsCast;
    event.target()?.dyn_into::<web_sys::Element>().ok()?.closest(".entry").ok()?
}

/// Keys of the log (design §5). Single letters count only while a row itself has the focus.
fn on_key(event: &ev::KeyboardEvent, room: OpenRoom, scroll: Scroll) {
    let Some(row) = entry_of(event) else { return };
    let on_row = focus::focused().is_some_and(|focused| *focused == row);
    let key = event.key();
    let handled = match key.as_str() {
        "ArrowRight" if on_row => focus_tools(&row),
        "ArrowLeft" | "Escape" if !on_row => focus_row(&row, scroll),
        "Escape" => {
            scroll.to_bottom();
            super::composer::focus_composer();
            true
        }
        "ContextMenu" => open_controls(room, &row),
        "F10" if event.shift_key() => open_controls(room, &row),
        "m" | "M" if on_row && !event.ctrl_key() && !event.meta_key() && !event.alt_key() => open_controls(room, &row),
        _ if on_row => walk(&key, scroll),
        _ => false,
    };
    if handled {
        event.prevent_default();
    }
}

fn walk(key: &str, scroll: Scroll) -> bool {
    let entries = scroll.entries();
    let Some(to) = focus::position(&entries)
        .and_then(|at| focus::step(key, at, entries.len(), Axis::Column, AtEnd::Stay))
        .and_then(|to| entries.get(to))
    else {
        return false;
    };
    focus::give(to);
    scroll.reveal(to);
    true
}

fn focus_tools(row: &web_sys::Element) -> bool {
    let tools = focus::visible(row, ".msg__tools button");
    if let Some(first) = tools.first() {
        focus::give(first);
    }
    !tools.is_empty()
}

fn focus_row(row: &web_sys::Element, scroll: Scroll) -> bool {
    let Some(row) = focus::element(&row.id()) else { return false };
    focus::give(&row);
    scroll.reveal(&row);
    true
}

fn open_controls(room: OpenRoom, row: &web_sys::Element) -> bool {
    let id = row.id();
    let message = room.signals.timeline.with_untracked(|log| {
        let mut messages = log.events().iter().filter_map(|event| event.message());
        messages.find(|message| !message.deleted && rows::message_element_id(message.id) == id).cloned()
    });
    let Some(message) = message else { return false };
    show_controls(room, message, Some(id));
    true
}

/// Opens the menu of a message; `opener` gets the focus back, the '…' button if there is none.
fn show_controls(room: OpenRoom, message: Message, opener: Option<String>) {
    let anchor = message::controls_button_id(message.id);
    room.controls.set(Some(OpenControls { anchor, opener, on: ControlsOn::Message(message) }));
}
