//! Carrying out synchronisation exchanges.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    RoomId,
    rest::integration::PATH_SYNC,
    sync::{SyncAnswer, SyncRequest, Trigger},
};

use super::{engine::Client, frames, rest};
use crate::state::sync::{SyncExchange, SyncOutcome};

/// At most one exchange about everything at a time; one asked for meanwhile follows it.
#[derive(Default)]
pub struct SyncRun {
    running: Cell<bool>,
    again: RefCell<Option<Trigger>>,
    /// The reason for the first exchange; those after it are for reconnection.
    opening: Cell<Option<Trigger>>,
}

impl SyncRun {
    /// Why the first exchange takes place.
    pub fn set_opening(&self, trigger: Trigger) {
        self.opening.set(Some(trigger));
    }
}

/// The exchange after a welcome (SYNC-01, SYNC-03).
pub async fn open(client: &Rc<Client>) {
    let trigger = client.sync.opening.take().unwrap_or(Trigger::Reconnect);
    whole(client, trigger).await;
}

/// An exchange about everything.
pub fn run(client: &Rc<Client>, trigger: Trigger) {
    let client = client.clone();
    spawn_local(async move { whole(&client, trigger).await });
}

async fn whole(client: &Rc<Client>, trigger: Trigger) {
    if client.sync.running.replace(true) {
        client.sync.again.replace(Some(trigger));
        return;
    }
    let mut next = Some(trigger);
    while let Some(trigger) = next {
        let (exchange, request) =
            client.store.installed.with_untracked(|installed| SyncExchange::begin(trigger, installed));
        carry_out(client, exchange, request).await;
        next = client.sync.again.take();
    }
    client.sync.running.set(false);
}

/// An exchange about a room that was entered, and no other.
pub fn enter(client: &Rc<Client>, room: RoomId) {
    let client = client.clone();
    spawn_local(async move {
        let (exchange, request) =
            client.store.installed.with_untracked(|installed| SyncExchange::enter(room, installed));
        carry_out(&client, exchange, request).await;
    });
}

async fn carry_out(client: &Rc<Client>, mut exchange: SyncExchange, request: SyncRequest) {
    let mut next = Some(request);
    while let Some(request) = next {
        // Without an answer the exchange ends here; the next welcome begins another.
        let Ok(answer) = rest::post::<Option<SyncAnswer>>(PATH_SYNC, &request).await else { return };
        let mut outcome = SyncOutcome::default();
        client.store.installed.maybe_update(|installed| {
            outcome = exchange.answered(answer, installed);
            !outcome.rows.is_empty()
        });
        next = outcome.next.take();
        frames::take_outcome(client, outcome);
    }
}
