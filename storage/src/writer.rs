//! The one task that writes.
//!
//! It takes every job that is waiting, runs them one after another inside one transaction, commits once, tells the
//! changes, then answers. The disk's slow part, the commit, is thus shared by all who waited for the one before; nobody
//! waits for a batch to fill.

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, future::BoxFuture};
use roomglass_protocol::push::Revision;
use sqlx::{AnyConnection, Connection as _, raw_sql};
use tokio::sync::{mpsc, oneshot, watch};

use crate::{Committed, StorageError, WriteTransaction, engine::Engine};

/// Most writes that share a commit: bounds how long the first of them waits for the others.
const MAX_BATCH: usize = 256;

/// A write that waits for its turn.
pub(crate) trait Job: Send {
    /// Runs it. A panic inside is part of its outcome.
    fn run<'t>(self: Box<Self>, tx: &'t mut WriteTransaction) -> BoxFuture<'t, Box<dyn Outcome>>;

    /// Answers without running it.
    fn refuse(self: Box<Self>, error: StorageError);
}

/// What a write came to, before anybody knows of it.
pub(crate) trait Outcome: Send {
    /// Whether what it did is to be kept.
    fn keep(&self) -> bool;

    /// Answers, now that it is known whether what it did was kept.
    fn answer(self: Box<Self>, kept: Result<(), StorageError>);
}

/// What the caller receives: the result, or the panic to go on with.
pub(crate) type Answer<T, E> = std::thread::Result<Result<T, E>>;

/// The job made of a closure.
pub(crate) struct Closure<F, T, E> {
    pub(crate) job: F,
    pub(crate) caller: oneshot::Sender<Answer<T, E>>,
}

impl<F, T, E> Job for Closure<F, T, E>
where
    F: for<'t> FnOnce(&'t mut WriteTransaction) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: From<StorageError> + Send + 'static,
{
    fn run<'t>(self: Box<Self>, tx: &'t mut WriteTransaction) -> BoxFuture<'t, Box<dyn Outcome>> {
        let Self { job, caller } = *self;
        Box::pin(async move {
            // The savepoint undoes whatever a panic interrupted, so nothing half-done is seen.
            let answer = AssertUnwindSafe(async move { job(tx).await }).catch_unwind().await;
            Box::new(Finished { answer, caller }) as Box<dyn Outcome>
        })
    }

    fn refuse(self: Box<Self>, error: StorageError) {
        // A caller who has gone away is not told.
        let _ = self.caller.send(Ok(Err(error.into())));
    }
}

struct Finished<T, E> {
    answer: Answer<T, E>,
    caller: oneshot::Sender<Answer<T, E>>,
}

impl<T: Send, E: From<StorageError> + Send> Outcome for Finished<T, E> {
    fn keep(&self) -> bool {
        matches!(self.answer, Ok(Ok(_)))
    }

    fn answer(self: Box<Self>, kept: Result<(), StorageError>) {
        let answer = match (self.answer, kept) {
            (Ok(Ok(_)), Err(error)) => Ok(Err(error.into())),
            (answer, _) => answer,
        };
        let _ = self.caller.send(answer);
    }
}

/// State of the task.
pub(crate) struct Writer {
    pub(crate) engine: Engine,
    pub(crate) url: String,
    /// `None` after a fault: what state the old connection is in would be a guess.
    pub(crate) connection: Option<AnyConnection>,
    pub(crate) queue: mpsc::Receiver<Box<dyn Job>>,
    pub(crate) committed: mpsc::Sender<Committed>,
    pub(crate) closing: watch::Receiver<bool>,
}

impl Writer {
    /// Runs until storage is closed or its last handle is dropped, and all that was queued before is done.
    pub(crate) async fn run(mut self) {
        let mut jobs = Vec::with_capacity(MAX_BATCH);
        let mut closing = self.closing.clone();
        loop {
            tokio::select! {
                () = closed(&mut closing), if !self.queue.is_closed() => self.queue.close(),
                taken = self.queue.recv_many(&mut jobs, MAX_BATCH) => match taken {
                    0 => break,
                    _ => self.run_batch(&mut jobs).await,
                },
            }
        }
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the writer's connection did not close cleanly");
        }
    }

    async fn run_batch(&mut self, jobs: &mut Vec<Box<dyn Job>>) {
        let mut tx = match self.begin().await {
            Ok(tx) => tx,
            Err(error) => {
                tracing::error!(%error, writes = jobs.len(), "no transaction could be begun");
                return jobs.drain(..).for_each(|job| job.refuse(error.clone()));
            }
        };
        let mut ran = Vec::with_capacity(jobs.len());
        match run_and_commit(&mut tx, jobs, &mut ran).await {
            Ok(committed) => {
                self.connection = tx.into_connection();
                if !committed.changes().is_empty() {
                    // Nobody listens when the server is going down; what is stored stays stored.
                    let _ = self.committed.send(committed).await;
                }
                ran.into_iter().for_each(|Ran { outcome, kept }| outcome.answer(kept));
            }
            Err(error) => {
                tracing::error!(%error, writes = ran.len() + jobs.len(), "a commit failed");
                ran.into_iter().for_each(|Ran { outcome, .. }| outcome.answer(Err(error.clone())));
                jobs.drain(..).for_each(|job| job.refuse(error.clone()));
            }
        }
    }

    /// Begins a transaction; if the connection turns out to be dead, on a new one.
    async fn begin(&mut self) -> Result<WriteTransaction, StorageError> {
        if let Some(connection) = self.connection.take() {
            match begin_on(self.engine, connection).await {
                Ok(tx) => return Ok(tx),
                Err(error) => tracing::warn!(%error, "connecting anew"),
            }
        }
        begin_on(self.engine, self.engine.connect(&self.url).await?).await
    }
}

/// Waits until storage is closed or nobody holds it any more.
async fn closed(closing: &mut watch::Receiver<bool>) {
    drop(closing.wait_for(|closing| *closing).await);
}

async fn begin_on(engine: Engine, mut connection: AnyConnection) -> Result<WriteTransaction, StorageError> {
    raw_sql(engine.begin_writing()).execute(&mut connection).await?;
    let revision: i64 = sqlx::query_scalar(engine.lock_revision()).fetch_one(&mut connection).await?;
    Ok(WriteTransaction::new(connection, Revision(revision)))
}

/// A job that was run and waits for the commit.
struct Ran {
    outcome: Box<dyn Outcome>,
    /// An error when it wanted to be kept and the database would not.
    kept: Result<(), StorageError>,
}

/// Moves each job to `ran` as it is run. On an error nothing is committed, and `jobs` holds those that were not run.
async fn run_and_commit(
    tx: &mut WriteTransaction,
    jobs: &mut Vec<Box<dyn Job>>,
    ran: &mut Vec<Ran>,
) -> Result<Committed, StorageError> {
    jobs.reverse();
    while let Some(job) = jobs.pop() {
        let recorded = tx.recorded();
        if let Err(error) = command(tx, "SAVEPOINT job").await {
            job.refuse(error.clone());
            return Err(error);
        }
        let outcome = job.run(tx).await;
        // Fails on PostgreSQL when the job took no notice of a statement that failed.
        let kept = if outcome.keep() { command(tx, "RELEASE SAVEPOINT job").await } else { Ok(()) };
        let undo = kept.is_err() || !outcome.keep();
        ran.push(Ran { outcome, kept });
        if undo {
            command(tx, "ROLLBACK TO SAVEPOINT job").await?;
            command(tx, "RELEASE SAVEPOINT job").await?;
            tx.forget_since(recorded);
        }
    }
    save_revision(tx).await?;
    command(tx, "COMMIT").await?;
    Ok(Committed::new(tx.take_changes()))
}

async fn save_revision(tx: &mut WriteTransaction) -> Result<(), StorageError> {
    if tx.recorded() == 0 {
        return Ok(());
    }
    let statement = sqlx::query("UPDATE counters SET value = $1 WHERE name = 'revision'").bind(tx.revision_after().0);
    tx.execute(statement).await.map(drop)
}

async fn command(tx: &mut WriteTransaction, command: &'static str) -> Result<(), StorageError> {
    raw_sql(command).execute(tx.connection()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::{Role, Timestamp};
    use tempfile::TempDir;

    use super::*;
    use crate::{Change, NewPerson, Storage};

    async fn open(folder: &TempDir) -> (Storage, mpsc::Receiver<Committed>) {
        let (sender, committed) = mpsc::channel(100);
        let url = format!("sqlite:{}", folder.path().join("roomglass.db").display());
        (Storage::open(&url, sender).await.unwrap(), committed)
    }

    fn person(name: &str) -> NewPerson {
        let (name, email) = (name.to_owned(), format!("{name}@example.com"));
        NewPerson { name, email, password_hash: String::new(), role: Role::Member }
    }

    async fn add_person(storage: &Storage, name: &str) -> Result<(), StorageError> {
        let person = person(name);
        storage.write(move |tx| Box::pin(async move { tx.add_person(person, Timestamp(0)).await.map(drop) })).await
    }

    /// Breaks a foreign key whose check SQLite was told to leave to the commit.
    async fn break_commit(storage: &Storage) -> Result<(), StorageError> {
        let job = storage.write(|tx| {
            Box::pin(async move {
                command(tx, "PRAGMA defer_foreign_keys = ON").await?;
                command(tx, "INSERT INTO memberships VALUES (7, 7, 0, 0, 0)").await
            })
        });
        job.await
    }

    #[tokio::test]
    async fn a_failed_commit_fails_every_write_of_its_batch_and_tells_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (storage, mut committed) = open(&folder).await;
        // All three are queued before the writer, a task of this same thread, runs.
        let (first, broken, last) =
            tokio::join!(add_person(&storage, "ada"), break_commit(&storage), add_person(&storage, "bob"));
        for answer in [first, broken, last] {
            assert!(matches!(answer, Err(StorageError::Database(_))), "I7: no false acknowledgement");
        }
        assert!(committed.try_recv().is_err());
        assert!(storage.read().await.unwrap().people().await.unwrap().is_empty());

        add_person(&storage, "carol").await.unwrap();
        let changes = committed.try_recv().unwrap().into_changes();
        assert!(matches!(&changes[..], [(Revision(1), Change::PersonChanged { .. })]), "{changes:?}");
    }

    #[tokio::test]
    async fn a_dead_connection_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (storage, _committed) = open(&folder).await;
        // Ends the transaction under the writer's feet, as a full disk does.
        let job = storage.write(|tx| Box::pin(async move { command(tx, "ROLLBACK").await }));
        assert!(matches!(job.await, Err(StorageError::Database(_))));
        add_person(&storage, "ada").await.unwrap();
    }
}
