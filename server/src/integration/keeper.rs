//! Looks now and then whether providers offer new versions (DESC-05), once for each integration in however many rooms
//! it is installed, and what other servers' catalogues list (MKT-03). Ends credentials whose time has come, and
//! installations that were never finished.

use futures_util::{StreamExt, stream};
use roomglass_protocol::{IntegrationKey, Timestamp};

use super::{
    attempt, remote_catalogue,
    review::{Ask, fetch_and_settle},
    rotate,
};
use crate::{
    error::{HttpError, HttpResult},
    state::AppState,
};

/// How old what we know may be.
const CHECK_AFTER_MS: i64 = 6 * 60 * 60 * 1000;
/// As old as the catalogues of other servers may be.
const CATALOGUE_AFTER_MS: i64 = 60 * 60 * 1000;
/// How often it is asked what is that old.
const ROUND_MS: i64 = 30 * 60 * 1000;
/// Providers asked at the same time.
const AT_ONCE: usize = 4;

/// Works for as long as the server does.
pub async fn keep_up_to_date(app: AppState) {
    let mut last = app.clock.now();
    loop {
        app.clock.until(Timestamp(last.0 + ROUND_MS)).await;
        last = app.clock.now();
        if let Err(error) = round(&app, last).await {
            tracing::error!(kind = ?error.refusal().kind, "descriptors could not be looked at");
        }
    }
}

async fn round(app: &AppState, now: Timestamp) -> HttpResult<()> {
    rotate::end_former(app, now).await?;
    attempt::end_unfinished(app, now).await?;
    let due = app.storage.read().await?.descriptors_to_check(Timestamp(now.0 - CHECK_AFTER_MS)).await?;
    stream::iter(due).for_each_concurrent(AT_ONCE, |key| check(app, key, now)).await;
    let due = app.storage.read().await?.catalogues_to_check(Timestamp(now.0 - CATALOGUE_AFTER_MS)).await?;
    for url in due {
        if let Err(error) = remote_catalogue::refresh(app, &url, now).await {
            tracing::error!(kind = ?error.refusal().kind, "what a catalogue answered could not be kept");
        }
    }
    Ok(())
}

async fn check(app: &AppState, key: IntegrationKey, now: Timestamp) {
    if let Err(error) = fetch_and_settle(app, &key, now, Ask::Clock).await {
        tracing::warn!(%key, reason = error.refusal().message, "a descriptor could not be looked at");
        let noted = app
            .storage
            .write(move |tx| Box::pin(async move { tx.note_no_descriptor(&key, now).await.map_err(HttpError::from) }));
        if let Err(error) = noted.await {
            tracing::error!(kind = ?error.refusal().kind, "it could not be noted that a descriptor was looked at");
        }
    }
}
