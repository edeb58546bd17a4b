//! A modal dialog: labelled by its heading, closed by Escape, giving the focus back to where it came from.

use leptos::{html, prelude::*};

use super::{focus, icon::Icon};
use crate::components::live::{effect, on, part};

/// What receives the focus when a dialog opens (design §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstFocus {
    /// The heading: there is something to read.
    #[default]
    Heading,
    /// The first field.
    Field,
}

/// Shown for as long as it is mounted. `on_close` must unmount it.
#[component]
pub fn Dialog(
    /// Names the dialog and its parts.
    id: &'static str,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// A sentence under the heading.
    #[prop(optional, into)]
    subtitle: Option<String>,
    /// `dialog` and its modifiers.
    #[prop(default = "dialog")]
    class: &'static str,
    /// What else stands in its head.
    #[prop(optional)]
    acts: Option<AnyView>,
    /// What receives the focus.
    #[prop(optional)]
    first_focus: FirstFocus,
    /// The person wants it closed.
    on_close: Callback<()>,
    /// `dialog__body`, and `dialog__foot` where there is something to decide.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = format!("{id}-title");
    let heading = title_id.clone();
    let shown = StoredValue::new_local(None::<(web_sys::HtmlDialogElement, Option<web_sys::HtmlElement>)>);

    effect(move || {
        let Some(dialog) = dialog.get().filter(|dialog| !dialog.open()) else { return };
        shown.set_value(Some((dialog.clone(), focus::focused())));
        // Fails only where the dialog is open or gone already; then there is nothing to show.
        let _ = dialog.show_modal();
        let first_field = || focus::visible(&dialog, "input:not([type=hidden]), textarea, select").into_iter().next();
        let first = match first_focus {
            FirstFocus::Heading => focus::element(&heading),
            FirstFocus::Field => first_field(),
        };
        if let Some(first) = first {
            focus::give(&first);
        }
    });
    on_cleanup(move || {
        // While it is modal nothing outside can take the focus.
        let Some((dialog, opener)) = shown.try_update_value(Option::take).flatten() else { return };
        dialog.close();
        if let Some(opener) = opener.filter(|opener| opener.is_connected()) {
            focus::give(&opener);
        }
    });
    let cancelled = move |event: leptos::ev::Event| {
        event.prevent_default();
        on_close.run(());
    };

    view! {
        <dialog class=class id=id node_ref=dialog aria-labelledby=title_id on:cancel=cancelled>
            <div class="dialog__head">
                <div class="grow">
                    <h2 id=title_id.clone() tabindex="-1">{part(move || title.get())}</h2>
                    {subtitle.map(|subtitle| view! { <p>{subtitle}</p> })}
                </div>
                {acts}
                <button class="iconbtn" type="button" aria-label="Close" on:click=on(move |_| on_close.run(()))>
                    <Icon name="i-x"/>
                </button>
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}
