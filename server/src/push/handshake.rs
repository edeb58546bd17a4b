//! From a request to a socket (RFC 6455 §4.2), without the buffers of a general WebSocket library.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::{
    rt::TokioIo,
    server::conn::auto::upgrade::{Parts, downcast},
};
use roomglass_protocol::ErrorKind;
use roomglass_storage::Session;
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

use super::{Connection, actor, line::Line};
use crate::{
    error::{HttpError, HttpResult},
    extract::SessionCaller,
    security, session,
    state::AppState,
};

/// `GET /v2/push` (CONN-02, AUTH-05).
pub(super) async fn upgrade(
    State(app): State<AppState>,
    SessionCaller { session }: SessionCaller,
    mut request: Request,
) -> HttpResult<Response> {
    let headers = request.headers();
    // A page of another site would use the person's cookie (cross-site WebSocket hijacking, E12).
    if security::is_foreign(&app.config, headers) {
        return Err(HttpError::forbidden("This connection came from a page of another site."));
    }
    let accept = accept_key(headers)?;
    let token = session::token_of(headers).ok_or_else(HttpError::unauthenticated)?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or_else(not_upgradable)?;
    tokio::spawn(async move {
        match upgrade.await.map(downcast::<TokioIo<TcpStream>>) {
            Ok(Ok(Parts { io, read_buf, .. })) => {
                let Session { id, person, .. } = session;
                let socket = Arc::new(io.into_inner());
                let line = Line::Socket(socket.clone());
                let connection = Connection::new(app.connections.next_id(), person.id, id, token, line);
                actor::run(app, connection, socket, person, read_buf).await;
            }
            Ok(Err(_)) => tracing::error!("push connections need a plain TCP listener"),
            Err(error) => tracing::debug!(%error, "a client went away during the handshake"),
        }
    });
    Ok(switching_protocols(&accept))
}

fn accept_key(headers: &HeaderMap) -> HttpResult<String> {
    let has = |name, token: &str| {
        let values = headers.get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    if !has(header::CONNECTION, "upgrade") || !has(header::UPGRADE, "websocket") {
        return Err(not_upgradable());
    }
    if !has(header::SEC_WEBSOCKET_VERSION, "13") {
        return Err(HttpError::invalid("Only version 13 of the WebSocket protocol is spoken here."));
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or_else(not_upgradable)?;
    Ok(derive_accept_key(key.as_bytes()))
}

fn not_upgradable() -> HttpError {
    HttpError::new(ErrorKind::Invalid, "This address is for WebSocket connections.")
}

fn switching_protocols(accept: &str) -> Response {
    let headers =
        [(header::CONNECTION, "Upgrade"), (header::UPGRADE, "websocket"), (header::SEC_WEBSOCKET_ACCEPT, accept)];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}
