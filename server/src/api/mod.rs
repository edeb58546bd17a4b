//! Operations for people: one file per noun, with the paths of `protocol::rest`.

mod conversation;
mod file;
mod health;
pub mod input;
mod invitation;
mod member;
pub mod message;
mod person;
mod room;
mod session;
mod setup;
pub mod snapshot;

pub(crate) use health::{Health, PATH as HEALTH_PATH};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, post},
};
use roomglass_protocol::{ErrorKind, rest};

use crate::{error::HttpError, extract::MAX_BODY_BYTES, state::AppState};

/// All of them, and `/healthz`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(health::PATH, get(health::show))
        .route(rest::setup::PATH, post(setup::set_up))
        .route(rest::session::PATH, get(session::show).post(session::sign_in).delete(session::sign_out))
        .route(rest::invitation::PATH, post(invitation::create))
        .route(rest::invitation::PATH_ONE, get(invitation::show).post(invitation::accept))
        .route(rest::person::PATH, get(person::list))
        .route(rest::room::PATH, get(room::list).post(room::create))
        .route(rest::room::PATH_JOINABLE, get(room::joinable))
        .route(rest::room::PATH_ONE, get(room::show).patch(room::change))
        .route(rest::room::PATH_MEMBERS, get(member::list).post(member::add))
        .route(rest::room::PATH_MEMBER, delete(member::remove))
        .route(rest::room::PATH_JOIN, post(member::join))
        .route(rest::room::PATH_READ, post(room::mark_read))
        .route(rest::room::PATH_CONVERSATIONS, post(conversation::open))
        .route(rest::message::PATH, get(message::page).post(message::send))
        .route(rest::message::PATH_ONE, delete(message::remove))
        .route(rest::message::PATH_EVENTS, get(message::events))
        .route(rest::file::PATH, post(file::upload))
        .route(rest::file::PATH_ONE, get(file::download).delete(file::discard))
        .route(rest::file::PATH_LINK, get(file::link))
        .route(rest::file::PATH_LIMITS, get(file::limits))
        .route(rest::snapshot::PATH, get(snapshot::show))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .method_not_allowed_fallback(method_not_allowed)
}

async fn method_not_allowed() -> HttpError {
    HttpError::new(ErrorKind::MethodNotAllowed, "This address exists, but not for this method.")
}
