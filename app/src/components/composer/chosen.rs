//! Files that were chosen for the next message: how far they have come, and the ways out.

use leptos::prelude::*;
use roomglass_protocol::rest::file::Limits;
use wasm_bindgen::JsCast;

use super::{PICKER, focus_composer};
use crate::{
    client::actions,
    components::{
        focus,
        icon::Icon,
        live::{effect, list, on, part},
        room::OpenRoom,
    },
    deferred::split_off,
    state::{Progress, Upload, size_in_words},
};

split_off! {
    content,
    /// The files of the next message. Takes up what is in the picker whenever `room.picked` moves on.
    pub fn chosen_files(room: OpenRoom) {
        view! { <Uploads room/> }
    }
}

/// The files as the browser holds them, by key.
type Chosen = StoredValue<Vec<(u32, web_sys::File)>, LocalStorage>;

#[component]
fn Uploads(room: OpenRoom) -> impl IntoView {
    let chosen: Chosen = StoredValue::new_local(Vec::new());
    let limits = StoredValue::new(None::<Limits>);
    effect(move || {
        room.picked.track();
        let files = picked();
        leptos::task::spawn_local(async move {
            if limits.try_get_value().flatten().is_none() {
                // Without them the server decides.
                let _ = limits.try_set_value(actions::file_limits().await.ok());
            }
            for file in files {
                begin(room, chosen, limits.try_get_value().flatten(), file);
            }
        });
    });
    // Whoever goes elsewhere leaves nothing running behind.
    on_cleanup(move || actions::cancel_uploads(room.id, room.uploads.get_untracked()));
    view! {
        <ul class="uploads" role="list" aria-label="Files of this message">
            {list(move || room.uploads.get(), |upload| upload.key, move |upload| view! { <Row room upload chosen/> }.into_any())}
        </ul>
    }
    .into_any()
}

/// Takes what is in the picker out of it.
fn picked() -> Vec<web_sys::File> {
    let Some(picker) = focus::element(PICKER) else { return Vec::new() };
    let picker: web_sys::HtmlInputElement = picker.unchecked_into();
    let files =
        picker.files().map_or_else(Vec::new, |files| (0..files.length()).filter_map(|at| files.get(at)).collect());
    picker.set_value("");
    files
}

fn begin(room: OpenRoom, chosen: Chosen, limits: Option<Limits>, file: web_sys::File) {
    // The room may have been left while the limits were asked for.
    let Some(before) = room.uploads.try_with_untracked(Vec::len) else { return };
    let key = chosen.with_value(|files| files.last().map_or(1, |(key, _)| key + 1));
    let (name, size) = (file.name(), file.size() as i64);
    let refusal = limits.and_then(|limits| refusal(limits, size, before));
    let progress = refusal.clone().map_or(Progress::Sending(0), |why| Progress::Failed(why, false));
    room.uploads.update(|uploads| uploads.push(Upload { key, name, size, progress }));
    chosen.update_value(|files| files.push((key, file.clone())));
    if refusal.is_none() {
        actions::upload(room.id, key, file, room.uploads);
    }
}

/// Why a file need not be tried.
fn refusal(limits: Limits, size: i64, before: usize) -> Option<String> {
    if before >= limits.max_in_message {
        return Some(format!("A message has at most {} files.", limits.max_in_message));
    }
    (size > limits.max_bytes)
        .then(|| format!("The file is too large: it may have at most {}.", size_in_words(limits.max_bytes)))
}

#[component]
fn Row(room: OpenRoom, upload: Upload, chosen: Chosen) -> impl IntoView {
    let Upload { key, name, size, .. } = upload;
    let progress = Memo::new(move |_| {
        room.uploads
            .with(|uploads| uploads.iter().find(|upload| upload.key == key).map(|upload| upload.progress.clone()))
    });
    let remove = move |_| {
        let gone = room.uploads.try_update(|uploads| {
            let at = uploads.iter().position(|upload| upload.key == key)?;
            Some(uploads.remove(at))
        });
        actions::cancel_uploads(room.id, gone.flatten().into_iter().collect());
        focus_composer();
    };
    let retry = Callback::new(move |()| {
        let file =
            chosen.with_value(|files| files.iter().find(|(known, _)| *known == key).map(|(_, file)| file.clone()));
        if let Some(file) = file {
            set_progress(room.uploads, key, Progress::Sending(0));
            actions::upload(room.id, key, file, room.uploads);
        }
    });
    let label = format!("Remove {name}");
    let bar_label = format!("Sending {name}");
    view! {
        <li class="upload">
            <Icon name="i-paperclip" class="icon icon--sm"/>
            <span class="upload__name">{name}" "<small>{size_in_words(size)}</small></span>
            <button class="iconbtn iconbtn--sm" type="button" aria-label=label on:click=on(remove)><Icon name="i-x" class="icon icon--sm"/></button>
            {part(move || progress.get().map(|progress| state(progress, bar_label.clone(), retry)))}
        </li>
    }
    .into_any()
}

fn state(progress: Progress, label: String, retry: Callback<()>) -> AnyView {
    match progress {
        Progress::Sending(percent) => view! {
            <div class="progress" role="progressbar" aria-label=label aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent.to_string()>
                <i style=format!("inline-size: {percent}%")></i>
            </div>
        }
        .into_any(),
        Progress::Done(_) => view! { <small class="upload__state" role="status">"Ready to send"</small> }.into_any(),
        Progress::Failed(why, again) => view! {
            <small class="upload__state upload__state--failed" role="alert">
                {why}" "
                {again.then(|| view! { <button class="link" type="button" on:click=on(move |_| retry.run(()))>"Try again"</button> })}
            </small>
        }
        .into_any(),
    }
}

fn set_progress(uploads: RwSignal<Vec<Upload>>, key: u32, progress: Progress) {
    uploads.update(|uploads| {
        if let Some(upload) = uploads.iter_mut().find(|upload| upload.key == key) {
            upload.progress = progress;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_is_refused_in_words_msg_18() {
        let limits = Limits { max_bytes: 25_000_000, max_in_message: 10 };
        assert_eq!(refusal(limits, 25_000_000, 9), None);
        assert_eq!(
            refusal(limits, 25_000_001, 0).as_deref(),
            Some("The file is too large: it may have at most 25 MB.")
        );
        assert_eq!(refusal(limits, 1, 10).as_deref(), Some("A message has at most 10 files."));
    }
}
