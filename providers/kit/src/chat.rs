//! The chat server as one installation may use it.

use std::{collections::BTreeMap, sync::Arc};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use roomglass_protocol::{ApiError, MessageId, RoomId, UserId, integration::TileData};
use serde::Deserialize;
use serde_json::json;

use crate::{Installation, Notification, Sender, Tile, http, installations::Link, shared::Shared};

/// Talks to the chat server in the name of one installation; cheap to clone.
///
/// Access tokens are obtained and renewed behind the scenes. When the server says that it no longer knows the
/// installation, the provider forgets it.
#[derive(Clone)]
pub struct Chat {
    shared: Shared,
    link: Arc<Link>,
}

/// Who sees new data of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// Everybody, in all rooms of the installation (PUSH-02).
    Everyone,
    /// Everybody in one room (PUSH-03).
    Room(RoomId),
    /// One person, in all rooms (PUSH-04).
    User(UserId),
    /// One person in one room (PUSH-05).
    UserInRoom(RoomId, UserId),
}

impl Recipient {
    /// All whom an installation covers.
    pub fn all_of(installation: &Installation) -> Self {
        installation.room_id.map_or(Self::Everyone, Self::Room)
    }

    fn path(self) -> String {
        match self {
            Self::Everyone => "integration/ui".to_owned(),
            Self::Room(room) => format!("integration/ui/room/{room}"),
            Self::User(user) => format!("integration/ui/user/{user}"),
            Self::UserInRoom(room, user) => format!("integration/ui/room/{room}/user/{user}"),
        }
    }
}

/// Why the chat server did not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// It could not be reached, or broke off.
    #[error("the chat server cannot be reached: {0}")]
    Unreachable(#[source] reqwest::Error),
    /// It is overloaded, restarting, or wants to be asked less often.
    #[error("the chat server cannot answer now ({0})")]
    Busy(StatusCode),
    /// It refused; trying again would not help.
    #[error("the chat server refused ({status}): {message}")]
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its own words.
        message: String,
    },
    /// It answered something this kit cannot read.
    #[error("the chat server's answer cannot be used: {0}")]
    Unexpected(String),
    /// It no longer knows the installation; the provider has forgotten it too.
    #[error("the installation was removed")]
    Gone,
}

impl From<reqwest::Error> for ChatError {
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(error.without_url())
    }
}

impl ChatError {
    pub(crate) fn of_status(status: StatusCode, message: impl Into<String>) -> Self {
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT
        {
            Self::Busy(status)
        } else {
            Self::Refused { status, message: message.into() }
        }
    }
}

/// A message as the chat's history shows it to providers with the scope `view_messages`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct HistoryMessage {
    /// Which.
    pub id: String,
    /// Its text.
    pub message: String,
    /// Who wrote it.
    pub from: Sender,
}

#[derive(Deserialize)]
struct HistoryAnswer {
    message: HistoryMessage,
}

impl Chat {
    pub(crate) fn new(shared: Shared, link: Arc<Link>) -> Self {
        Self { shared, link }
    }

    /// In whose name this talks.
    pub fn installation(&self) -> &Installation {
        &self.link.installation
    }

    /// Queues new data of a tile; it is delivered in the background, and again after a failure. Data that has not
    /// left yet is replaced by newer data of the same tile for the same recipient.
    pub fn push(&self, recipient: Recipient, tile_key: &str, tile: Tile) {
        self.shared.push(&self.link, recipient, tile_key, tile.into());
    }

    /// Posts a notification in a room (scope `send_notification`).
    ///
    /// # Errors
    /// See [`ChatError`].
    pub async fn notify(&self, room: RoomId, notification: &Notification) -> Result<(), ChatError> {
        let path = format!("room/{room}/notification");
        self.call(Method::POST, &path, |request| request.json(notification)).await.map(drop)
    }

    /// Reads one message of a room (scope `view_messages`).
    ///
    /// # Errors
    /// See [`ChatError`]; a message that does not exist is [`ChatError::Refused`] with status 404.
    pub async fn message(&self, room: RoomId, id: MessageId) -> Result<HistoryMessage, ChatError> {
        let answer = self.call(Method::GET, &format!("room/{room}/history/{id}"), |request| request).await?;
        Ok(http::json::<HistoryAnswer>(answer).await?.message)
    }

    /// Sends new data of tiles now (Table M).
    pub(crate) async fn send_tiles(
        &self,
        recipient: Recipient,
        tiles: &BTreeMap<String, TileData>,
    ) -> Result<(), ChatError> {
        let glances: Vec<_> = tiles.iter().map(|(key, content)| json!({ "key": key, "content": content })).collect();
        let body = json!({ "glance": glances });
        self.call(Method::POST, &recipient.path(), |request| request.json(&body)).await.map(drop)
    }

    /// One request with the access token; a token that is refused is renewed once.
    async fn call(
        &self,
        method: Method,
        path: &str,
        fill: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, ChatError> {
        let client = self.shared.client();
        let url = format!("{}/{path}", self.link.installation.api_url);
        let mut renewed = false;
        loop {
            let token = self.token().await?;
            let request = client.request(method.clone(), &url).bearer_auth(token.expose());
            let answer = fill(request).send().await?;
            match answer.status() {
                status if status.is_success() => return Ok(answer),
                StatusCode::UNAUTHORIZED if !renewed => {
                    renewed = true;
                    self.link.token.refuse(&token).await;
                }
                status => return Err(ChatError::of_status(status, sentence(answer).await)),
            }
        }
    }

    async fn token(&self) -> Result<crate::token::AccessToken, ChatError> {
        let token = self.link.token.get(self.shared.client(), &self.link.installation).await;
        if matches!(token, Err(ChatError::Gone)) {
            self.shared.forget(&self.link.installation.oauth_id).await;
        }
        token
    }
}

/// The chat server's own words, if it said any in the common form.
async fn sentence(answer: Response) -> String {
    let body = http::body(answer).await.unwrap_or_default();
    serde_json::from_slice::<ApiError>(&body).map(|error| error.message).unwrap_or_default()
}
