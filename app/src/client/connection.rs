//! Keeping the push connection: opening, greeting, opening again.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{Presence, push::ClientFrame};

use super::{
    browser,
    engine::Client,
    events, frames, session,
    socket::{Line, Socket, SocketEvent, Tell},
};
use crate::state::{Backoff, ConnectionState};

/// A server that has not said welcome by then is given up.
const WELCOME_TIMEOUT_MS: u32 = 15_000;
/// A socket that was heard of so lately is alive, whatever becomes of requests.
const ALIVE_MS: i64 = 30_000;
/// After so many WebSockets without a welcome, from a server that answers requests, none is expected to get through.
const BLOCKED: u32 = 2;

/// The connection, open or not.
#[derive(Default)]
pub struct Connection {
    socket: RefCell<Option<Box<dyn Line>>>,
    /// Numbers the sockets: events of one that was given up are not listened to.
    attempt: Cell<u64>,
    backoff: RefCell<Backoff>,
    /// The next attempt, or the end of waiting for the welcome.
    timer: RefCell<Option<Timeout>>,
    opened: Cell<bool>,
    /// WebSockets that got no welcome although the server answers requests.
    blocked: Cell<u32>,
    heard_at: Cell<i64>,
}

impl Connection {
    /// Connects now, unless connected or connecting. Used at the start, when the network is back, when the page is
    /// looked at again, and on request.
    pub fn start(&self, client: &Rc<Client>) {
        if self.socket.borrow().is_none() && client.is_ready() {
            self.connect(client);
        }
    }

    /// Gives the socket up and connects anew: after sleep nobody tells that it is dead.
    pub fn restart(&self, client: &Rc<Client>) {
        self.socket.take();
        self.lost(client);
        self.start(client);
    }

    /// A request did not reach the server: a socket that was silent as well is not waited for any longer.
    pub fn suspect(&self, client: &Rc<Client>) {
        if self.opened.get() && browser::now().0 - self.heard_at.get() > ALIVE_MS {
            self.restart(client);
        }
    }

    /// Closes for good.
    pub fn close(&self) {
        self.attempt.set(self.attempt.get() + 1);
        self.timer.take();
        self.socket.take();
    }

    /// Sends a frame if there is a connection; frames are never kept for later.
    pub fn send(&self, frame: &ClientFrame) {
        if let Ok(text) = serde_json::to_string(frame) {
            self.send_text(&text);
        }
    }

    /// As [`Connection::send`], for a frame that is text already.
    pub fn send_text(&self, frame: &str) {
        if let Some(socket) = self.socket.borrow().as_ref().filter(|_| self.opened.get()) {
            socket.send(frame);
        }
    }

    /// The server has said welcome.
    pub fn welcomed(&self) {
        if self.is_socket() {
            self.blocked.set(0);
        }
        self.backoff.borrow_mut().reset();
        self.timer.take();
    }

    /// The network is known to be gone.
    pub fn network_gone(&self, client: &Rc<Client>) {
        self.socket.take();
        self.lost(client);
    }

    fn connect(&self, client: &Rc<Client>) {
        let attempt = self.attempt.get() + 1;
        self.attempt.set(attempt);
        let listener = client.clone();
        let tell: Tell = Rc::new(move |event| {
            if listener.connection.attempt.get() == attempt {
                listener.connection.hear(&listener, event);
            }
        });
        self.after(WELCOME_TIMEOUT_MS, client, |client| client.connection.closed(client));
        if self.is_socket() {
            self.take(client, Socket::open(&browser::push_address(), tell).ok().map(|socket| Box::new(socket) as _));
        } else {
            let client = client.clone();
            spawn_local(async move {
                let line = events::open(tell).await.ok().flatten();
                if client.connection.attempt.get() == attempt {
                    client.connection.take(&client, line);
                }
            });
        }
    }

    fn take(&self, client: &Rc<Client>, line: Option<Box<dyn Line>>) {
        match line {
            Some(line) => drop(self.socket.replace(Some(line))),
            None => self.closed(client),
        }
    }

    /// Whether WebSockets are tried, or used.
    fn is_socket(&self) -> bool {
        self.blocked.get() < BLOCKED
    }

    /// A WebSocket gets through after all.
    pub fn use_socket(&self, client: &Rc<Client>) {
        self.blocked.set(0);
        self.restart(client);
    }

    fn hear(&self, client: &Rc<Client>, event: SocketEvent) {
        match event {
            SocketEvent::Opened => {
                self.opened.set(true);
                self.greet(client);
            }
            SocketEvent::Text(text) => {
                self.heard_at.set(browser::now().0);
                frames::receive(client, &text);
            }
            SocketEvent::Closed => self.closed(client),
        }
    }

    fn greet(&self, client: &Rc<Client>) {
        let Some(hello) = self.hello(client) else { return };
        self.send(&hello);
        if client.activity.status() == Presence::Away {
            self.send(&ClientFrame::Presence { status: Presence::Away });
        }
    }

    /// What a line begins with.
    pub fn hello(&self, client: &Client) -> Option<ClientFrame> {
        let client_id = browser::client_id()?;
        let open_rooms = client.store.active.get_untracked().into_iter().collect();
        let rev = client.store.workspace.with_untracked(|workspace| workspace.as_ref().map(|workspace| workspace.rev));
        Some(ClientFrame::Hello { client_id, open_rooms, rev })
    }

    fn closed(&self, client: &Rc<Client>) {
        // The browser is inside the closure of the socket that is dropped here, so it is dropped afterwards.
        let socket = self.socket.take();
        spawn_local(async move { drop(socket) });
        let (was_welcomed, was_socket) = (client.is_connected(), self.is_socket());
        self.lost(client);
        if !was_welcomed && browser::has_network() {
            let client = client.clone();
            spawn_local(async move {
                // A socket does not tell why it was refused; the session's end is the reason that waiting does not cure.
                if session::check().await && was_socket {
                    client.connection.blocked.update(|times| times + 1);
                }
            });
        }
        let wait = self.backoff.borrow_mut().next_wait(js_sys::Math::random());
        self.after(wait, client, |client| client.connection.start(client));
    }

    fn lost(&self, client: &Rc<Client>) {
        self.opened.set(false);
        self.attempt.set(self.attempt.get() + 1);
        self.timer.take();
        // Next time a WebSocket again: the network may be another one.
        self.blocked.set(self.blocked.get().min(BLOCKED - 1));
        client.store.connection.update(|state| {
            if !matches!(state, ConnectionState::Offline { .. }) {
                *state = ConnectionState::Offline { since: browser::now() };
            }
        });
        for (_, tile) in client.store.all_tiles() {
            tile.update(|tile| tile.disconnected());
        }
    }

    fn after(&self, wait: u32, client: &Rc<Client>, then: impl FnOnce(&Rc<Client>) + 'static) {
        let client = client.clone();
        self.timer.replace(Some(Timeout::new(wait, move || {
            // The timer is running this very closure: forgetting the handle must not cancel it.
            if let Some(timer) = client.connection.timer.take() {
                timer.forget();
            }
            then(&client);
        })));
    }
}
