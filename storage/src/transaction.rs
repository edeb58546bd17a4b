//! Write transactions.

use std::ops::{Deref, DerefMut};

use roomglass_protocol::push::Revision;
use sqlx::AnyConnection;

use crate::{Change, Reader, StorageError, reader::Statement};

/// A write in progress: reads as [`Reader`] does and sees what it wrote. Exists only inside [`crate::Storage::write`].
pub struct WriteTransaction {
    reader: Reader,
    revision: Revision,
    changes: Vec<Change>,
}

impl WriteTransaction {
    pub(crate) fn new(connection: AnyConnection, revision: Revision) -> Self {
        Self { reader: Reader::writing(connection), revision, changes: Vec::new() }
    }

    /// Notes a change to tell of after the commit. The methods that write do this themselves.
    pub fn record(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// The server's revision when this write, as far as it has come, is committed.
    pub fn revision_after(&self) -> Revision {
        Revision(self.revision.0 + self.changes.len() as i64)
    }

    /// How many changes were recorded, to [`WriteTransaction::forget_since`] them.
    pub(crate) fn recorded(&self) -> usize {
        self.changes.len()
    }

    /// Forgets the changes of a write that was undone.
    pub(crate) fn forget_since(&mut self, recorded: usize) {
        self.changes.truncate(recorded);
    }

    /// The changes with their revisions.
    pub(crate) fn take_changes(&mut self) -> Vec<(Revision, Change)> {
        let revisions = (self.revision.0 + 1..).map(Revision);
        revisions.zip(std::mem::take(&mut self.changes)).collect()
    }

    /// The connection, once the transaction is over.
    pub(crate) fn into_connection(self) -> Option<AnyConnection> {
        self.reader.into_writing()
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, StorageError> {
        Ok(statement.execute(self.connection()).await?.rows_affected())
    }
}

impl Deref for WriteTransaction {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for WriteTransaction {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}
