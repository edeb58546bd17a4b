//! One call of one webhook: what is told, what came of it, and what the answer is good for.

use roomglass_protocol::{
    Room, RoomId, Timestamp, UserId,
    integration::{Descriptor, Scope, Webhook},
    rest::webhook::Attempt,
};
use roomglass_storage::{Due, Installation, Reader, StorageError, Verdict};
use serde_json::Value;

use super::{hooks, occasion::Occasion, patience::retry_at, payload};
use crate::{
    egress::{EgressError, WebhookAnswer, WebhookCall},
    error::{HttpError, HttpResult},
    integration::{Claims, Context, Notification, host_of, origin_of, post_notification},
    state::AppState,
};

/// Stands for "no person" in tokens of calls that tell of a notification.
const NOBODY: UserId = UserId(0);
/// Pause after a visit of which nothing could be noted: the next one would come at once.
const PAUSE_MS: i64 = 5000;

/// Makes the first call that waits for a receiver, notes what came of it, and posts the notification in the answer.
pub(super) async fn visit(app: AppState, due: Due) {
    if let Err(error) = try_visit(&app, &due).await {
        tracing::warn!(webhook = %due.webhook, room = %due.room, error = %error.into_refusal(), "a webhook was not called");
        app.clock.until(Timestamp(app.clock.now().0 + PAUSE_MS)).await;
    }
}

async fn try_visit(app: &AppState, due: &Due) -> HttpResult<()> {
    let call = match prepare(app, due).await {
        Ok(Prepared::Call(call)) => *call,
        Ok(Prepared::Pointless(why)) => return Ok(not_made(app, due, why, Verdict::Refused).await?),
        Ok(Prepared::Removed) => return Ok(()),
        Err(error) => {
            tracing::error!(delivery = %due.delivery, error = %error.into_refusal(), "a call could not be written");
            let verdict = again(due, app.clock.now());
            return Ok(
                not_made(app, due, "the call could not be written; the server's log has the cause", verdict).await?
            );
        }
    };
    let at = app.clock.now();
    let answer = app.egress.call_webhook(call.as_request(due)).await;
    let took_ms = app.clock.now().0 - at.0;
    let (verdict, status, note) = judge(due, &answer, app.clock.now());
    let (notification, note) = match call.notification(&answer) {
        Ok(notification) => (notification, note),
        Err(why) => (None, Some(why)),
    };
    if let Verdict::GivenUp = verdict {
        tracing::warn!(host = host_of(&call.webhook.url), webhook = %due.webhook, "a webhook is suspended");
    }
    record(app, due, Attempt { at, took_ms, status, note }, verdict).await?;
    match notification {
        Some(notification) => post_notification(app, &call.descriptor, due.room, notification).await,
        None => Ok(()),
    }
}

async fn not_made(app: &AppState, due: &Due, why: &str, verdict: Verdict) -> Result<(), StorageError> {
    let attempt = Attempt { at: app.clock.now(), took_ms: 0, status: None, note: Some(why.to_owned()) };
    record(app, due, attempt, verdict).await
}

async fn record(app: &AppState, due: &Due, attempt: Attempt, verdict: Verdict) -> Result<(), StorageError> {
    let (delivery, now) = (due.delivery, app.clock.now());
    app.storage
        .write(move |tx| Box::pin(async move { tx.record_attempt(delivery, &attempt, verdict, now).await }))
        .await
}

/// All that a call needs, as it is now: what was removed or changed since the event is not told (safety I11).
struct Call {
    webhook: Webhook,
    descriptor: Descriptor,
    body: Vec<u8>,
    token: Option<String>,
    /// Whether the answer may be a notification (HOOK-04): only people's messages are answered, or two integrations
    /// would talk to each other for ever. And only of integrations that may post.
    answerable: bool,
    /// Whether anything may be said in the room.
    open: bool,
}

enum Prepared {
    Call(Box<Call>),
    /// In words for the log.
    Pointless(&'static str),
    /// With its deliveries.
    Removed,
}

async fn prepare(app: &AppState, due: &Due) -> HttpResult<Prepared> {
    let mut reader = app.storage.read().await?;
    let installation = reader.installation(&due.installation).await?.filter(|installation| !installation.pending);
    let Some(installation) = installation else { return Ok(Prepared::Removed) };
    let stored = reader.integration(&installation.integration).await?;
    let Some(descriptor) = stored.map(|stored| stored.descriptor) else { return Ok(Prepared::Removed) };
    let webhooks = hooks::offered(&mut reader, &installation, due.room).await?;
    let webhook = webhooks.into_iter().find(|webhook| webhook.key == due.webhook);
    let Some(webhook) = webhook else {
        return Ok(Prepared::Pointless("the integration does not have this webhook any more"));
    };
    let Some(occasion) = Occasion::at(&mut reader, due.room, due.seq).await? else {
        return Ok(Prepared::Pointless("what happened is not remembered any more"));
    };
    if occasion.message().is_some_and(|message| message.deleted) {
        return Ok(Prepared::Pointless("the message was deleted"));
    }
    let Some(room) = occasion.room(&mut reader).await? else {
        return Ok(Prepared::Pointless("the room is gone"));
    };
    let body = body(app, &mut reader, due, &room, &occasion).await?;
    drop(reader);
    let token = if webhook.signed { Some(token(app, &installation, &webhook, room.id, &occasion)?) } else { None };
    let answerable = occasion.message().is_some_and(|message| !message.is_notification())
        && installation.scopes.contains(&Scope::SendNotification);
    let open = room.is_open();
    Ok(Prepared::Call(Box::new(Call { webhook, descriptor, body, token, answerable, open })))
}

async fn body(app: &AppState, reader: &mut Reader, due: &Due, room: &Room, occasion: &Occasion) -> HttpResult<Vec<u8>> {
    let item = payload::item(reader, room, occasion, &due.event, app).await?;
    let number = hooks::number(&due.installation, &due.webhook);
    payload::write(&due.event, &due.installation, number, &item).map_err(HttpError::internal)
}

/// A new one for each try: receivers refuse old ones.
fn token(
    app: &AppState,
    installation: &Installation,
    webhook: &Webhook,
    room: RoomId,
    occasion: &Occasion,
) -> HttpResult<String> {
    let key = webhook.key.to_string();
    let context = Context { room_id: Some(room), extension_key: &key, ..Context::default() };
    let audience = origin_of(&webhook.url).unwrap_or_default();
    let person = occasion.actor().unwrap_or(NOBODY);
    let claims = Claims::new(&installation.credentials, person, audience, context, app.clock.now());
    claims.sign(&installation.credentials).map_err(HttpError::internal)
}

impl Call {
    fn as_request(&self, due: &Due) -> WebhookCall<'_> {
        WebhookCall {
            url: &self.webhook.url,
            delivery: due.delivery,
            body: self.body.clone(),
            jwt: self.token.as_deref(),
        }
    }

    /// The notification an answer holds, if it may and does.
    ///
    /// # Errors
    /// In words for the log, when it holds one that cannot be posted.
    fn notification(&self, answer: &Result<WebhookAnswer, EgressError>) -> Result<Option<Notification>, String> {
        let Ok(WebhookAnswer { status, body: Ok(body) }) = answer else { return Ok(None) };
        let holds_one = || serde_json::from_slice::<Value>(body).is_ok_and(|value| value.get("message").is_some());
        if !self.answerable || !status.is_success() || !holds_one() {
            return Ok(None);
        }
        if !self.open {
            return Err("the notification in the answer was not posted: the room is archived".to_owned());
        }
        Notification::read(body).map(Some).map_err(|error| {
            let pointers: Vec<&str> = error.refusal().faults.iter().map(|fault| fault.pointer.as_str()).collect();
            format!("the notification in the answer was not posted: {}", pointers.join(", "))
        })
    }
}

/// What is to be done about an answer, and what the log says of it.
fn judge(
    due: &Due,
    answer: &Result<WebhookAnswer, EgressError>,
    now: Timestamp,
) -> (Verdict, Option<u16>, Option<String>) {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error @ EgressError::Refused(_)) => return (Verdict::Refused, None, Some(error.to_string())),
        Err(error) => return (again(due, now), None, Some(error.to_string())),
    };
    let status = answer.status;
    let note = answer.body.as_ref().err().map(|error| format!("what follows the status was not read: {error}"));
    let (verdict, note) = match status.as_u16() {
        200..=299 => (Verdict::Delivered, note),
        300..=399 => (Verdict::Refused, Some("redirects are not followed".to_owned())),
        // These ask for another try; all others of their kind say that it would be in vain.
        408 | 425 | 429 | 500.. => (again(due, now), note),
        _ => (Verdict::Refused, note),
    };
    (verdict, Some(status.as_u16()), note)
}

/// A suspended receiver has had its day: one try tells whether it is back.
fn again(due: &Due, now: Timestamp) -> Verdict {
    let retry = if due.suspended { None } else { retry_at(due.tries + 1, due.since, now) };
    retry.map_or(Verdict::GivenUp, Verdict::RetryAt)
}
