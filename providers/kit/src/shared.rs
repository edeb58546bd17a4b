//! What all handlers of one provider share.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Client;
use roomglass_protocol::integration::TileData;
use url::Url;

use crate::{
    Chat, ChatServers, LiveTile, Recipient, Settings,
    installations::{Installations, Link},
    outbox::Outbox,
    replay::Replays,
};

#[derive(Clone)]
pub(crate) struct Shared(Arc<Inner>);

struct Inner {
    client: Client,
    installations: Installations,
    chat_servers: ChatServers,
    base_url: String,
    origin: String,
    live_tiles: Vec<LiveTile>,
    replays: Replays,
    /// By installation; made when there is first something to deliver.
    outboxes: Mutex<HashMap<String, Outbox>>,
}

impl Shared {
    pub(crate) fn open(settings: Settings, base_url: String, live_tiles: Vec<LiveTile>) -> io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            client: crate::http::client().map_err(io::Error::other)?,
            installations: Installations::open(&settings.data)?,
            chat_servers: settings.chat_servers,
            origin: origin(&base_url).map_err(io::Error::other)?,
            base_url,
            live_tiles,
            replays: Replays::default(),
            outboxes: Mutex::default(),
        })))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn installations(&self) -> &Installations {
        &self.0.installations
    }

    pub(crate) fn chat_servers(&self) -> &ChatServers {
        &self.0.chat_servers
    }

    /// Which events were told already.
    pub(crate) fn replays(&self) -> &Replays {
        &self.0.replays
    }

    /// Without a final slash.
    pub(crate) fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// That of the base address; tokens for the provider name it as their audience.
    pub(crate) fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Queues data of a tile for one installation.
    pub(crate) fn push(&self, link: &Arc<Link>, recipient: Recipient, key: &str, data: TileData) {
        let mut outboxes = self.0.outboxes.lock().unwrap_or_else(PoisonError::into_inner);
        outboxes
            .entry(link.installation.oauth_id.clone())
            .or_insert_with(|| Outbox::start(Chat::new(self.clone(), link.clone())))
            .put(recipient, key, data);
    }

    /// Queues data of a tile for every installation, for all whom each covers.
    pub(crate) fn push_to_all(&self, key: &str, data: &TileData) {
        for link in self.0.installations.all() {
            self.push(&link, Recipient::all_of(&link.installation), key, data.clone());
        }
    }

    /// Queues the present state of every live tile for a new installation.
    pub(crate) fn push_present(&self, link: &Arc<Link>) {
        for tile in &self.0.live_tiles {
            if let Some(data) = tile.get() {
                self.push(link, Recipient::all_of(&link.installation), tile.key(), data);
            }
        }
    }

    /// Forgets an installation and whatever waits for it; returns whether it was known.
    pub(crate) async fn forget(&self, oauth_id: &str) -> bool {
        let forgotten = self.0.installations.remove(oauth_id).await.unwrap_or_else(|error| {
            tracing::error!(%error, "an installation that was removed is still in the file");
            true
        });
        self.0.outboxes.lock().unwrap_or_else(PoisonError::into_inner).remove(oauth_id);
        forgotten
    }

    /// Stops all deliveries; what was not delivered is fetched or pushed again after the next start.
    pub(crate) fn stop(&self) {
        self.0.outboxes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn origin(base_url: &str) -> Result<String, url::ParseError> {
    Ok(Url::parse(base_url)?.origin().ascii_serialization())
}
