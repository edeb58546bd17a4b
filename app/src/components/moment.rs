//! Times as they are read: in UTC in the first frame, which the server draws too, then in the reader's zone.

use leptos::prelude::*;
use roomglass_protocol::Timestamp;
use time::{Date, Duration, OffsetDateTime};

use crate::components::live::{follow, part};
use crate::{client, state::Store};

/// The time of day something happened.
#[component]
pub fn Clock(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let store = expect_context::<Store>();
    view! { <time datetime=at.to_string() title=follow(move || full(local(store, at)))>{part(move || clock(local(store, at)))}</time> }.into_any()
}

/// The day and the time of day something happened.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let short = move || {
        let local = local(store, at);
        format!("{} {}, {}", local.day(), local.month(), clock(local))
    };
    view! { <time datetime=at.to_string() title=follow(move || full(local(store, at)))>{part(short)}</time> }.into_any()
}

/// How long ago something happened, or when, if that is long ago (design §9). Empty in the first frame.
#[component]
pub fn Age(
    /// When.
    #[prop(into)]
    at: Signal<Option<Timestamp>>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    part(move || at.get().map(|at| age(store, at)))
}

/// The calendar where the reader is; UTC until the page is hydrated. Reactive.
pub fn local(store: Store, at: Timestamp) -> OffsetDateTime {
    let minutes = if store.hydrated.get() { client::utc_offset_minutes(at) } else { 0 };
    at.utc() + Duration::minutes(minutes.into())
}

/// Such as `09:05`.
pub fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Such as `Thursday 19 November 2026`.
pub fn day(date: Date) -> String {
    format!("{} {} {} {}", date.weekday(), date.day(), date.month(), date.year())
}

fn full(at: OffsetDateTime) -> String {
    format!("{}, {}", day(at.date()), clock(at))
}

/// Such as `8 seconds ago`, reactive through [`Store::now`].
pub fn age(store: Store, at: Timestamp) -> String {
    match store.now.get() {
        Some(now) => relative(now.0 - at.0, || local(store, at), || local(store, now)),
        None => format!("at {}", clock(local(store, at))),
    }
}

fn relative(milliseconds: i64, then: impl Fn() -> OffsetDateTime, now: impl Fn() -> OffsetDateTime) -> String {
    let seconds = milliseconds.max(0) / 1000;
    match seconds {
        0..=4 => "just now".to_owned(),
        5..=59 => format!("{seconds} seconds ago"),
        60..=119 => "1 minute ago".to_owned(),
        120..=3599 => format!("{} minutes ago", seconds / 60),
        _ if then().date() == now().date() => format!("at {}", clock(then())),
        _ => format!("on {} {}", then().day(), then().month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_in_the_steps_of_the_design() {
        let at = |text: &str| {
            time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).expect("a time")
        };
        let spoken = |then: &str, now: &str| {
            let (then, now) = (at(then), at(now));
            relative((now - then).whole_milliseconds() as i64, || then, || now)
        };
        assert_eq!(spoken("2026-11-19T10:00:00Z", "2026-11-19T10:00:01Z"), "just now");
        assert_eq!(spoken("2026-11-19T10:00:00Z", "2026-11-19T10:00:08Z"), "8 seconds ago");
        assert_eq!(spoken("2026-11-19T10:00:00Z", "2026-11-19T10:18:00Z"), "18 minutes ago");
        assert_eq!(spoken("2026-11-19T08:07:00Z", "2026-11-19T10:18:00Z"), "at 08:07");
        assert_eq!(spoken("2026-11-17T08:07:00Z", "2026-11-19T10:18:00Z"), "on 17 November");
    }
}
