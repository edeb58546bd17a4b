//! `roomglass serve`: puts the parts together, serves until told to stop, and stops in order.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
};

use axum::serve::ListenerExt as _;
use roomglass_storage::{Storage, StorageError};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
};
use url::Url;

use crate::{
    clock::{self, Clock},
    config::{Config, PrivateProviders},
    demo,
    egress::Egress,
    files::{self, Files},
    integration, push,
    push::Connections,
    router::router,
    session::PasswordHasher,
    state::{AppState, Parts},
    throttle::SignInThrottle,
    webhook::{self, Webhooks},
};

/// Batches of changes that may wait for the fan-out task; the writer waits when there are more.
const COMMITTED_QUEUE: usize = 1024;

/// Why the server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder cannot be made or named.
    #[error("the data folder {0} cannot be used: {1}")]
    Data(String, io::Error),
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Storage(#[from] StorageError),
    /// The machine lacks randomness or TLS.
    #[error("{0}")]
    Machine(String),
    /// The samples or the listener failed.
    #[error("{0}")]
    Network(#[from] io::Error),
}

/// The public address when the operator gives none: the one listened on, and loopback when that is every address.
pub fn default_public_url(listen: SocketAddr) -> Url {
    let ip = if listen.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { listen.ip() };
    let address = SocketAddr::new(ip, listen.port());
    Url::parse(&format!("http://{address}")).unwrap_or_else(|_| unreachable!("a socket address is a valid authority"))
}

/// Address of the database: the operator's, or an SQLite file in the data folder, which is made.
///
/// # Errors
/// A sentence when the folder cannot be made.
pub fn database_url(data: &Path, database: Option<&str>) -> Result<String, String> {
    if let Some(url) = database {
        return Ok(url.to_owned());
    }
    make_private_folder(data).map_err(|error| format!("the data folder {} cannot be made: {error}", data.display()))?;
    Ok(format!("sqlite:{}", data.join("roomglass.db").display()))
}

/// Makes a folder only its owner can read: messages and secrets of installations are in it.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// When a part cannot be started; nothing is left running then.
pub async fn run(mut config: Config, listener: TcpListener, with_samples: bool) -> Result<(), ServeError> {
    let database = database_url(&config.data, config.database.as_deref())
        .map_err(|sentence| ServeError::Data(config.data.display().to_string(), io::Error::other(sentence)))?;
    let stages = if with_samples { demo::bind(&config.data).await? } else { Vec::new() };
    if with_samples && config.private_providers == PrivateProviders::Refuse {
        config.private_providers = PrivateProviders::Only(stages.iter().map(|stage| stage.address).collect());
    }

    let (stop, stopping) = watch::channel(false);
    let running = Running::start(config.clone(), &database).await?;
    let descriptors: Vec<String> = stages.iter().map(demo::Stage::descriptor_url).collect();
    demo::run(stages, &config, &stopping);
    for url in descriptors {
        if let Err(error) = integration::catalogue::list(&running.app, &url).await {
            tracing::error!(url, reason = error.refusal().message, "a sample is missing from the catalogue");
        }
    }

    println!("Roomglass is ready at {}", config.address("/"));
    let service = router(running.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        // Frames are small and wanted now.
        let _ = stream.set_nodelay(true);
    });
    let connections = running.app.connections.clone();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            told_to_stop().await;
            // Upgraded sockets outlive the graceful shutdown of the listener, so they are told by themselves.
            connections.close_all();
        })
        .await?;
    let _ = stop.send(true);
    running.finish().await;
    Ok(())
}

/// The parts that work behind the router.
pub struct Running {
    /// What handlers reach.
    pub app: AppState,
    fan_out: tokio::task::JoinHandle<()>,
    webhooks: tokio::task::JoinHandle<()>,
    keeper: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Opens the store and starts the tasks that follow it.
    ///
    /// # Errors
    /// When the store cannot be opened, or the machine lacks randomness or TLS.
    pub async fn start(config: Config, database: &str) -> Result<Self, ServeError> {
        // Pages are drawn on this runtime. A second server in the same process finds that said already.
        let _ = any_spawner::Executor::init_tokio();
        let (committed, changes) = mpsc::channel(COMMITTED_QUEUE);
        let storage = Storage::open(database, committed).await?;
        storage.write(|tx| Box::pin(async move { tx.remove_expired(clock::now()).await })).await?;
        let egress = Egress::new(config.private_providers.clone())
            .map_err(|error| ServeError::Machine(format!("requests to providers cannot be made: {error}")))?;
        let passwords = PasswordHasher::new()
            .map_err(|error| ServeError::Machine(format!("passwords cannot be hashed: {error}")))?;
        let files =
            Files::open(&config.data).map_err(|error| ServeError::Data(config.data.display().to_string(), error))?;
        let app = AppState::new(Parts {
            config,
            storage,
            files,
            connections: Connections::default(),
            egress,
            passwords,
            webhooks: Webhooks::default(),
            clock: Clock::default(),
            sign_in_throttle: SignInThrottle::default(),
        });
        let webhooks = tokio::spawn(webhook::run(app.clone()));
        let kept = (integration::keep_up_to_date(app.clone()), files::keep_tidy(app.clone()));
        let keeper = tokio::spawn(async move {
            futures_util::join!(kept.0, kept.1);
        });
        let fan_out = tokio::spawn(push::fan_out::run(changes, app.clone()));
        Ok(Self { app, fan_out, webhooks, keeper })
    }

    /// Lets the writer finish what it has, tells what was committed, and ends.
    pub async fn finish(self) {
        self.app.storage.close().await;
        let _ = self.fan_out.await;
        self.webhooks.abort();
        self.keeper.abort();
    }
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupted.await;
            return;
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
}
