//! What a room's log says of a call: who began it, and how long it took.

use roomglass_protocol::{RoomId, UserId};
use roomglass_storage::StorageError;
use tokio::time::Instant;

use super::calls::Over;
use crate::{clock, state::AppState};

/// Notes both, the second when the call is over. One task for each call, so that the lines keep their order.
pub(super) async fn keep(app: AppState, room: RoomId, by: UserId, over: Over) {
    let began = Instant::now();
    let started = app.storage.write(move |tx| Box::pin(async move { tx.call_started(room, by, clock::now()).await }));
    if let Err(error) = started.await {
        return missing(room, &error);
    }
    // Nothing is ever sent: it ends with its sender.
    let _ = over.await;
    let seconds = i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX);
    let ended = app.storage.write(move |tx| Box::pin(async move { tx.call_ended(room, seconds, clock::now()).await }));
    if let Err(error) = ended.await {
        missing(room, &error);
    }
}

/// The room may be gone, or the server about to stop: the call itself does not suffer from it.
fn missing(room: RoomId, error: &StorageError) {
    tracing::warn!(room = room.0, %error, "the log has no line for a call");
}
