//! Which provider is calling, through which installation, and what it may do (AUTH-04, safety E8).

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use roomglass_protocol::{ErrorKind, IntegrationKey, Room, RoomRef, integration::Scope};
use roomglass_storage::{AccessGrant, Installation, Noun, OauthId, Reader, TokenHash};
use url::form_urlencoded;

use super::{credentials, place::has_name};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    state::AppState,
};

/// A provider with an access token of one of its installations.
pub(super) struct IntegrationCaller {
    grant: AccessGrant,
}

impl IntegrationCaller {
    /// The installation the token was given out for.
    pub(super) fn installation(&self) -> &Installation {
        &self.grant.installation
    }

    /// Names the installation, for limits.
    pub(super) fn id(&self) -> &OauthId {
        &self.grant.installation.credentials.oauth_id
    }

    /// Which integration it is.
    pub(super) fn key(&self) -> &IntegrationKey {
        &self.grant.installation.integration
    }

    /// Refuses a token that has none of these scopes.
    pub(super) fn require(&self, scopes: &[Scope]) -> HttpResult<()> {
        if scopes.iter().any(|scope| self.grant.scopes.contains(scope)) {
            return Ok(());
        }
        let words: Vec<String> = scopes.iter().map(|scope| format!("'{}'", scope.as_str())).collect();
        Err(HttpError::forbidden(format!("This action requires one of the following scopes: [{}].", words.join(", "))))
    }

    /// Refuses to act on another provider's integration.
    pub(super) fn require_key(&self, key: &IntegrationKey) -> HttpResult<()> {
        if self.key() == key {
            Ok(())
        } else {
            Err(HttpError::forbidden("This integration belongs to another provider."))
        }
    }

    /// The room of a path, if this installation covers it; others cannot be told from missing ones.
    pub(super) async fn room(&self, reader: &mut Reader, name: &str) -> HttpResult<Room> {
        let room = find_room(reader, name).await?;
        let place = self.installation().place;
        let covered = room.filter(|room| place == RoomRef::Global || place == RoomRef::Room(room.id));
        covered.ok_or_else(|| HttpError::not_found(Noun::Room))
    }
}

/// A room by number, else by name (PUSH-07). Never a conversation.
pub(super) async fn find_room(reader: &mut Reader, name: &str) -> HttpResult<Option<Room>> {
    let by_number = match name.parse() {
        Ok(id) => reader.room(id).await?,
        Err(_) => None,
    };
    let found = match by_number {
        Some(room) => Some(room),
        None => reader.room_by_name(name).await?,
    };
    Ok(found.filter(has_name))
}

impl FromRequestParts<AppState> for IntegrationCaller {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, HttpError> {
        let token = token_of(parts).ok_or_else(no_token)?;
        let now = clock::now();
        let grant = app.storage.read().await?.access_grant(&TokenHash::of(&token), now).await?;
        let grant = grant.filter(|grant| credentials::count(&grant.installation, now));
        grant.map(|grant| Self { grant }).ok_or_else(no_token)
    }
}

fn no_token() -> HttpError {
    HttpError::new(
        ErrorKind::Unauthenticated,
        "Invalid OAuth session: this needs an access token from /v2/oauth/token.",
    )
}

/// `Authorization: Bearer …`, or `?auth_token=…` as add-ons on HipChat's own framework send it.
fn token_of(parts: &Parts) -> Option<String> {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    if let Some((_, token)) = header.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
        return Some(token.trim().to_owned());
    }
    let mut pairs = form_urlencoded::parse(parts.uri.query()?.as_bytes());
    pairs.find_map(|(name, value)| (name == "auth_token").then(|| value.into_owned()))
}
