//! The installations a provider knows, kept in a file that survives crashes.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use crate::{Installation, token::TokenCache};

/// An installation and the access token it last obtained.
pub(crate) struct Link {
    pub(crate) installation: Installation,
    pub(crate) token: TokenCache,
}

pub(crate) struct Installations {
    path: PathBuf,
    known: RwLock<BTreeMap<String, Arc<Link>>>,
    /// Held from reading the list to having written it, so that two changes cannot undo each other.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Serialize, Deserialize, Default)]
struct Document {
    installations: Vec<Installation>,
}

impl Installations {
    /// Reads what an earlier run stored; makes the folder when missing.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("installations.json");
        let known = read(&path)?.installations.into_iter().map(|it| (it.oauth_id.clone(), link(it))).collect();
        Ok(Self { path, known: RwLock::new(known), writing: tokio::sync::Mutex::default() })
    }

    pub(crate) fn find(&self, oauth_id: &str) -> Option<Arc<Link>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(oauth_id).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Link>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Stores an installation, in place of one with the same id; returns when it is on stable storage.
    pub(crate) async fn put(&self, installation: Installation) -> io::Result<Arc<Link>> {
        let link = link(installation);
        let added = link.clone();
        self.change(|known| {
            known.insert(added.installation.oauth_id.clone(), added);
        })
        .await?;
        Ok(link)
    }

    /// Forgets an installation; returns whether it was known.
    pub(crate) async fn remove(&self, oauth_id: &str) -> io::Result<bool> {
        let known = self.find(oauth_id).is_some();
        if known {
            self.change(|known| {
                known.remove(oauth_id);
            })
            .await?;
        }
        Ok(known)
    }

    async fn change(&self, edit: impl FnOnce(&mut BTreeMap<String, Arc<Link>>)) -> io::Result<()> {
        let _writing = self.writing.lock().await;
        let mut next = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        edit(&mut next);
        let document = Document { installations: next.values().map(|link| link.installation.clone()).collect() };
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || write(&path, &document)).await.map_err(io::Error::other)??;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}

fn link(installation: Installation) -> Arc<Link> {
    Arc::new(Link { installation, token: TokenCache::default() })
}

fn read(path: &Path) -> io::Result<Document> {
    match fs::read(path) {
        // A damaged file stops the provider: starting without it would lose every installation at the next write.
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Document::default()),
        Err(error) => Err(error),
    }
}

/// Replaces the file in one step: after a crash it holds the old list or the new one, never half of either.
fn write(path: &Path, document: &Document) -> io::Result<()> {
    let temporary = path.with_extension("json.new");
    let mut file = create_private(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(document)?)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    sync_folder(path)
}

fn create_private(path: &Path) -> io::Result<File> {
    // One left by a crash may have been made with other permissions; `create_new` then gives ours.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Without this the new name of the file may be lost with the power.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
