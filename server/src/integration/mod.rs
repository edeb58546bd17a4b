//! Integrations: offering, installing, updating and removing them, bringing browsers up to date, and what providers
//! may ask of the server.
//!
//! Start reading at [`routes`]; then `install` and `attempt` for how credentials come to be, and `caller` for how providers use them.

mod address;
mod attempt;
mod callback;
mod caller;
mod capabilities;
mod card_picture;
pub mod catalogue;
mod contract;
mod credentials;
mod delete;
mod delivery;
mod framed;
mod framing;
mod icon;
mod in_room;
mod incoming;
mod install;
mod jwt;
mod keeper;
mod limits;
mod notification;
mod offer;
mod place;
mod preview;
mod quote;
mod redirect;
mod remote_catalogue;
mod rest;
mod review;
mod rotate;
mod signed_url;
mod simulator;
mod sync;
mod tile_push;
mod token;
mod uninstall;
mod update;
mod version;
mod wire;

pub(crate) use address::{host_of, origin_of};
pub(crate) use capabilities::PATH_AUTHORIZE;
pub(crate) use credentials::random_text;
pub(crate) use jwt::{Claims, Context};
pub(crate) use keeper::keep_up_to_date;
pub(crate) use notification::{Notification, post as post_notification};
pub(crate) use place::has_name;
pub(crate) use redirect::{PATH as PATH_INSTALLABLE, PATH_ONWARD};
pub(crate) use rest::forgive_double_slashes;
pub(crate) use wire::{ShortUser, mentioned, message as wire_message, short_room, wire_file};

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{delete, get, post, put},
};
use roomglass_protocol::{
    integration::{MAX_DESCRIPTOR_BYTES, Scope},
    rest::{catalogue as offers, integration as paths, update as updates, webhook},
};
use tower::ServiceExt as _;

use self::{
    framed::Tickets,
    icon::IconCache,
    limits::{Fetches, Limits},
};
use crate::{extract::MAX_BODY_BYTES, state::AppState};

/// A request that lists what a client has for a thousand rooms with fifty integrations each.
const MAX_SYNC_BYTES: usize = 8 * 1024 * 1024;

/// Routes of integrations, for people and for providers.
pub fn routes() -> Router<AppState> {
    let people = people().merge(simulator::routes()).layer(Extension(Arc::new(Fetches::default())));
    people.merge(incoming::routes()).merge(providers())
}

fn people() -> Router<AppState> {
    Router::new()
        .route(offers::PATH, get(catalogue::search))
        .route(offers::PATH_DETAIL, get(catalogue::detail))
        .route(offers::PATH_PUBLIC, get(catalogue::public))
        .route(
            offers::PATH_REMOTE,
            get(remote_catalogue::list).post(remote_catalogue::add).delete(remote_catalogue::remove),
        )
        .route(offers::PATH_MANAGE, post(catalogue::add))
        .route("/api/v1/catalogue/{key}", delete(catalogue::remove))
        .route(paths::PATH_PREVIEW, post(preview::preview))
        .route(paths::PATH_INSTALL, post(install::install))
        .route(paths::PATH_UNINSTALL, post(uninstall::uninstall))
        .route(redirect::PATH, get(redirect::installable))
        .route(redirect::PATH_ONWARD, get(redirect::onward))
        .route(updates::PATH, get(review::list))
        .route(updates::PATH_ONE, get(review::show))
        .route(updates::PATH_ACCEPT, post(review::accept))
        .route(updates::PATH_REFUSE, post(review::refuse))
        .route(updates::PATH_REFRESH, post(review::refresh))
        .route(paths::PATH_ROTATE, post(rotate::rotate))
        .route(paths::PATH_SYNC, post(sync::sync).layer(DefaultBodyLimit::max(MAX_SYNC_BYTES)))
        .route(paths::PATH_SIGNED_URL, post(signed_url::sign))
        .route(paths::PATH_FRAMING, post(framing::ask))
        .route(paths::PATH_IN_ROOM, get(in_room::list))
        .route(webhook::PATH_DELIVERIES, get(delivery::list))
        .route(webhook::PATH_REPLAY, post(delivery::replay))
        .route(webhook::PATH_RESUME, post(delivery::resume))
        .route(paths::PATH_ICON, get(icon::show))
        .route(paths::PATH_CARD_PICTURE, get(card_picture::show))
        .route(paths::PATH_REWRITING, put(framed::decide))
        .route(paths::PATH_FRAMED, get(framed::show))
        .route(capabilities::PATH_AUTHORIZE, get(capabilities::authorize))
        .layer(Extension(IconCache::default()))
        .layer(Extension(Tickets::default()))
}

/// What providers ask of the server. Every answer says how much more they may ask for; refusals have HipChat Connect's
/// form (§5.1).
fn providers() -> Router<AppState> {
    let limits = Arc::new(Limits::default());
    own()
        .merge(hipchat())
        .layer(from_fn(contract::phrase))
        .layer(from_fn_with_state(Arc::clone(&limits), contract::count))
        .layer(Extension(limits))
}

/// What providers are told at addresses under `/v2` where there is nothing, in the form of all refusals.
pub(crate) async fn nothing_there(request: Request) -> Response {
    let limits = Arc::new(Limits::default());
    let nothing = || async { contract::no_such_address() };
    let routes = Router::new()
        .fallback(nothing)
        .layer(from_fn(contract::phrase))
        .layer(from_fn_with_state(limits, contract::count));
    routes.oneshot(request).await.into_response()
}

/// Ours alone: providers change their own integrations.
fn own() -> Router<AppState> {
    Router::new()
        .route("/v2/integration/{key}/descriptor", put(update::descriptor))
        .route("/v2/integration/{key}/extension/{kind}/{extension}", put(update::put_extension))
        .route("/v2/integration/{key}/extension/{kind}/{extension}", delete(update::remove_extension))
        .route(paths::PATH_ONE, delete(delete::delete))
        // One byte more than a descriptor may have, so that its size is a fault of the descriptor like any other.
        .layer(DefaultBodyLimit::max(MAX_DESCRIPTOR_BYTES + 1))
}

/// As HipChat Connect has them.
fn hipchat() -> Router<AppState> {
    let push = |route| rest::needs(&tile_push::SCOPES, route);
    let mut routes = rest::routes()
        .route(capabilities::PATH, get(capabilities::show))
        .route(token::PATH, post(token::grant))
        .route("/v2/room/{room}/notification", rest::needs(&[Scope::SendNotification], post(notification::send)))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    for base in ["/v2/integration/ui", "/v2/addon/ui"] {
        routes = routes
            .route(base, push(post(tile_push::everywhere)))
            .route(&format!("{base}/room/{{room}}"), push(post(tile_push::in_room)))
            .route(&format!("{base}/user/{{user}}"), push(post(tile_push::to_user)))
            .route(&format!("{base}/room/{{room}}/user/{{user}}"), push(post(tile_push::to_user_in_room)));
    }
    routes
}
