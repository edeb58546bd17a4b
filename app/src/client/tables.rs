//! IndexedDB: one connection, and lists of changes as single transactions.

use std::{
    future::{Future, IntoFuture},
    rc::Rc,
};

use idb::{
    Database, DatabaseEvent, Error, Factory, KeyRange, ObjectStore, ObjectStoreParams, Query, Transaction,
    TransactionMode, TransactionResult,
};
use js_sys::Array;
use roomglass_protocol::RoomId;
use wasm_bindgen::JsValue;

use crate::state::rows::{Key, KeyPart, RowChange, StoredRows, Table};

/// To be raised when rows change their form: the tables are then made anew and filled from the server.
const VERSION: u32 = 1;

/// The tables of one account in this browser. A handle: copies share the connection.
#[derive(Clone)]
pub struct Tables(Rc<Database>);

impl Tables {
    /// Opens the database of this name, made new if there is none.
    pub async fn open(name: &str) -> Result<Self, Error> {
        let mut request = Factory::new()?.open(name, Some(VERSION))?;
        request.on_upgrade_needed(|event| {
            if let Ok(database) = event.database() {
                make_tables(&database);
            }
        });
        let mut database = request.await?;
        // Another tab deletes the database: it waits for us to let go. Writing then fails, and is dealt with there.
        database.on_version_change(|event| {
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        let complete = Table::ALL.iter().all(|table| database.store_names().iter().any(|name| name == table.name()));
        if complete { Ok(Self(Rc::new(database))) } else { Err(Error::ObjectStoreNotFound(JsValue::NULL)) }
    }

    /// Deletes the database of this name, if there is one.
    pub async fn delete(name: &str) -> Result<(), Error> {
        Factory::new()?.delete(name)?.await
    }

    /// Lets go of the database.
    pub fn close(&self) {
        self.0.close();
    }

    /// Makes all changes or none. They are under way when this returns, in the order of the calls; the future tells
    /// how it ended.
    pub fn write(&self, changes: &[RowChange]) -> impl Future<Output = Result<(), Error>> + use<> {
        let started = self.begin(changes).map(IntoFuture::into_future);
        async move {
            match started?.await? {
                TransactionResult::Committed => Ok(()),
                TransactionResult::Aborted => Err(Error::TransactionCommitError(JsValue::NULL)),
            }
        }
    }

    fn begin(&self, changes: &[RowChange]) -> Result<Transaction, Error> {
        let transaction = self.0.transaction(&Table::ALL.map(Table::name), TransactionMode::ReadWrite)?;
        match changes.iter().try_for_each(|change| make(&transaction, change)) {
            Ok(()) => transaction.commit(),
            Err(error) => {
                transaction.abort()?;
                Err(error)
            }
        }
    }

    /// Everything but the logs, as of one moment.
    pub async fn read_all(&self) -> Result<StoredRows, Error> {
        let transaction = self.0.transaction(&Table::ALL.map(Table::name), TransactionMode::ReadOnly)?;
        let all = async |table: Table| texts(transaction.object_store(table.name())?.get_all(None, None)?.await?);
        Ok(StoredRows {
            associations: all(Table::Associations).await?,
            extensions: all(Table::Extensions).await?,
            tokens: all(Table::Tokens).await?,
            rooms: all(Table::Rooms).await?,
            people: all(Table::People).await?,
            cursors: all(Table::Cursors).await?,
            outbox: all(Table::Outbox).await?,
            tiles: all(Table::Tiles).await?,
            account: all(Table::Account).await?,
        })
    }

    /// Stored entries of a room's log, in order.
    pub async fn read_events(&self, room: RoomId) -> Result<Vec<String>, Error> {
        let transaction = self.0.transaction(&[Table::Events.name()], TransactionMode::ReadOnly)?;
        let range = Query::KeyRange(under(&vec![room.into()])?);
        texts(transaction.object_store(Table::Events.name())?.get_all(Some(range), None)?.await?)
    }
}

fn make_tables(database: &Database) {
    // A failure shows as a missing table when the opening is checked.
    for name in database.store_names() {
        let _ = database.delete_object_store(&name);
    }
    for table in Table::ALL {
        let _ = database.create_object_store(table.name(), ObjectStoreParams::new());
    }
}

fn make(transaction: &Transaction, change: &RowChange) -> Result<(), Error> {
    match change {
        RowChange::Put(table, key, row) => {
            store(transaction, *table)?.put(&JsValue::from_str(row), Some(&array(key)))?;
        }
        RowChange::Delete(table, key) => drop(store(transaction, *table)?.delete(array(key))?),
        RowChange::DeleteUnder(table, key) => drop(store(transaction, *table)?.delete(under(key)?)?),
        RowChange::DeleteEventsUpTo(room, seq) => {
            let key = |seq: i64| array(&vec![(*room).into(), KeyPart::Number(seq)]);
            if seq.0 > 0 {
                let range = KeyRange::bound(&key(0), &key(seq.0), None, None)?;
                store(transaction, Table::Events)?.delete(range)?;
            }
        }
        RowChange::Clear(table) => drop(store(transaction, *table)?.clear()?),
    }
    Ok(())
}

fn store(transaction: &Transaction, table: Table) -> Result<ObjectStore, Error> {
    transaction.object_store(table.name())
}

fn array(key: &Key) -> JsValue {
    let parts = key.iter().map(|part| match part {
        KeyPart::Number(number) => JsValue::from_f64(*number as f64),
        KeyPart::Text(text) => JsValue::from_str(text),
    });
    parts.collect::<Array>().into()
}

/// All keys that begin so: in IndexedDB's order an array comes after every number and text.
fn under(key: &Key) -> Result<KeyRange, Error> {
    let lower = array(key);
    let upper: Array = Array::from(&lower);
    upper.push(&Array::new());
    KeyRange::bound(&lower, &upper, None, None)
}

fn texts(values: Vec<JsValue>) -> Result<Vec<String>, Error> {
    values.into_iter().map(|value| value.as_string().ok_or(Error::UnexpectedJsType("String", value))).collect()
}
