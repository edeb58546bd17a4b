//! The delivery log as it is read: how the webhooks do, then every call.

use leptos::prelude::*;
use roomglass_protocol::{
    DeliveryId,
    integration::LozengeKind,
    rest::webhook::{Attempt, Delivery, DeliveryState, WebhookState},
};

use super::deliveries::Deliveries;
use crate::components::live::{list, on, part};
use crate::components::{
    icon::Icon,
    lozenge::StateLozenge,
    moment::{Clock, Moment},
};

/// Webhooks and calls of a log that was loaded.
#[component]
pub fn DeliveryLog(log: Deliveries) -> impl IntoView {
    let webhooks = move || log.read(|listing| listing.webhooks.clone()).unwrap_or_default();
    let state =
        |webhook: &WebhookState| (webhook.key.to_string(), webhook.suspended_at.map(|at| at.0), webhook.waiting);
    let none = move || log.read(|listing| listing.webhooks.is_empty()).unwrap_or_default();
    let older = move || log.read(|listing| listing.more).unwrap_or_default();
    view! {
        <section class="stack__section" aria-labelledby="webhooks-title">
            <h3 id="webhooks-title">"Webhooks"</h3>
            {part(move || none().then(|| view! { <p class="muted">"It does not ask to be told of anything."</p> }))}
            <ul class="people" role="list">
                {list(webhooks, state, move |webhook| view! { <WebhookRow webhook log/> }.into_any())}
            </ul>
        </section>
        <section class="stack__section" aria-labelledby="calls-title">
            <h3 id="calls-title">"Calls"</h3>
            <Calls log/>
            {part(move || older().then(|| view! {
                <button class="btn" type="button" on:click=on(move |_| log.load_older())>"Show older calls"</button>
            }))}
        </section>
    }
    .into_any()
}

#[component]
fn WebhookRow(webhook: WebhookState, log: Deliveries) -> impl IntoView {
    let waiting = match webhook.waiting {
        0 => "No call to its address waits.".to_owned(),
        1 => "1 call to its address waits.".to_owned(),
        count => format!("{count} calls to its address wait."),
    };
    let label = format!("Resume {}", webhook.event);
    let key = webhook.key;
    let suspended = webhook.suspended_at.map(|at| {
        view! {
            <div class="notice notice--inset" data-kind="warning">
                <Icon name="i-circle-alert"/>
                <p class="grow">
                    "Suspended since "<Moment at/>": its server did not answer for a day. An event is tried every few hours, the others are not told."
                </p>
                <button class="btn btn--sm" type="button" aria-label=label on:click=on(move |_| log.resume(key.clone()))>"Resume"</button>
            </div>
        }
    });
    view! {
        <li class="people__row">
            <span class="people__name"><b><code>{webhook.event}</code></b><small>{waiting}</small></span>
            {suspended}
        </li>
    }
    .into_any()
}

#[component]
fn Calls(log: Deliveries) -> impl IntoView {
    let ids = move || -> Vec<DeliveryId> {
        log.read(|listing| listing.items.iter().map(|delivery| delivery.id).collect()).unwrap_or_default()
    };
    let none = move || log.read(|listing| listing.items.is_empty()).unwrap_or_default();
    let draw = move |id| view! { <CallRow id log/> }.into_any();
    view! {
        {part(move || none().then(|| view! { <p class="muted">"It was told of nothing here in the last 14 days."</p> }))}
        <div class="tablewrap" hidden=crate::components::live::follow(none)>
            <table class="table" aria-labelledby="calls-title">
                <thead><tr>
                    <th scope="col">"Event"</th><th scope="col">"When"</th><th scope="col">"Outcome"</th><th scope="col">"Tries"</th>
                    <th scope="col"><span class="sr-only">"Call again"</span></th>
                </tr></thead>
                <tbody>{list(ids, |id| id.to_string(), draw)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Drawn once for a delivery: its button keeps the focus while the outcome beside it changes.
#[component]
fn CallRow(id: DeliveryId, log: Deliveries) -> impl IntoView {
    let first = untrack(|| log.delivery(id));
    let label = first.as_ref().map(|delivery| format!("Replay {} number {}", delivery.event, delivery.seq));
    let named = first.map(|delivery: Delivery| {
        view! {
            <td><code>{delivery.event}</code></td>
            <td><Moment at=delivery.at/></td>
        }
    });
    let outcome = move || log.delivery(id).map(|delivery| outcome(delivery.state));
    let tries = move || log.delivery(id).map(|delivery| view! { <Tries attempts=delivery.attempts/> });
    view! {
        <tr>
            {named}
            <td>{part(outcome)}</td>
            <td>{part(tries)}</td>
            <td class="num">
                <button class="btn btn--sm btn--quiet" type="button" aria-label=label on:click=on(move |_| log.replay(id))>"Replay"</button>
            </td>
        </tr>
    }
    .into_any()
}

fn outcome(state: DeliveryState) -> AnyView {
    let (kind, text) = match state {
        DeliveryState::Waiting => (LozengeKind::Current, "Waiting"),
        DeliveryState::Delivered => (LozengeKind::Success, "Delivered"),
        DeliveryState::Refused => (LozengeKind::Error, "Refused"),
        DeliveryState::Failed => (LozengeKind::Error, "Given up"),
    };
    view! { <StateLozenge kind text/> }.into_any()
}

#[component]
fn Tries(attempts: Vec<Attempt>) -> impl IntoView {
    let Some(last) = attempts.last() else { return "Not tried yet".into_any() };
    let count = match attempts.len() {
        1 => "1 try".to_owned(),
        count => format!("{count} tries"),
    };
    let summary = format!("{count}, {}", answer(last));
    let row = |attempt: Attempt| {
        let answer = answer(&attempt);
        view! { <li><Clock at=attempt.at/>" "{answer}{attempt.note.map(|note| view! { <small class="muted">" "{note}</small> })}</li> }
    };
    let rows = attempts.into_iter().map(row).collect_view();
    view! { <details><summary>{summary}</summary><ol class="adds" role="list">{rows}</ol></details> }.into_any()
}

fn answer(attempt: &Attempt) -> String {
    match attempt.status {
        Some(status) => format!("answered {status} after {} ms", attempt.took_ms),
        None => format!("no answer after {} ms", attempt.took_ms),
    }
}
