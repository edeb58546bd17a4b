//! The rest of HipChat Connect's API for add-ons (§5): rooms, people, messages, webhooks.
//!
//! Every route is listed here with the scopes of which it asks for one. What asks for none concerns the token alone.

mod document;
mod emoticon;
mod extension;
mod history;
mod line_ends;
mod list;
mod member;
mod new_room;
mod object;
mod parameters;
mod parts;
mod room;
mod room_change;
mod session;
mod share_file;
mod shared_file;
mod speech;
mod user;
mod webhook;

use axum::{
    Extension, Router,
    extract::Request,
    http::{Uri, uri::PathAndQuery},
    routing::{MethodRouter, delete, get, post, put},
};
use roomglass_protocol::integration::Scope;
use tower::ServiceExt as _;

use super::contract::Required;
use crate::{files::PATH_LINK, state::AppState};

/// Rooms, people and messages.
pub(super) fn routes() -> Router<AppState> {
    use Scope::{AdminRoom, ManageRooms, SendMessage, ViewGroup, ViewMessages, ViewRoom};
    let room = needs(&[ViewGroup, ViewRoom], get(room::show))
        .merge(needs(&[AdminRoom], put(room_change::update)))
        .merge(needs(&[ManageRooms], delete(room_change::delete)));
    let rooms = needs(&[ViewGroup], get(room::list)).merge(needs(&[ManageRooms], post(new_room::create)));
    Router::new()
        .route("/v2/room", rooms)
        .route("/v2/room/{room}", room)
        .route("/v2/room/{room}/topic", needs(&[AdminRoom], put(room_change::topic)))
        .route("/v2/room/{room}/statistics", needs(&[ViewGroup], get(room::statistics)))
        .route("/v2/room/{room}/participant", needs(&[ViewRoom], get(member::participants)))
        .route("/v2/room/{room}/member", needs(&[ViewRoom], get(member::members)))
        .route(
            "/v2/room/{room}/member/{user}",
            needs(&[AdminRoom], put(room_change::add_member).delete(room_change::remove_member)),
        )
        .route("/v2/room/{room}/invite/{user}", needs(&[AdminRoom], post(room_change::invite)))
        .route("/v2/room/{room}/message", needs(&[SendMessage], post(speech::send)))
        .route("/v2/room/{room}/reply", needs(&[SendMessage], post(speech::reply)))
        .route("/v2/room/{room}/share/link", needs(&[SendMessage], post(speech::share_link).put(speech::share_link)))
        .route("/v2/room/{room}/share/file", needs(&[SendMessage], post(share_file::share)))
        .route(PATH_LINK, get(shared_file::show))
        .route("/v2/room/{room}/history", needs(&[ViewMessages], get(history::page)))
        .route("/v2/room/{room}/history/latest", needs(&[ViewMessages], get(history::latest)))
        .route("/v2/room/{room}/history/{message_id}", needs(&[ViewMessages], get(history::show)))
        .route("/v2/room/{room}/webhook", needs(&[AdminRoom], get(webhook::list).post(webhook::create)))
        .route("/v2/room/{room}/webhook/{id}", needs(&[AdminRoom], get(webhook::show).delete(webhook::remove)))
        .route(
            "/v2/room/{room}/extension/webhook/{key}",
            needs(&[AdminRoom], get(webhook::show_by_key).put(webhook::put).delete(webhook::remove_by_key)),
        )
        .route(
            "/v2/room/{room}/extension/{kind}/{key}",
            get(extension::show).put(extension::put).delete(extension::remove),
        )
        .route("/v2/emoticon", needs(&[ViewGroup], get(emoticon::list)))
        .route("/v2/emoticon/{emoticon}", needs(&[ViewGroup], get(emoticon::show)))
        .route("/v2/oauth/token/{token}", get(session::show).delete(session::end))
        .route("/v2/user", needs(&[ViewGroup], get(user::list)))
        .route("/v2/user/{user}", needs(&[ViewGroup], get(user::show)))
        .route("/v2/user/{user}/message", needs(&[SendMessage], post(speech::tell_person)))
}

/// Lets a route be used with one of these scopes.
pub(super) fn needs(scopes: &'static [Scope], route: MethodRouter<AppState>) -> MethodRouter<AppState> {
    route.route_layer(Extension(Required(scopes)))
}

/// Serves addresses of `/v2` with `//` in them as if they had `/`: some add-ons join their base address, which ends with
/// a slash, and "/room/…" (HipChat Connect §2.1, §5).
pub(crate) fn forgive_double_slashes(routes: Router) -> Router {
    let straight = routes.clone();
    routes.fallback(move |request: Request| straight.clone().oneshot(straightened(request)))
}

fn straightened(mut request: Request) -> Request {
    let path = request.uri().path();
    if path.starts_with("/v2/") && path.contains("//") {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut path = path.to_owned();
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        if let Ok(path) = PathAndQuery::try_from(path + &query) {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(path);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn slashes_are_straightened_in_paths_of_v2_alone() {
        let path = |uri: &str| straightened(Request::builder().uri(uri).body(Body::empty()).unwrap()).uri().to_string();
        assert_eq!(path("/v2//room/7"), "/v2/room/7");
        assert_eq!(path("/v2///room//7?next=a//b"), "/v2/room/7?next=a//b");
        assert_eq!(path("/v2/room/a%2F%2Fb"), "/v2/room/a%2F%2Fb");
        assert_eq!(path("/rooms//7"), "/rooms//7");
    }
}
