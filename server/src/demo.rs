//! `serve --demo`: the sample providers, in this process but on addresses of their own, exactly as foreign ones would be.

use std::{io, net::SocketAddr, path::Path};

use roomglass_samples::{ChatServers, Sample};
use tokio::{net::TcpListener, sync::watch};

use crate::config::Config;

/// A sample provider that can be reached.
pub struct Stage {
    sample: Sample,
    listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Stage {
    /// Address of its descriptor.
    pub fn descriptor_url(&self) -> String {
        format!("http://{}/descriptor", self.address)
    }
}

/// Binds every sample to the port it had before, because descriptors that were installed name it; to a free one the
/// first time.
///
/// # Errors
/// When a port cannot be had, or the data folder cannot be written.
pub async fn bind(data: &Path) -> io::Result<Vec<Stage>> {
    let mut stages = Vec::new();
    for sample in Sample::ALL {
        let folder = folder(data, sample);
        std::fs::create_dir_all(&folder)?;
        let remembered = folder.join("address");
        let before = std::fs::read_to_string(&remembered).ok().and_then(|text| text.trim().parse::<SocketAddr>().ok());
        let wanted = before.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = TcpListener::bind(wanted).await.map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("the sample provider {} cannot listen on {wanted}: {error}", sample.name()),
            )
        })?;
        let address = listener.local_addr()?;
        std::fs::write(&remembered, address.to_string())?;
        stages.push(Stage { sample, listener, address });
    }
    Ok(stages)
}

/// Runs the samples until `stop` changes.
pub fn run(stages: Vec<Stage>, config: &Config, stop: &watch::Receiver<bool>) {
    for Stage { sample, listener, .. } in stages {
        let mut settings = roomglass_samples::Config::new(folder(&config.data, sample));
        settings.settings.chat_servers = ChatServers::Origins(vec![config.public_url.origin().ascii_serialization()]);
        let mut stop = stop.clone();
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        tokio::spawn(async move {
            if let Err(error) = roomglass_samples::serve(sample, listener, settings, stopped).await {
                tracing::error!(sample = sample.name(), %error, "a sample provider has stopped");
            }
        });
    }
}

fn folder(data: &Path, sample: Sample) -> std::path::PathBuf {
    data.join("demo").join(sample.name())
}
