//! Looking at files one after the other, in a dialog.

use leptos::{ev, leptos_dom::helpers::window_event_listener, prelude::*};

use crate::components::live::{effect, follow, memo, on, part};
use crate::{
    components::{dialog::Dialog, icon::Icon},
    deferred::split_off,
    state::ShownFile,
};

split_off! {
    content,
    /// Shows the file at a place of a list; arrow keys lead to the others.
    pub fn view_files(files: Vec<ShownFile>, first: usize, on_close: Callback<()>) {
        view! { <Viewer files first on_close/> }
    }
}

#[component]
fn Viewer(files: Vec<ShownFile>, first: usize, on_close: Callback<()>) -> impl IntoView {
    let count = files.len();
    let at = RwSignal::new(first.min(count.saturating_sub(1)));
    let shown = memo(move || files.get(at.get()).cloned());
    let title =
        Signal::derive(move || shown.with(|file| file.as_ref().map(|file| file.name.clone()).unwrap_or_default()));
    let step = move |forward: bool| {
        at.update(|at| *at = if forward { (*at + 1).min(count - 1) } else { at.saturating_sub(1) });
    };
    // Whatever of the dialog has the focus.
    effect(move || {
        let keys = window_event_listener(ev::keydown, move |event| match event.key().as_str() {
            "ArrowRight" => step(true),
            "ArrowLeft" => step(false),
            _ => {}
        });
        on_cleanup(move || keys.remove());
    });
    let several = count > 1;
    view! {
        <Dialog id="viewer" title class="dialog dialog--wide viewer" on_close>
            <div class="dialog__body viewer__body">
                {part(move || shown.get().map(face))}
            </div>
            <div class="dialog__foot">
                {several.then(|| view! {
                    <span class="num grow" role="status">{part(move || format!("{} of {count}", at.get() + 1))}</span>
                    <button class="btn" type="button" disabled=follow(move || at.get() == 0) on:click=on(move |_| step(false))>"Previous"</button>
                    <button class="btn" type="button" disabled=follow(move || at.get() + 1 == count) on:click=on(move |_| step(true))>"Next"</button>
                })}
                {part(move || shown.get().map(way_out))}
            </div>
        </Dialog>
    }
    .into_any()
}

fn face(file: ShownFile) -> AnyView {
    match file.is_picture {
        true => view! { <img class="viewer__picture" src=file.url alt=file.name/> }.into_any(),
        false => {
            view! { <p class="viewer__none"><Icon name="i-paperclip"/>"This file cannot be shown here."</p> }.into_any()
        }
    }
}

/// Saved from here; what is elsewhere is opened there.
fn way_out(file: ShownFile) -> AnyView {
    match file.url.starts_with('/') {
        true => view! { <a class="btn btn--primary" href=file.url download=file.name>"Save"</a> }.into_any(),
        false => view! {
            <a class="btn btn--primary" href=file.url target="_blank" rel="noopener noreferrer">"Open in a new tab"</a>
        }
        .into_any(),
    }
}
