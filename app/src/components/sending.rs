//! Things people ask for that take a moment and can be refused.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::ApiError;

use super::icon::Icon;
use crate::components::live::{effect, part};

/// How a request stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Sending {
    /// Not asked yet, or done.
    #[default]
    Idle,
    /// Asked.
    InFlight,
    /// Refused, and why.
    Failed(ApiError),
}

/// A request that is asked at most once at a time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request(RwSignal<Sending>);

impl Request {
    /// Whether an answer is awaited. Reactive.
    pub fn is_busy(self) -> bool {
        self.0.with(|state| *state == Sending::InFlight)
    }

    /// The refusal, if that was the answer. Reactive.
    pub fn refusal(self) -> Option<ApiError> {
        self.0.with(|state| match state {
            Sending::Failed(error) => Some(error.clone()),
            Sending::Idle | Sending::InFlight => None,
        })
    }

    /// Asks, unless an answer is awaited already; `then` receives what was asked for.
    pub fn ask<T: 'static>(
        self,
        question: impl Future<Output = Result<T, ApiError>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.0.with_untracked(|state| *state == Sending::InFlight) {
            return;
        }
        self.0.set(Sending::InFlight);
        spawn_local(async move {
            let answer = question.await;
            // The component may be gone by now: then nobody needs the answer.
            match answer {
                Ok(answer) => {
                    let _ = self.0.try_set(Sending::Idle);
                    then(answer);
                }
                Err(error) => drop(self.0.try_set(Sending::Failed(error))),
            }
        });
    }
}

/// Asks whenever something else is wanted, one question at a time: what is wanted before there is an answer is asked for after it.
pub fn keep_asked<W: Clone + PartialEq + 'static>(
    request: Request,
    wanted: impl Fn() -> Option<W> + 'static,
    ask: impl Fn(W) + 'static,
) {
    let asked = StoredValue::new_local(None::<W>);
    effect(move || {
        let wanted = wanted();
        if request.is_busy() || asked.with_value(|asked| *asked == wanted) {
            return;
        }
        asked.set_value(wanted.clone());
        if let Some(wanted) = wanted {
            ask(wanted);
        }
    });
}

/// Why a request was refused, read out as soon as it is shown, with every fault of a refused document.
#[component]
pub fn Refusal(request: Request) -> impl IntoView {
    part(move || request.refusal().map(|error| view! { <ErrorNotice error/> }))
}

/// A refusal in the product's words.
#[component]
pub fn ErrorNotice(error: ApiError) -> impl IntoView {
    let faults = (!error.faults.is_empty()).then(|| {
        let fault_row = |fault: roomglass_protocol::Fault| {
            let place = if fault.pointer.is_empty() { "whole document".to_owned() } else { fault.pointer };
            view! { <li><code>{place}</code>" "{fault.message}</li> }
        };
        view! { <ul class="faults" role="list">{error.faults.into_iter().map(fault_row).collect_view()}</ul> }
    });
    view! {
        <div class="notice notice--inset" data-kind="error" role="alert">
            <Icon name="i-circle-alert"/>
            <div class="grow"><p>{error.message}</p>{faults}</div>
        </div>
    }
    .into_any()
}
