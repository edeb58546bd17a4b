//! Labelled fields of forms.

use leptos::prelude::*;

use super::icon::Icon;
use crate::components::live::{follow, on, part};

/// A line of text with its label.
#[component]
pub fn TextField(
    /// Names the field and its label.
    id: &'static str,
    /// What to write.
    label: &'static str,
    /// What is written.
    value: RwSignal<String>,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// `autocomplete` of the input.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What helps to fill it in.
    #[prop(optional)]
    hint: &'static str,
    /// Most characters.
    #[prop(default = 256)]
    max: u32,
    /// Fewest characters.
    #[prop(default = 0)]
    min: u32,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described_by = (!hint.is_empty()).then(|| hint_id.clone());
    let shown = (!hint.is_empty()).then(|| view! { <p class="field__hint" id=hint_id>{hint}</p> });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input class="input" id=id name=id type=kind autocomplete=autocomplete maxlength=max required=!optional
                minlength=(min > 0).then_some(min) aria-describedby=described_by
                prop:value=follow(move || value.get()) on:input=on(move |event| value.set(event_target_value(&event)))/>
            {shown}
        </div>
    }
    .into_any()
}

/// A password, which can be shown.
#[component]
pub fn PasswordField(
    /// Names the field and its label.
    id: &'static str,
    /// What is written.
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let is_new = autocomplete == "new-password";
    let hint_id = format!("{id}-hint");
    let described_by = is_new.then(|| hint_id.clone());
    let hint = is_new.then(|| view! { <p class="field__hint" id=hint_id>"At least 10 characters."</p> });
    view! {
        <div class="field">
            <label class="field__label" for=id>"Password"</label>
            <div class="inputgroup">
                <input class="input" id=id name=id type=follow(move || if shown.get() { "text" } else { "password" })
                    autocomplete=autocomplete required=true maxlength="256" minlength=is_new.then_some("10")
                    aria-describedby=described_by
                    prop:value=follow(move || value.get()) on:input=on(move |event| value.set(event_target_value(&event)))/>
                <button class="iconbtn iconbtn--sm" type="button" aria-label="Show password"
                    aria-pressed=follow(move || shown.get().to_string()) on:click=on(move |_| shown.update(|shown| *shown = !*shown))>
                    <Icon name="i-eye"/>
                </button>
            </div>
            {hint}
        </div>
    }
    .into_any()
}

/// A button that sends a form and shows that it is under way.
#[component]
pub fn SubmitButton(
    /// What happens.
    #[prop(into)]
    label: Signal<String>,
    /// The request it starts.
    request: super::sending::Request,
    /// `btn` and its modifiers.
    #[prop(default = "btn btn--primary")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button class=class type="submit" aria-busy=follow(move || request.is_busy().then_some("true"))>
            {part(move || label.get())}
        </button>
    }
    .into_any()
}
