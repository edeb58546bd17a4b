//! Putting a provider together and serving it.

use std::{future::Future, io};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{
        HeaderValue, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use serde::Serialize;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    DescriptorError, LiveTile, Notification, Page, Refusal, Settings, SignedRequest, Tile, WebhookEvent,
    descriptor::{self, Served},
    install, page,
    shared::Shared,
};

/// Largest body that is read.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// A content provider in the making: a descriptor without addresses, and handlers for what it declares.
///
/// Addresses follow from keys: `/tile/{key}`, `/page/{key}`, `/webhook/{key}`, `/data/{name}`. Every handler is
/// called only with a request whose signature was verified.
pub struct Provider {
    descriptor: Value,
    served: Served,
    live_tiles: Vec<LiveTile>,
    router: Router<Shared>,
}

/// The picture of a provider, in PNG because chat servers re-encode it.
#[derive(Debug, Clone, Copy)]
pub struct Icon {
    /// 20 by 20 pixels.
    pub png: &'static [u8],
    /// 40 by 40 pixels.
    pub png_2x: &'static [u8],
}

/// Why a provider cannot be served, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Handlers and descriptor do not fit together, or chat servers would refuse it.
    #[error("the descriptor cannot be served: {0}")]
    Descriptor(#[from] DescriptorError),
    /// The data folder cannot be used, or the listener failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Provider {
    /// A provider with this descriptor; the kit fills in its addresses.
    pub fn new(descriptor: Value) -> Self {
        Self { descriptor, served: Served::default(), live_tiles: Vec::new(), router: Router::new() }
    }

    /// A tile whose content depends on who asks.
    #[must_use]
    pub fn tile<F, R>(mut self, key: &'static str, handler: F) -> Self
    where
        F: Fn(SignedRequest) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Tile, Refusal>> + Send,
    {
        self.served.tiles.push(key);
        self.route(
            &format!("/tile/{key}"),
            get(async move |request: SignedRequest| handler(request).await),
            Sharing::Read,
        )
    }

    /// A tile that shows the same to everybody and is pushed when it changes.
    #[must_use]
    pub fn live_tile(mut self, tile: &LiveTile) -> Self {
        self.live_tiles.push(tile.clone());
        let tile = tile.clone();
        let key = tile.key();
        self.tile(key, move |_| {
            let present = tile.get();
            async move { present.map(Tile::from).ok_or_else(|| Refusal::not_found("There is no data yet.")) }
        })
    }

    /// A page for a frame or a tab.
    #[must_use]
    pub fn page<F, R>(mut self, key: &'static str, handler: F) -> Self
    where
        F: Fn(SignedRequest) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Page, Refusal>> + Send,
    {
        self.served.pages.push(key);
        let answer = async move |State(shared): State<Shared>, request: Result<SignedRequest, Refusal>| {
            let page = match request {
                Ok(request) => handler(request.clone()).await.map(|page| page.answer(&shared, &request)),
                Err(refusal) => Err(refusal),
            };
            page.unwrap_or_else(|refusal| page::refusal(&refusal, &shared))
        };
        self.route(&format!("/page/{key}"), get(answer), Sharing::None)
    }

    /// Data that a page fetches at `{{base}}/data/{name}` with a token of the chat.
    #[must_use]
    pub fn data<F, R, T>(self, name: &'static str, handler: F) -> Self
    where
        F: Fn(SignedRequest) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<T, Refusal>> + Send,
        T: Serialize + 'static,
    {
        let answer = async move |request: SignedRequest| handler(request).await.map(Json);
        self.route(&format!("/data/{name}"), get(answer), Sharing::Read)
    }

    /// Something a page asks for by `POST` to `{{base}}/data/{name}`, such as a notification to the room.
    #[must_use]
    pub fn command<F, R>(self, name: &'static str, handler: F) -> Self
    where
        F: Fn(SignedRequest) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<(), Refusal>> + Send,
    {
        let answer = async move |request: SignedRequest| handler(request).await.map(|()| StatusCode::NO_CONTENT);
        self.route(&format!("/data/{name}"), post(answer), Sharing::Write)
    }

    /// An event; a notification in the answer is posted in the room it came from (HOOK-04).
    #[must_use]
    pub fn webhook<F, R>(mut self, key: &'static str, handler: F) -> Self
    where
        F: Fn(WebhookEvent) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Result<Option<Notification>, Refusal>> + Send,
    {
        self.served.webhooks.push(key);
        let answer = async move |event: WebhookEvent| {
            handler(event).await.map(|notification| match notification {
                Some(notification) => Json(notification).into_response(),
                None => StatusCode::NO_CONTENT.into_response(),
            })
        };
        self.route(&format!("/webhook/{key}"), post(answer), Sharing::None)
    }

    /// The icon of every tile that names none.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.served.icon = true;
        self.file("/icon.png", "image/png", icon.png).file("/icon@2x.png", "image/png", icon.png_2x)
    }

    /// The descriptor as it would be served at an address, for checks before anything is started.
    ///
    /// # Errors
    /// When handlers and descriptor do not fit together, or chat servers would refuse it.
    pub fn descriptor(&self, base_url: &str) -> Result<Value, DescriptorError> {
        let descriptor = descriptor::complete(self.descriptor.clone(), &self.served, base_url)?;
        descriptor::check(&descriptor)?;
        Ok(descriptor)
    }

    /// Serves the provider until `shutdown` completes; answers under way are finished first.
    ///
    /// # Errors
    /// See [`ServeError`].
    pub async fn serve(
        self,
        listener: TcpListener,
        settings: Settings,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let base_url = settings.base_url(listener.local_addr()?);
        let descriptor = self.descriptor(&base_url)?;
        let shared = Shared::open(settings, base_url, self.live_tiles.clone())?;
        tracing::info!(descriptor = %descriptor["links"]["self"].as_str().unwrap_or_default(), "serving");
        let _pushing = push_changes(&shared, &self.live_tiles);
        let router = self.into_router(descriptor).with_state(shared.clone());
        let served = axum::serve(listener, router).with_graceful_shutdown(shutdown).await;
        shared.stop();
        Ok(served?)
    }

    fn into_router(self, descriptor: Value) -> Router<Shared> {
        let text = |member: &str| descriptor[member].as_str().unwrap_or_default().to_owned();
        let (name, description) = (text("name"), text("description"));
        let home = async move |State(shared): State<Shared>| page::home(&name, &description, &shared);
        self.file("/roomglass.js", "text/javascript; charset=utf-8", include_bytes!("assets/roomglass.js"))
            .file("/roomglass.css", "text/css; charset=utf-8", include_bytes!("assets/roomglass.css"))
            .router
            .route("/", get(home))
            .route("/descriptor", get(async move || Json(descriptor.clone())))
            .merge(install::routes())
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
    }

    fn file(mut self, path: &str, kind: &'static str, content: &'static [u8]) -> Self {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(kind)),
            (CACHE_CONTROL, HeaderValue::from_static("max-age=3600")),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        self.router = self.router.route(path, get(async move || (headers.clone(), content)));
        self
    }

    fn route(mut self, path: &str, answer: MethodRouter<Shared>, sharing: Sharing) -> Self {
        let answer = match sharing.methods() {
            None => answer,
            Some(methods) => answer.options(async move || preflight(methods)).layer(middleware::map_response(share)),
        };
        self.router = self.router.route(path, answer);
        self
    }
}

/// What pages of other origins may do with an address.
///
/// Everybody may: who may see the answer is decided by the token, which browsers do not add by themselves. Frames
/// may have an opaque origin, so there would be none to name anyway.
#[derive(Clone, Copy)]
enum Sharing {
    None,
    Read,
    Write,
}

impl Sharing {
    fn methods(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Read => Some("GET"),
            Self::Write => Some("POST"),
        }
    }
}

fn preflight(methods: &'static str) -> impl IntoResponse {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, methods),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers)
}

async fn share(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// One task per live tile; they end when the set is dropped.
fn push_changes(shared: &Shared, tiles: &[LiveTile]) -> JoinSet<()> {
    tiles.iter().map(|tile| push_changes_of(shared.clone(), tile.clone())).collect()
}

async fn push_changes_of(shared: Shared, tile: LiveTile) {
    let mut changes = tile.changes();
    while changes.changed().await.is_ok() {
        let present = changes.borrow_and_update().clone();
        if let Some(data) = present {
            shared.push_to_all(tile.key(), &data);
        }
    }
}
