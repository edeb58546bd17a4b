//! Requests from people, signed by the chat server they sit at.

use std::collections::BTreeMap;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use roomglass_protocol::{MessageId, RoomId, UserId};
use url::form_urlencoded;

use crate::{Chat, Installation, Refusal, jwt, shared::Shared};

/// A request whose signature was verified: who asks, where, and through which installation (AUTH-01).
#[derive(Clone)]
#[non_exhaustive]
pub struct SignedRequest {
    /// The chat server, in the name of the installation that signed the request.
    pub chat: Chat,
    /// Who asks.
    pub user_id: UserId,
    /// In which room; absent outside rooms.
    pub room_id: Option<RoomId>,
    /// Name of the person's time zone, such as `Europe/Madrid`.
    pub time_zone: Option<String>,
    /// Which look the page should have.
    pub theme: Theme,
    /// The message a control was chosen on (CC-17). The address carries it unsigned: a person may put another one
    /// there, so read it with [`Chat::message`], which is bound to the room.
    pub message_id: Option<MessageId>,
    query: BTreeMap<String, String>,
}

/// Look of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// That of the person's system.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word on the wire, and for `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_word(word: Option<&String>) -> Self {
        match word.map(String::as_str) {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }
}

impl SignedRequest {
    /// The installation that signed the request.
    pub fn installation(&self) -> &Installation {
        self.chat.installation()
    }

    /// A parameter of the address; it is not covered by the signature.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }
}

impl FromRequestParts<Shared> for SignedRequest {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refusal> {
        let mut query = read_query(parts.uri.query().unwrap_or_default())?;
        let in_query = query.remove("signed_request");
        let token = header_token(&parts.headers).or(in_query.as_deref()).ok_or_else(Refusal::unsigned)?;
        let (chat, claims) = authenticate(shared, token)?;
        Ok(Self {
            user_id: claims.sub.parse().map_err(|_| Refusal::unsigned())?,
            room_id: claims.context.room_id,
            time_zone: claims.context.user_tz,
            theme: Theme::from_word(query.get("theme")),
            message_id: query.get("message_id").and_then(|id| id.parse().ok()),
            chat,
            query,
        })
    }
}

/// Finds the installation a token speaks for and verifies it.
pub(crate) fn authenticate(shared: &Shared, token: &str) -> Result<(Chat, jwt::Claims), Refusal> {
    let issuer = jwt::unverified_issuer(token).map_err(refused)?;
    let Some(link) = shared.installations().find(&issuer) else {
        tracing::warn!("a request was refused: no installation has its issuer");
        return Err(Refusal::unsigned());
    };
    let installation = &link.installation;
    let claims = jwt::verify(token, &installation.oauth_secret, shared.origin(), now()).map_err(refused)?;
    if claims.context.room_id.is_some_and(|room| !installation.covers(room)) {
        tracing::warn!("a request was refused: its installation does not cover the room");
        return Err(Refusal::unsigned());
    }
    Ok((Chat::new(shared.clone(), link), claims))
}

fn refused(error: jwt::JwtError) -> Refusal {
    tracing::warn!(%error, "a request was refused");
    Refusal::unsigned()
}

pub(crate) fn now() -> i64 {
    i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap_or(i64::MAX)
}

/// `Authorization: JWT <token>`, or `JWT token=<token>` as some frameworks write it.
pub(crate) fn header_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    scheme.eq_ignore_ascii_case("JWT").then(|| token.strip_prefix("token=").unwrap_or(token))
}

/// Parameters by name. A name given twice is refused: two readers might see different values.
fn read_query(query: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if parameters.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(Refusal::invalid("A parameter of the address is given twice."));
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(authorization: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, authorization.parse().unwrap())])
    }

    #[test]
    fn both_spellings_of_the_header_are_read() {
        assert_eq!(header_token(&headers("JWT a.b.c")), Some("a.b.c"));
        assert_eq!(header_token(&headers("jwt token=a.b.c")), Some("a.b.c"));
        assert_eq!(header_token(&headers("Bearer a.b.c")), None);
        assert_eq!(header_token(&HeaderMap::new()), None);
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert_eq!(read_query("a=1&b=2%3C").unwrap()["b"], "2<");
        assert!(read_query("signed_request=x&signed_request=y").is_err());
    }
}
