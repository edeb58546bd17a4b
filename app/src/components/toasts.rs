//! Short notices at the lower start edge (design §4.3): plain ones go by themselves, errors stay.

use std::time::Duration;

use leptos::{html, prelude::*};

use super::icon::Icon;
use crate::components::live::{effect, list, on};
use crate::state::{Store, Toast, ToastKind};

const PLAIN_FOR: Duration = Duration::from_secs(6);
const MOST: usize = 3;

/// All notices, in the browser's top layer.
#[component]
pub fn Toasts() -> impl IntoView {
    let store = expect_context::<Store>();
    let layer = NodeRef::<html::Div>::new();
    effect(move || {
        let any = store.toasts.with(|toasts| !toasts.is_empty());
        let Some(layer) = layer.get() else { return };
        // Showing again puts them above a dialog opened meanwhile; both calls fail only where there is nothing to do.
        let _ = layer.hide_popover();
        if any {
            let _ = layer.show_popover();
        }
    });
    let newest = move || store.toasts.with(|toasts| toasts.iter().rev().take(MOST).rev().cloned().collect::<Vec<_>>());
    view! {
        <div class="toasts" popover="manual" node_ref=layer role="region" aria-label="Notices">
            {list(newest, |toast| toast.id, |toast| view! { <ToastRow toast/> }.into_any())}
        </div>
    }
    .into_any()
}

#[component]
fn ToastRow(toast: Toast) -> impl IntoView {
    let store = expect_context::<Store>();
    let held = RwSignal::new(false);
    let id = toast.id;
    // Also told when the notice goes with the focus in it.
    let leave = move || {
        let _ = held.try_set(false);
    };
    let failed = toast.kind == ToastKind::Failed;
    if !failed {
        leave_when_read(store, id, held);
    }
    view! {
        <div class="toast" data-kind=if failed { "error" } else { "success" } role=if failed { "alert" } else { "status" }
            on:pointerenter=move |_| held.set(true) on:pointerleave=on(move |_| leave())
            on:focusin=on(move |_| held.set(true)) on:focusout=on(move |_| leave())>
            <Icon name=if failed { "i-circle-alert" } else { "i-circle-check" }/>
            <div>{toast.text}</div>
            <button class="iconbtn iconbtn--sm" type="button" aria-label="Dismiss" on:click=on(move |_| store.dismiss_toast(id))>
                <Icon name="i-x" class="icon icon--sm"/>
            </button>
        </div>
    }
    .into_any()
}

fn leave_when_read(store: Store, id: u64, held: RwSignal<bool>) {
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(handle) = before.flatten() {
            handle.clear();
        }
        if held.get() { None } else { set_timeout_with_handle(move || store.dismiss_toast(id), PLAIN_FOR).ok() }
    });
}
