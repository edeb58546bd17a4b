//! A chat server as providers see it: capabilities, tokens, REST, and the secret it signs with.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// Longest a test waits for something that should come at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// A chat server on loopback; gone when dropped.
pub struct ChatServer {
    /// Its base address, without a final slash.
    pub url: String,
    state: Arc<Mutex<Book>>,
    received: mpsc::UnboundedReceiver<Received>,
    serving: JoinHandle<()>,
}

/// An accepted request of a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// Such as `POST /v2/integration/ui/room/123`.
    pub line: String,
    /// Its JSON.
    pub body: Value,
}

/// Credentials of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Names it.
    pub oauth_id: String,
    /// What the chat server signs with.
    pub secret: String,
    /// The room, if it is for one.
    pub room: Option<i64>,
    /// Address of the provider.
    pub provider: String,
}

struct Book {
    url: String,
    /// Secrets by id.
    clients: BTreeMap<String, String>,
    /// Those that were granted and not revoked since.
    tokens: BTreeSet<String>,
    granted: usize,
    /// Statuses for the next REST calls, in place of success.
    refusals: watch::Sender<VecDeque<u16>>,
    messages: BTreeMap<String, Value>,
    arrivals: mpsc::UnboundedSender<Received>,
}

type Shared = State<Arc<Mutex<Book>>>;

impl ChatServer {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (arrivals, received) = mpsc::unbounded_channel();
        let state = Arc::new(Mutex::new(Book {
            url: url.clone(),
            clients: BTreeMap::new(),
            tokens: BTreeSet::new(),
            granted: 0,
            refusals: watch::Sender::default(),
            messages: BTreeMap::new(),
            arrivals,
        }));
        let router = router().with_state(state.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("the chat server runs") });
        Self { url, state, received, serving }
    }

    /// Makes credentials and posts them to a provider as installing does; the provider must accept.
    pub async fn install(&self, provider: &str, room: Option<i64>) -> Installed {
        let installed = self.credentials(provider, room);
        let answer = self.post_credentials(&installed).await;
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
        installed
    }

    /// Makes credentials that this server will grant tokens for.
    pub fn credentials(&self, provider: &str, room: Option<i64>) -> Installed {
        let mut book = lock(&self.state);
        let number = book.clients.len() + 1;
        let (oauth_id, secret) = (format!("inst-{number}"), format!("secret of installation {number}"));
        book.clients.insert(oauth_id.clone(), secret.clone());
        Installed { oauth_id, secret, room, provider: provider.to_owned() }
    }

    /// Posts credentials to the provider they are for (HCC-03).
    pub async fn post_credentials(&self, installed: &Installed) -> reqwest::Response {
        let mut body = json!({
            "oauthId": installed.oauth_id, "oauthSecret": installed.secret, "groupId": 1,
            "capabilitiesUrl": format!("{}/v2/capabilities", self.url),
        });
        if let Some(room) = installed.room {
            body["roomId"] = json!(room);
        }
        let address = format!("{}/installed", installed.provider);
        super::client().post(address).json(&body).send().await.expect("the provider answers")
    }

    /// Claims for a person, as this server signs them now.
    pub fn claims(&self, installed: &Installed, user: i64) -> Value {
        let now = jsonwebtoken::get_current_timestamp();
        json!({
            "iss": installed.oauth_id, "sub": user.to_string(), "prn": user.to_string(),
            "iat": now, "exp": now + 900, "jti": uuid::Uuid::new_v4(),
            "context": {"room_id": installed.room.unwrap_or(123), "user_tz": "Europe/Madrid", "audience": installed.provider},
        })
    }

    /// Signs claims with the secret of an installation.
    pub fn sign(&self, installed: &Installed, claims: &Value) -> String {
        let key = EncodingKey::from_secret(installed.secret.as_bytes());
        jsonwebtoken::encode(&Header::default(), claims, &key).expect("claims can be signed")
    }

    /// A good token for a person.
    pub fn token(&self, installed: &Installed, user: i64) -> String {
        self.sign(installed, &self.claims(installed, user))
    }

    /// The next accepted request of any provider.
    pub async fn received(&mut self) -> Received {
        let next = tokio::time::timeout(PATIENCE, self.received.recv()).await;
        next.expect("a provider sends something").expect("the server runs")
    }

    /// Whether a request was accepted that nobody has asked about yet.
    pub fn has_received_more(&self) -> bool {
        !self.received.is_empty()
    }

    /// Answers the next REST calls with these statuses.
    pub fn refuse_next(&self, statuses: impl IntoIterator<Item = u16>) {
        lock(&self.state).refusals.send_modify(|refusals| refusals.extend(statuses));
    }

    /// Waits until every status given to [`ChatServer::refuse_next`] was answered.
    pub async fn refused(&self) {
        let mut refusals = lock(&self.state).refusals.subscribe();
        let none_left = tokio::time::timeout(PATIENCE, refusals.wait_for(VecDeque::is_empty)).await;
        drop(none_left.expect("a provider tries often enough"));
    }

    /// Ends all access tokens; new ones are granted.
    pub fn revoke_tokens(&self) {
        lock(&self.state).tokens.clear();
    }

    /// Forgets an installation without telling its provider.
    pub fn forget(&self, installed: &Installed) {
        let mut book = lock(&self.state);
        book.clients.remove(&installed.oauth_id);
        book.tokens.clear();
    }

    /// How many tokens were granted so far.
    pub fn granted(&self) -> usize {
        lock(&self.state).granted
    }

    /// Puts a message into a room's history.
    pub fn put_message(&self, room: i64, id: &str, text: &str) {
        let from = json!({"id": 11, "name": "Alana", "mention_name": "alana"});
        let message = json!({"message": {"id": id, "message": text, "from": from, "type": "message"}});
        lock(&self.state).messages.insert(format!("{room}/{id}"), message);
    }
}

impl Drop for ChatServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn router() -> Router<Arc<Mutex<Book>>> {
    Router::new()
        .route("/v2/capabilities", get(capabilities))
        .route("/v2/oauth/token", post(grant))
        .route("/v2/room/{room}/history/{id}", get(message))
        .fallback(record)
}

async fn capabilities(State(state): Shared) -> Json<Value> {
    let url = lock(&state).url.clone();
    Json(json!({"name": "HipChat", "links": {"self": format!("{url}/v2/capabilities"), "api": format!("{url}/v2")},
        "capabilities": {"oauth2Provider": {"tokenUrl": format!("{url}/v2/oauth/token")},
                         "hipchatApiProvider": {"url": format!("{url}/v2/"), "availableScopes": {}}}}))
}

async fn grant(State(state): Shared, headers: HeaderMap) -> Response {
    let mut book = lock(&state);
    let known = basic(&headers).is_some_and(|(id, secret)| book.clients.get(&id) == Some(&secret));
    if !known {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    book.granted += 1;
    let token = format!("access-{}", book.granted);
    book.tokens.insert(token.clone());
    Json(json!({"access_token": token, "expires_in": 3600, "group_id": 1, "group_name": "Example",
        "scope": "view_room send_notification", "token_type": "bearer"}))
    .into_response()
}

async fn message(State(state): Shared, Path((room, id)): Path<(i64, String)>, headers: HeaderMap) -> Response {
    let mut book = lock(&state);
    if let Some(refusal) = book.refusal(&headers) {
        return refusal.into_response();
    }
    match book.messages.get(&format!("{room}/{id}")) {
        Some(message) => Json(message.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn record(State(state): Shared, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
    let mut book = lock(&state);
    if let Some(refusal) = book.refusal(&parts.headers) {
        return refusal.into_response();
    }
    let line = format!("{} {}", parts.method, parts.uri.path());
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    // Fails only when the test has ended.
    let _ = book.arrivals.send(Received { line, body });
    StatusCode::NO_CONTENT.into_response()
}

impl Book {
    fn refusal(&mut self, headers: &HeaderMap) -> Option<StatusCode> {
        let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok()).unwrap_or_default();
        if !header.strip_prefix("Bearer ").is_some_and(|token| self.tokens.contains(token)) {
            return Some(StatusCode::UNAUTHORIZED);
        }
        let mut next = None;
        self.refusals.send_if_modified(|refusals| {
            next = refusals.pop_front();
            next.is_some()
        });
        next.map(|status| StatusCode::from_u16(status).expect("a status"))
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn lock(state: &Mutex<Book>) -> MutexGuard<'_, Book> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
