//! Pages, rendered here and hydrated in the browser. What a page shows is put into
//! [`roomglass_app::page_data::PageData`], drawn and embedded, so that browser and server draw the same first frame.

mod data;
mod render;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use roomglass_app::{page_data::PageKind, state::Theme};
use roomglass_protocol::RoomId;
use roomglass_storage::{Session, TokenHash};
use serde::Deserialize;
use url::form_urlencoded;

use crate::{
    clock,
    error::HttpError,
    extract::{MaybeSession, Query},
    integration::nothing_there,
    state::AppState,
};

/// Where pages are.
pub const PATHS: [&str; 10] = [
    "/",
    "/setup",
    "/signin",
    "/invite/{token}",
    "/rooms",
    "/rooms/{room_id}",
    "/integrations",
    "/people",
    "/simulator",
    "/shell",
];

/// Where sites of add-ons send browsers to have themselves installed (HipChat Connect §2.2).
pub const INSTALL_PATH: &str = "/addons/install";
/// Longest value that such a site may give along.
const MAX_VALUE: usize = 4_096;

/// The addresses of pages; everything else that no other part knows is "not found".
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home))
        .route("/setup", get(setup))
        .route("/signin", get(sign_in))
        .route("/invite/{token}", get(invitation))
        .route("/rooms", get(rooms))
        .route("/rooms/{room_id}", get(room))
        .route("/integrations", get(catalogue))
        .route("/people", get(rooms))
        .route("/simulator", get(catalogue))
        .route(INSTALL_PATH, get(install))
        .route("/shell", get(shell))
        .fallback(not_found)
}

/// Where somebody without a session is sent: to set up the server once, else to sign in.
async fn entrance(app: &AppState) -> Result<&'static str, HttpError> {
    Ok(if app.storage.read().await?.organisation().await?.is_none() { "/setup" } else { "/signin" })
}

async fn home(State(app): State<AppState>, MaybeSession(session): MaybeSession) -> Result<Redirect, HttpError> {
    Ok(Redirect::to(if session.is_some() { "/rooms" } else { entrance(&app).await? }))
}

async fn setup(State(app): State<AppState>, request: Request) -> Result<Response, HttpError> {
    if entrance(&app).await? != "/setup" {
        return Ok(Redirect::to("/").into_response());
    }
    Ok(render::page(&app, PageKind::Setup, request).await)
}

async fn sign_in(
    State(app): State<AppState>,
    MaybeSession(session): MaybeSession,
    request: Request,
) -> Result<Response, HttpError> {
    if session.is_some() || entrance(&app).await? == "/setup" {
        return Ok(Redirect::to("/").into_response());
    }
    Ok(render::page(&app, PageKind::SignIn, request).await)
}

async fn invitation(
    State(app): State<AppState>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, HttpError> {
    let details = data::invitation(&app, &TokenHash::of(&token), clock::now()).await?;
    Ok(render::page(&app, PageKind::Invitation { token, details }, request).await)
}

async fn rooms(
    State(app): State<AppState>,
    MaybeSession(session): MaybeSession,
    request: Request,
) -> Result<Response, HttpError> {
    workspace(&app, session, data::Wanted::Rooms, request).await
}

async fn room(
    State(app): State<AppState>,
    MaybeSession(session): MaybeSession,
    Path(room): Path<String>,
    request: Request,
) -> Result<Response, HttpError> {
    let wanted = room.parse::<RoomId>().map_or(data::Wanted::Rooms, data::Wanted::Room);
    workspace(&app, session, wanted, request).await
}

async fn catalogue(
    State(app): State<AppState>,
    MaybeSession(session): MaybeSession,
    request: Request,
) -> Result<Response, HttpError> {
    workspace(&app, session, data::Wanted::Catalogue, request).await
}

/// What a site asks for.
#[derive(Deserialize)]
struct FromSite {
    url: Option<String>,
    key: Option<String>,
    room: Option<String>,
    #[serde(rename = "relayState")]
    relay_state: Option<String>,
}

/// Leads to the dialog that shows what would be installed; whoever sees it decides.
async fn install(Query(asked): Query<FromSite>) -> Result<Redirect, HttpError> {
    let FromSite { url, key, room, relay_state } = asked;
    let asked = [("install", url), ("key", key), ("room", room), ("relayState", relay_state)];
    let asked: Vec<_> = asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    if asked.iter().any(|(_, value)| value.len() > MAX_VALUE) {
        return Err(HttpError::invalid("This link is too long."));
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish();
    Ok(Redirect::to(&format!("/integrations?{query}")))
}

async fn workspace(
    app: &AppState,
    session: Option<Session>,
    wanted: data::Wanted,
    request: Request,
) -> Result<Response, HttpError> {
    let Some(session) = session else {
        return Ok(Redirect::to(entrance(app).await?).into_response());
    };
    let page = data::workspace(app, session.person, wanted).await?;
    Ok(render::page(app, page, request).await)
}

/// The page the service worker keeps for times without a connection: the same for everybody, so it may be cached there.
async fn shell(State(app): State<AppState>, request: Request) -> Response {
    render::page(&app, PageKind::Shell, request).await
}

async fn not_found(
    State(app): State<AppState>,
    MaybeSession(session): MaybeSession,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, HttpError> {
    if request.uri().path().starts_with("/v2/") {
        return Ok(nothing_there(request).await);
    }
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if !wants_page {
        let missing = roomglass_protocol::ApiError::new(
            roomglass_protocol::ErrorKind::NotFound,
            "There is nothing at this address.",
        );
        return Err(missing.into());
    }
    let mut response = workspace(&app, session, data::Wanted::Rooms, request).await?;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}

/// The look chosen in this browser, so that the first frame has it already.
fn theme(headers: &HeaderMap) -> Option<Theme> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let word =
        cookies.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == Theme::COOKIE)?.1;
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}
