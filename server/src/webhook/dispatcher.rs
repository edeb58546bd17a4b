//! From an event to the queues of those who want to know of it.

use std::{collections::HashMap, sync::Arc};

use roomglass_protocol::{Event, UserId};
use roomglass_storage::OauthId;
use serde_json::Value;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    task::JoinSet,
};

use super::{
    InstalledChanges,
    endpoint::{self, Call},
    hooks::{self, Hook, HookCache, event_name},
    payload,
};
use crate::{
    error::{HttpError, HttpResult},
    state::AppState,
};

/// Stands for "no person" in tokens of calls that tell of a notification.
const NOBODY: UserId = UserId(0);

/// The task that decides who is told.
pub struct Dispatcher {
    queue: mpsc::Receiver<Event>,
    cache: HookCache,
    endpoints: HashMap<(OauthId, String), mpsc::Sender<Call>>,
    /// Ends the calls under way together with the dispatcher.
    tasks: JoinSet<()>,
}

impl Dispatcher {
    pub(super) fn new(queue: mpsc::Receiver<Event>, changes: Arc<InstalledChanges>) -> Self {
        Self { queue, cache: HookCache::new(changes), endpoints: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Works until every [`super::Webhooks`] is dropped.
    pub async fn run(mut self, state: AppState) {
        while let Some(event) = self.queue.recv().await {
            while self.tasks.try_join_next().is_some() {}
            if let Err(error) = self.dispatch(&state, &event).await {
                let error = error.into_refusal();
                tracing::warn!(room = %event.room_id, seq = %event.seq, %error, "an event was not told to webhooks");
            }
        }
    }

    async fn dispatch(&mut self, app: &AppState, event: &Event) -> HttpResult<()> {
        let Some(name) = event_name(event) else { return Ok(()) };
        let hooks = self.hooks(app, event).await?;
        let wanted: Vec<&Hook> = hooks.iter().filter(|hook| hook.wants(name, event)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut reader = app.storage.read().await?;
        let Some(room) = reader.room(event.room_id).await? else { return Ok(()) };
        let item = payload::item(&mut reader, &room, event, &app.config).await?;
        drop(reader);
        for hook in wanted {
            self.enqueue(app, call(name, hook, event, &item)?);
        }
        Ok(())
    }

    async fn hooks(&mut self, app: &AppState, event: &Event) -> HttpResult<Arc<[Hook]>> {
        if self.cache.refresh() {
            // Queues of what is gone end once they are empty; the others are made again when needed.
            self.endpoints.clear();
        }
        if let Some(hooks) = self.cache.get(event.room_id) {
            return Ok(hooks);
        }
        let hooks = hooks::read(&mut app.storage.read().await?, event.room_id).await?;
        self.cache.put(event.room_id, hooks.clone());
        Ok(hooks)
    }

    fn enqueue(&mut self, app: &AppState, call: Call) {
        let endpoint = (call.installation.clone(), call.url.clone());
        let queue = self.endpoints.entry(endpoint).or_insert_with(|| {
            let (sender, receiver) = mpsc::channel(endpoint::QUEUE_LENGTH);
            self.tasks.spawn(endpoint::run(app.clone(), receiver));
            sender
        });
        if let Err(TrySendError::Full(call)) = queue.try_send(call) {
            tracing::warn!(webhook = call.webhook, room = %call.room, "a webhook lags behind: a call is dropped");
        }
    }
}

fn call(name: &str, hook: &Hook, event: &Event, item: &Value) -> HttpResult<Call> {
    let actor = payload::actor(event);
    Ok(Call {
        installation: hook.installation.clone(),
        url: hook.webhook.url.clone(),
        body: payload::write(name, hook, item).map_err(HttpError::internal)?,
        room: event.room_id,
        webhook: hook.webhook.key.as_str().to_owned(),
        signed_for: hook.webhook.signed.then_some(actor.unwrap_or(NOBODY)),
        answerable: event.message().is_some_and(|message| !message.is_notification()),
    })
}
