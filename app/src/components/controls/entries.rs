//! Controls of integrations as entries of the menu.

use leptos::{prelude::*, task::spawn_local};
use roomglass_protocol::{
    integration::{Action, ExtensionRef},
    text::html::plain_text,
};

use crate::components::live::{effect, follow, on, part};
use crate::{
    client::actions,
    components::{
        icon::{AppIcon, Icon},
        menu::choosing,
        provider::{ProviderNames, provider_icon},
        room::OpenRoom,
    },
    state::{OpenExtras, OpenRequest, OpenedFrom, ShownControl},
};

/// So many entries are shown before "More…".
const FIRST: usize = 5;
/// In the foot until an entry has the focus.
const NOT_ASKED_YET: &str = "Offered by integrations of this room.";
/// In the foot for an entry without conditions.
const ALWAYS: &str = "Always offered.";

/// Why the entry that has the focus is shown.
#[derive(Debug, Clone, Copy)]
pub struct Reasons(RwSignal<Option<String>>);

impl Default for Reasons {
    fn default() -> Self {
        Self(RwSignal::new(None))
    }
}

/// The entries, in their stable order, and the reason of the one that has the focus.
#[component]
pub fn IntegrationEntries(controls: Vec<ShownControl>, from: OpenedFrom, reasons: Reasons) -> impl IntoView {
    let more = controls.len() > FIRST;
    let all = RwSignal::new(!more);
    let controls = StoredValue::new(controls);
    let from = StoredValue::new(from);
    let entry = move |(index, control): (usize, ShownControl)| {
        view! { <ControlEntry control from=from.get_value() reasons reason_id=format!("control-why-{index}")/> }
    };
    let shown = move || {
        let count = if all.get() { usize::MAX } else { FIRST };
        controls.get_value().into_iter().enumerate().take(count).map(entry).collect_view()
    };
    let any = !controls.with_value(Vec::is_empty);
    any.then(|| view! {
        <div class="menu__sep" role="separator"></div>
        <div role="group" aria-labelledby="controls-from">
            <div class="menu__label" id="controls-from" role="presentation">"From integrations"</div>
            {part(shown)}
            {part(move || (!all.get()).then(|| view! {
                <button class="menu__item" role="menuitem" type="button" tabindex="-1" on:click=on(move |_| all.set(true))>
                    <Icon name="i-ellipsis"/><span>"More…"</span>
                </button>
            }))}
        </div>
        // There from the start: a foot that appeared at the first press would move the entry away from under it.
        <p class="menu__why" aria-hidden="true">
            <Icon name="i-info" class="icon icon--xs"/>
            <span>{follow(move || reasons.0.get().unwrap_or_else(|| NOT_ASKED_YET.to_owned()))}</span>
        </p>
    })
}

#[component]
fn ControlEntry(control: ShownControl, from: OpenedFrom, reasons: Reasons, reason_id: String) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let provider = untrack(|| expect_context::<ProviderNames>().of(&control.id.integration));
    let ShownControl { id, action, target, reason } = control;
    let icon = provider_icon(expect_context(), &id.integration);
    let said = said_beside(room, &id, &action, &from);
    let named = provider.clone();
    let request = action.target.clone().map(|target| OpenRequest {
        integration: id.integration.clone(),
        target,
        room: room.id,
        action: Some(action.key.clone()),
        element: from,
        extras: OpenExtras::default(),
    });
    let works = target.is_some();
    let choose = choosing(Callback::new(move |()| {
        if let Some(request) = request.clone() {
            actions::open_target(request);
        }
    }));
    let described_by = reason.is_some().then(|| reason_id.clone());
    let hidden = reason.clone().map(|reason| view! { <span class="sr-only" id=reason_id>{reason}</span> });
    let on_focus = move |_| reasons.0.set(Some(reason.clone().unwrap_or_else(|| ALWAYS.to_owned())));
    let on_click = move |_| {
        if works {
            choose.run(())
        }
    };
    view! {
        <button class="menu__item" role="menuitem" type="button" tabindex="-1" aria-describedby=described_by
            aria-disabled=(!works).then_some("true") on:focus=on_focus on:click=on_click>
            <AppIcon integration=id.integration name=provider.clone() icon class="app-icon app-icon--sm"/>
            <span>{action.name.value}</span><small>{part(move || said.get().unwrap_or_else(|| named.clone()))}</small>
        </button>
        {hidden}
    }
    .into_any()
}

/// What the provider says beside the words of a control, once it has answered: asked each time the menu opens (CC-19).
fn said_beside(room: OpenRoom, control: &ExtensionRef, action: &Action, from: &OpenedFrom) -> RwSignal<Option<String>> {
    let said = RwSignal::new(None);
    if action.query_url.is_none() {
        return said;
    }
    let message = match from {
        OpenedFrom::Message(id) => Some(*id),
        OpenedFrom::Tile | OpenedFrom::Panel | OpenedFrom::Input | OpenedFrom::Installed => None,
    };
    let control = control.clone();
    effect(move || {
        let answer = actions::control_data(room.id, control.clone(), message);
        spawn_local(async move {
            // Without an answer the name of the integration stays.
            let Ok(data) = answer.await else { return };
            let text = Some(plain_text(&data.label.value)).filter(|text| !text.trim().is_empty());
            // The menu may be gone.
            let _ = said.try_set(text);
        });
    });
    said
}
