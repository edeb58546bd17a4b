//! `/v2/room/{room}/history`: messages, for providers that may read them (HipChat Connect §5.4).

use axum::extract::State;
use roomglass_protocol::{Event, MessageId, RoomId, Sequence, Timestamp};
use roomglass_storage::{Reader, Span};
use serde_json::{Value, json};
use time::{
    Date, OffsetDateTime, PrimitiveDateTime,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

use super::{
    list, object,
    parameters::{Parameters, Window},
};
use crate::{
    error::{HttpError, HttpResult},
    extract::{Json, Path},
    integration::{caller::IntegrationCaller, contract::missing_message, mentioned},
    state::AppState,
};

/// How many messages are recent.
const RECENT: usize = 75;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const MOMENT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// Messages up to a date, the oldest of them first unless `reverse=false`; without a date the recent ones.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let (window, span) = wanted(&parameters)?;
    let oldest_first = parameters.flag("reverse", true)?;
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let (mut events, more) = reader.history(room.id, span).await?;
    if oldest_first {
        events.reverse();
    }
    // Of the recent ones there are never more than were read.
    let more = more && span.skip + span.max < last(&parameters);
    let items = shown(&mut reader, &app, &events).await?;
    Ok(Json(list::document(items, window, more, &parameters, &app.config)))
}

/// The newest messages, the oldest of them first; with `not-before` none older than that one.
pub(super) async fn latest(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path(room): Path<String>,
    parameters: Parameters,
) -> HttpResult<Json<Value>> {
    let window = Window { start: 0, ..parameters.window_of(RECENT)? };
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let first = match parameters.word("not-before") {
        Some(id) => found(&mut reader, room.id, id).await?.seq,
        None => Sequence::START,
    };
    let (mut events, _) = reader.history(room.id, Span { first, max: window.max, ..Span::default() }).await?;
    events.reverse();
    let items = shown(&mut reader, &app, &events).await?;
    Ok(Json(list::document(items, window, false, &parameters, &app.config)))
}

/// Shows a message of a room the installation covers.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: IntegrationCaller,
    Path((room, id)): Path<(String, String)>,
) -> HttpResult<Json<Value>> {
    let mut reader = app.storage.read().await?;
    let room = caller.room(&mut reader, &room).await?;
    let event = found(&mut reader, room.id, &id).await?;
    let mut messages = shown(&mut reader, &app, std::slice::from_ref(&event)).await?;
    Ok(Json(json!({"message": messages.pop().ok_or_else(missing_message)?})))
}

async fn found(reader: &mut Reader, room: RoomId, id: &str) -> HttpResult<Event> {
    let id: MessageId = id.parse().map_err(|_| missing_message())?;
    let found = reader.message(room, id).await?;
    found.filter(|event| event.message().is_some_and(|message| !message.deleted)).ok_or_else(missing_message)
}

async fn shown(reader: &mut Reader, app: &AppState, events: &[Event]) -> HttpResult<Vec<Value>> {
    let mentioned = mentioned(reader, events.iter().filter_map(Event::message)).await?;
    let shown = |event: &Event| Some(object::message(event.message()?, event.room_id, &mentioned, app));
    Ok(events.iter().filter_map(shown).collect())
}

/// The part of the list that is asked for, and the messages that are in it.
fn wanted(parameters: &Parameters) -> HttpResult<(Window, Span)> {
    let window = parameters.window()?;
    let max = window.max.min(last(parameters).saturating_sub(window.start));
    let until = match parameters.word("date") {
        _ if is_recent(parameters) => Timestamp(i64::MAX),
        date => moment(date.unwrap_or_default(), "date")?,
    };
    let from = match parameters.word("end-date").filter(|text| !text.is_empty() && *text != "null") {
        Some(date) => moment(date, "end-date")?,
        None => Timestamp(i64::MIN),
    };
    Ok((window, Span { from, until, skip: window.start, max, ..Span::default() }))
}

fn is_recent(parameters: &Parameters) -> bool {
    matches!(parameters.word("date"), None | Some("" | "recent"))
}

/// How many messages can be paged through.
fn last(parameters: &Parameters) -> usize {
    if is_recent(parameters) { RECENT } else { usize::MAX }
}

/// ISO 8601: a day, a moment in UTC, or one with an offset, whose `+` is often not encoded and arrives as a space.
fn moment(text: &str, name: &str) -> HttpResult<Timestamp> {
    let text = text.trim().replace(' ', "+");
    let parsed = OffsetDateTime::parse(&text, &Rfc3339)
        .or_else(|_| PrimitiveDateTime::parse(&text, MOMENT).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(&text, DAY).map(|day| day.midnight().assume_utc()));
    let parsed = parsed.map_err(|_| HttpError::invalid(format!("The parameter {name} is no date in ISO 8601.")))?;
    Ok(Timestamp(i64::try_from(parsed.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_occur() {
        let milliseconds = |text: &str| moment(text, "date").map(|moment| moment.0).ok();
        assert_eq!(milliseconds("2016-09-09T08:23:02.932694+00:00"), Some(1_473_409_382_932));
        assert_eq!(milliseconds("2016-09-09T10:23:02 02:00"), Some(1_473_409_382_000));
        assert_eq!(milliseconds("2016-09-09T08:23:02"), Some(1_473_409_382_000));
        assert_eq!(milliseconds("2016-09-09"), Some(1_473_379_200_000));
        assert_eq!(milliseconds("yesterday"), None);
    }
}
