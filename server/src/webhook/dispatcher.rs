//! From an event to the queues of those who want to know of it.

use roomglass_protocol::Timestamp;
use roomglass_storage::{NewDelivery, Reader, StorageError, WebhookEvent};

use super::{
    hooks::{Hook, HookCache},
    occasion::Occasion,
};
use crate::state::AppState;

/// Events looked at together.
const BATCH: usize = 100;
/// Deliveries after which a batch ends: bounds how long one write holds up others.
const MAX_DELIVERIES: usize = 100;
/// Pause after the database failed.
const PAUSE_MS: i64 = 1000;

/// The task that decides who is told.
pub struct Dispatcher {
    app: AppState,
    cache: HookCache,
}

impl Dispatcher {
    pub(super) fn new(app: AppState) -> Self {
        Self { app, cache: HookCache::default() }
    }

    /// Works until storage is closed.
    pub async fn run(mut self) {
        loop {
            match self.queue_batch().await {
                Ok(true) => {}
                Ok(false) => self.app.webhooks.events.notified().await,
                Err(StorageError::Closed) => return,
                Err(error) => {
                    tracing::error!(%error, "events wait to be told to webhooks");
                    self.app.clock.until(Timestamp(self.app.clock.now().0 + PAUSE_MS)).await;
                }
            }
        }
    }

    /// Queues what the oldest events cause; `false` when there were none.
    async fn queue_batch(&mut self) -> Result<bool, StorageError> {
        let mut reader = self.app.storage.read().await?;
        let events = reader.webhook_events(BATCH).await?;
        let mut deliveries = Vec::new();
        let mut up_to = None;
        for noted in events {
            if deliveries.len() >= MAX_DELIVERIES {
                break;
            }
            deliveries.extend(self.deliveries(&mut reader, noted).await?);
            up_to = Some(noted.id);
        }
        drop(reader);
        let Some(up_to) = up_to else { return Ok(false) };
        let (now, any) = (self.app.clock.now(), !deliveries.is_empty());
        let storage = &self.app.storage;
        storage.write(move |tx| Box::pin(async move { tx.queue_deliveries(up_to, &deliveries, now).await })).await?;
        if any {
            self.app.webhooks.queued();
        }
        Ok(true)
    }

    /// What one event causes. Data that makes no sense is reported and passed over: it would hold up all that follows.
    async fn deliveries(&mut self, reader: &mut Reader, noted: WebhookEvent) -> Result<Vec<NewDelivery>, StorageError> {
        match self.wanted(reader, noted).await {
            Err(error @ StorageError::Damaged { .. }) => {
                tracing::error!(%error, room = %noted.room, seq = %noted.seq, "an event is not told to webhooks");
                Ok(Vec::new())
            }
            outcome => outcome,
        }
    }

    async fn wanted(&mut self, reader: &mut Reader, noted: WebhookEvent) -> Result<Vec<NewDelivery>, StorageError> {
        let Some(occasion) = Occasion::at(reader, noted.room, noted.seq).await? else { return Ok(Vec::new()) };
        let mut deliveries = Vec::new();
        for name in occasion.names() {
            let hooks = self.cache.of(reader, noted.room).await?;
            let wanting = hooks.iter().filter(|hook| hook.wants(name, &occasion));
            deliveries.extend(wanting.map(|hook| delivery(name, hook, noted)));
        }
        Ok(deliveries)
    }
}

fn delivery(name: &str, hook: &Hook, noted: WebhookEvent) -> NewDelivery {
    NewDelivery {
        installation: hook.installation.clone(),
        webhook: hook.webhook.key.clone(),
        address: hook.webhook.url.clone(),
        event: name.to_owned(),
        room: noted.room,
        seq: noted.seq,
    }
}
