//! Write transactions.

use std::ops::{Deref, DerefMut};

use roomglass_protocol::push::Revision;

use crate::{Change, Reader};

/// A write in progress: reads as [`Reader`] does and sees what it wrote. Exists only inside [`crate::Storage::write`].
pub struct WriteTransaction {
    reader: Reader,
    changes: Vec<Change>,
}

impl WriteTransaction {
    /// Notes a change to tell of after the commit. The methods that write do this themselves.
    pub fn record(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// The server's revision when this write, as far as it has come, is committed.
    pub fn revision_after(&self) -> Revision {
        todo!()
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
