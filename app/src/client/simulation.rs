//! The simulated room, as the rest of the client meets it: who signs for it and answers in the server's place. The simulator
//! itself ([`super::simulator`]) is code that rooms do not load.

use std::{cell::RefCell, rc::Rc};

use futures_util::future::LocalBoxFuture;
use roomglass_protocol::{
    ApiError, RoomId,
    integration::ExtensionRef,
    rest::integration::{PATH_SIGNED_URL, SignUrl, SignedUrl},
};
use serde_json::Value;

use super::rest;
use crate::state::{Store, simulator::SIMULATED};

/// What the simulator does for its room.
pub struct Simulation {
    /// What the room is drawn from.
    pub store: Store,
    /// Completes and signs an address.
    pub sign: Box<dyn Fn(SignUrl) -> LocalBoxFuture<'static, Result<SignedUrl, ApiError>>>,
    /// Asks a provider.
    pub ask: Box<dyn Fn(String) -> LocalBoxFuture<'static, Option<Value>>>,
    /// Fetches the data of a tile.
    pub refresh: Box<dyn Fn(ExtensionRef)>,
    /// Sees what a framed page (`true`) or the chat (`false`) told the other.
    pub watch: Box<dyn Fn(bool, String)>,
}

thread_local! {
    static RUNNING: RefCell<Option<Rc<Simulation>>> = const { RefCell::new(None) };
}

/// Begins a simulation in the place of another, or ends it.
pub fn run(simulation: Option<Simulation>) {
    RUNNING.set(simulation.map(Rc::new));
}

/// The simulation of a room, if it is the simulated one.
pub fn of(room: RoomId) -> Option<Rc<Simulation>> {
    if room == SIMULATED { RUNNING.with_borrow(Clone::clone) } else { None }
}

/// What a room is drawn from.
pub fn store_of(room: RoomId, page: Store) -> Store {
    of(room).map_or(page, |simulation| simulation.store)
}

/// A signed address, by the server or the simulator.
pub async fn signed(request: &SignUrl) -> Result<SignedUrl, ApiError> {
    match of(request.room_id) {
        Some(simulation) => (simulation.sign)(request.clone()).await,
        None => rest::post(PATH_SIGNED_URL, request).await,
    }
}

/// Data of a provider for a room.
pub async fn from_provider(room: RoomId, url: String) -> Option<Value> {
    match of(room) {
        Some(simulation) => (simulation.ask)(url).await,
        None => rest::from_provider(&url).await,
    }
}

/// Shows what passes between a framed page and the chat, where somebody watches.
pub fn watch(room: RoomId, from_page: bool, message: impl FnOnce() -> String) {
    if let Some(simulation) = of(room) {
        (simulation.watch)(from_page, message());
    }
}
