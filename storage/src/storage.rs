//! The handle everybody holds.

use std::{panic::resume_unwind, sync::Arc};

use futures_util::future::BoxFuture;
use sqlx::{AnyPool, any::AnyPoolOptions};
use tokio::{
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinHandle,
};

use crate::{
    Committed, Reader, StorageError, WriteTransaction,
    engine::Engine,
    writer::{Closure, Job, Writer},
};

/// Read transactions at the same time; others wait.
const READERS: u32 = 8;

/// Writes that wait in the queue; others wait to get into it.
const QUEUE: usize = 1024;

/// Both databases behind one handle. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Storage {
    engine: Engine,
    readers: AnyPool,
    queue: mpsc::Sender<Box<dyn Job>>,
    closing: Arc<watch::Sender<bool>>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

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
        let engine = Engine::of(url)?;
        let url = engine.complete(url);
        sqlx::any::install_default_drivers();
        let mut connection = engine.connect(&url).await?;
        engine.check_version(&mut connection).await?;
        engine.migrate(&mut connection).await?;
        let readers = open_readers(engine, &url).await?;
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (closing, closed) = watch::channel(false);
        let writer = Writer { engine, url, connection: Some(connection), queue: jobs, committed, closing: closed };
        let writer = Arc::new(Mutex::new(Some(tokio::spawn(writer.run()))));
        Ok(Self { engine, readers, queue, closing: Arc::new(closing), writer })
    }

    /// Begins a read transaction: everything read through it belongs to one moment and one revision. It holds a
    /// connection until it is dropped.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<Reader, StorageError> {
        Ok(Reader::reading(self.readers.begin_with(self.engine.begin_reading()).await?))
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
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Closure { job, caller });
        self.queue.send(job).await.map_err(|_| StorageError::Closed)?;
        match answer.await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(StorageError::Closed.into()),
        }
    }

    /// Finishes the writes that are queued, refuses new ones, and closes every connection.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the writer ended badly");
        }
        self.readers.close().await;
    }
}

async fn open_readers(engine: Engine, url: &str) -> Result<AnyPool, StorageError> {
    let options = AnyPoolOptions::new().max_connections(READERS);
    let options = options.after_connect(move |connection, _| Box::pin(engine.set_up(connection)));
    Ok(options.connect(url).await?)
}
