//! `/v2/emoticon`: Roomglass has the emoji of Unicode and no pictures of its own, so the list is empty.

use axum::extract::State;
use roomglass_protocol::ErrorKind;
use serde_json::Value;

use super::{list, parameters::Parameters};
use crate::{
    error::{HttpError, HttpResult},
    extract::Json,
    integration::caller::IntegrationCaller,
    state::AppState,
};

/// None.
pub(super) async fn list(
    State(app): State<AppState>,
    _caller: IntegrationCaller,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let window = parameters.window()?;
    Ok(Json(list::document(Vec::new(), window, false, &parameters, &app.config)))
}

/// None of them.
pub(super) async fn show(_caller: IntegrationCaller) -> HttpError {
    HttpError::new(ErrorKind::NotFound, "Emoticon not found")
}
