//! The browser's files, compiled into the binary by `build.rs` and served precompressed.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::state::AppState;

/// One file of the client, with its compressed forms.
pub struct Asset {
    /// Address, beginning with a slash.
    pub path: &'static str,
    /// Media type.
    pub content_type: &'static str,
    /// Whether the address holds the content's hash, so that it can be kept for ever.
    pub immutable: bool,
    /// The file as it is.
    pub identity: &'static [u8],
    /// Brotli form, for what compresses.
    pub brotli: Option<&'static [u8]>,
    /// Gzip form, for what compresses.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A service worker obeys the policy it came with, not that of the page: it fetches from this server, and nothing else.
const WORKER_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; connect-src 'self'");
const WORKER: &str = "/sw.js";
/// What pages of providers load: from their own origin, or from the opaque one of a frame (HCC-19).
const FOR_FRAMES: [&str; 2] = ["/atlassian-connect/all.js", "/roomglass-frame.js"];
const EVERYBODY: HeaderValue = HeaderValue::from_static("*");
/// Another name that pages written for HipChat know the script by.
const DEBUG_SCRIPT: &str = "/atlassian-connect/all-debug.js";
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// Address of a file by its name in the manifest, such as `wasm`; `None` in a build without the client.
pub fn address(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, path)| *path)
}

/// Addresses of all files, with their media types.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let debug = FILES.iter().filter(|file| file.path == FOR_FRAMES[0]).map(|file| (DEBUG_SCRIPT, file.content_type));
    FILES.iter().map(|file| (file.path, file.content_type)).chain(debug)
}

/// One route for each file.
pub fn routes() -> Router<AppState> {
    FILES.iter().fold(Router::new(), |router, asset| {
        let answer = get(move |headers: HeaderMap| async move { serve(asset, &headers) });
        let router = if asset.path == FOR_FRAMES[0] { router.route(DEBUG_SCRIPT, answer.clone()) } else { router };
        router.route(asset.path, answer)
    })
}

fn serve(asset: &'static Asset, request: &HeaderMap) -> Response {
    let (encoding, bytes) = best_encoding(asset, request);
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: HeaderValue| headers.insert(name, value);
    set(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    set(header::CACHE_CONTROL, if asset.immutable { FOR_EVER } else { ASK_EACH_TIME });
    set(header::VARY, HeaderValue::from_static("accept-encoding"));
    if asset.path == WORKER {
        set(header::CONTENT_SECURITY_POLICY, WORKER_POLICY);
    }
    if FOR_FRAMES.contains(&asset.path) {
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, EVERYBODY);
    }
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (StatusCode::OK, headers, Body::from(bytes)).into_response()
}

fn best_encoding(asset: &'static Asset, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |name: &str| {
        accepted.split(',').any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            parts.next() == Some(name) && parts.all(|weight| weight != "q=0")
        })
    };
    match (asset.brotli, asset.gzip) {
        (Some(bytes), _) if accepts("br") => (Some("br"), bytes),
        (_, Some(bytes)) if accepts("gzip") => (Some("gzip"), bytes),
        _ => (None, asset.identity),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PAGE: Asset = Asset {
        path: "/x",
        content_type: "text/css",
        immutable: true,
        identity: b"plain",
        brotli: Some(b"br"),
        gzip: Some(b"gz"),
    };

    fn chosen(accept: &'static str) -> &'static [u8] {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
        best_encoding(&PAGE, &headers).1
    }

    #[test]
    fn the_smallest_form_the_browser_reads_is_sent() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), b"br");
        assert_eq!(chosen("gzip"), b"gz");
        assert_eq!(chosen("br;q=0, gzip;q=0.5"), b"gz");
        assert_eq!(chosen("identity"), b"plain");
    }
}
