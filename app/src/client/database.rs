//! The client's store: what survives closing the tab. Whatever happens to it, the client goes on.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
};

use leptos::task::spawn_local;
use roomglass_protocol::{Event, RoomId, UserId, json};

use super::tables::Tables;
use crate::state::rows::{RowChange, StoredRows};

/// After so many rebuildings the page goes on in memory: something is wrong that rebuilding does not cure.
const MOST_REBUILDINGS: u32 = 3;

/// Gives every row there ought to be, for rebuilding.
type Everything = Box<dyn Fn() -> Vec<RowChange>>;

/// The store of one account.
pub struct Database {
    name: String,
    /// None before opening, while rebuilding, and when there is no hope.
    tables: RefCell<Option<Tables>>,
    rebuildings: Cell<u32>,
    everything: Everything,
}

impl Database {
    /// A store that is not open yet; what is written to it before is lost.
    pub fn new(user: UserId, everything: impl Fn() -> Vec<RowChange> + 'static) -> Self {
        Self::named(name_for(user), everything)
    }

    /// As [`Database::new`], for any name.
    pub fn named(name: String, everything: impl Fn() -> Vec<RowChange> + 'static) -> Self {
        let everything = Box::new(everything);
        Self { name, tables: RefCell::new(None), rebuildings: Cell::new(0), everything }
    }

    /// Opens it and reads all but the logs. One that cannot be opened or read is deleted and made new.
    pub async fn open(&self) -> StoredRows {
        if let Some(rows) = self.try_open().await {
            return rows;
        }
        let _ = Tables::delete(&self.name).await;
        self.try_open().await.unwrap_or_default()
    }

    async fn try_open(&self) -> Option<StoredRows> {
        let tables = Tables::open(&self.name).await.ok()?;
        let rows = tables.read_all().await;
        match rows {
            Ok(rows) => {
                self.tables.replace(Some(tables));
                Some(rows)
            }
            Err(_) => {
                tables.close();
                None
            }
        }
    }

    /// Stored entries of a room's log; none if they cannot be read.
    pub async fn events(&self, room: RoomId) -> Vec<Event> {
        let tables = self.tables.borrow().clone();
        let Some(tables) = tables else { return Vec::new() };
        let rows = tables.read_events(room).await.unwrap_or_default();
        rows.iter().map(|row| json::read(row)).collect::<Result<_, _>>().unwrap_or_default()
    }

    /// Makes all changes or none, in the order of the calls; resolves when they are on disk, or nothing can be done.
    pub fn write(self: &Rc<Self>, changes: Vec<RowChange>) -> impl Future<Output = ()> + 'static {
        let started = match self.tables.borrow().as_ref() {
            Some(tables) if !changes.is_empty() => Some(tables.write(&changes)),
            _ => None,
        };
        let database = self.clone();
        async move {
            if let Some(started) = started
                && started.await.is_err()
            {
                database.rebuild().await;
            }
        }
    }

    /// As [`Database::write`], without waiting.
    pub fn save(self: &Rc<Self>, changes: Vec<RowChange>) {
        if !changes.is_empty() {
            spawn_local(self.write(changes));
        }
    }

    /// Fills the tables from what the page knows: after an error, or when another tab or the person deleted them.
    async fn rebuild(&self) {
        let Some(broken) = self.tables.take() else { return };
        broken.close();
        self.rebuildings.set(self.rebuildings.get() + 1);
        if self.rebuildings.get() > MOST_REBUILDINGS || self.refill().await {
            return;
        }
        let _ = Tables::delete(&self.name).await;
        self.refill().await;
    }

    async fn refill(&self) -> bool {
        let Ok(tables) = Tables::open(&self.name).await else { return false };
        let filling = tables.write(&(self.everything)());
        // From here on changes are written after the filling, so none is lost between.
        self.tables.replace(Some(tables));
        let filled = filling.await.is_ok();
        if !filled {
            self.tables.take();
        }
        filled
    }

    /// Deletes it (CLD-13). Nothing is written any more.
    pub async fn erase(&self) {
        if let Some(tables) = self.tables.take() {
            tables.close();
        }
        let _ = Tables::delete(&self.name).await;
    }
}

fn name_for(user: UserId) -> String {
    ["roomglass-", &user.to_string()].concat()
}

/// Deletes what is stored for an account that is not open in this page.
pub async fn erase(user: UserId) {
    let _ = Tables::delete(&name_for(user)).await;
}
