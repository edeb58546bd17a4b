//! Which webhooks a room has, remembered until something is installed, updated or removed anywhere.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use roomglass_protocol::{
    Author, Event, EventBody, ExtensionKey, IntegrationKey, RoomId, integration::Webhook, text::pattern::Pattern,
};
use roomglass_storage::{OauthId, Reader, StorageError};
use sha2::{Digest, Sha256};

use super::InstalledChanges;
use crate::integration::has_name;

/// Rooms remembered at once.
const MAX_ROOMS: usize = 10_000;

/// A webhook of one installation.
#[derive(Debug)]
pub(super) struct Hook {
    pub(super) integration: IntegrationKey,
    pub(super) installation: OauthId,
    pub(super) webhook: Webhook,
    /// The number providers know it by.
    pub(super) id: u32,
    pattern: Option<Pattern>,
}

impl Hook {
    /// `None` for a pattern that cannot be used, which the check of descriptors does not let pass.
    fn new(integration: &IntegrationKey, installation: &OauthId, webhook: Webhook) -> Option<Self> {
        let pattern = webhook.pattern.as_deref().map(|pattern| Pattern::new(pattern, "")).transpose();
        let pattern = pattern
            .inspect_err(
                |error| tracing::warn!(%integration, webhook = %webhook.key, error, "a webhook is never called"),
            )
            .ok()?;
        let id = number(installation, &webhook.key);
        Some(Self { integration: integration.clone(), installation: installation.clone(), webhook, id, pattern })
    }

    /// Whether the provider wants to know of an event (HOOK-02). Never of its own notifications, which would answer
    /// themselves without end.
    pub(super) fn wants(&self, name: &str, event: &Event) -> bool {
        if self.webhook.event != name {
            return false;
        }
        let Some(message) = event.message() else { return true };
        let own = matches!(&message.from, Author::Integration { key, .. } if *key == self.integration);
        !own && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(&message.text))
    }
}

/// The same number as long as the installation and the webhook are the same.
pub(crate) fn number(installation: &OauthId, webhook: &ExtensionKey) -> u32 {
    let digest: [u8; 32] = Sha256::digest(format!("{}:{webhook}", installation.0)).into();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d]) >> 1
}

/// What HipChat Connect calls an event; `None` for those it does not know.
pub(super) fn event_name(event: &Event) -> Option<&'static str> {
    match &event.body {
        EventBody::Message(message) if message.is_notification() => Some("room_notification"),
        EventBody::Message(_) => Some("room_message"),
        EventBody::Created { .. } => Some("room_created"),
        EventBody::Joined { .. } => Some("room_enter"),
        EventBody::Left { .. } => Some("room_exit"),
        EventBody::Changed { topic: Some(_), .. } => Some("room_topic_change"),
        EventBody::Changed { .. } | EventBody::Integration { .. } | EventBody::Unknown => None,
    }
}

/// Webhooks by room. A room without any is remembered too, so that its messages cost no query.
pub(super) struct HookCache {
    rooms: HashMap<RoomId, Arc<[Hook]>>,
    changes: Arc<InstalledChanges>,
    read_at: u64,
}

impl HookCache {
    pub(super) fn new(changes: Arc<InstalledChanges>) -> Self {
        Self { rooms: HashMap::new(), changes, read_at: 0 }
    }

    /// Forgets everything when something was installed, updated or removed since; tells whether that was so.
    pub(super) fn refresh(&mut self) -> bool {
        let changes = self.changes.count();
        let stale = self.read_at != changes || self.rooms.len() >= MAX_ROOMS;
        if stale {
            self.rooms.clear();
            self.read_at = changes;
        }
        stale
    }

    pub(super) fn get(&self, room: RoomId) -> Option<Arc<[Hook]>> {
        self.rooms.get(&room).cloned()
    }

    pub(super) fn put(&mut self, room: RoomId, hooks: Arc<[Hook]>) {
        self.rooms.insert(room, hooks);
    }
}

/// Reads the webhooks of a room: of each integration those of the installation that speaks for it there, and those that
/// were made for the room through the API. Conversations have none.
pub(super) async fn read(reader: &mut Reader, room: RoomId) -> Result<Arc<[Hook]>, StorageError> {
    let mut hooks = Vec::new();
    if reader.room(room).await?.is_none_or(|room| !has_name(&room)) {
        return Ok(hooks.into());
    }
    let mut seen = BTreeSet::new();
    for placed in reader.integrations_in(room).await? {
        let descriptor = placed.integration.descriptor;
        let webhooks = descriptor.extensions.webhooks();
        if webhooks.is_empty() || !seen.insert(descriptor.key.clone()) {
            continue;
        }
        if let Some(installation) = reader.installation_in(&descriptor.key, room).await?.filter(|it| !it.pending) {
            let id = &installation.credentials.oauth_id;
            hooks.extend(webhooks.into_iter().filter_map(|webhook| Hook::new(&descriptor.key, id, webhook)));
        }
    }
    let registered = reader.room_webhooks(room).await?.into_iter();
    hooks.extend(registered.filter_map(|(key, made)| Hook::new(&key, &made.installation, made.webhook)));
    Ok(hooks.into())
}
