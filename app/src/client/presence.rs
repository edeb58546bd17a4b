//! The person: whether they are there, whether they write, and what wakes the page.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Interval;
use leptos::{ev, leptos_dom::helpers::window_event_listener, prelude::*};
use roomglass_protocol::{OrderedMap, Presence, RoomId, Timestamp, push::ClientFrame};

use super::{
    browser,
    engine::{Client, client},
    read, tiles,
};

/// Without input for so long the person counts as away.
const AWAY_AFTER_MS: i64 = 5 * 60 * 1000;
const TYPING_EVERY_MS: i64 = 3_000;
const TYPING_FORGOTTEN_MS: i64 = 6_000;
const TICK_MS: u32 = 2_000;
/// How often the present time moves on for what is drawn.
const NOW_EVERY_MS: i64 = 20_000;
/// Hidden pages tick once a minute; a longer pause means that the machine slept.
const SLEPT_MS: i64 = 150_000;

/// When the person last did something.
#[derive(Default)]
pub struct Activity {
    input_at: Cell<i64>,
    away: Cell<bool>,
    ticked_at: Cell<i64>,
    typing_told: RefCell<OrderedMap<RoomId, i64>>,
}

impl Activity {
    /// As the server is to know it.
    pub fn status(&self) -> Presence {
        if self.away.get() { Presence::Away } else { Presence::Online }
    }
}

/// Listens for as long as the page lives.
pub fn watch(client: &Rc<Client>) {
    let now = browser::now().0;
    client.activity.input_at.set(now);
    client.activity.ticked_at.set(now);
    for_input(client, ev::pointerdown);
    for_input(client, ev::keydown);
    for_input(client, ev::wheel);
    listen(client, ev::focus, looked_at);
    listen(client, ev::visibilitychange, |client| {
        if browser::is_visible() {
            looked_at(client);
        }
    });
    listen(client, ev::online, |client| client.connection.start(client));
    listen(client, ev::offline, |client| client.connection.network_gone(client));
    let ticking = client.clone();
    Interval::new(TICK_MS, move || tick(&ticking)).forget();
}

fn listen<E>(client: &Rc<Client>, event: E, act: impl Fn(&Rc<Client>) + 'static)
where
    E: ev::EventDescriptor + 'static,
    E::EventType: wasm_bindgen::JsCast,
{
    let client = client.clone();
    // The handle is not kept: the listener lives as long as the page.
    let _ = window_event_listener(event, move |_| act(&client));
}

fn for_input<E>(client: &Rc<Client>, event: E)
where
    E: ev::EventDescriptor + 'static,
    E::EventType: wasm_bindgen::JsCast,
{
    listen(client, event, |client| {
        client.activity.input_at.set(browser::now().0);
        set_away(client, false);
    });
}

fn looked_at(client: &Rc<Client>) {
    client.connection.start(client);
    read::tell(client);
    if let Some(room) = client.store.active.get_untracked() {
        tiles::seen(client, room);
    }
}

fn set_away(client: &Client, away: bool) {
    if client.activity.away.replace(away) != away {
        client.connection.send(&ClientFrame::Presence { status: client.activity.status() });
    }
}

fn tick(client: &Rc<Client>) {
    let now = browser::now();
    let before = client.activity.ticked_at.replace(now.0);
    if now.0 - before > SLEPT_MS {
        client.connection.restart(client);
    }
    if now.0 - client.activity.input_at.get() > AWAY_AFTER_MS {
        set_away(client, true);
    }
    let shown = client.store.now.get_untracked().unwrap_or_default();
    if now.0 - shown.0 >= NOW_EVERY_MS {
        client.store.now.set(Some(now));
    }
    forget_typing(client, now);
}

fn forget_typing(client: &Client, now: Timestamp) {
    let is_over = |at: &Timestamp| now.0 - at.0 > TYPING_FORGOTTEN_MS;
    if client.store.typing.with_untracked(|typing| typing.values().flat_map(|writers| writers.values()).any(is_over)) {
        client.store.typing.update(|typing| {
            typing.values_mut().for_each(|users| users.retain(|_, at| !is_over(at)));
        });
    }
}

/// The person is writing.
pub fn typing(room: RoomId) {
    let Some(client) = client() else { return };
    let now = browser::now().0;
    let told = client.activity.typing_told.borrow().get(&room).copied();
    if told.is_none_or(|told| now - told >= TYPING_EVERY_MS) {
        client.activity.typing_told.borrow_mut().insert(room, now);
        client.connection.send(&ClientFrame::Typing { room_id: room });
    }
}

/// Tries to connect at once.
pub fn reconnect() {
    if let Some(client) = client() {
        client.connection.start(&client);
    }
}
