//! The choice between a public and a private room.

use crate::components::live::{follow, on};
use leptos::prelude::*;
use roomglass_protocol::Privacy;

/// Two radio buttons that say what each means.
#[component]
pub fn PrivacyChoice(value: RwSignal<Privacy>) -> impl IntoView {
    let choice = move |privacy: Privacy, word: &'static str, hint: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="privacy" prop:checked=follow(move || value.get() == privacy) on:change=on(move |_| value.set(privacy))/>
                <span>{word}<span class="check__hint">{hint}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">"Who may enter"</legend>
            {choice(Privacy::Public, "Public", "Everyone in the organisation except guests can find and join it.")}
            {choice(Privacy::Private, "Private", "Only people who are added can see it.")}
        </fieldset>
    }
    .into_any()
}
