//! A descriptor as its author writes it: lines with numbers, and what is wrong with each.

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::debounce, prelude::*};
use roomglass_protocol::{
    Fault,
    integration::{LozengeKind, MAX_DESCRIPTOR_BYTES},
};

use crate::components::{
    live::{follow, memo, on, part},
    lozenge::StateLozenge,
};
use crate::state::simulator::{Checked, Finding, span_of_line};

/// How long the author pauses before a text is read.
const PAUSE: Duration = Duration::from_millis(150);

/// The text, and what there is to say about it.
#[component]
pub fn DescriptorEditor(
    /// Names the field.
    id: &'static str,
    /// As it was taken in last.
    text: RwSignal<String>,
    /// What there is to say about it.
    checked: RwSignal<Checked>,
    /// Takes in what was written.
    on_input: Callback<String>,
) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let gutter = NodeRef::<html::Pre>::new();
    let lines = memo(move || text.with(|text| text.split('\n').count()));
    let numbers = move || (1..=lines.get()).fold(String::new(), |numbers, line| numbers + &format!("{line}\n"));
    let mut take = debounce(PAUSE, move |text: String| {
        let _ = on_input.try_run(text);
    });
    let scroll = move |_: leptos::ev::Event| {
        if let (Some(field), Some(gutter)) = (field.get_untracked(), gutter.get_untracked()) {
            gutter.set_scroll_top(field.scroll_top());
        }
    };
    let go_to = Callback::new(move |line: usize| {
        let Some(field) = field.get_untracked() else { return };
        let (begin, end) = span_of_line(&field.value(), line);
        let _ = field.focus();
        // Fails only for fields that hold no text.
        let _ = field.set_selection_range(begin, end);
        let lines = i32::try_from(lines.get_untracked()).unwrap_or(i32::MAX).max(1);
        let above = i32::try_from(line).unwrap_or(i32::MAX).saturating_sub(4).clamp(0, lines);
        field.set_scroll_top(field.scroll_height() / lines * above);
    });
    let summary_id = format!("{id}-summary");
    view! {
        <div class="editor">
            <pre class="editor__lines" node_ref=gutter aria-hidden="true">{follow(numbers)}</pre>
            <textarea class="editor__text" id=id node_ref=field aria-label="Descriptor" aria-describedby=summary_id.clone() wrap="off"
                spellcheck="false" autocomplete="off" autocapitalize="off" maxlength=(MAX_DESCRIPTOR_BYTES + 1).to_string()
                placeholder="Paste a descriptor" prop:value=follow(move || text.get()) on:scroll=on(scroll)
                on:input=on(move |event| take(event_target_value(&event)))></textarea>
        </div>
        <p id=summary_id role="status">{part(move || checked.with(Checked::summary))}</p>
        {part(move || view! { <Findings findings=checked.with(|checked| checked.findings.clone()) go_to/> })}
    }
    .into_any()
}

/// Faults and warnings; choosing one leads to its line.
#[component]
pub fn Findings(
    /// In their order.
    findings: Vec<Finding>,
    /// Leads to a line.
    go_to: Callback<usize>,
) -> impl IntoView {
    let row = |Finding { line, is_fault, fault: Fault { pointer, message } }: Finding| {
        let (kind, word) = if is_fault { (LozengeKind::Error, "Fault") } else { (LozengeKind::Moved, "Warning") };
        let pointer = if pointer.is_empty() { "/".to_owned() } else { pointer };
        view! {
            <li>
                <StateLozenge kind text=word/>" "
                <button class="link" type="button" on:click=on(move |_| go_to.run(line))>{format!("Line {line}")}</button>
                " "<code>{pointer}</code>" "{message}
            </li>
        }
    };
    let any = !findings.is_empty();
    any.then(|| view! { <ul class="faults" role="list" aria-label="Faults and warnings">{findings.into_iter().map(row).collect_view()}</ul> })
}
