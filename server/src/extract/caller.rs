//! Who is calling.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};
use roomglass_protocol::{Membership, Person, Role, RoomId};
use roomglass_storage::{Noun, Reader, Session};
use serde::Deserialize;

use super::Path;
use crate::{
    clock,
    error::{HttpError, HttpResult},
    session,
    state::AppState,
};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SessionCaller {
    /// Their session.
    pub session: Session,
}

impl SessionCaller {
    /// Who it is.
    pub fn person(&self) -> &Person {
        &self.session.person
    }

    /// Refuses guests.
    pub fn require_not_guest(&self) -> HttpResult<()> {
        match self.person().role {
            Role::Administrator | Role::Member => Ok(()),
            Role::Guest => Err(HttpError::forbidden("Guests may not do this. Ask a member of the organisation.")),
        }
    }

    /// Refuses everybody but administrators.
    pub fn require_administrator(&self) -> HttpResult<()> {
        match self.person().role {
            Role::Administrator => Ok(()),
            Role::Member | Role::Guest => Err(HttpError::forbidden("Only administrators may do this.")),
        }
    }
}

impl FromRequestParts<AppState> for SessionCaller {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HttpError> {
        let MaybeSession(session) = MaybeSession::from_request_parts(parts, app).await?;
        session.map(|session| Self { session }).ok_or_else(HttpError::unauthenticated)
    }
}

/// Somebody who may be signed in.
#[derive(Debug, Clone)]
pub struct MaybeSession(pub Option<Session>);

impl FromRequestParts<AppState> for MaybeSession {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HttpError> {
        if session::token_of(&parts.headers).is_none() {
            return Ok(Self(None));
        }
        let mut reader = app.storage.read().await?;
        Ok(Self(find(parts, app, &mut reader).await?))
    }
}

/// A member of the room that the path names by `{room_id}`, with the transaction that showed it: what is read through
/// it is of the same moment. Others cannot tell the room from one that does not exist.
pub struct RoomCaller {
    /// Their session.
    pub session: Session,
    /// The room as they see it.
    pub membership: Membership,
    /// Reads at the moment of the check. Drop it before writing.
    pub reader: Reader,
}

impl RoomCaller {
    /// Who it is.
    pub fn person(&self) -> &Person {
        &self.session.person
    }

    /// Which room.
    pub fn room_id(&self) -> RoomId {
        self.membership.room.id
    }
}

#[derive(Deserialize)]
struct RoomInPath {
    room_id: RoomId,
}

impl FromRequestParts<AppState> for RoomCaller {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HttpError> {
        let mut reader = app.storage.read().await?;
        let session = find(parts, app, &mut reader).await?.ok_or_else(HttpError::unauthenticated)?;
        // After the session: somebody who is not signed in is told nothing but that.
        let room = Path::<RoomInPath>::from_request_parts(parts, app).await.map(|Path(path)| path.room_id);
        let room = room.map_err(|_| HttpError::not_found(Noun::Room))?;
        let membership = reader.membership(room, session.person.id).await?;
        let membership = membership.ok_or_else(|| HttpError::not_found(Noun::Room))?;
        Ok(Self { session, membership, reader })
    }
}

async fn find(parts: &Parts, app: &AppState, reader: &mut Reader) -> HttpResult<Option<Session>> {
    let Some(token) = session::token_of(&parts.headers) else { return Ok(None) };
    let now = clock::now();
    let session = reader.session(&token, now).await?;
    if let Some(session) = session.as_ref().filter(|session| session.wants_touch(now)) {
        let (storage, id) = (app.storage.clone(), session.id);
        // Nobody waits for this: it prolongs the session, at most once an hour.
        tokio::spawn(async move {
            if let Err(error) = storage.write(move |tx| Box::pin(async move { tx.touch_session(id, now).await })).await
            {
                tracing::warn!(%error, "a session was not prolonged");
            }
        });
    }
    Ok(session)
}

/// Address of the peer, if the listener tells it.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())))
    }
}

/// What the caller's browser or program calls itself; for people to tell their sessions apart.
#[derive(Debug, Clone)]
pub struct ClientName(pub String);

const MAX_CLIENT_NAME_CHARS: usize = 200;

impl<S: Send + Sync> FromRequestParts<S> for ClientName {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let name = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self(name.chars().take(MAX_CLIENT_NAME_CHARS).collect()))
    }
}
