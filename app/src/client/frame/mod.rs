//! Framed pages of providers, and what passes between them and the chat (HCC-19, HCC-20).
//!
//! This module forbids believing what a message says of its sender: it counts whose window and origin it came from.

mod calls;
mod parameters;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    time::Duration,
};

use leptos::{ev, html::Iframe, leptos_dom::helpers::window_event_listener, prelude::*, task::spawn_local};
use roomglass_protocol::{
    Author, Event, Message, OrderedSet, RoomId,
    frame::{self, Incoming, Origin},
    integration::Scope,
    json,
    push::TileUpdate,
    rest::integration::SignedUrl,
};
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use web_sys::{HtmlIFrameElement, MessageEvent};

use super::{browser, content, engine, simulation};
use crate::{
    components::{live::effect, panel::close_panel},
    state::{Handled, OpenContent},
};

/// What happened before a page listened is told when it does, unless that takes longer (contract §9.6).
const PATIENCE_MS: i64 = 30_000;
/// A page that has said nothing so long after it was loaded may be one that forbids frames.
const SILENCE: Duration = Duration::from_secs(2);
/// Most events kept for a page that does not listen yet; the newest are.
const MOST_WAITING: usize = 32;

/// A framed page.
struct Frame {
    /// Told to the page in the name of its window.
    id: String,
    element: HtmlIFrameElement,
    /// Of the page, as messages from it carry it.
    origin: Origin,
    content: OpenContent,
    /// What its integration may do.
    scopes: Vec<Scope>,
    /// Whether the page has said anything.
    was_heard: Cell<bool>,
    /// Events the page handles.
    handled: RefCell<Handled>,
    /// Events it has not been told of.
    waiting: RefCell<Vec<Waiting>>,
    /// Buttons of the dialog that were pressed, and are to be answered.
    pressed: RefCell<OrderedSet<u64>>,
    last_number: Cell<u64>,
}

struct Waiting {
    since: i64,
    event: String,
    payload: Value,
}

thread_local! {
    /// Frames on screen, for events that concern several.
    static FRAMES: RefCell<Vec<Weak<Frame>>> = const { RefCell::new(Vec::new()) };
}

fn frames() -> Vec<Rc<Frame>> {
    FRAMES.with_borrow(|frames| frames.iter().filter_map(Weak::upgrade).collect())
}

fn id(content: &OpenContent) -> String {
    let OpenContent { request, opening, .. } = content;
    format!("{}__{}__{opening}", request.integration.speaker(), request.target)
}

/// The name of the window a page is loaded into, by which the page learns who it is. Browsers heed it when the frame is
/// made, not later.
pub fn window_name(content: &OpenContent) -> String {
    frame::window_name(&id(content), &own_origin())
}

fn own_origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Files are larger than all else that a page may say.
fn most_chars(event: &MessageEvent) -> usize {
    let called = js_sys::Reflect::get(&event.data(), &"fn".into()).ok().and_then(|name| name.as_string());
    if called.as_deref() == Some(frame::FILE_CALL) { frame::MOST_FILE_CHARS } else { frame::MOST_CHARS }
}

/// Loads a page into a frame and listens to it until the component that shows it goes.
pub fn attach(frame: NodeRef<Iframe>, content: OpenContent, signed: SignedUrl) {
    let Some(element) = frame.get_untracked() else { return };
    let SignedUrl { url, scopes, .. } = signed;
    let frame = Rc::new(Frame {
        id: id(&content),
        element,
        origin: Origin::of(&url, &own_origin()),
        content,
        scopes,
        was_heard: Cell::new(false),
        handled: RefCell::default(),
        waiting: RefCell::default(),
        pressed: RefCell::default(),
        last_number: Cell::new(0),
    });
    FRAMES.with_borrow_mut(|frames| {
        frames.retain(|frame| frame.strong_count() > 0);
        frames.push(Rc::downgrade(&frame));
    });
    let listening = frame.clone();
    let messages = window_event_listener(ev::message, move |event| listening.hear(&event));
    follow_theme(&frame);
    frame.tell_opening();
    // The attribute counts for what is loaded after it is set.
    let _ = frame.element.set_attribute("sandbox", frame.origin.sandbox());
    frame.element.set_src(&url);
    let attached = StoredValue::new_local(frame);
    on_cleanup(move || {
        messages.remove();
        attached.dispose();
    });
}

/// Something was loaded into the frame of an opening. Browsers tell nobody whether it is the page or their own word that the page
/// forbids frames; of a page that speaks to the chat it is clear.
pub fn loaded(content: OpenContent) {
    set_timeout(
        move || {
            let frame = frames().into_iter().find(|frame| frame.content.opening == content.opening);
            if frame.is_some_and(|frame| !frame.was_heard.get()) {
                content::silent(content);
            }
        },
        SILENCE,
    );
}

fn follow_theme(frame: &Rc<Frame>) {
    let Some(store) = engine::store() else { return };
    let frame = Rc::downgrade(frame);
    let mut is_first = true;
    effect(move || {
        let theme = browser::theme_in_force(store.theme.get());
        // The address already told the first one.
        if !std::mem::take(&mut is_first)
            && let Some(frame) = frame.upgrade()
        {
            frame.tell("theme", json!({"theme": theme.as_str()}));
        }
    });
}

impl Frame {
    /// A message to the window: from this frame's page, or none of our business.
    fn hear(self: &Rc<Self>, event: &MessageEvent) {
        let Some(page) = self.element.content_window() else { return };
        let is_ours = event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(page));
        let is_ours = is_ours && event.origin() == self.origin.as_told();
        let text = || js_sys::JSON::stringify(&event.data()).ok()?.as_string();
        let Some(text) = is_ours.then(text).flatten().filter(|text| text.len() <= most_chars(event)) else { return };
        if let Ok(message) = json::read::<Incoming>(&text)
            && message.eid.as_deref().is_none_or(|id| id == self.id)
        {
            simulation::watch(self.content.request.room, true, || text);
            self.take(message);
        }
    }

    fn take(self: &Rc<Self>, message: Incoming) {
        if !self.was_heard.replace(true) {
            content::heard(&self.content);
        }
        match message.kind.as_str() {
            "init" => {
                self.handled.borrow_mut().begin();
                self.post(&frame::ready());
            }
            "req" => calls::call(self, message),
            "event_query" => self.handles(&message.args),
            "resp" => self.button_answered(&message),
            "key_triggered" if message.etyp == "Escape" => self.leave(),
            "broadcast" => self.broadcast(&message.etyp, &message.evnt),
            _ => {}
        }
    }

    fn post(&self, message: &Value) {
        simulation::watch(self.content.request.room, false, || message.to_string());
        if let Some(page) = self.element.content_window()
            && let Ok(message) = js_sys::JSON::parse(&message.to_string())
        {
            // Not to whatever else the page may have gone on to.
            let _ = page.post_message(&message, self.origin.addressed());
        }
    }

    /// Tells an event, now or when the page says that it handles it; each once.
    fn tell(&self, event: &str, payload: Value) {
        if self.handled.borrow().contains(event) {
            return self.post(&frame::event(event, &payload, None));
        }
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() == MOST_WAITING {
            waiting.remove(0);
        }
        waiting.push(Waiting { since: browser::now().0, event: event.to_owned(), payload });
    }

    fn handles(&self, events: &[Value]) {
        let mut handled = self.handled.borrow_mut();
        handled.add(events.iter().filter_map(Value::as_str));
        let oldest = browser::now().0 - PATIENCE_MS;
        self.waiting.borrow_mut().retain(|waiting| {
            let is_told = handled.contains(&waiting.event);
            if is_told && waiting.since >= oldest {
                self.post(&frame::event(&waiting.event, &waiting.payload, None));
            }
            !is_told
        });
    }

    /// What the page was opened with: the element a control was chosen on, and parameters of the page that opened it.
    fn tell_opening(self: &Rc<Self>) {
        let request = &self.content.request;
        if let Some(action) = &request.action {
            match parameters::element(request) {
                Some(message) => self.tell_of_message(action.as_str(), &message),
                None => self.tell(action.as_str(), json!({})),
            }
        }
        if !request.extras.parameters.is_null() {
            self.tell("receive-parameters", request.extras.parameters.clone());
        }
    }

    /// Tells an event with a message; one with a file when there is an address for it.
    fn tell_of_message(self: &Rc<Self>, event: &str, message: &Message) {
        let mut told = parameters::of_message(message);
        let Some(file) = message.attachments.first().cloned() else { return self.tell(event, told) };
        let (frame, event) = (self.clone(), event.to_owned());
        spawn_local(async move {
            if let Some(media) = parameters::media(frame.content.request.room, file).await {
                told["media"] = media;
            }
            frame.tell(&event, told);
        });
    }

    fn broadcast(self: &Rc<Self>, event: &str, payload: &Value) {
        for other in frames() {
            if other.speaker() == self.speaker() && !Rc::ptr_eq(&other, self) {
                other.tell(event, payload.clone());
            }
        }
    }

    /// The add-on whose page it is, under the only key it knows.
    fn speaker(&self) -> &str {
        self.content.request.integration.speaker()
    }

    /// Escape was pressed in the page.
    fn leave(&self) {
        let is_dialog = engine::store().is_some_and(|store| {
            store.dialog.with_untracked(|open| open.as_ref().is_some_and(|open| open.opening == self.content.opening))
        });
        if is_dialog { content::close_dialog() } else { close_panel() }
    }

    fn press(&self, action: &str) {
        const CLICK: &str = "dialog-button-click";
        if !self.handled.borrow().contains(CLICK) {
            return content::close_dialog();
        }
        let number = self.last_number.get() + 1;
        self.last_number.set(number);
        self.pressed.borrow_mut().insert(number);
        self.post(&frame::event(CLICK, &json!({"action": action}), Some(number)));
    }

    /// `false` keeps the dialog open; anything else, or nothing, closes it.
    fn button_answered(&self, message: &Incoming) {
        let is_awaited = message.mid.as_u64().is_some_and(|mid| self.pressed.borrow_mut().remove(&mid));
        if is_awaited && message.args.first() != Some(&Value::Bool(false)) {
            content::close_dialog();
        }
    }
}

/// A button of an open dialog was pressed.
pub fn press_button(opening: u64, action: String) {
    match frames().into_iter().find(|frame| frame.content.opening == opening) {
        Some(frame) => frame.press(&action),
        None => content::close_dialog(),
    }
}

/// Somebody searches in the head of a dialog.
pub fn filter_changed(opening: u64, value: String) {
    if let Some(frame) = frames().into_iter().find(|frame| frame.content.opening == opening) {
        frame.tell("dialog-filter-changed", json!({"value": value}));
    }
}

/// Tells pages of an integration that data of one of its tiles was pushed (HCC-20).
pub fn tile_pushed(room: RoomId, update: &TileUpdate) {
    for frame in frames() {
        let request = &frame.content.request;
        let (addon, metadata) = (update.integration.speaker(), &update.content.metadata);
        if request.room == room && frame.speaker() == addon {
            frame.tell("glance-update", json!({"addon_key": addon, "module_key": update.key, "metadata": metadata}));
        }
    }
}

/// Tells pages of an integration that it posted a notification.
pub fn notification_posted(event: &Event) {
    let Some(message) = event.message() else { return };
    let Author::Integration { key, .. } = &message.from else { return };
    for frame in frames() {
        if frame.content.request.room == event.room_id && frame.speaker() == key.speaker() {
            frame.tell_of_message("message-received", message);
        }
    }
}
