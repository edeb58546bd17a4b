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

    /// Answers, now that it is known how the commit went.
    fn answer(self: Box<Self>, commit: Result<(), StorageError>);
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

    fn answer(self: Box<Self>, commit: Result<(), StorageError>) {
        let answer = match (self.answer, commit) {
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
        let mut outcomes = Vec::with_capacity(jobs.len());
        match run_and_commit(&mut tx, jobs, &mut outcomes).await {
            Ok(committed) => {
                self.connection = tx.into_connection();
                if !committed.changes().is_empty() {
                    // Nobody listens when the server is going down; what is stored stays stored.
                    let _ = self.committed.send(committed).await;
                }
                outcomes.into_iter().for_each(|outcome| outcome.answer(Ok(())));
            }
            Err(error) => {
                tracing::error!(%error, writes = outcomes.len() + jobs.len(), "a commit failed");
                outcomes.into_iter().for_each(|outcome| outcome.answer(Err(error.clone())));
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

/// Moves each job's outcome to `outcomes`. On an error, `jobs` holds those that were not run.
async fn run_and_commit(
    tx: &mut WriteTransaction,
    jobs: &mut Vec<Box<dyn Job>>,
    outcomes: &mut Vec<Box<dyn Outcome>>,
) -> Result<Committed, StorageError> {
    jobs.reverse();
    while let Some(job) = jobs.pop() {
        let recorded = tx.recorded();
        if let Err(error) = command(tx, "SAVEPOINT job").await {
            job.refuse(error.clone());
            return Err(error);
        }
        let outcome = job.run(tx).await;
        let keep = outcome.keep();
        outcomes.push(outcome);
        if keep {
            command(tx, "RELEASE SAVEPOINT job").await?;
        } else {
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
