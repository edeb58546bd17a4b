//! What a client wants of calls, and how often it may.

use roomglass_protocol::{
    ApiError, ErrorKind, Person,
    call::{CallRequest, CallTold},
};
use tokio::time::Instant;

use super::{Connection, budget::Budget, call_log, calls};
use crate::state::AppState;

/// What a client may want at once: joining a full call takes a third of it.
const BURST: f64 = 300.0;
/// What it may want each second in the long run.
const PER_SECOND: f64 = 30.0;
/// A wish that the whole room may hear of.
const TOLD_TO_ALL: f64 = 10.0;
/// So many bytes of a signal count as one.
const BYTES: f64 = 1024.0;

/// A budget for [`allow`].
pub(super) fn budget(now: Instant) -> Budget {
    Budget::of(BURST, PER_SECOND, now)
}

/// Does what a client wants, or tells it why not.
pub(super) fn handle(
    app: &AppState,
    connection: &Connection,
    person: &Person,
    budget: &mut Budget,
    request: CallRequest,
) {
    let done = allow(budget, &request).and_then(|()| follow(app, connection, person, request));
    if let Err(error) = done {
        connection.tell(&calls::told(&CallTold::Refused(error)));
    }
}

fn allow(budget: &mut Budget, request: &CallRequest) -> Result<(), ApiError> {
    let cost = match request {
        CallRequest::Signal { signal, .. } => 1.0 + signal.bytes() as f64 / BYTES,
        CallRequest::Join { .. } | CallRequest::Media { .. } | CallRequest::Decline { .. } => TOLD_TO_ALL,
        // Paid for with joining: whoever wants to go must get out.
        CallRequest::Leave | CallRequest::Unknown => return Ok(()),
    };
    if budget.take(cost, Instant::now()) {
        return Ok(());
    }
    Err(ApiError::new(ErrorKind::TooMany, "Your client says too much about calls. Wait a moment."))
}

fn follow(app: &AppState, connection: &Connection, person: &Person, request: CallRequest) -> Result<(), ApiError> {
    let (connections, id) = (&app.connections, connection.id);
    match request {
        CallRequest::Join { room_id, media } => {
            if let Some(over) = connections.join_call(id, room_id, media, &app.config.ice_servers)? {
                tokio::spawn(call_log::keep(app.clone(), room_id, person.id, over));
            }
        }
        CallRequest::Leave => connections.leave_call(id),
        CallRequest::Media { media } => connections.change_call_media(id, media),
        CallRequest::Signal { to, signal } => connections.pass_call_signal(id, to, signal)?,
        CallRequest::Decline { room_id } => connections.decline_call(id, room_id)?,
        CallRequest::Unknown => {}
    }
    Ok(())
}
