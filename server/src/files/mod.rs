//! Bytes of files in messages (MSG-18): one file each in the data folder, named by its id. What they are called and who may
//! see them is in the database; nothing a person wrote becomes part of a path.
//!
//! Bytes arrive in `files/incoming`, are on stable storage before they move to `files`, and are there before the database
//! knows of them. So a row has its bytes, whenever the machine stops; bytes without a row are [`sweep`]'s.

mod answer;
mod arriving;
mod link;
mod receive;
mod sweep;

use std::{io, path::PathBuf, sync::Arc};

use roomglass_protocol::{ErrorKind, FileId};

pub(crate) use self::link::PATH as PATH_LINK;
pub use self::{
    answer::AsItIs,
    arriving::Sender,
    receive::{PATIENCE, Received, deadline, ended_early, too_large},
    sweep::{UNSENT_LIFETIME_MS, keep_tidy, sweep},
};
use self::{arriving::Arrivals, link::Links};
use crate::error::{HttpError, HttpResult};

const FOLDER: &str = "files";
const INCOMING: &str = "incoming";

/// The folder of files. Clones share everything.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    arrivals: Arrivals,
    links: Arc<Links>,
}

impl Files {
    /// Makes the folder if it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(data: &std::path::Path) -> io::Result<Self> {
        let folder = data.join(FOLDER);
        crate::serve::make_private_folder(&folder.join(INCOMING))?;
        Ok(Self { folder, arrivals: Arrivals::new(), links: Arc::new(Links::new()) })
    }

    fn path(&self, id: FileId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    fn incoming(&self, id: FileId) -> PathBuf {
        self.folder.join(INCOMING).join(id.to_string())
    }

    /// Removes bytes nothing in the database names any more. What cannot be removed now is swept later.
    pub async fn remove(&self, ids: &[FileId]) {
        for id in ids {
            if let Err(error) = tokio::fs::remove_file(self.path(*id)).await {
                tracing::warn!(%id, %error, "a file was not removed");
            }
        }
    }
}

/// A full disk is the operator's to mend; all else is a fault.
fn of_disk(error: io::Error) -> HttpError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            tracing::error!(%error, "a file was not stored");
            HttpError::new(ErrorKind::Unavailable, "The server has no room left for files. Nothing was stored.")
        }
        _ => HttpError::internal(error),
    }
}

impl Files {
    /// Keeps what has arrived if it can be written down: `write` stores the row that names it. Neither is undone when
    /// the caller goes away meanwhile.
    ///
    /// # Errors
    /// Those of `write`; then nothing is kept.
    pub async fn keep<T: Send + 'static>(
        &self,
        mut received: Received,
        write: impl Future<Output = HttpResult<T>> + Send + 'static,
    ) -> HttpResult<T> {
        let files = self.clone();
        let kept = tokio::spawn(async move {
            received.settle(&files).await.map_err(of_disk)?;
            let written = write.await;
            // A row must not lose its bytes, and the sweep sees.
            if written.as_ref().err().is_none_or(HttpError::is_undecided) {
                received.stays();
            }
            written
        });
        kept.await.map_err(HttpError::internal)?
    }
}
