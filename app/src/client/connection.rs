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
    frames, session,
    socket::{Socket, SocketEvent},
};
use crate::state::{Backoff, ConnectionState};

/// A server that has not said welcome by then is given up.
const WELCOME_TIMEOUT_MS: u32 = 15_000;
/// A socket that was heard of so lately is alive, whatever becomes of requests.
const ALIVE_MS: i64 = 30_000;

/// The connection, open or not.
#[derive(Default)]
pub struct Connection {
    socket: RefCell<Option<Socket>>,
    /// Numbers the sockets: events of one that was given up are not listened to.
    attempt: Cell<u64>,
    backoff: RefCell<Backoff>,
    /// The next attempt, or the end of waiting for the welcome.
    timer: RefCell<Option<Timeout>>,
    opened: Cell<bool>,
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
        if let Some(socket) = self.socket.borrow().as_ref().filter(|_| self.opened.get()) {
            socket.send(frame);
        }
    }

    /// As [`Connection::send`], for a frame that is text already.
    pub fn send_text(&self, frame: &str) {
        if let Some(socket) = self.socket.borrow().as_ref().filter(|_| self.opened.get()) {
            socket.send_text(frame);
        }
    }

    /// The server has said welcome.
    pub fn welcomed(&self) {
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
        let socket = Socket::open(&browser::push_address(), move |event| {
            if listener.connection.attempt.get() == attempt {
                listener.connection.hear(&listener, event);
            }
        });
        match socket {
            Ok(socket) => {
                self.socket.replace(Some(socket));
                self.after(WELCOME_TIMEOUT_MS, client, |client| client.connection.closed(client));
            }
            Err(_) => self.closed(client),
        }
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
        let Some(client_id) = browser::client_id() else { return };
        let open_rooms = client.store.active.get_untracked().into_iter().collect();
        let rev = client.store.workspace.with_untracked(|workspace| workspace.as_ref().map(|workspace| workspace.rev));
        self.send(&ClientFrame::Hello { client_id, open_rooms, rev });
        if client.activity.status() == Presence::Away {
            self.send(&ClientFrame::Presence { status: Presence::Away });
        }
    }

    fn closed(&self, client: &Rc<Client>) {
        // The browser is inside the closure of the socket that is dropped here, so it is dropped afterwards.
        let socket = self.socket.take();
        spawn_local(async move { drop(socket) });
        let was_refused = !self.opened.get();
        self.lost(client);
        if was_refused && browser::has_network() {
            // A socket does not tell why it was refused; the session's end is the reason that waiting does not cure.
            spawn_local(session::check());
        }
        let wait = self.backoff.borrow_mut().next_wait(js_sys::Math::random());
        self.after(wait, client, |client| client.connection.start(client));
    }

    fn lost(&self, client: &Rc<Client>) {
        self.opened.set(false);
        self.attempt.set(self.attempt.get() + 1);
        self.timer.take();
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
