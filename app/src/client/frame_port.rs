//! Talking with framed pages (HCC-19, HCC-20). A page asks for a port; whatever it says afterwards comes through that
//! port, so that no other frame can speak for it.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use leptos::{ev, html::Iframe, leptos_dom::helpers::window_event_listener, prelude::*, task::spawn_local};
use roomglass_protocol::{ExtensionKey, RoomId, json, push::TileUpdate, text::link};
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort};

use super::{browser, content, engine};
use crate::state::{OpenContent, OpenedFrom};

/// What a page says through its port.
#[derive(Deserialize)]
struct Call {
    /// Given back with the answer; calls without one are not answered.
    #[serde(default)]
    id: Value,
    call: String,
    #[serde(default)]
    actions: Vec<String>,
}

/// A framed page and its port.
struct Frame {
    element: HtmlIFrameElement,
    content: OpenContent,
    port: RefCell<Option<Port>>,
    /// Documents loaded so far.
    loads: Cell<u32>,
    /// Whether the element the page was opened from has been told: once for each opening.
    action_told: Cell<bool>,
}

struct Port {
    inner: MessagePort,
    /// Documents that had been loaded when it was made.
    loads: u32,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Port {
    fn drop(&mut self) {
        self.inner.set_onmessage(None);
        self.inner.close();
    }
}

thread_local! {
    /// Frames on screen, for events that concern several.
    static FRAMES: RefCell<Vec<Weak<Frame>>> = const { RefCell::new(Vec::new()) };
}

/// Listens to a frame until the component that shows it goes.
pub fn attach(frame: NodeRef<Iframe>, content: OpenContent) {
    let Some(element) = frame.get_untracked() else { return };
    let frame = Rc::new(Frame {
        element: element.clone(),
        content,
        port: RefCell::new(None),
        loads: Cell::new(0),
        action_told: Cell::new(false),
    });
    FRAMES.with_borrow_mut(|frames| {
        frames.retain(|frame| frame.strong_count() > 0);
        frames.push(Rc::downgrade(&frame));
    });
    let listening = frame.clone();
    let messages = window_event_listener(ev::message, move |event| listening.hear(&event));
    let loading = frame.clone();
    let on_load = Closure::<dyn FnMut()>::new(move || loading.loaded());
    let _ = element.add_event_listener_with_callback("load", on_load.as_ref().unchecked_ref());
    follow_theme(&frame);
    let attached = StoredValue::new_local((frame, on_load));
    on_cleanup(move || {
        messages.remove();
        if let Some((frame, on_load)) =
            attached.try_update_value(|(frame, on_load)| (frame.clone(), on_load.as_ref().clone()))
        {
            let _ = frame.element.remove_event_listener_with_callback("load", on_load.unchecked_ref());
            frame.port.take();
        }
    });
}

fn follow_theme(frame: &Rc<Frame>) {
    let Some(store) = engine::store() else { return };
    let frame = Rc::downgrade(frame);
    Effect::new(move |before: Option<()>| {
        let theme = browser::theme_in_force(store.theme.get());
        // The address already told the first one.
        if let Some(frame) = frame.upgrade().filter(|_| before.is_some()) {
            frame.tell(&json!({"event": "theme", "theme": theme.as_str()}));
        }
    });
}

impl Frame {
    /// A message to the window: from this frame's page, or none of our business.
    fn hear(self: &Rc<Self>, event: &MessageEvent) {
        let Some(page) = self.element.content_window() else { return };
        let is_ours = event.source().is_some_and(|source| JsValue::from(source) == JsValue::from(page));
        if is_ours && member(&event.data(), "kind").as_deref() == Some("roomglass.connect") {
            self.connect();
        }
    }

    fn connect(self: &Rc<Self>) {
        let (Ok(channel), Some(page)) = (MessageChannel::new(), self.element.content_window()) else { return };
        let inner = channel.port1();
        let frame = Rc::downgrade(self);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(frame) = frame.upgrade() {
                frame.called(&event.data());
            }
        });
        inner.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let greeting = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&greeting, &"kind".into(), &"roomglass.port".into());
        let ports = js_sys::Array::of1(&channel.port2());
        // The page's origin is opaque, so it cannot be named; the port goes to this frame's window and no other.
        if page.post_message_with_transfer(&greeting, "*", &ports).is_ok() {
            self.port.replace(Some(Port { inner, loads: self.loads.get(), _on_message: on_message }));
        }
    }

    /// A document was loaded. A page may have asked for its port before that; the port of the document before it is
    /// dropped, so that nothing meant for one page reaches the next.
    fn loaded(&self) {
        let loads = self.loads.get() + 1;
        self.loads.set(loads);
        let is_old = self.port.borrow().as_ref().is_some_and(|port| port.loads + 1 < loads);
        if is_old {
            self.port.take();
        }
    }

    fn tell(&self, message: &Value) {
        if let Some(port) = self.port.borrow().as_ref()
            && let Ok(message) = js_sys::JSON::parse(&message.to_string())
        {
            let _ = port.inner.post_message(&message);
        }
    }

    fn called(self: &Rc<Self>, data: &JsValue) {
        let text = js_sys::JSON::stringify(data).ok().and_then(|text| text.as_string()).unwrap_or_default();
        let Ok(Call { id, call, actions }) = json::read(&text) else { return };
        match call.as_str() {
            "register" => self.registered(&actions),
            "auth.withToken" => self.answer_token(id),
            "room.getRoomDetails" => self.answer(&id, self.room_details()),
            "user.getCurrentUser" => self.answer(&id, current_user()),
            "sidebar.close" => content::close_panel(),
            "dialog.close" => content::close_dialog(),
            _ => self.answer(&id, Err("This chat does not know that call.".to_owned())),
        }
    }

    fn answer(&self, id: &Value, result: Result<Value, String>) {
        match result {
            _ if id.is_null() => {}
            Ok(result) => self.tell(&json!({"id": id, "result": result})),
            Err(error) => self.tell(&json!({"id": id, "error": error})),
        }
    }

    fn answer_token(self: &Rc<Self>, id: Value) {
        let frame = self.clone();
        spawn_local(async move {
            let signed = content::sign_again(&frame.content.request).await;
            let result = signed.map(|signed| json!({"token": signed.jwt})).map_err(|error| error.message);
            frame.answer(&id, result);
        });
    }

    fn room_details(&self) -> Result<Value, String> {
        let membership = engine::store().and_then(|store| store.membership_untracked(self.content.request.room));
        let room = membership.ok_or("You are not in this room any more.")?.room;
        Ok(json!({"id": room.id, "name": room.name, "privacy": room.privacy, "topic": room.topic}))
    }

    /// The page handles these controls: if it was opened by one of them, it is told on what (CC-25).
    fn registered(&self, actions: &[String]) {
        let Some(action) = &self.content.request.action else { return };
        let handles = actions.is_empty() || actions.iter().any(|known| known == action.as_str());
        if handles && !self.action_told.replace(true) {
            self.tell(&self.action_event(action));
        }
    }

    fn action_event(&self, action: &ExtensionKey) -> Value {
        let mut event = json!({"event": "action", "action": action});
        if let OpenedFrom::Message(id) = self.content.request.element
            && let Some(message) = engine::store().and_then(|store| store.message(self.content.request.room, id))
        {
            event["message"] = json!({
                "id": message.id,
                "room_id": self.content.request.room,
                "body": message.text,
                "sender": sender(&message.from),
                "links": link::links(&message.text),
            });
        }
        event
    }
}

fn sender(author: &roomglass_protocol::Author) -> Value {
    match author {
        roomglass_protocol::Author::User { id, name, mention } => json!({"id": id, "name": name, "mention": mention}),
        roomglass_protocol::Author::Integration { key, name } => json!({"id": key, "name": name}),
    }
}

fn current_user() -> Result<Value, String> {
    let user = engine::store().and_then(|store| store.workspace.get_untracked()).map(|workspace| workspace.user);
    let user = user.ok_or("Nobody is signed in.")?;
    Ok(json!({"id": user.id, "name": user.name, "mention_name": user.mention}))
}

/// Tells pages of an integration that data of one of its tiles was pushed (HCC-20).
pub fn tile_pushed(room: RoomId, update: &TileUpdate) {
    let frames: Vec<Rc<Frame>> = FRAMES.with_borrow(|frames| frames.iter().filter_map(Weak::upgrade).collect());
    for frame in frames {
        let request = &frame.content.request;
        if request.room == room && request.integration == update.integration {
            let metadata = &update.content.metadata;
            frame.tell(&json!({"event": "dynamic-data", "extension": update.key, "metadata": metadata}));
        }
    }
}

fn member(value: &JsValue, name: &str) -> Option<String> {
    js_sys::Reflect::get(value, &name.into()).ok()?.as_string()
}
