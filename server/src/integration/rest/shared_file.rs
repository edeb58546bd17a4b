//! `GET /v2/file/{ticket}`: the bytes behind the address of a file, as messages told add-ons of it.

use axum::{
    extract::{Request, State},
    response::Response,
};
use roomglass_storage::Noun;

use crate::{
    error::{HttpError, HttpResult},
    extract::Path,
    state::AppState,
};

/// Whoever has the address may have the file, as long as both are valid.
pub(super) async fn show(
    State(app): State<AppState>,
    Path(ticket): Path<String>,
    request: Request,
) -> HttpResult<Response> {
    let missing = || HttpError::not_found(Noun::File);
    let (room, id) = app.files.opened(&ticket).ok_or_else(missing)?;
    let stored = app.storage.read().await?.file(room, id).await?.ok_or_else(missing)?;
    app.files.answer(&stored.attachment, request).await
}
