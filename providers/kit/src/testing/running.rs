//! A provider that is being served.

use std::{future::Future, path::Path};

use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{Provider, ServeError, Settings};

/// A provider on an address of its own; stopped when dropped.
pub struct Running {
    /// Its base address, without a final slash.
    pub url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// Serves a provider that keeps its installations in a folder.
    pub async fn start(provider: Provider, data: &Path) -> Self {
        let settings = Settings::new(data);
        Self::start_with(|listener, stop| provider.serve(listener, settings, wait_for(stop))).await
    }

    /// Runs whatever serves on a listener until the channel says so, or closes.
    pub async fn start_with<R>(serve: impl FnOnce(TcpListener, oneshot::Receiver<()>) -> R) -> Self
    where
        R: Future<Output = Result<(), ServeError>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel();
        Self { url, stop, served: tokio::spawn(serve(listener, stopped)) }
    }

    /// Stops it and waits until it has ended.
    pub async fn stop(self) {
        drop(self.stop);
        self.served.await.expect("the provider did not panic").expect("the provider ended well");
    }
}

async fn wait_for(stop: oneshot::Receiver<()>) {
    let _ = stop.await;
}
