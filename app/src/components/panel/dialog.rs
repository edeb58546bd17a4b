//! Related content in a dialog, in the size its descriptor asks for (HCC-12).

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::debounce, prelude::*};
use serde_json::Value;

use super::{controls::dialog_controls, frame::ContentFrame, opened_on, provider_name};
use crate::components::live::{effect, follow, memo, on, part};
use crate::{
    client::actions,
    components::{dialog::Dialog, icon::Icon},
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
    let body = NodeRef::<html::Div>::new();
    let live = Signal::derive(move || store.dialog.get());
    // While it goes it is still drawn, by what it was.
    let last = content.clone();
    let shown = memo(move || live.get().filter(|open| open.opening == opening).unwrap_or_else(|| last.clone()));
    let title = follow(move || shown.with(|open| open.title.clone()));
    let size = memo(move || shown.with(|open| Size::of(&open.options)));
    effect(move || {
        if let Some(body) = body.get() {
            size.with(|size| size.apply(&body));
        }
    });
    let warns = memo(move || shown.with(OpenContent::is_warning));
    let style = follow(move || warns.get().then_some("warning"));
    let warning = part(move || {
        warns.get().then(|| {
            view! {
                <span class="dialog__warning"><Icon name="i-circle-alert"/><span class="sr-only">"Warning"</span></span>
            }
        })
    });
    let acts = (warning, dialog_controls(&content)).into_any();
    view! {
        <Dialog id="content-dialog" title subtitle class="dialog dialog--content" acts on_close=Callback::new(|()| actions::close_dialog())>
            {part(move || shown.with(OpenContent::filter).map(|placeholder| view! { <Filter placeholder opening/> }))}
            <div class="dialog__body dialog__body--frame" data-style=style node_ref=body><ContentFrame content live/></div>
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
            let does = if dialog.is_warning() { "btn btn--danger" } else { "btn btn--primary" };
            let others: Vec<AnyView> = others.into_iter().map(|action| button(opening, action, "btn")).collect();
            view! {
                <div class="dialog__foot">
                    {hint.map(|hint| view! { <p class="dialog__note">{hint}</p> })}
                    {others}
                    {primary.map(|action| button(opening, action, does))}
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
        let Some(size) = options.get("size") else { return Self::default() };
        let pixels =
            |[width, height]: [u32; 2]| Self { width: Some(format!("{width}px")), height: Some(format!("{height}px")) };
        match size.as_str() {
            Some("small") => pixels([400, 300]),
            Some("large") => pixels([800, 600]),
            Some("xlarge") => pixels([980, 720]),
            // HipChat's "medium" is the size of a dialog that names none.
            Some(_) => Self::default(),
            None => {
                let side = |name: &str, whole| length(size.get(name)?.as_str()?, whole);
                Self { width: side("width", "vw"), height: side("height", "vh") }
            }
        }
    }

    fn apply(&self, body: &web_sys::HtmlDivElement) {
        let style = web_sys::HtmlElement::style(body);
        for (property, value) in [("--content-w", &self.width), ("--content-h", &self.height)] {
            // Set by script; the style sheet keeps it within the window, and has its own where none is set.
            let _ = style.set_property(property, value.as_deref().unwrap_or_default());
        }
    }
}

/// `400px`, `400` and `80%`; the percentage is one of the window's side, in this unit, and at most all of it.
fn length(text: &str, whole: &str) -> Option<String> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix('%') {
        Some(number) => (number, whole),
        None => (text.strip_suffix("px").unwrap_or(text), "px"),
    };
    let number: u32 = number.trim().parse().ok()?;
    Some(format!("{}{unit}", if unit == whole { number.min(100) } else { number }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Width and height, empty where the style sheet decides.
    fn size(written: Value) -> [String; 2] {
        let Size { width, height } = Size::of(&json!({"size": written}));
        [width, height].map(Option::unwrap_or_default)
    }

    #[test]
    fn hcc_12_sizes_are_lengths_and_nothing_else() {
        assert_eq!(size(json!({"width": "400px", "height": "300"})), ["400px", "300px"]);
        for other in ["1px; background: url(//evil.example)", "-1px", "auto", "%", ""] {
            assert_eq!(size(json!({"width": other, "height": other})), ["", ""], "{other}");
        }
        assert_eq!(Size::of(&Value::Null), Size::default());
    }

    #[test]
    fn hcc_12_percentages_are_of_the_same_side_of_the_window_and_at_most_all_of_it() {
        assert_eq!(size(json!({"width": "80%", "height": "60%"})), ["80vw", "60vh"]);
        assert_eq!(size(json!({"width": "250%", "height": "101%"})), ["100vw", "100vh"]);
    }

    #[test]
    fn hcc_12_a_size_may_be_one_word() {
        assert_eq!(size(json!("large")), ["800px", "600px"]);
        assert_eq!(size(json!("xlarge")), ["980px", "720px"]);
        assert_eq!(size(json!("small")), ["400px", "300px"]);
        assert_eq!([size(json!("medium")), size(json!("enormous"))], [["", ""], ["", ""]], "as without a size");
    }
}
