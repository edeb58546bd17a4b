//! `manifest.json`: what the server's build script reads.

use std::collections::BTreeMap;

use serde::Serialize;

#[derive(Debug, Default, Serialize)]
pub struct Manifest {
    pub files: Vec<Entry>,
    /// Addresses by the names that the server's pages use: `wasm`, `js`, `css`, `sprite`, `font_latin`, …
    pub names: BTreeMap<String, String>,
}

/// One address and the files that answer it.
#[derive(Debug, Serialize)]
pub struct Entry {
    pub path: String,
    /// Relative to the manifest. Its encodings lie beside it: `.br`, `.gz`.
    pub file: String,
    #[serde(rename = "type")]
    pub mime: &'static str,
    pub immutable: bool,
    /// `identity` and what is smaller than it.
    pub encodings: Vec<&'static str>,
    /// Of the unencoded content. It changes the manifest with each change of a file, also of one that keeps its name.
    pub sha256: String,
    /// Lengths in bytes, in the order of `encodings`.
    pub lengths: Vec<usize>,
}

impl Entry {
    /// The bytes a recent browser downloads for it.
    pub fn downloaded(&self) -> usize {
        self.lengths.iter().copied().min().unwrap_or(0)
    }
}

impl Manifest {
    /// The entry with this name.
    pub fn named(&self, name: &str) -> Option<&Entry> {
        let path = self.names.get(name)?;
        self.files.iter().find(|entry| entry.path == *path)
    }
}
