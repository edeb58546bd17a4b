//! Sample messages: each can be edited, has its '…' menu, and tells what is offered on it and why.

use leptos::prelude::*;
use roomglass_protocol::{Event, EventBody, Message, Sequence, Timestamp, state::Timeline};

use crate::components::live::{effect, follow, list, memo, on, part};
use crate::{
    client::actions,
    components::{
        controls::{ControlsOn, ExplainedList, OpenControls},
        icon::Icon,
        room::OpenRoom,
    },
    state::{
        Store,
        simulator::{SIMULATED, Sample, SampleKind, Simulator},
    },
};

/// All of them, and the input field, which has controls too.
#[component]
pub fn Samples(simulator: Simulator) -> impl IntoView {
    effect(move || fill_log(simulator));
    let add = move |_| {
        let number = simulator.store.next_number() + 1_000;
        simulator.samples.update(|samples| samples.push(Sample::new(number, SampleKind::Colleague, "", "")));
    };
    let draw = move |sample: Sample| view! { <SampleRow simulator sample/> }.into_any();
    view! {
        <section class="stack__section" aria-labelledby="sim-messages">
            <h2 id="sim-messages">"Sample messages"</h2>
            <ul class="people" role="list">{list(move || simulator.samples.get(), |sample| sample.number, draw)}</ul>
            <div class="row row--wrap">
                <button class="btn" type="button" on:click=on(add)><Icon name="i-plus" class="icon icon--sm"/>"Add a message"</button>
                <ControlsButton id="sim-input".to_owned() label="View controls for the input field" subject=follow(|| Some(ControlsOn::Input))/>
                <span class="muted">"Controls of the input field"</span>
            </div>
        </section>
    }
    .into_any()
}

/// The messages as the log of the room, where framed pages are told of them.
fn fill_log(simulator: Simulator) {
    let messages: Vec<Message> =
        simulator.samples.get().into_iter().filter_map(|sample| message(simulator, sample).ok()).collect();
    let event = |(message, seq): (Message, i64)| Event {
        room_id: SIMULATED,
        seq: Sequence(seq),
        messages: seq,
        at: Timestamp(0),
        body: EventBody::Message(message),
    };
    let mut timeline = Timeline::default();
    timeline.insert(messages.into_iter().zip(1..).map(event));
    simulator.store.shared_room(SIMULATED).timeline.set(timeline);
}

fn message(simulator: Simulator, sample: Sample) -> Result<Message, String> {
    let (me, _) = simulator.store.person_in(SIMULATED).ok_or_else(String::new)?;
    sample.message(&me, &simulator.integration().ok_or_else(String::new)?)
}

#[component]
fn SampleRow(simulator: Simulator, sample: Sample) -> impl IntoView {
    let message = memo(move || message(simulator, sample));
    let subject = follow(move || message.get().ok().map(ControlsOn::Message));
    let number = sample.number;
    let kinds = SampleKind::ALL.map(|kind| {
        view! { <option value=kind.as_str() selected=kind == sample.kind.get_untracked()>{kind.as_str()}</option> }
    });
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        if let Some(kind) = SampleKind::ALL.into_iter().find(|kind| kind.as_str() == chosen) {
            sample.kind.set(kind);
        }
    };
    let remove = move |_| simulator.samples.update(|samples| samples.retain(|sample| sample.number != number));
    let is_notification = memo(move || sample.kind.get() == SampleKind::Notification);
    let metadata = move || {
        is_notification.get().then(|| {
            view! {
                <textarea class="input input--mono grow" rows="2" aria-label=format!("Metadata of message {number}") spellcheck="false" maxlength="20000"
                    prop:value=sample.metadata.get_untracked() on:input=on(move |event| sample.metadata.set(event_target_value(&event)))></textarea>
            }
        })
    };
    let refusal = move || message.get().err().filter(|why| !why.is_empty());
    view! {
        <li class="people__row">
            <select class="select" aria-label=format!("Kind of message {number}") on:change=on(choose)>{kinds.collect_view()}</select>
            <input class="input grow" type="text" maxlength="10000" aria-label=format!("Text of message {number}")
                prop:value=sample.text.get_untracked() on:input=on(move |event| sample.text.set(event_target_value(&event)))/>
            <ControlsButton id=format!("sim-controls-{number}") label="View controls for the message" subject/>
            <button class="iconbtn" type="button" aria-label=format!("Remove message {number}") on:click=on(remove)><Icon name="i-x"/></button>
            {part(metadata)}
            {part(move || refusal().map(|why| view! { <p class="field__error" role="alert">{why}</p> }))}
            <Offered simulator subject number/>
        </li>
    }
    .into_any()
}

/// The '…' button of an element.
#[component]
fn ControlsButton(id: String, label: &'static str, subject: Signal<Option<ControlsOn>>) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let anchor = id.clone();
    let is_open = memo(move || room.controls.with(|open| open.as_ref().is_some_and(|open| open.anchor == anchor)));
    let anchor = id.clone();
    let toggle = move |_| {
        let open = subject.get_untracked().filter(|_| !is_open.get_untracked());
        room.controls.set(open.map(|on| OpenControls { anchor: anchor.clone(), opener: None, on }));
    };
    view! {
        <button class="iconbtn" id=id type="button" aria-label=label aria-haspopup="menu"
            aria-expanded=follow(move || is_open.get().to_string()) on:click=on(toggle)>
            <Icon name="i-ellipsis"/>
        </button>
    }
    .into_any()
}

/// What is offered on an element as it is now, and why or why not.
#[component]
fn Offered(simulator: Simulator, subject: Signal<Option<ControlsOn>>, number: u64) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let took = RwSignal::new(None::<u32>);
    let explained = move || {
        // What is explained is read at one moment; these are what can change it.
        store.installed.track();
        store.workspace.track();
        subject.get().map(|on| on.explained(store, room)).unwrap_or_default()
    };
    let summary = move || {
        let explained = explained();
        let offered: Vec<&str> = explained.iter().filter(|of| of.shown).map(|of| of.name.as_str()).collect();
        match (offered.len(), explained.len()) {
            (_, 0) => "No control is for this.".to_owned(),
            (0, all) => format!("Offered: none of {all}"),
            (_, all) => format!("Offered: {} ({} of {all})", offered.join(", "), offered.len()),
        }
    };
    let measure = move |_| {
        if let Some(ControlsOn::Message(message)) = subject.get_untracked() {
            actions::measure_controls(simulator, message, took);
        }
    };
    view! {
        <details class="grow">
            <summary>{follow(summary)}</summary>
            {part(move || view! { <ExplainedList explained=explained() none="No control is for this."/> })}
            <div class="row row--wrap">
                <button class="btn btn--sm btn--quiet" type="button" aria-label=format!("Measure message {number}") on:click=on(measure)>"How long does it take?"</button>
                <span role="status">{part(move || took.get().map(|took| format!("{took} µs to find its controls")))}</span>
            </div>
        </details>
    }
    .into_any()
}
