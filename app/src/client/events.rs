//! The connection where no WebSocket gets through (CONN-03): the server's frames come as events of an endless answer, ours go as
//! requests. Its code is fetched when it is needed.

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Interval;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{
    browser, engine, rest,
    socket::{Line, Socket, SocketEvent, Tell},
};
use crate::deferred::fetched;

/// What the server tells, besides frames: where we post, that it wants a sign of life, and that it ends the connection.
const EVENTS: [&str; 5] = ["connection", "message", "ping", "close", "error"];
/// How often a WebSocket is tried while this works.
const TRY_SOCKET_EVERY_MS: u32 = 5 * 60 * 1000;

fetched! {
    fallback,
    /// Begins to connect; the first call fetches the code.
    pub fn open(tell: Tell) -> Option<Box<dyn Line>> {
        Events::open(tell).map(|events| Box::new(events) as Box<dyn Line>)
    }
}

struct Events {
    source: EventSource,
    posts: Rc<Posts>,
    /// Called by the browser for as long as this lives.
    on_event: Closure<dyn FnMut(MessageEvent)>,
    _try_socket: Interval,
}

impl Events {
    fn open(tell: Tell) -> Option<Self> {
        let source = EventSource::new(browser::EVENTS_PATH).ok()?;
        let posts = Rc::new(Posts { tell, state: RefCell::default() });
        let hearing = posts.clone();
        let on_event = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| hear(&hearing, &event));
        for name in EVENTS {
            let _ = source.add_event_listener_with_callback(name, on_event.as_ref().unchecked_ref());
        }
        Some(Self { source, posts, on_event, _try_socket: Interval::new(TRY_SOCKET_EVERY_MS, try_socket()) })
    }
}

impl Line for Events {
    fn send(&self, frame: &str) {
        self.posts.send(frame.to_owned());
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        for name in EVENTS {
            let _ = self.source.remove_event_listener_with_callback(name, self.on_event.as_ref().unchecked_ref());
        }
        self.source.close();
    }
}

fn hear(posts: &Rc<Posts>, event: &MessageEvent) {
    let data = || event.data().as_string().unwrap_or_default();
    match event.type_().as_str() {
        "connection" => {
            posts.state.borrow_mut().address = [browser::EVENTS_PATH, "/", &data()].concat();
            (posts.tell)(SocketEvent::Opened);
        }
        "message" => (posts.tell)(SocketEvent::Text(data())),
        "ping" => posts.send(String::new()),
        _ => (posts.tell)(SocketEvent::Closed),
    }
}

/// Sends one frame after the other, in their order.
struct Posts {
    tell: Tell,
    state: RefCell<Waiting>,
}

#[derive(Default)]
struct Waiting {
    address: String,
    frames: Vec<String>,
    is_sending: bool,
}

impl Posts {
    fn send(self: &Rc<Self>, frame: String) {
        let mut waiting = self.state.borrow_mut();
        waiting.frames.push(frame);
        if !std::mem::replace(&mut waiting.is_sending, true) {
            spawn_local(self.clone().send_all());
        }
    }

    async fn send_all(self: Rc<Self>) {
        while let Some((address, frame)) = self.next() {
            if rest::call("POST", &address, Some(frame)).await.is_err() {
                return (self.tell)(SocketEvent::Closed);
            }
        }
    }

    fn next(&self) -> Option<(String, String)> {
        let mut waiting = self.state.borrow_mut();
        waiting.is_sending = !waiting.frames.is_empty();
        waiting.is_sending.then(|| (waiting.address.clone(), waiting.frames.remove(0)))
    }
}

/// Says hello over a WebSocket beside this connection; a client that is answered goes over to one.
fn try_socket() -> impl FnMut() {
    let trying = Rc::new(RefCell::new(None::<Socket>));
    move || {
        let answered = Rc::downgrade(&trying);
        let tell = move |event| match (event, engine::client(), answered.upgrade()) {
            (SocketEvent::Opened, Some(client), Some(socket)) => {
                let hello = client.connection.hello(&client).and_then(|hello| serde_json::to_string(&hello).ok());
                if let (Some(socket), Some(hello)) = (socket.borrow().as_ref(), hello) {
                    socket.send(&hello);
                }
            }
            // Later, because the socket that tells this goes with the connection.
            (SocketEvent::Text(_), Some(client), _) => {
                spawn_local(async move { client.connection.use_socket(&client) })
            }
            _ => {}
        };
        let before = trying.replace(Socket::open(&browser::push_address(), Rc::new(tell)).ok());
        drop(before);
    }
}
