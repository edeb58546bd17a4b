//! Versions of integrations that wait until somebody has seen what they would change (UPD-06).

use leptos::prelude::*;
use roomglass_protocol::{
    ApiError, ErrorKind, IntegrationKey, RoomRef,
    rest::update::{Decision, UpdateReview, WaitingUpdate},
};

use super::difference::DifferenceList;
use crate::components::live::{effect, follow, list, on, part};
use crate::{
    client::actions,
    components::{
        dialog::Dialog,
        icon::Icon,
        moment::Moment,
        room::room_title,
        sending::{Refusal, Request, keep_asked},
    },
    state::{Store, ToastKind},
};

/// What waits for the reader; nothing while that is nothing, or while others decide.
#[component]
pub fn WaitingUpdates() -> impl IntoView {
    let store = expect_context::<Store>();
    let waiting = RwSignal::new(Vec::<WaitingUpdate>::new());
    let reviewing = RwSignal::new(None::<WaitingUpdate>);
    let loading = Request::default();
    let closed = RwSignal::new(0_u32);
    keep_asked(
        loading,
        move || store.hydrated.get().then(|| (store.updates.get(), closed.get())),
        move |_| loading.ask(actions::waiting_updates(), move |found| drop(waiting.try_set(found.items))),
    );
    let on_close = Callback::new(move |()| {
        reviewing.set(None);
        closed.update(|times| *times += 1);
    });
    view! {
        <Refusal request=loading/>
        <UpdateNotices waiting reviewing/>
        {part(move || reviewing.get().map(|update| view! { <UpdateDialog integration=update.integration name=update.name on_close/> }))}
    }
    .into_any()
}

/// One notice for each version.
#[component]
pub fn UpdateNotices(
    /// What waits.
    waiting: RwSignal<Vec<WaitingUpdate>>,
    /// The one that was chosen.
    reviewing: RwSignal<Option<WaitingUpdate>>,
) -> impl IntoView {
    let draw = move |update: WaitingUpdate| {
        let label = format!("Review the new version of {}…", update.name);
        let (name, at) = (update.name.clone(), update.arrived_at);
        let review = move |_| reviewing.set(Some(update.clone()));
        view! {
            <li class="notice notice--inset" data-kind="warning">
                <Icon name="i-shield"/>
                <p class="grow">
                    <b>{name}" wants more than it was given."</b>" A new version waits for your review since "<Moment at/>". Until then the present one stays."
                </p>
                <button class="btn btn--sm" type="button" aria-label=label on:click=on(review)>"Review…"</button>
            </li>
        }
        .into_any()
    };
    let version = |update: &WaitingUpdate| (update.integration.to_string(), update.version.0.clone());
    view! { <ul class="updates" role="list" aria-label="Updates to review">{list(move || waiting.get(), version, draw)}</ul> }.into_any()
}

/// What a version would change, and the decision about it.
#[component]
pub fn UpdateDialog(
    /// Whose version.
    integration: IntegrationKey,
    /// Its present name.
    name: String,
    on_close: Callback<()>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let review = RwSignal::new(None::<UpdateReview>);
    let (loading, deciding) = (Request::default(), Request::default());
    let integration = StoredValue::new(integration);
    let load = move || {
        let question = unless_decided(actions::review_update(integration.get_value()));
        loading.ask(question, move |found| drop(review.try_set(Some(found))))
    };
    effect(load);
    let title = format!("New version of {name}");
    let done = move |words: &str| {
        store.toast(ToastKind::Done, format!("{name} {words}"));
        on_close.run(());
    };
    let decision = move || {
        let version = review.with_untracked(|review| review.as_ref().map(|review| review.update.version.clone()));
        version.map(|version| Decision { version })
    };
    let done_accepted = done.clone();
    let accept = move |_| {
        let (Some(decision), done) = (decision(), done_accepted.clone()) else { return };
        let question = unless_decided(actions::accept_update(integration.get_value(), decision));
        deciding.ask(question, move |_| done("is up to date."));
    };
    let refuse = move |_| {
        let (Some(decision), done) = (decision(), done.clone()) else { return };
        let question = unless_decided(actions::refuse_update(integration.get_value(), decision));
        deciding.ask(question, move |()| done("stays as it is."));
    };
    let busy = move || (loading.is_busy() || deciding.is_busy()).then_some("true");
    let look_again = move || {
        deciding.refusal().is_some_and(|error| error.kind != ErrorKind::NotFound).then(|| {
            view! { <button class="btn btn--sm" type="button" on:click=on(move |_| load())>"Look at it again"</button> }
        })
    };
    let is_decided = move || {
        [loading, deciding].iter().any(|it| it.refusal().is_some_and(|error| error.kind == ErrorKind::NotFound))
    };
    let known = move || review.with(Option::is_some) && !is_decided();
    view! {
        <Dialog id="update" title class="dialog dialog--wide" on_close
            subtitle="Read what would change, then decide. The same version does not come again if you refuse it.">
            <div class="dialog__body" aria-busy=follow(busy)>
                {part(move || review.get().map(|review| view! { <UpdateBody review/> }))}
                <Refusal request=loading/>
                <Refusal request=deciding/>
                {part(look_again)}
            </div>
            <div class="dialog__foot">
                <button class="btn" type="button" on:click=on(move |_| on_close.run(()))>"Later"</button>
                <button class="btn btn--danger" type="button" disabled=follow(move || !known()) on:click=on(refuse)>"Refuse"</button>
                <button class="btn btn--primary" type="button" disabled=follow(move || !known()) on:click=on(accept)>"Accept"</button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// What waits no longer was decided about by somebody else, or went with the integration.
async fn unless_decided<T>(question: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    question.await.map_err(decided_meanwhile)
}

fn decided_meanwhile(error: ApiError) -> ApiError {
    match error.kind {
        ErrorKind::NotFound => ApiError::new(
            error.kind,
            "This version does not wait any more: somebody else has decided, or its provider took it back.",
        ),
        _ => error,
    }
}

/// Where it is installed, what has to be agreed to, and what comes along with it.
#[component]
pub fn UpdateBody(review: UpdateReview) -> impl IntoView {
    let store = expect_context::<Store>();
    let harmless = (!review.difference.harmless.is_empty()).then(|| {
        view! {
            <section class="sect"><h3>"Changes along with it"</h3><DifferenceList items=review.difference.harmless label="Harmless changes"/></section>
        }
    });
    view! {
        <p>"It is installed "{untrack(|| places(store, &review.places))}"."</p>
        <section class="sect"><h3>"What it would get more"</h3><DifferenceList items=review.difference.review label="Changes to agree to"/></section>
        {harmless}
    }
    .into_any()
}

fn places(store: Store, places: &[RoomRef]) -> String {
    if places.contains(&RoomRef::Global) {
        return "everywhere".to_owned();
    }
    let rooms = places.iter().filter_map(|place| place.room());
    // An administrator also decides for rooms they are no member of.
    let known: Vec<String> = rooms.map(|room| room_title(store, room)).filter(|title| !title.is_empty()).collect();
    match (known.len(), places.len() - known.len()) {
        (0, 1) => "in a room you are not in".to_owned(),
        (0, others) => format!("in {others} rooms you are not in"),
        (_, 0) => format!("in {}", known.join(", ")),
        (_, others) => format!("in {} and {others} more", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // UPD-06
    #[test]
    fn whoever_comes_second_learns_that_somebody_else_has_decided() {
        let told = |kind| decided_meanwhile(ApiError::new(kind, "as the server says")).message;
        assert!(told(ErrorKind::NotFound).contains("somebody else has decided"));
        assert_eq!(told(ErrorKind::Conflict), "as the server says");
    }
}
