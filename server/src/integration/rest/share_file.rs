//! `POST /v2/room/{room}/share/file`: an integration shows a file, with a word on it if there is one (HipChat Connect §5.3).

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use bytes::Bytes;
use futures_util::stream;
use multer::Field;
use roomglass_protocol::Attachment;
use roomglass_storage::{NewFile, Noun};
use tokio::time::timeout;

use super::{
    document::Document,
    line_ends,
    parts::{Parts, next_piece},
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::Path,
    files::{Received, Sender, deadline, ended_early},
    integration::{caller::IntegrationCaller, contract::missing, notification::Notification},
    state::AppState,
};

/// Of the part `metadata`.
const MAX_METADATA_BYTES: usize = 64 * 1024;
/// Parts that are looked at.
const MAX_PARTS: usize = 8;

/// Stores the file and tells of it.
pub(super) async fn share(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    request: Request,
) -> HttpResult<StatusCode> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?.id;
    caller.speaks_in(room)?;
    // Before the bytes are taken in.
    reader.open_room(room).await?;
    let stored = reader.integration(caller.key()).await?.ok_or_else(|| missing(Noun::Integration))?;
    drop(reader);
    let boundary = boundary(request.headers())?;
    let sender = Sender::Integration(caller.key().clone());
    let bytes = line_ends::standard(request.into_body().into_data_stream(), &boundary);
    let parts = Parts::new(bytes, boundary, app.config.files.max_upload);
    let Shared { message, received, attachment } =
        timeout(deadline(app.config.files.max_upload), read(&app, sender, parts))
            .await
            .map_err(|_| ended_early())??;
    let notification = match message.filter(|text| !text.trim().is_empty()) {
        Some(text) => Notification::plain(&text)?,
        None => Notification::wordless(),
    };
    let message = notification.into_message(&stored.descriptor);
    let file = NewFile { room, uploaded_by: None, attachment };
    let (storage, most_together) = (app.storage.clone(), app.config.files.max_together());
    let told = async move {
        let write = storage.write::<_, HttpError, _>(move |tx| {
            Box::pin(async move {
                tx.add_file(&file, most_together, clock::now()).await?;
                tx.append_message_with_files(room, message, &[file.attachment.id]).await?;
                Ok(())
            })
        });
        write.await
    };
    app.files.keep(received, told).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the parts say.
struct Shared {
    message: Option<String>,
    received: Received,
    attachment: Attachment,
}

async fn read(app: &AppState, sender: Sender, mut parts: Parts) -> HttpResult<Shared> {
    let (mut message, mut file) = (None, None);
    for _ in 0..MAX_PARTS {
        let Some(part) = parts.next().await? else { break };
        match role(&part) {
            Role::Metadata => message = metadata(part).await?.optional_text("message")?.map(str::to_owned),
            Role::File if file.is_none() => file = Some(take(app, sender.clone(), part).await?),
            Role::File => return Err(HttpError::invalid("One file is shared at a time.")),
            Role::Other => {}
        }
    }
    let (received, attachment) = file.ok_or_else(|| HttpError::invalid("The part \"file\" is missing."))?;
    Ok(Shared { message, received, attachment })
}

enum Role {
    Metadata,
    File,
    Other,
}

/// By its name; some programs write none.
fn role(part: &Field<'_>) -> Role {
    match part.name() {
        Some("metadata") => Role::Metadata,
        Some("file") => Role::File,
        Some(_) => Role::Other,
        None if content_type(part).starts_with("application/json") => Role::Metadata,
        None if part.file_name().is_some() => Role::File,
        None => Role::Other,
    }
}

fn content_type<'p>(part: &'p Field<'_>) -> &'p str {
    part.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn metadata(mut part: Field<'static>) -> HttpResult<Document> {
    let mut text = Vec::new();
    while let Some(piece) = next_piece(&mut part).await? {
        if text.len() + piece.len() > MAX_METADATA_BYTES {
            return Err(HttpError::invalid("The part \"metadata\" is too large."));
        }
        text.extend_from_slice(&piece);
    }
    Document::read(&text)
}

async fn take(app: &AppState, sender: Sender, part: Field<'static>) -> HttpResult<(Received, Attachment)> {
    let (name, claimed) = (part.file_name().unwrap_or_default().to_owned(), content_type(&part).to_owned());
    let encoded =
        part.headers().get("content-transfer-encoding").is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"base64"));
    let decoder = encoded.then(Decoder::default);
    let bytes = stream::try_unfold((part, decoder), |(mut part, mut decoder)| async move {
        let piece = match (next_piece(&mut part).await?, &mut decoder) {
            (Some(piece), None) => piece,
            (Some(piece), Some(decoder)) => decoder.take(&piece)?,
            (None, Some(decoder)) if !decoder.rest.is_empty() => decoder.finish()?,
            (None, _) => return Ok(None),
        };
        Ok(Some((piece, (part, decoder))))
    });
    let received = app.files.receive(sender, Box::pin(bytes), app.config.files.max_upload).await?;
    let attachment = received.attachment(&name, &claimed);
    Ok((received, attachment))
}

/// Base64 in pieces, with line breaks anywhere.
#[derive(Default)]
struct Decoder {
    /// Less than four characters.
    rest: Vec<u8>,
}

impl Decoder {
    fn take(&mut self, piece: &[u8]) -> HttpResult<Bytes> {
        self.rest.extend(piece.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let whole = self.rest.len() / 4 * 4;
        let decoded = STANDARD.decode(&self.rest[..whole]).map_err(|_| no_base64())?;
        self.rest.drain(..whole);
        Ok(decoded.into())
    }

    /// Some programs leave out the padding.
    fn finish(&mut self) -> HttpResult<Bytes> {
        let rest = std::mem::take(&mut self.rest);
        STANDARD_NO_PAD.decode(rest).map(Bytes::from).map_err(|_| no_base64())
    }
}

fn no_base64() -> HttpError {
    HttpError::invalid("The part \"file\" says that it is base64, and is not.")
}

/// Of `multipart/related`, or of another kind of `multipart`: libraries choose differently.
fn boundary(headers: &HeaderMap) -> HttpResult<String> {
    let refusal = || HttpError::invalid("Expected multipart/related with a boundary.");
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).ok_or_else(refusal)?;
    let mut parameters = text.split(';').map(str::trim);
    if !parameters.next().is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/")) {
        return Err(refusal());
    }
    let boundary = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    boundary.filter(|boundary| !boundary.is_empty() && boundary.len() <= 70).ok_or_else(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_comes_in_any_pieces() {
        for pieces in
            [vec!["aGVsbG8="], vec!["aGV", "sbG", "8="], vec!["aGVs\r\nbG8"], vec!["a", "G", "V\n", "s", "b", "G", "8"]]
        {
            let mut decoder = Decoder::default();
            let mut decoded: Vec<u8> =
                pieces.iter().flat_map(|piece| decoder.take(piece.as_bytes()).unwrap()).collect();
            decoded.extend(decoder.finish().unwrap());
            assert_eq!(decoded, b"hello", "{pieces:?}");
        }
        assert!(Decoder::default().take(b"a*bc").is_err());
    }

    #[test]
    fn the_boundary_is_found_in_any_multipart() {
        let of = |text: &str| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]);
            boundary(&headers).ok()
        };
        assert_eq!(of("multipart/related; boundary=b1").as_deref(), Some("b1"));
        assert_eq!(of("Multipart/Form-Data; charset=utf-8; Boundary=\"b 2\"").as_deref(), Some("b 2"));
        for none in ["multipart/related", "multipart/related; boundary=", "application/json; boundary=x"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
