//! The browser's files: the client as Wasm with its glue, the style sheet, and `public/`.
//!
//! They end in `$TARGET/site/`, compressed, with a `manifest.json` that the server's build script reads (`ROOMGLASS_SITE`) to
//! embed them. What the browser may keep for ever carries a hash of its content in its name.

mod asset;
mod client;
mod compress;
mod manifest;
mod public;
mod style;
mod write;

use std::fs::{self, File};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::node;
use crate::problem::{Result, While};
use crate::shell::Shell;
use crate::toolchain;
use compress::Compressor;
pub use manifest::Manifest;

pub struct Site {
    pub folder: PathBuf,
    pub manifest: Manifest,
}

/// Builds what has changed. A run that changes nothing takes about as long as cargo needs to see that.
pub fn build(shell: &Shell) -> Result<Site> {
    let target = &shell.workspace.target;
    fs::create_dir_all(target).when(|| format!("creating {}", target.display()))?;
    let _alone = lock(shell)?;
    let node = node::packages(shell)?;
    let wasm = toolchain::wasm(shell)?;
    let cache = target.join("site-cache");
    let mut assets = client::build(shell, &wasm, &node, &cache)?;
    let public = public::read(&shell.workspace.root.join("public"))?;
    assets.push(style::build(&shell.workspace, &node, &public)?);
    assets.extend(public);
    let folder = target.join("site");
    let manifest = write::site(&assets, &folder, &mut Compressor::new(cache.join("compressed")))?;
    Ok(Site { folder, manifest })
}

/// Two runs at once would delete each other's files. The lock ends with the process, however that ends.
fn lock(shell: &Shell) -> Result<File> {
    let path = shell.workspace.target.join("site.lock");
    let file = File::create(&path).when(|| format!("creating {}", path.display()))?;
    if file.try_lock().is_err() {
        shell.say("waiting for another cargo xtask that is building the site");
        file.lock().when(|| format!("locking {}", path.display()))?;
    }
    Ok(file)
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn digests_are_sha_256() {
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
