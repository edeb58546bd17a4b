//! Bytes on their way out. What a stranger sent never becomes a page of ours: all but pictures is saved, not shown, and
//! even what somebody opens by its address runs nothing.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use roomglass_protocol::{Attachment, attachment::UNKNOWN_MEDIA_TYPE};
use roomglass_storage::Noun;
use tower_http::services::ServeFile;

use super::Files;
use crate::error::{HttpError, HttpResult};

/// Marks an answer that is not compressed on its way: its length is told, and parts of it can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct AsItIs;

impl Files {
    /// A file, or the part of it that is asked for. Whether the caller may have it is checked before.
    pub(crate) async fn answer(&self, file: &Attachment, request: Request) -> HttpResult<Response> {
        let served = ServeFile::new(self.path(file.id)).try_call(request).await.map_err(HttpError::internal)?;
        if served.status() == StatusCode::NOT_FOUND {
            tracing::error!(id = %file.id, "the bytes of a file are missing");
            return Err(HttpError::not_found(Noun::File));
        }
        let mut response = served.map(Body::new);
        let headers = response.headers_mut();
        let media_type = if file.preview { &file.media_type } else { UNKNOWN_MEDIA_TYPE };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(media_type).map_err(HttpError::internal)?);
        let disposition = HeaderValue::from_str(&disposition(file)).map_err(HttpError::internal)?;
        headers.insert(header::CONTENT_DISPOSITION, disposition);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        // Kept by the browser, but asked about each time: whoever leaves the room must not see it again.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response.extensions_mut().insert(AsItIs);
        Ok(response)
    }
}

/// RFC 6266: a name every program reads, and the whole one for those that read more than ASCII.
fn disposition(file: &Attachment) -> String {
    let kind = if file.preview { "inline" } else { "attachment" };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = file.name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut whole = String::new();
    for byte in file.name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => whole.push(byte.into()),
            byte => whole.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::FileId;

    use super::*;

    #[test]
    fn names_cannot_leave_their_place_in_the_header() {
        let file = |name: &str, preview| Attachment {
            id: FileId(uuid::Uuid::nil()),
            name: name.to_owned(),
            media_type: UNKNOWN_MEDIA_TYPE.to_owned(),
            size: 0,
            preview,
        };
        assert_eq!(
            disposition(&file("a\"; filename=b.exe; \u{e9}.txt", false)),
            "attachment; filename=\"a__ filename_b.exe_ _.txt\"; filename*=UTF-8''a%22%3B%20filename%3Db.exe%3B%20%C3%A9.txt"
        );
        assert!(disposition(&file("a.png", true)).starts_with("inline; "));
    }
}
