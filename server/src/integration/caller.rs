//! Which provider is calling, through which installation, and what it may do (AUTH-04, safety E8).

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use roomglass_protocol::{ErrorKind, IntegrationKey, Person, Room, RoomId, RoomRef, UserId, integration::Scope};
use roomglass_storage::{AccessGrant, Installation, Noun, OauthId, Reader, TokenHash};
use url::form_urlencoded;

use super::{
    contract::{Counter, Required, Turned, missing},
    credentials,
    place::has_name,
};
use crate::{
    clock,
    error::{HttpError, HttpResult},
    state::AppState,
};

/// A provider with an access token of one of its installations, which was counted and has a scope its route asks for.
pub(super) struct IntegrationCaller {
    grant: AccessGrant,
    counter: Counter,
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

    /// Whether the token has a scope.
    pub(super) fn has(&self, scope: Scope) -> bool {
        self.grant.scopes.contains(&scope)
    }

    /// Refuses a token that has none of these scopes.
    fn require(&self, scopes: &[Scope]) -> HttpResult<()> {
        if scopes.iter().any(|scope| self.has(*scope)) {
            return Ok(());
        }
        let words: Vec<String> = scopes.iter().map(|scope| format!("'{}'", scope.as_str())).collect();
        Err(HttpError::forbidden(format!("This action requires one of the following scopes: [{}]", words.join(", "))))
    }

    /// Refuses to act on another provider's integration.
    pub(super) fn require_key(&self, key: &IntegrationKey) -> HttpResult<()> {
        if self.key() == key {
            Ok(())
        } else {
            Err(HttpError::forbidden("This integration belongs to another provider."))
        }
    }

    /// Counts something that people of a room have to read.
    pub(super) fn speaks_in(&self, room: RoomId) -> HttpResult<()> {
        self.counter.message(self.id(), room)
    }

    /// The room of a path, if this installation covers it; others cannot be told from missing ones.
    pub(super) async fn room(&self, reader: &mut Reader, name: &str) -> HttpResult<Room> {
        let room = find_room(reader, name).await?;
        let place = self.installation().place;
        let covered = room.filter(|room| place == RoomRef::Global || place == RoomRef::Room(room.id));
        covered.ok_or_else(|| missing(Noun::Room))
    }

    /// The person of a path, if this installation may know of them: everybody through a global one, members through
    /// that of a room. Others cannot be told from missing ones.
    pub(super) async fn person(&self, reader: &mut Reader, name: &str) -> HttpResult<Person> {
        let person = find_person(reader, name).await?.ok_or_else(|| missing(Noun::Person))?;
        let known = match self.installation().place {
            RoomRef::Global => true,
            RoomRef::Room(room) => reader.is_member(room, person.id).await?,
        };
        known.then_some(person).ok_or_else(|| missing(Noun::Person))
    }

    /// In whose name a room is changed, whose log names people only: of the one who installed, else of the owner.
    pub(super) fn acts_for(&self, room: &Room) -> UserId {
        self.installation().installed_by.unwrap_or(room.owner_id)
    }
}

/// A room by number, else by name (PUSH-07). Never a conversation.
pub(super) async fn find_room(reader: &mut Reader, name: &str) -> HttpResult<Option<Room>> {
    if !can_be_a_name(name) {
        return Ok(None);
    }
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

/// A person by number, `@mention` or e-mail address (PUSH-07).
pub(super) async fn find_person(reader: &mut Reader, name: &str) -> HttpResult<Option<Person>> {
    if !can_be_a_name(name) {
        return Ok(None);
    }
    Ok(if let Ok(id) = name.parse() {
        reader.person(id).await?
    } else if let Some(mention) = name.strip_prefix('@') {
        reader.person_by_mention(&mention.to_lowercase()).await?
    } else {
        reader.account_by_email(name).await?.map(|account| account.person)
    })
}

/// PostgreSQL cannot even be asked for a text with NUL in it.
fn can_be_a_name(text: &str) -> bool {
    !text.contains('\0')
}

impl FromRequestParts<AppState> for IntegrationCaller {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Turned> {
        let uncounted = || HttpError::internal("a route for providers is not counted");
        let counter = parts.extensions.get::<Counter>().cloned().ok_or_else(uncounted)?;
        let token = token_of(parts).ok_or_else(no_token)?;
        let now = clock::now();
        let grant = app.storage.read().await.map_err(HttpError::from)?.access_grant(&TokenHash::of(&token), now).await;
        let grant = grant.map_err(HttpError::from)?.filter(|grant| credentials::count(&grant.installation, now));
        let caller = Self { grant: grant.ok_or_else(no_token)?, counter };
        caller.counter.call(caller.id())?;
        if let Some(Required(scopes)) = parts.extensions.get() {
            caller.require(scopes)?;
        }
        if in_query(parts, "auth_test").is_some_and(|wanted| wanted == "true") {
            return Err(Turned::Tested);
        }
        Ok(caller)
    }
}

fn no_token() -> HttpError {
    HttpError::new(ErrorKind::Unauthenticated, "Invalid OAuth session")
}

/// `Authorization: Bearer …`, or `?auth_token=…` as add-ons on HipChat's own framework send it.
fn token_of(parts: &Parts) -> Option<String> {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    if let Some((_, token)) = header.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
        return Some(token.trim().to_owned());
    }
    in_query(parts, "auth_token")
}

fn in_query(parts: &Parts, wanted: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(parts.uri.query()?.as_bytes());
    pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
}
