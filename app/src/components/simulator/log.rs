//! Everything that went by, newest first.

use leptos::prelude::*;

use crate::components::{
    live::{list, part},
    moment::Clock,
};
use crate::state::simulator::Logged;

/// Requests and frames, each to be unfolded.
#[component]
pub fn ExchangeLog(
    /// Oldest first.
    log: RwSignal<Vec<Logged>>,
) -> impl IntoView {
    let draw = |Logged { at, what, .. }: Logged| {
        let details = what.details().into_iter().map(|text| view! { <pre class="exchange" tabindex="0">{text}</pre> });
        view! {
            <li><details><summary><Clock at/>" "{what.title()}</summary>{details.collect_view()}</details></li>
        }
        .into_any()
    };
    let newest_first = move || log.get().into_iter().rev().collect::<Vec<_>>();
    view! {
        {part(move || log.with(Vec::is_empty).then(|| view! { <p class="muted">"Nothing yet."</p> }))}
        <ol class="people" role="list" aria-label="Requests and frames">{list(newest_first, |entry| entry.number, draw)}</ol>
    }
    .into_any()
}
