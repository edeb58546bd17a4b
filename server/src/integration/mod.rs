//! Integrations: offering, installing, updating and removing them, bringing browsers up to date, and what providers
//! may ask of the server.
//!
//! Start reading at [`routes`]; then `install` for how credentials come to be, and `caller` for how providers use them.

mod address;
mod callback;
mod caller;
mod capabilities;
pub mod catalogue;
mod credentials;
mod delete;
mod history;
mod icon;
mod in_room;
mod install;
mod jwt;
mod limits;
mod notification;
mod offer;
mod place;
mod preview;
mod room;
mod signed_url;
mod sync;
mod tile_push;
mod token;
mod uninstall;
mod update;
mod wire;

pub(crate) use address::{host_of, origin_of};
pub(crate) use credentials::random_text;
pub(crate) use jwt::{Claims, Context};
pub(crate) use notification::{Notification, post as post_notification};
pub(crate) use place::has_name;
pub(crate) use wire::{ShortUser, message as wire_message, short_room};

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, post, put},
};
use roomglass_protocol::{
    integration::MAX_DESCRIPTOR_BYTES,
    rest::{catalogue as offers, integration as rest},
};

use self::{icon::IconCache, limits::Limits};
use crate::state::AppState;

/// A request that lists what a client has for a thousand rooms with fifty integrations each.
const MAX_SYNC_BYTES: usize = 8 * 1024 * 1024;

/// Routes of integrations, for people and for providers.
pub fn routes() -> Router<AppState> {
    people().merge(providers())
}

fn people() -> Router<AppState> {
    Router::new()
        .route(offers::PATH, get(catalogue::search))
        .route(offers::PATH_MANAGE, post(catalogue::add))
        .route("/api/v1/catalogue/{key}", delete(catalogue::remove))
        .route(rest::PATH_PREVIEW, post(preview::preview))
        .route(rest::PATH_INSTALL, post(install::install))
        .route(rest::PATH_UNINSTALL, post(uninstall::uninstall))
        .route(rest::PATH_SYNC, post(sync::sync).layer(DefaultBodyLimit::max(MAX_SYNC_BYTES)))
        .route(rest::PATH_SIGNED_URL, post(signed_url::sign))
        .route(rest::PATH_IN_ROOM, get(in_room::list))
        .route(rest::PATH_ICON, get(icon::show).layer(Extension(IconCache::default())))
}

fn providers() -> Router<AppState> {
    let descriptors = Router::new()
        .route("/v2/integration/{key}/descriptor", put(update::descriptor))
        .route("/v2/integration/{key}/extension/{kind}/{extension}", put(update::put_extension))
        .route("/v2/integration/{key}/extension/{kind}/{extension}", delete(update::remove_extension))
        .route("/v2/integration/{key}", delete(delete::delete))
        // One byte more than a descriptor may have, so that its size is a fault of the descriptor like any other.
        .layer(DefaultBodyLimit::max(MAX_DESCRIPTOR_BYTES + 1));
    let mut routes = Router::new()
        .merge(descriptors)
        .route(capabilities::PATH, get(capabilities::show))
        .route(token::PATH, post(token::grant));
    for base in ["/v2/integration/ui", "/v2/addon/ui"] {
        routes = routes
            .route(base, post(tile_push::everywhere))
            .route(&format!("{base}/room/{{room}}"), post(tile_push::in_room))
            .route(&format!("{base}/user/{{user}}"), post(tile_push::to_user))
            .route(&format!("{base}/room/{{room}}/user/{{user}}"), post(tile_push::to_user_in_room));
    }
    // Some add-ons join their base address, which ends with a slash, and "/room/…" (HipChat Connect §2.1).
    for base in ["/v2/room/{room}", "/v2//room/{room}"] {
        routes = routes
            .route(base, get(room::show))
            .route(&format!("{base}/notification"), post(notification::send))
            .route(&format!("{base}/history/{{message_id}}"), get(history::show));
    }
    routes.layer(Extension(Arc::new(Limits::default())))
}
