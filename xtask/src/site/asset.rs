//! One file that browsers download.

use std::path::Path;

use super::digest;

#[derive(Clone, Debug)]
pub struct Asset {
    /// What the server calls it, whatever its hash is; few need a name.
    pub name: Option<String>,
    /// The name in the source, which style sheets refer to it by.
    pub source: String,
    /// Where the server offers it.
    pub path: String,
    /// Its path changes with its content, so that browsers may keep it for ever.
    pub immutable: bool,
    pub bytes: Vec<u8>,
}

impl Asset {
    /// A file under `/assets/` with a hash of its content in its name.
    pub fn hashed(name: Option<String>, source: &str, bytes: Vec<u8>) -> Self {
        let (stem, extension) = source.rsplit_once('.').unwrap_or((source, ""));
        let path = format!("/assets/{stem}-{}.{extension}", &digest(&bytes)[..16]);
        Self { name, source: source.to_owned(), path, immutable: true, bytes }
    }

    /// A file that keeps its name, such as a service worker, whose address is its identity.
    pub fn fixed(source: &str, bytes: Vec<u8>) -> Self {
        Self { name: None, source: source.to_owned(), path: format!("/{source}"), immutable: false, bytes }
    }

    pub fn kind(&self) -> Kind {
        Kind::of(&self.path)
    }
}

/// What a file is, as far as serving it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub mime: &'static str,
    /// Fonts and pictures are compressed already.
    pub compressible: bool,
}

impl Kind {
    fn of(path: &str) -> Self {
        let (mime, compressible) = match Path::new(path).extension().and_then(|extension| extension.to_str()) {
            Some("wasm") => ("application/wasm", true),
            Some("js") => ("text/javascript; charset=utf-8", true),
            Some("css") => ("text/css; charset=utf-8", true),
            Some("html") => ("text/html; charset=utf-8", true),
            Some("svg") => ("image/svg+xml", true),
            Some("json") => ("application/json", true),
            Some("webmanifest") => ("application/manifest+json", true),
            Some("txt" | "ts") => ("text/plain; charset=utf-8", true),
            Some("woff2") => ("font/woff2", false),
            Some("png") => ("image/png", false),
            Some("webp") => ("image/webp", false),
            Some("ico") => ("image/x-icon", true),
            _ => ("application/octet-stream", false),
        };
        Self { mime, compressible }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_path_follows_the_content() {
        let path = |bytes: &[u8]| Asset::hashed(None, "roomglass.js", bytes.to_vec()).path;
        assert_eq!(path(b""), "/assets/roomglass-e3b0c44298fc1c14.js");
        assert_ne!(path(b"a"), path(b"b"));
    }

    #[test]
    fn a_service_worker_keeps_its_address() {
        let worker = Asset::fixed("sw.js", b"self".to_vec());
        assert_eq!((worker.path.as_str(), worker.immutable), ("/sw.js", false));
        assert_eq!(worker.kind(), Kind { mime: "text/javascript; charset=utf-8", compressible: true });
    }
}
