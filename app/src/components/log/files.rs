//! Files of a message (MSG-18). Boxes have their size before pictures are there, so that nothing jumps.

use leptos::prelude::*;
use roomglass_protocol::{Attachment, RoomId, rest::file};

use crate::{components::icon::Icon, state::size_in_words};

/// One below the other, each a link that saves it.
pub fn message_files(room: RoomId, files: Vec<Attachment>) -> Vec<AnyView> {
    files.into_iter().map(|file| shown(room, file)).collect()
}

fn shown(room: RoomId, file: Attachment) -> AnyView {
    let id = file.id.to_string();
    let href = file::PATH_ONE.replace("{room_id}", &room.to_string()).replace("{file_id}", &id);
    let picture = match file.preview {
        true => view! { <img class="file__picture" src=href.clone() alt="" loading="lazy"/> }.into_any(),
        false => view! { <span class="doccard__glyph"><Icon name="i-paperclip"/></span> }.into_any(),
    };
    let name = file.name.clone();
    view! {
        <a class="card doccard file" href=href download=name data-picture=file.preview.then_some("")>
            {picture}
            <span class="doccard__main"><b>{file.name}</b><small>{size_in_words(file.size)}</small></span>
        </a>
    }
    .into_any()
}
