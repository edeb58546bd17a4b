//! Delivers tiles to one installation in the background, whatever state the chat server is in.
//!
//! What waits is a map, not a queue: newer data of a tile replaces what has not left yet, so a server that is away
//! for a day gets the present state when it comes back, and nothing grows meanwhile.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use roomglass_protocol::integration::TileData;
use tokio::{sync::Notify, task::JoinHandle};

use crate::{Chat, ChatError, Recipient};

const FIRST_DELAY: Duration = Duration::from_millis(250);
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// A refusal right after installing may be the server not having finished; one that stays is final.
const MAX_REFUSALS: u32 = 3;
/// Most recipients that can wait; beyond it, those who would be added are dropped: their clients fetch anyway.
const MAX_RECIPIENTS: usize = 1024;

/// The handle; dropping it stops delivery.
pub(crate) struct Outbox {
    waiting: Arc<Waiting>,
    delivery: JoinHandle<()>,
}

impl Outbox {
    pub(crate) fn start(chat: Chat) -> Self {
        let waiting = Arc::new(Waiting::default());
        let delivery = tokio::spawn(deliver(chat, waiting.clone()));
        Self { waiting, delivery }
    }

    pub(crate) fn put(&self, recipient: Recipient, key: &str, data: TileData) {
        self.waiting.put(recipient, key, data);
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.delivery.abort();
    }
}

type Tiles = BTreeMap<String, TileData>;

#[derive(Default)]
struct Waiting {
    tiles: Mutex<BTreeMap<Recipient, Tiles>>,
    changed: Notify,
}

impl Waiting {
    fn put(&self, recipient: Recipient, key: &str, data: TileData) {
        let mut tiles = self.lock();
        if tiles.len() >= MAX_RECIPIENTS && !tiles.contains_key(&recipient) {
            tracing::warn!("too many recipients are waiting for tiles; one is left out");
            return;
        }
        tiles.entry(recipient).or_default().insert(key.to_owned(), data);
        self.changed.notify_one();
    }

    async fn take(&self) -> (Recipient, Tiles) {
        loop {
            if let Some(next) = self.lock().pop_first() {
                return next;
            }
            self.changed.notified().await;
        }
    }

    /// Puts back what could not be delivered, except where something newer has come.
    fn put_back(&self, recipient: Recipient, undelivered: Tiles) {
        let mut tiles = self.lock();
        let present = tiles.entry(recipient).or_default();
        for (key, data) in undelivered {
            present.entry(key).or_insert(data);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Recipient, Tiles>> {
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn deliver(chat: Chat, waiting: Arc<Waiting>) {
    let mut delay = FIRST_DELAY;
    let mut refusals = 0;
    loop {
        let (recipient, tiles) = waiting.take().await;
        match chat.send_tiles(recipient, &tiles).await {
            Ok(()) => {
                delay = FIRST_DELAY;
                refusals = 0;
                continue;
            }
            Err(ChatError::Gone) => return,
            Err(error @ ChatError::Refused { .. }) => {
                refusals += 1;
                if refusals >= MAX_REFUSALS {
                    tracing::warn!(%error, ?recipient, "new data of tiles was not taken and is dropped");
                    refusals = 0;
                    continue;
                }
                waiting.put_back(recipient, tiles);
            }
            Err(error) => {
                tracing::debug!(%error, ?delay, "new data of tiles waits");
                waiting.put_back(recipient, tiles);
            }
        }
        tokio::time::sleep(delay).await;
        delay = (delay * 2).min(LONGEST_DELAY);
    }
}

#[cfg(test)]
mod tests {
    use roomglass_protocol::RoomId;

    use super::*;
    use crate::{Html, Tile};

    fn data(text: &str) -> TileData {
        Tile::new(Html::text(text)).into()
    }

    #[tokio::test]
    async fn newer_data_takes_the_place_of_what_waits() {
        let waiting = Waiting::default();
        let room = Recipient::Room(RoomId(1));
        waiting.put(room, "load", data("1"));
        waiting.put(room, "load", data("2"));
        let (recipient, tiles) = waiting.take().await;
        assert_eq!((recipient, &tiles["load"]), (room, &data("2")));
    }

    #[tokio::test]
    async fn what_is_put_back_never_replaces_newer_data() {
        let waiting = Waiting::default();
        let room = Recipient::Room(RoomId(1));
        waiting.put(room, "load", data("old"));
        let (_, old) = waiting.take().await;
        waiting.put(room, "load", data("new"));
        waiting.put_back(room, old);
        assert_eq!(waiting.take().await.1["load"], data("new"));
    }

    #[tokio::test]
    async fn what_waits_is_bounded() {
        let waiting = Waiting::default();
        for room in 1..=(MAX_RECIPIENTS as i64 + 10) {
            waiting.put(Recipient::Room(RoomId(room)), "load", data("1"));
        }
        assert_eq!(waiting.lock().len(), MAX_RECIPIENTS);
    }
}
