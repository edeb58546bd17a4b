//! The handle everybody holds.

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use crate::{Committed, Reader, StorageError, WriteTransaction};

/// Both databases behind one handle. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Storage {}

impl Storage {
    /// Opens a database, brings its tables up to date and starts the writer.
    ///
    /// `url` is `sqlite:<path>` (the file is made if missing) or `postgres://…`. Every commit is sent to `committed`
    /// before the writers concerned are answered. A full channel holds up writing, so its receiver must neither write
    /// nor wait for anybody who does; a dropped receiver is ignored.
    ///
    /// # Errors
    /// [`StorageError::Unusable`] for other addresses, SQLite before 3.51.3 and PostgreSQL before 15.
    pub async fn open(url: &str, committed: mpsc::Sender<Committed>) -> Result<Self, StorageError> {
        let _ = (url, committed);
        todo!()
    }

    /// Begins a read transaction: everything read through it belongs to one moment and one revision. It holds a
    /// connection until it is dropped.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<Reader, StorageError> {
        todo!()
    }

    /// Queues a write and waits until it is on stable storage. Writes run one after another in the order they were
    /// queued, several to a commit. `job` runs inside the writer, so it awaits nothing but its transaction; an `Err`
    /// undoes all it did and nothing of its neighbours; a panic does the same and goes on in the caller. Dropping the
    /// future does not call the write off.
    ///
    /// ```ignore
    /// storage.write(move |tx| Box::pin(async move { tx.leave_room(room, user, now).await })).await?;
    /// ```
    ///
    /// # Errors
    /// What `job` returns, [`StorageError::Closed`], or why the commit failed.
    pub async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut WriteTransaction) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let _ = job;
        todo!()
    }

    /// Finishes the writes that are queued, refuses new ones, and closes every connection.
    pub async fn close(&self) {
        todo!()
    }
}
