//! One queue for each address, so that a provider that hangs holds up nobody but itself.

use roomglass_protocol::{RoomId, UserId, integration::Scope};
use roomglass_storage::{Installation, OauthId};
use serde_json::Value;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use super::health::{Health, retry_after};
use crate::{
    clock,
    egress::{Answer, EgressError},
    error::{HttpError, HttpResult},
    integration::{Claims, Context, Notification, host_of, origin_of, post_notification},
    state::AppState,
};

/// Calls that may wait for one address.
pub(super) const QUEUE_LENGTH: usize = 100;

/// One call of a webhook.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) installation: OauthId,
    pub(super) url: String,
    pub(super) body: Vec<u8>,
    pub(super) room: RoomId,
    /// Key of the webhook, for the token.
    pub(super) webhook: String,
    /// Whose number the token carries, if the call is to be signed; nobody's for notifications.
    pub(super) signed_for: Option<UserId>,
    /// Whether the answer may be a notification (HOOK-04): only people's messages are answered, or two integrations
    /// would talk to each other for ever.
    pub(super) answerable: bool,
}

/// Calls one address, in order, until the queue is closed and empty.
pub(super) async fn run(app: AppState, mut queue: mpsc::Receiver<Call>) {
    let mut health = Health::default();
    while let Some(call) = queue.recv().await {
        if health.is_suspended(Instant::now()) {
            tracing::debug!(host = host_of(&call.url), "a suspended webhook is not called");
            continue;
        }
        match deliver(&app, &call).await {
            Ok(Outcome::Answered(answer)) => {
                health.succeeded();
                if let Err(error) = post_answer(&app, &call, &answer).await {
                    tracing::warn!(host = host_of(&call.url), error = %error.into_refusal(), "the answer of a webhook was not posted");
                }
            }
            Ok(Outcome::Removed) => {}
            Ok(Outcome::Failed(why)) => {
                let pause = health.failed(Instant::now()).as_secs();
                tracing::warn!(host = host_of(&call.url), why, pause, "a webhook is suspended");
            }
            Err(error) => {
                tracing::warn!(host = host_of(&call.url), error = %error.into_refusal(), "a webhook was not called")
            }
        }
    }
}

enum Outcome {
    /// Whatever the status, short of a failure of the provider.
    Answered(Answer),
    /// The integration was removed meanwhile.
    Removed,
    /// In words for the log.
    Failed(String),
}

/// Tries up to three times. Whether the integration is still installed is looked up before each try: after a removal
/// nothing more is told (safety I11).
async fn deliver(app: &AppState, call: &Call) -> HttpResult<Outcome> {
    let mut tries = 0;
    loop {
        let Some(installation) = present(app, call).await? else { return Ok(Outcome::Removed) };
        let jwt = token(&installation, call)?;
        let why = match app.egress.call_webhook(&call.url, call.body.clone(), jwt.as_deref()).await {
            Ok(answer) if answer.status.is_server_error() => format!("it answered {}", answer.status.as_u16()),
            Ok(answer) => return Ok(Outcome::Answered(answer)),
            Err(error @ EgressError::Refused(_)) => return Ok(Outcome::Failed(error.to_string())),
            Err(error) => error.to_string(),
        };
        tries += 1;
        match retry_after(tries) {
            Some(pause) => sleep(pause).await,
            None => return Ok(Outcome::Failed(why)),
        }
    }
}

async fn present(app: &AppState, call: &Call) -> HttpResult<Option<Installation>> {
    let found = app.storage.read().await?.installation(&call.installation).await?;
    Ok(found.filter(|installation| !installation.pending))
}

fn token(installation: &Installation, call: &Call) -> HttpResult<Option<String>> {
    let Some(person) = call.signed_for else { return Ok(None) };
    let context = Context { room_id: Some(call.room), extension_key: &call.webhook, ..Context::default() };
    let audience = origin_of(&call.url).unwrap_or_default();
    let claims = Claims::new(&installation.credentials, person, audience, context, clock::now());
    claims.sign(&installation.credentials).map(Some).map_err(HttpError::internal)
}

/// Posts the notification an answer holds, if it holds one and the integration may post.
async fn post_answer(app: &AppState, call: &Call, answer: &Answer) -> HttpResult<()> {
    let holds_one = serde_json::from_slice::<Value>(&answer.body).is_ok_and(|value| value.get("message").is_some());
    if !call.answerable || !answer.status.is_success() || !holds_one {
        return Ok(());
    }
    let notification = Notification::read(&answer.body)?;
    let mut reader = app.storage.read().await?;
    let installation = reader.installation(&call.installation).await?;
    let Some(installation) = installation.filter(|it| it.scopes.contains(&Scope::SendNotification)) else {
        return Err(HttpError::forbidden("The integration was not allowed to post notifications."));
    };
    let Some(stored) = reader.integration(&installation.integration).await? else { return Ok(()) };
    drop(reader);
    post_notification(app, &stored.descriptor, call.room, notification).await
}
