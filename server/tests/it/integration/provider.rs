//! A content provider on loopback, as foreign as any: it is reached by HTTP alone and does what a test tells it.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex as AsyncMutex, Notify, mpsc, watch},
};

/// A request the provider received.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// How it was answered, as far as that was known at once.
    pub status: StatusCode,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// How a route answers.
#[derive(Clone)]
pub enum Reply {
    /// With this.
    With(StatusCode, Vec<u8>),
    /// With this, of this media type.
    Typed(&'static str, Vec<u8>),
    /// With these, one after another; the last one stays.
    InTurn(Vec<StatusCode>),
    /// With this and its name; with 304 where the name is known.
    Named(&'static str, Vec<u8>),
    /// With nothing but this header.
    Headed(&'static str, &'static str),
    /// With the way to another address.
    Moved(String),
    /// Only once it is told to.
    After(Arc<Notify>, StatusCode),
    /// With this, only once it is told to.
    Later(Arc<Notify>, Vec<u8>),
    /// Only after it has done what add-ons do before they answer: read the capabilities and obtain a token.
    AfterCallingBack,
}

impl Reply {
    pub fn json(value: &Value) -> Self {
        Self::With(StatusCode::OK, value.to_string().into_bytes())
    }
}

struct Shared {
    replies: Mutex<Vec<(String, Reply)>>,
    calls: mpsc::UnboundedSender<Call>,
    tokens: Mutex<Vec<String>>,
    descriptor_requests: watch::Sender<usize>,
}

/// The provider; it stops with the test's runtime.
pub struct Provider {
    pub base: String,
    shared: Arc<Shared>,
    calls: AsyncMutex<mpsc::UnboundedReceiver<Call>>,
}

impl Provider {
    /// Starts a provider that serves a descriptor, in which `{base}` stands for its own address.
    pub async fn start(descriptor: &Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (sender, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            replies: Mutex::default(),
            calls: sender,
            tokens: Mutex::default(),
            descriptor_requests: watch::Sender::default(),
        });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let provider = Self { base, shared, calls: AsyncMutex::new(receiver) };
        provider.offers(descriptor);
        provider.replies("/installed", Reply::With(StatusCode::OK, Vec::new()));
        provider
    }

    /// Address of the descriptor.
    pub fn descriptor_url(&self) -> String {
        format!("{}/descriptor", self.base)
    }

    /// How often the descriptor was asked for.
    pub fn descriptor_requests(&self) -> usize {
        *self.shared.descriptor_requests.borrow()
    }

    /// Waits until the descriptor was asked for so many times.
    pub async fn descriptor_was_asked_for(&self, times: usize) {
        self.shared.descriptor_requests.subscribe().wait_for(|asked| *asked >= times).await.unwrap();
    }

    /// Serves another descriptor from now on.
    pub fn offers(&self, descriptor: &Value) {
        self.replies("/descriptor", Reply::json(&self.own(descriptor)));
    }

    /// The descriptor as this provider serves it.
    pub fn own(&self, descriptor: &Value) -> Value {
        serde_json::from_str(&descriptor.to_string().replace("{base}", &self.base)).unwrap()
    }

    /// Answers requests whose path begins like this.
    pub fn replies(&self, path: &str, reply: Reply) {
        let mut replies = self.shared.replies.lock().unwrap();
        replies.retain(|(known, _)| known != path);
        replies.push((path.to_owned(), reply));
        replies.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    }

    /// The next request for something else than the descriptor.
    pub async fn next_call(&self) -> Call {
        self.calls.lock().await.recv().await.unwrap()
    }

    /// Requests received and not looked at yet.
    pub async fn waiting_calls(&self) -> Vec<Call> {
        let mut calls = self.calls.lock().await;
        std::iter::from_fn(|| calls.try_recv().ok()).collect()
    }

    /// The access token obtained while being installed.
    pub fn token(&self) -> String {
        self.shared.tokens.lock().unwrap().last().cloned().unwrap()
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    let reply = shared.reply(&path);
    let status = match &reply {
        Reply::With(status, _) | Reply::After(_, status) => *status,
        Reply::InTurn(statuses) => statuses[0],
        Reply::Named(name, _) if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == name) => {
            StatusCode::NOT_MODIFIED
        }
        Reply::Moved(_) => StatusCode::FOUND,
        Reply::AfterCallingBack | Reply::Named(..) | Reply::Headed(..) | Reply::Typed(..) | Reply::Later(..) => {
            StatusCode::OK
        }
    };
    let call = Call { method, path, headers, body: body.to_vec(), status };
    if call.path == "/descriptor" {
        shared.descriptor_requests.send_modify(|asked| *asked += 1);
    } else {
        let _ = shared.calls.send(call.clone());
    }
    match reply {
        Reply::With(_, body) => (status, body).into_response(),
        Reply::Typed(kind, body) => ([(header::CONTENT_TYPE, kind)], body).into_response(),
        Reply::Named(name, _) if status == StatusCode::NOT_MODIFIED => (status, [(header::ETAG, name)]).into_response(),
        Reply::Named(name, body) => (status, [(header::ETAG, name)], body).into_response(),
        Reply::Headed(name, value) => [(name, value)].into_response(),
        Reply::InTurn(_) => status.into_response(),
        Reply::Moved(to) => (status, [(header::LOCATION, to)]).into_response(),
        Reply::After(told, _) => {
            told.notified().await;
            status.into_response()
        }
        Reply::Later(told, body) => {
            told.notified().await;
            body.into_response()
        }
        Reply::AfterCallingBack => call_back(&shared, &call).await.into_response(),
    }
}

impl Shared {
    /// The reply of the longest path that fits; of several in turn the next one.
    fn reply(&self, path: &str) -> Reply {
        let mut replies = self.replies.lock().unwrap();
        let Some((_, reply)) = replies.iter_mut().find(|(known, _)| path.starts_with(known.as_str())) else {
            return Reply::With(StatusCode::NOT_FOUND, Vec::new());
        };
        let chosen = reply.clone();
        if let Reply::InTurn(statuses) = reply
            && statuses.len() > 1
        {
            statuses.remove(0);
        }
        chosen
    }
}

/// What HipChat's frameworks do before they answer (HipChat Connect §2.2): no transaction may be open meanwhile.
async fn call_back(shared: &Shared, call: &Call) -> StatusCode {
    if call.method == Method::DELETE {
        return StatusCode::NO_CONTENT;
    }
    let installation = call.json();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let capabilities_url = installation["capabilitiesUrl"].as_str().unwrap();
    let capabilities: Value = client.get(capabilities_url).send().await.unwrap().json().await.unwrap();
    assert_eq!(capabilities["links"]["self"], capabilities_url);
    let token_url = capabilities["capabilities"]["oauth2Provider"]["tokenUrl"].as_str().unwrap();
    let (id, secret) = (installation["oauthId"].as_str().unwrap(), installation["oauthSecret"].as_str().unwrap());
    let grant = client.post(token_url).basic_auth(id, Some(secret)).json(&json!({"grant_type": "client_credentials"}));
    let grant: Value = grant.send().await.unwrap().json().await.unwrap();
    shared.tokens.lock().unwrap().push(grant["access_token"].as_str().unwrap().to_owned());
    StatusCode::OK
}
