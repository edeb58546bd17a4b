//! What a client wants of calls, and how often it may.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use roomglass_protocol::{
    ApiError, ErrorKind, Person, UserId,
    call::{CallRequest, CallTold},
};
use tokio::time::Instant;

use super::{
    Connection,
    budget::Budget,
    call_log,
    calls::{self, Joined, Wanted},
};
use crate::{error::HttpError, state::AppState};

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

/// Does what a client wants, or tells it why not. Answers what is left to do where that takes time.
pub(super) fn handle(
    app: &AppState,
    connection: &Arc<Connection>,
    person: &Person,
    budget: &mut Budget,
    request: CallRequest,
) -> Option<BoxFuture<'static, ()>> {
    let done = allow(budget, &request).and_then(|()| match request {
        CallRequest::Join { room_id, media, instead_of } => {
            let (app, connection, by) = (app.clone(), connection.clone(), person.id);
            let seat = Wanted { room_id, media, instead_of };
            let join = async move { tell(&connection, join(&app, &connection, by, seat).await) };
            Ok(Some(Box::pin(join) as BoxFuture<'static, ()>))
        }
        request => follow(app, connection, request).map(|()| None),
    });
    done.unwrap_or_else(|error| {
        tell(connection, Err(error));
        None
    })
}

fn tell(connection: &Connection, done: Result<(), ApiError>) {
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

/// Takes a client into the call of a room, unless the room is archived. Whether it is stays hidden from who is not in it.
async fn join(app: &AppState, connection: &Connection, by: UserId, wanted: Wanted) -> Result<(), ApiError> {
    let (connections, room_id) = (&app.connections, wanted.room_id);
    loop {
        // While it is being opened anew it is in no room: it would be told that there is none.
        connections.opened(connection.id).await;
        if connections.follows(connection.id, room_id) {
            let open = async { app.storage.read().await?.open_room(room_id).await };
            open.await.map_err(|error| HttpError::from(error).into_refusal())?;
        }
        match connections.join_call(connection.id, &wanted, &app.config.ice_servers)? {
            Joined::NotYet => {}
            Joined::TakesPart => return Ok(()),
            Joined::Began(over) => {
                tokio::spawn(call_log::keep(app.clone(), room_id, by, over));
                return Ok(());
            }
        }
    }
}

fn follow(app: &AppState, connection: &Connection, request: CallRequest) -> Result<(), ApiError> {
    let (connections, id) = (&app.connections, connection.id);
    match request {
        CallRequest::Leave => connections.leave_call(id),
        CallRequest::Media { media } => connections.change_call_media(id, media),
        CallRequest::Signal { to, signal } => connections.pass_call_signal(id, to, signal)?,
        CallRequest::Decline { room_id } => connections.decline_call(id, room_id)?,
        CallRequest::Join { .. } | CallRequest::Unknown => {}
    }
    Ok(())
}
