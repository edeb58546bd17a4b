//! Related content in a dialog, in the size its descriptor asks for (HCC-12).

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::debounce, prelude::*};
use serde_json::Value;

use super::{frame::ContentFrame, opened_on, provider_name};
use crate::components::live::{effect, follow, memo, on, part};
use crate::{
    client::actions,
    components::dialog::Dialog,
    deferred::split_off,
    state::{DialogButton, OpenContent, Store},
};

/// The page is told when the person pauses (contract §9.5).
const FILTER_WAIT: Duration = Duration::from_millis(250);

/// The dialog of an integration, while one is open.
#[component]
pub fn ContentDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let opening = memo(move || store.dialog.with(|dialog| dialog.as_ref().map(|open| open.opening)));
    part(move || opening.get().and_then(|_| store.dialog.get_untracked()).map(open_dialog))
}

split_off! {
    content,
    /// The dialog with its page.
    pub fn open_dialog(content: OpenContent) {
        view! { <OpenDialog content/> }
    }
}

#[component]
fn OpenDialog(content: OpenContent) -> impl IntoView {
    let store = expect_context::<Store>();
    let provider = provider_name(content.request.integration.clone()).get_untracked();
    let subtitle = format!("{provider} · {}", opened_on(&content.request.element));
    let opening = content.opening;
    let size = Size::of(&content.options);
    let body = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(body) = body.get() {
            size.apply(&body);
        }
    });
    let live = Signal::derive(move || store.dialog.get());
    // While it goes it is still drawn, by what it was.
    let last = content.clone();
    let shown = memo(move || live.get().filter(|open| open.opening == opening).unwrap_or_else(|| last.clone()));
    let title = follow(move || shown.with(|open| open.title.clone()));
    view! {
        <Dialog id="content-dialog" title subtitle class="dialog dialog--content" on_close=Callback::new(|()| actions::close_dialog())>
            {part(move || shown.with(OpenContent::filter).map(|placeholder| view! { <Filter placeholder opening/> }))}
            <div class="dialog__body dialog__body--frame" node_ref=body><ContentFrame content live/></div>
            <Foot shown/>
        </Dialog>
    }
    .into_any()
}

/// What stands below the page: a hint, the other ways out, and last what the dialog is for.
#[component]
fn Foot(shown: Memo<OpenContent>) -> impl IntoView {
    part(move || {
        let dialog = shown.get();
        let (hint, others, primary) = (dialog.hint(), dialog.secondary_actions(), dialog.primary_action());
        let is_empty = hint.is_none() && others.is_empty() && primary.is_none();
        (!is_empty).then(|| {
            let opening = dialog.opening;
            let others: Vec<AnyView> = others.into_iter().map(|action| button(opening, action, "btn")).collect();
            view! {
                <div class="dialog__foot">
                    {hint.map(|hint| view! { <p class="dialog__note">{hint}</p> })}
                    {others}
                    {primary.map(|action| button(opening, action, "btn btn--primary"))}
                </div>
            }
        })
    })
}

fn button(opening: u64, action: DialogButton, class: &'static str) -> AnyView {
    let DialogButton { key, name, enabled } = action;
    let press = on(move |_: leptos::ev::MouseEvent| match &key {
        Some(key) => actions::press_dialog_button(opening, key.clone()),
        None => actions::close_dialog(),
    });
    view! { <button class=class type="button" disabled=!enabled on:click=press>{name}</button> }.into_any()
}

/// A search field whose text the page inside is told of.
#[component]
fn Filter(placeholder: String, opening: u64) -> impl IntoView {
    let mut tell = debounce(FILTER_WAIT, move |value: String| actions::filter_dialog(opening, value));
    view! {
        <div class="dialog__filter">
            <input class="input" type="search" aria-label=placeholder.clone() placeholder=placeholder maxlength="200"
                on:input=on(move |event| tell(event_target_value(&event)))/>
        </div>
    }
    .into_any()
}

/// The size a descriptor asks for, as lengths of CSS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Size {
    width: Option<String>,
    height: Option<String>,
}

impl Size {
    fn of(options: &Value) -> Self {
        let size = options.get("size");
        let side = |name: &str| size.and_then(|size| size.get(name)).and_then(Value::as_str).and_then(length);
        Self { width: side("width"), height: side("height") }
    }

    fn apply(&self, body: &web_sys::HtmlDivElement) {
        let style = web_sys::HtmlElement::style(body);
        for (property, value) in [("--content-w", &self.width), ("--content-h", &self.height)] {
            if let Some(value) = value {
                // Set by script; the style sheet keeps it within the window.
                let _ = style.set_property(property, value);
            }
        }
    }
}

/// `400px`, `400` and `80%`; the percentage is one of the window.
fn length(text: &str) -> Option<String> {
    let (number, unit) = match text.trim() {
        text if text.ends_with('%') => (text.trim_end_matches('%'), "vw"),
        text => (text.trim_end_matches("px"), "px"),
    };
    let number: u32 = number.trim().parse().ok()?;
    Some(format!("{number}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hcc_12_sizes_are_lengths_and_nothing_else() {
        let options = serde_json::json!({"size": {"width": "400px", "height": "60%"}});
        assert_eq!(Size::of(&options), Size { width: Some("400px".into()), height: Some("60vw".into()) });
        assert_eq!(length("1px; background: url(//evil.example)"), None);
        assert_eq!(Size::of(&Value::Null), Size::default());
    }
}
