//! Files for messages (MSG-18): sending, fetching, thinking better of it.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::StreamExt as _;
use roomglass_protocol::{
    Attachment, FileId, RoomId,
    attachment::MAX_ATTACHMENTS,
    rest::file::{Limits, Link, Query as UploadQuery},
};
use roomglass_storage::{NewFile, Noun};

use crate::{
    clock,
    error::{HttpError, HttpResult},
    extract::{Json, Path, Query, RoomCaller, SessionCaller},
    files::{Sender, ended_early, too_large},
    state::AppState,
};

/// What may be sent.
pub(super) async fn limits(State(app): State<AppState>, _: SessionCaller) -> Json<Limits> {
    let max_bytes = i64::try_from(app.config.files.max_upload).unwrap_or(i64::MAX);
    Json(Limits { max_bytes, max_in_message: MAX_ATTACHMENTS })
}

/// Stores a file for a message that is yet to be sent.
pub(super) async fn upload(
    State(app): State<AppState>,
    mut caller: RoomCaller,
    Query(UploadQuery { name }): Query<UploadQuery>,
    request: Request,
) -> HttpResult<(StatusCode, Json<Attachment>)> {
    let (room, sender) = (caller.room_id(), caller.person().id);
    // Before the bytes are taken in.
    caller.reader.open_room(room).await?;
    // Uploads take long: nothing of the database is held meanwhile.
    drop(caller);
    let most = app.config.files.max_upload;
    if declared_length(request.headers()).is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    let claimed = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let claimed = claimed.unwrap_or_default().to_owned();
    let bytes = request.into_body().into_data_stream().map(|piece| piece.map_err(|_| ended_early()));
    let received = app.files.receive(Sender::Person(sender), bytes, most).await?;
    let attachment = received.attachment(&name, &claimed);
    let file = NewFile { room, uploaded_by: Some(sender), attachment: attachment.clone() };
    let (storage, most_together) = (app.storage.clone(), app.config.files.max_together());
    let noted = async move {
        let write = storage.write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { Ok(tx.add_file(&file, most_together, clock::now()).await?) })
        });
        write.await
    };
    app.files.keep(received, noted).await?;
    Ok((StatusCode::CREATED, Json(attachment)))
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[derive(serde::Deserialize)]
pub(super) struct FileInPath {
    room_id: RoomId,
    file_id: FileId,
}

/// Answers a file to members of its room; one that no message has to its sender alone.
pub(super) async fn download(
    State(app): State<AppState>,
    mut caller: RoomCaller,
    Path(FileInPath { file_id, .. }): Path<FileInPath>,
    request: Request,
) -> HttpResult<Response> {
    let (room, person) = (caller.room_id(), caller.person().id);
    let stored = caller.reader.file(room, file_id).await?;
    let stored = stored.filter(|file| file.message.is_some() || file.uploaded_by == Some(person));
    drop(caller);
    let attachment = stored.ok_or_else(|| HttpError::not_found(Noun::File))?.attachment;
    let mut response = app.files.answer(&attachment, request).await?;
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    Ok(response)
}

/// Where an add-on finds a file of a message that a member handed to it.
pub(super) async fn link(
    State(app): State<AppState>,
    mut caller: RoomCaller,
    Path(FileInPath { file_id, .. }): Path<FileInPath>,
) -> HttpResult<Json<Link>> {
    let room = caller.room_id();
    let stored = caller.reader.file(room, file_id).await?.filter(|file| file.message.is_some());
    stored.ok_or_else(|| HttpError::not_found(Noun::File))?;
    Ok(Json(Link { url: app.files.link(&app.config, room, file_id, clock::now()) }))
}

/// Forgets a file that no message has.
pub(super) async fn discard(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(FileInPath { room_id, file_id }): Path<FileInPath>,
) -> HttpResult<StatusCode> {
    let sender = caller.person().id;
    app.storage
        .write::<_, HttpError, _>(move |tx| {
            Box::pin(async move { Ok(tx.discard_file(room_id, file_id, sender).await?) })
        })
        .await?;
    app.files.remove(&[file_id]).await;
    Ok(StatusCode::NO_CONTENT)
}
