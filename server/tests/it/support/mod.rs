//! A whole server on a temporary folder, and people who use it.

mod client;
mod described;
mod someone;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, serve::ListenerExt as _};
pub use client::{Client, next_frame, open, open_over};
use roomglass_protocol::{Person, Role};
use roomglass_server::{
    config::{Config, PrivateProviders},
    router::router,
    serve::{self, Running},
    session::SessionToken,
    state::AppState,
};
use roomglass_storage::{NewPerson, StorageError};
pub use someone::{Answer, Someone, message_id};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// What the slowest step of a test may take on a busy machine. Reached only by tests that fail.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// A running server. Requests go through the router without a socket, push connections through loopback.
#[derive(Clone)]
pub struct TestServer(Arc<Parts>);

struct Parts {
    running: Running,
    router: Router,
    address: SocketAddr,
    folder: Arc<TempDir>,
}

impl TestServer {
    /// An organisation "Example" whose administrator is "Root".
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// As [`TestServer::start`], with other decisions of the operator.
    pub async fn start_with(decide: impl FnOnce(&mut Config)) -> Self {
        let server = Self::start_empty(decide).await;
        let root = new_person("Root", Role::Administrator);
        let set_up = server
            .app()
            .storage
            .write(move |tx| Box::pin(async move { tx.set_up("Example", root, roomglass_server::clock::now()).await }));
        set_up.await.map(drop).unwrap_or_else(|error: StorageError| panic!("{error}"));
        server
    }

    /// A server that nobody has set up.
    pub async fn start_empty(decide: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut config = Config {
            listen: address,
            data: folder.path().to_owned(),
            database: None,
            public_url: serve::default_public_url(address),
            private_providers: PrivateProviders::Allow,
            ice_servers: Vec::new(),
            files: Default::default(),
        };
        decide(&mut config);
        Self::serve(config, listener, folder).await
    }

    /// Stops this server in the middle of whatever it does, but for what is committed, and starts another one on the
    /// same database.
    pub async fn restarts(&self) -> Self {
        self.app().storage.close().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::serve(self.app().config.clone(), listener, Arc::clone(&self.0.folder)).await
    }

    async fn serve(config: Config, listener: TcpListener, folder: Arc<TempDir>) -> Self {
        let address = listener.local_addr().unwrap();
        let database = serve::database_url(&config.data, config.database.as_deref()).unwrap();
        let running = Running::start(config, &database).await.unwrap();
        let router = router(running.app.clone());
        let service = router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self(Arc::new(Parts { running, router, address, folder }))
    }

    /// What handlers reach.
    pub fn app(&self) -> &AppState {
        &self.0.running.app
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub fn router(&self) -> Router {
        self.0.router.clone()
    }

    /// A member of the organisation, signed in.
    pub async fn member(&self, name: &str) -> Someone {
        self.person(name, Role::Member).await
    }

    /// An administrator, signed in.
    pub async fn administrator(&self, name: &str) -> Someone {
        self.person(name, Role::Administrator).await
    }

    /// A guest, signed in.
    pub async fn guest(&self, name: &str) -> Someone {
        self.person(name, Role::Guest).await
    }

    /// Somebody with a role, signed in.
    pub async fn person(&self, name: &str, role: Role) -> Someone {
        let new = new_person(name, role);
        let added = self
            .app()
            .storage
            .write(move |tx| Box::pin(async move { tx.add_person(new, roomglass_server::clock::now()).await }));
        let person: Person = added.await.unwrap_or_else(|error: StorageError| panic!("{error}"));
        self.signs_in(&person).await
    }

    /// A new session of a person.
    pub async fn signs_in(&self, person: &Person) -> Someone {
        let token = SessionToken::generate();
        let (hash, user) = (token.hash(), person.id);
        let begun = self.app().storage.write(move |tx| {
            Box::pin(async move { tx.begin_session(&hash, user, "test", roomglass_server::clock::now()).await })
        });
        begun.await.map(drop).unwrap_or_else(|error: StorageError| panic!("{error}"));
        Someone { server: self.clone(), person: person.clone(), token: Some(token.expose().to_owned()) }
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Someone {
        let nobody = Person {
            id: roomglass_protocol::UserId(i64::MAX),
            name: "Nobody".to_owned(),
            mention: "nobody".to_owned(),
            role: Role::Guest,
        };
        Someone { server: self.clone(), person: nobody, token: None }
    }
}

/// Their password opens nothing: hashing takes long, and sessions are begun without it.
fn new_person(name: &str, role: Role) -> NewPerson {
    let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
    NewPerson { name: name.to_owned(), email, password_hash: "none".to_owned(), role }
}
