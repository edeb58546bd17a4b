//! Which webhooks a room has, remembered as long as the same versions are installed there.

use std::{collections::HashMap, sync::Arc};

use roomglass_protocol::{ExtensionKey, IntegrationKey, RoomId, integration::Webhook, text::pattern::Pattern};
use roomglass_storage::{Covering, Installation, OauthId, Reader, RoomWebhook, StorageError};
use sha2::{Digest, Sha256};

use super::occasion::Occasion;
use crate::integration::has_name;

/// Rooms remembered at once.
const MAX_ROOMS: usize = 10_000;
/// Webhooks of one integration that are heeded: what an event may cost is bounded, whatever a descriptor says.
const MAX_WEBHOOKS: usize = 50;

/// A webhook of one installation.
#[derive(Debug)]
pub(super) struct Hook {
    pub(super) installation: OauthId,
    pub(super) webhook: Webhook,
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
        Some(Self { installation: installation.clone(), webhook, pattern })
    }

    /// Whether the provider wants to know of an event (HOOK-02). Of its own notifications too (HipChat Connect §7.4):
    /// they do not answer themselves without end, because only people's messages can be answered.
    pub(super) fn wants(&self, name: &str, occasion: &Occasion) -> bool {
        let matches = |text: &str| self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        self.webhook.event == name && occasion.message().is_none_or(|message| matches(&message.text))
    }
}

/// The number a provider knows a webhook by: the same as long as the installation and the webhook are the same.
pub(crate) fn number(installation: &OauthId, webhook: &ExtensionKey) -> u32 {
    let digest: [u8; 32] = Sha256::digest(format!("{}:{webhook}", installation.0)).into();
    let [a, b, c, d, ..] = digest;
    u32::from_be_bytes([a, b, c, d]) >> 1
}

/// What a room's webhooks follow from: the versions installed there, and the webhooks made for it through the API.
type Installed = (Vec<Covering>, Vec<(IntegrationKey, RoomWebhook)>);

/// Webhooks by room, each with what was installed there when they were read.
#[derive(Default)]
pub(super) struct HookCache {
    rooms: HashMap<RoomId, (Installed, Arc<[Hook]>)>,
}

impl HookCache {
    /// The webhooks of a room at the reader's moment. Descriptors are read again only when a version changed.
    pub(super) async fn of(&mut self, reader: &mut Reader, room: RoomId) -> Result<Arc<[Hook]>, StorageError> {
        let installed = (reader.covering(room).await?, reader.room_webhooks(room).await?);
        if let Some((_, hooks)) = self.rooms.get(&room).filter(|(then, _)| *then == installed) {
            return Ok(Arc::clone(hooks));
        }
        let hooks = read(reader, room, &installed).await?;
        if self.rooms.len() >= MAX_ROOMS {
            self.rooms.clear();
        }
        self.rooms.insert(room, (installed, Arc::clone(&hooks)));
        Ok(hooks)
    }
}

/// Reads the webhooks of a room: of each integration those of the installation that speaks for it there, and those that
/// were made for the room through the API. Conversations have none; of a deleted room those are left that are installed
/// everywhere.
async fn read(reader: &mut Reader, room: RoomId, (covering, made): &Installed) -> Result<Arc<[Hook]>, StorageError> {
    let mut hooks = Vec::new();
    if reader.room(room).await?.is_some_and(|room| !has_name(&room)) {
        return Ok(hooks.into());
    }
    for Covering { integration, installation, .. } in covering {
        let speaks = reader.installation_in(integration, room).await?;
        if speaks.is_none_or(|speaks| speaks.credentials.oauth_id != *installation) {
            continue;
        }
        let webhooks = declared(reader, integration).await?;
        if webhooks.len() > MAX_WEBHOOKS {
            tracing::warn!(%integration, webhooks = webhooks.len(), "only the first {MAX_WEBHOOKS} are called");
        }
        let webhooks = webhooks.into_iter().take(MAX_WEBHOOKS);
        hooks.extend(webhooks.filter_map(|webhook| Hook::new(integration, installation, webhook)));
    }
    let made = made.iter();
    hooks.extend(made.filter_map(|(key, made)| Hook::new(key, &made.installation, made.webhook.clone())));
    Ok(hooks.into())
}

async fn declared(reader: &mut Reader, integration: &IntegrationKey) -> Result<Vec<Webhook>, StorageError> {
    let stored = reader.integration(integration).await?;
    Ok(stored.map(|stored| stored.descriptor.extensions.webhooks()).unwrap_or_default())
}

/// Every webhook an installation has in a room: of the descriptor, then those made through the API.
pub(crate) async fn offered(
    reader: &mut Reader,
    installation: &Installation,
    room: RoomId,
) -> Result<Vec<Webhook>, StorageError> {
    let mut webhooks = declared(reader, &installation.integration).await?;
    let made = reader.webhooks_of(&installation.credentials.oauth_id, room).await?;
    webhooks.extend(made.into_iter().map(|made| made.webhook));
    Ok(webhooks)
}
