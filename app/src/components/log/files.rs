//! Files of a message (MSG-18). Boxes have their size before pictures are there, so that nothing jumps.

use leptos::{ev, prelude::*};
use roomglass_protocol::{Attachment, RoomId};

use crate::{
    components::{icon::Icon, live::on},
    state::{Asked, ShownFile, Store, size_in_words},
};

/// One below the other, each a link that saves it. Pictures are looked at instead, by whoever asks for no tab of its own.
pub fn message_files(room: RoomId, files: Vec<Attachment>) -> Vec<AnyView> {
    let pictures: Vec<ShownFile> =
        files.iter().filter(|file| file.preview).map(|file| ShownFile::of_attachment(room, file)).collect();
    files.into_iter().map(|file| shown(room, file, &pictures)).collect()
}

fn shown(room: RoomId, file: Attachment, pictures: &[ShownFile]) -> AnyView {
    let store = expect_context::<Store>();
    let href = ShownFile::of_attachment(room, &file).url;
    let place = pictures.iter().position(|picture| picture.url == href);
    let pictures = pictures.to_vec();
    let look = move |event: ev::MouseEvent| {
        if let Some(place) = place.filter(|_| !event.ctrl_key() && !event.meta_key() && !event.shift_key()) {
            event.prevent_default();
            store.asked.set(Some(Asked::Files(pictures.clone(), place)));
        }
    };
    let picture = match file.preview {
        true => view! { <img class="file__picture" src=href.clone() alt="" loading="lazy"/> }.into_any(),
        false => view! { <span class="doccard__glyph"><Icon name="i-paperclip"/></span> }.into_any(),
    };
    let name = file.name.clone();
    view! {
        <a class="card doccard file" href=href download=name data-picture=file.preview.then_some("") on:click=on(look)>
            {picture}
            <span class="doccard__main"><b>{file.name}</b><small>{size_in_words(file.size)}</small></span>
        </a>
    }
    .into_any()
}
