//! `POST /api/v1/simulator/descriptor`: a descriptor as its provider has it now, for those who look for what is wrong with it.
//!
//! The text of a foreign address is handed to a person, so nothing but descriptors is: whoever wants to read pages of a network
//! that only this server reaches gets a sentence.

use std::sync::Arc;

use axum::{Extension, Router, extract::State, routing::post};
use roomglass_protocol::{
    ApiError, ErrorKind,
    json::parse_strict,
    rest::{
        integration::Preview,
        simulator::{Document, PATH},
    },
};

use super::{address::host_of, limits::Fetches, offer};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, SessionCaller},
    state::AppState,
};

/// The simulator's only route.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route(PATH, post(document))
}

async fn document(
    State(app): State<AppState>,
    Extension(fetches): Extension<Arc<Fetches>>,
    caller: SessionCaller,
    Json(Preview { source }): Json<Preview>,
) -> HttpResult<Json<Document>> {
    caller.require_not_guest()?;
    fetches.count(caller.person().id)?;
    let (address, body) = offer::document(&app, &source).await?;
    let text = String::from_utf8(body).map_err(|_| not_a_descriptor(&address, "It is not text."))?;
    match parse_strict(text.as_bytes()) {
        Ok(document) if document.get("capabilities").is_some() => Ok(Json(Document { address, text })),
        Ok(_) => Err(not_a_descriptor(&address, "It has no \"capabilities\".")),
        Err(fault) => {
            let refusal = not_a_descriptor(&address, "It cannot be read as JSON.");
            Err(ApiError { faults: vec![fault], ..refusal.into_refusal() }.into())
        }
    }
}

fn not_a_descriptor(address: &str, why: &str) -> HttpError {
    HttpError::new(ErrorKind::InvalidDescriptor, format!("What {} answered is no descriptor. {why}", host_of(address)))
}
