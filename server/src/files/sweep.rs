//! What nobody wants any more: files no message ever took, and bytes a crash left without a row.

use std::io;

use roomglass_protocol::{FileId, Timestamp};
use tokio::fs::{DirEntry, ReadDir, read_dir};

use super::{FOLDER, Files, INCOMING};
use crate::{error::HttpResult, state::AppState};

/// A file that no message took by then is forgotten.
pub const UNSENT_LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;
/// Bytes that are younger may be those of an upload that is not written down yet.
const ARRIVING_MS: i64 = 60 * 60 * 1000;
const ROUND_MS: i64 = 60 * 60 * 1000;
/// Files looked up together.
const BATCH: usize = 500;

/// Works for as long as the server does.
pub async fn keep_tidy(app: AppState) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(kind = ?error.refusal().kind, "the folder of files could not be tidied");
        }
        app.clock.until(Timestamp(app.clock.now().0 + ROUND_MS)).await;
    }
}

/// Removes what nobody wants any more.
///
/// # Errors
/// When the database or the folder cannot be read.
pub async fn sweep(app: &AppState) -> HttpResult<()> {
    let now = app.clock.now();
    let before = Timestamp(now.0 - UNSENT_LIFETIME_MS);
    let storage = &app.storage;
    let unsent = storage.write(move |tx| Box::pin(async move { tx.remove_waiting_files(before).await })).await?;
    app.files.remove(&unsent).await;
    let folder = app.config.data.join(FOLDER);
    let mut incoming = read_dir(folder.join(INCOMING)).await.map_err(super::of_disk)?;
    while let Some(old) = next_old(&mut incoming, now).await.map_err(super::of_disk)? {
        unless_gone(tokio::fs::remove_file(old.path()).await).map_err(super::of_disk)?;
    }
    let mut kept = read_dir(folder).await.map_err(super::of_disk)?;
    let mut batch = Vec::new();
    while let Some(old) = next_old(&mut kept, now).await.map_err(super::of_disk)? {
        batch.extend(old.file_name().to_str().and_then(|name| name.parse::<FileId>().ok()));
        if batch.len() == BATCH {
            remove_unknown(app, std::mem::take(&mut batch)).await?;
        }
    }
    remove_unknown(app, batch).await
}

async fn remove_unknown(app: &AppState, mut ids: Vec<FileId>) -> HttpResult<()> {
    let known = app.storage.read().await?.known_files(&ids).await?;
    ids.retain(|id| !known.contains(id));
    Files::remove(&app.files, &ids).await;
    Ok(())
}

/// The next file that nobody can be writing any more.
async fn next_old(entries: &mut ReadDir, now: Timestamp) -> io::Result<Option<DirEntry>> {
    while let Some(entry) = entries.next_entry().await? {
        let Some(about) = unless_gone(entry.metadata().await)? else { continue };
        let written = about.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let written = i64::try_from(written.as_millis()).unwrap_or(i64::MAX);
        if about.is_file() && written < now.0 - ARRIVING_MS {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

/// An upload that ends takes its file away while the folder is read.
fn unless_gone<T>(looked_at: io::Result<T>) -> io::Result<Option<T>> {
    match looked_at {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
