//! The delivery log of an integration's webhooks in a room (HOOK-07), for those who may install there: looking,
//! calling again, ending a suspension.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use roomglass_protocol::{
    DeliveryId, ExtensionKey, IntegrationKey, RoomId, RoomRef, UserId,
    integration::Webhook,
    rest::webhook::{Listing, Query as Page, WebhookState},
};
use roomglass_storage::{Installation, Noun, Reader, Receiver, StorageError};
use serde::Deserialize;

use super::place;
use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, Path, Query, SessionCaller},
    state::AppState,
    webhook::offered,
};

#[derive(Deserialize)]
pub(super) struct InPath {
    room_id: RoomId,
    integration: IntegrationKey,
}

#[derive(Deserialize)]
pub(super) struct DeliveryInPath {
    room_id: RoomId,
    integration: IntegrationKey,
    delivery_id: DeliveryId,
}

#[derive(Deserialize)]
pub(super) struct WebhookInPath {
    room_id: RoomId,
    integration: IntegrationKey,
    webhook: ExtensionKey,
}

/// `GET …/deliveries`: what was called, and how the webhooks do.
pub(super) async fn list(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(InPath { room_id, integration }): Path<InPath>,
    Query(page): Query<Page>,
) -> HttpResult<Json<Listing>> {
    let mut reader = app.storage.read().await?;
    let installation = covering(&mut reader, caller.person().id, room_id, &integration).await?;
    let webhooks = offered(&mut reader, &installation, room_id).await?;
    let id = installation.credentials.oauth_id;
    let receivers = reader.receivers_of(std::slice::from_ref(&id)).await?;
    let (items, more) = reader.deliveries(&id, room_id, page).await?;
    Ok(Json(Listing { webhooks: states(webhooks, receivers), items, more }))
}

/// `POST …/deliveries/{delivery_id}/replay`: makes one call again.
pub(super) async fn replay(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(DeliveryInPath { room_id, integration, delivery_id }): Path<DeliveryInPath>,
) -> HttpResult<StatusCode> {
    let (person, now) = (caller.person().id, app.clock.now());
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                let installation = covering(tx, person, room_id, &integration).await?;
                let id = installation.credentials.oauth_id;
                tx.replay_delivery(&id, room_id, delivery_id, now).await.map_err(HttpError::from)
            })
        })
        .await?;
    app.webhooks.queued();
    Ok(StatusCode::ACCEPTED)
}

/// `POST …/webhooks/{webhook}/resume`: calls are queued again. For everybody's installation that is up to those who
/// may install for everybody.
pub(super) async fn resume(
    State(app): State<AppState>,
    caller: SessionCaller,
    Path(WebhookInPath { room_id, integration, webhook }): Path<WebhookInPath>,
) -> HttpResult<StatusCode> {
    let person = caller.person().id;
    app.storage
        .write(move |tx| {
            Box::pin(async move {
                let installation = covering(tx, person, room_id, &integration).await?;
                place::authorise(tx, person, &[installation.place]).await?;
                let webhooks = offered(tx, &installation, room_id).await?;
                let webhook = webhooks.into_iter().find(|known| known.key == webhook);
                let webhook = webhook.ok_or(StorageError::NotFound(Noun::Webhook))?;
                tx.resume_receiver(&installation.credentials.oauth_id, &webhook.url).await.map_err(HttpError::from)
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The installation that speaks for an integration in a room, for somebody who may install there.
async fn covering(
    reader: &mut Reader,
    person: UserId,
    room: RoomId,
    integration: &IntegrationKey,
) -> HttpResult<Installation> {
    place::authorise(reader, person, &[RoomRef::Room(room)]).await?;
    let installation = reader.installation_in(integration, room).await?;
    installation.ok_or_else(|| HttpError::not_found(Noun::Integration))
}

fn states(webhooks: Vec<Webhook>, receivers: Vec<Receiver>) -> Vec<WebhookState> {
    let receivers: BTreeMap<String, Receiver> = receivers.into_iter().map(|it| (it.address.clone(), it)).collect();
    let state = |webhook: Webhook| {
        let receiver = receivers.get(&webhook.url);
        WebhookState {
            key: webhook.key,
            event: webhook.event,
            suspended_at: receiver.and_then(|receiver| receiver.suspended_at),
            due_at: receiver.and_then(|receiver| receiver.due_at),
            waiting: receiver.and_then(|receiver| u32::try_from(receiver.waiting).ok()).unwrap_or_default(),
        }
    };
    webhooks.into_iter().map(state).collect()
}
