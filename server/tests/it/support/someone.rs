//! People, in the words of the product.

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use roomglass_protocol::{
    ApiError, ErrorKind, Membership, MessageId, Person, RoomId,
    rest::{message::Sent, snapshot::Snapshot},
    state::Workspace,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{Client, TestServer, described};

/// A new id, as a client makes one.
pub fn message_id() -> MessageId {
    MessageId(Uuid::now_v7())
}

/// Somebody with a session, or without one.
#[derive(Clone)]
pub struct Someone {
    pub server: TestServer,
    pub person: Person,
    pub token: Option<String>,
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body, of a success.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The refusal; its type and status belong together and it has a sentence. In the form add-ons know (HipChat
    /// Connect §5.1) its type says what the status says.
    #[track_caller]
    pub fn refusal(&self) -> ApiError {
        let mut document: Value =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body));
        let told_to_add_on = document["error"]["type"] == json!(self.status.canonical_reason());
        if told_to_add_on {
            assert_eq!(document["error"]["code"], self.status.as_u16());
            document["error"]["type"] = json!(kind_of(self.status));
        }
        let error: ApiError = serde_json::from_value(document).unwrap_or_else(|error| panic!("{error}: {}", self.body));
        assert_eq!(error.kind.status(), self.status.as_u16());
        assert!(told_to_add_on || error.message.ends_with('.'), "no sentence: {}", error.message);
        error
    }

    #[track_caller]
    pub fn succeeded(&self) -> &Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self
    }
}

fn kind_of(status: StatusCode) -> ErrorKind {
    match status {
        StatusCode::UNAUTHORIZED => ErrorKind::Unauthenticated,
        StatusCode::FORBIDDEN => ErrorKind::Forbidden,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorKind::MethodNotAllowed,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::TooMany,
        _ => ErrorKind::Invalid,
    }
}

impl Someone {
    /// Makes a request to the API.
    pub async fn requests(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.server.answers(request.body(body).unwrap()).await
    }

    pub async fn gets(&self, path: &str) -> Answer {
        self.requests(Method::GET, path, None).await
    }

    pub async fn posts(&self, path: &str, body: Value) -> Answer {
        self.requests(Method::POST, path, Some(body)).await
    }

    pub async fn patches(&self, path: &str, body: Value) -> Answer {
        self.requests(Method::PATCH, path, Some(body)).await
    }

    pub async fn puts(&self, path: &str, body: Value) -> Answer {
        self.requests(Method::PUT, path, Some(body)).await
    }

    pub async fn deletes(&self, path: &str) -> Answer {
        self.requests(Method::DELETE, path, None).await
    }

    /// Makes a public room.
    pub async fn creates_room(&self, name: &str) -> Membership {
        self.posts("/api/v1/rooms", json!({ "name": name, "privacy": "public" })).await.json()
    }

    pub async fn creates_private_room(&self, name: &str) -> Membership {
        self.posts("/api/v1/rooms", json!({ "name": name, "privacy": "private" })).await.json()
    }

    pub async fn opens_conversation_with(&self, others: &[&Someone]) -> Membership {
        let ids: Vec<_> = others.iter().map(|other| other.person.id).collect();
        self.posts("/api/v1/conversations", json!({ "user_ids": ids })).await.json()
    }

    pub async fn joins(&self, room: &Membership) {
        self.posts(&format!("/api/v1/rooms/{}/join", room.room.id), json!({})).await.succeeded();
    }

    pub async fn adds(&self, other: &Someone, room: &Membership) {
        let path = format!("/api/v1/rooms/{}/members", room.room.id);
        self.posts(&path, json!({ "user_id": other.person.id })).await.succeeded();
    }

    pub async fn removes(&self, other: &Someone, room: &Membership) {
        let path = format!("/api/v1/rooms/{}/members/{}", room.room.id, other.person.id);
        self.deletes(&path).await.succeeded();
    }

    pub async fn leaves(&self, room: &Membership) {
        self.removes(self, room).await;
    }

    /// Sends a message under a new id.
    pub async fn says(&self, room: &Membership, text: &str) -> Sent {
        self.sends(room.room.id, message_id(), text).await.json()
    }

    pub async fn sends(&self, room: RoomId, id: MessageId, text: &str) -> Answer {
        self.posts(&format!("/api/v1/rooms/{room}/messages"), json!({ "id": id, "text": text })).await
    }

    pub async fn snapshot(&self) -> Snapshot {
        self.gets("/api/v1/snapshot").await.json()
    }

    pub async fn workspace(&self) -> Workspace {
        self.snapshot().await.into()
    }

    /// Connects a client and waits for its welcome.
    pub async fn connects(&self) -> Client {
        Client::connect(self).await
    }
}

impl TestServer {
    /// Answers a request through the router.
    pub async fn answers(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        described::check(&method, &path, parts.status, &body);
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
