//! Files on their way to the server (MSG-18). `fetch` tells nothing of how far a request has come, so this is the one place
//! that uses its predecessor.

use std::cell::RefCell;

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    ApiError, ErrorKind, FileId, MessageId, RoomId, attachment::UNKNOWN_MEDIA_TYPE, json, rest::file, rest::message,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use super::{rest, session};
use crate::state::{Progress, Upload};

const CREATED: u16 = 201;

thread_local! {
    static RUNNING: RefCell<Vec<(u32, XmlHttpRequest)>> = const { RefCell::new(Vec::new()) };
}

/// What may be sent.
pub async fn limits() -> Result<file::Limits, ApiError> {
    rest::get(file::PATH_LIMITS).await
}

/// Where an add-on finds a file that it was handed, for an hour.
pub async fn link(room: RoomId, file: FileId) -> Result<String, ApiError> {
    let path = rest::path(file::PATH_LINK, &[("room_id", &room), ("file_id", &file)]);
    rest::get::<file::Link>(&path).await.map(|link| link.url)
}

/// Deletes a message for everybody; the frame about it changes what is shown.
pub async fn delete_message(room: RoomId, message: MessageId) -> Result<(), ApiError> {
    rest::delete(&rest::path(message::PATH_ONE, &[("room_id", &room), ("message_id", &message)])).await
}

/// Sends a file; `uploads` says how far it has come.
pub fn upload(room: RoomId, key: u32, file: File, uploads: RwSignal<Vec<Upload>>) {
    if start(room, key, &file, uploads).is_none() {
        tell(uploads, key, Progress::Failed("This browser cannot send files.".to_owned(), false));
    }
}

fn start(room: RoomId, key: u32, file: &File, uploads: RwSignal<Vec<Upload>>) -> Option<()> {
    let request = XmlHttpRequest::new().ok()?;
    let path = rest::path(file::PATH, &[("room_id", &room)]) + "?name=" + &rest::encoded(&file.name());
    request.open_with_async("POST", &path, true).ok()?;
    let media_type = Some(file.type_()).filter(|it| !it.is_empty());
    request.set_request_header("Content-Type", media_type.as_deref().unwrap_or(UNKNOWN_MEDIA_TYPE)).ok()?;
    let moved = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            tell(uploads, key, Progress::Sending((event.loaded() * 100.0 / event.total()) as u8));
        }
    });
    request.upload().ok()?.set_onprogress(Some(moved.into_js_value().unchecked_ref()));
    let answered = request.clone();
    let ended = Closure::<dyn FnMut(ProgressEvent)>::new(move |_| {
        RUNNING.with_borrow_mut(|running| running.retain(|(_, running)| *running != answered));
        tell(uploads, key, outcome(&answered));
    });
    request.set_onload(Some(ended.as_ref().unchecked_ref()));
    request.set_onerror(Some(ended.into_js_value().unchecked_ref()));
    request.send_with_opt_blob(Some(file)).ok()?;
    RUNNING.with_borrow_mut(|running| running.push((key, request)));
    Some(())
}

fn outcome(request: &XmlHttpRequest) -> Progress {
    let status = request.status().unwrap_or_default();
    let answer = request.response_text().ok().flatten().unwrap_or_default();
    if status == CREATED
        && let Ok(attachment) = json::read(&answer)
    {
        return Progress::Done(attachment);
    }
    let error = match status {
        0 => ApiError::new(ErrorKind::Unavailable, "The connection was lost."),
        _ => json::read(&answer).unwrap_or_else(|_| rest::not_ours(status)),
    };
    if error.kind == ErrorKind::Unauthenticated {
        session::ended();
    }
    let again =
        matches!(error.kind, ErrorKind::Unavailable | ErrorKind::TooMany | ErrorKind::Internal | ErrorKind::Invalid);
    Progress::Failed(error.message, again)
}

fn tell(uploads: RwSignal<Vec<Upload>>, key: u32, progress: Progress) {
    // The room may have been left.
    let _ = uploads.try_update(|uploads| {
        if let Some(upload) = uploads.iter_mut().find(|upload| upload.key == key) {
            upload.progress = progress;
        }
    });
}

/// Calls off files that are under way, and lets the server forget those it has.
pub fn cancel(room: RoomId, uploads: Vec<Upload>) {
    for Upload { key, progress, .. } in uploads {
        RUNNING.with_borrow_mut(|running| {
            for (_, request) in running.extract_if(.., |(known, _)| *known == key) {
                request.set_onerror(None);
                let _ = request.abort();
            }
        });
        if let Progress::Done(attachment) = progress {
            let FileId(id) = attachment.id;
            let path = rest::path(file::PATH_ONE, &[("room_id", &room), ("file_id", &id)]);
            // What is not forgotten now is forgotten in a day.
            spawn_local(async move { drop(rest::delete(&path).await) });
        }
    }
}
