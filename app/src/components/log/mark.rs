//! Lines between rows. They stand inside the article they precede, so that they are read with it.

use leptos::prelude::*;

use super::rows::Row;
use crate::components::moment;

/// The day that begins, and the line above what is new.
#[component]
pub fn Marks(
    /// The row they precede.
    #[prop(into)]
    row: Row,
) -> impl IntoView {
    let day = row.day.map(|day| view! { <div class="daymark">{moment::day(day)}</div> });
    let new = row.new.map(|count| {
        let messages = if count == 1 { "message" } else { "messages" };
        view! { <div class="newmark">{format!("New, {count} {messages}")}</div> }
    });
    view! { {day}{new} }.into_any()
}
