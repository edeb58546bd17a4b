//! Our own actions, which are always there (CC-10).

use leptos::prelude::*;
use roomglass_protocol::{Message, event::MessageFormat, text::html};

use super::ControlsOn;
use crate::{
    client::actions,
    components::{
        clipboard::copy, composer::pick_files, log::rows::message_element_id, menu::MenuItem, room::OpenRoom, shelf,
    },
    state::{ShownTile, Store},
};

/// The actions for an element.
#[component]
pub fn FixedEntries(on: ControlsOn) -> impl IntoView {
    match on {
        ControlsOn::Message(message) => view! { <MessageEntries message/> }.into_any(),
        ControlsOn::Tile(tile) => view! { <TileEntries tile/> }.into_any(),
        ControlsOn::Panel(..) | ControlsOn::Input => ().into_any(),
    }
}

#[component]
fn MessageEntries(message: Message) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let fragment = message_element_id(message.id);
    let text =
        if message.format == MessageFormat::Html { html::plain_text(&message.text) } else { message.text.clone() };
    let may_delete =
        untrack(|| store.person_in(room.id)).is_some_and(|(me, membership)| membership.may_delete(&me, &message));
    let id = message.id;
    let answered = message.clone();
    let attach = Callback::new(move |()| {
        room.reply_to(&answered);
        pick_files();
    });
    let delete = Callback::new(move |()| room.deleting.set(Some(id)));
    let reply = Callback::new(move |()| room.reply_to(&message));
    let copy_text = Callback::new(move |()| copy(store, text.clone(), "The text is copied."));
    let copy_link = Callback::new(move |()| {
        let origin = window().location().origin().unwrap_or_default();
        copy(store, format!("{origin}/rooms/{}#{fragment}", room.id), "The link is copied.");
    });
    view! {
        <MenuItem icon="i-reply" label="Reply" on_choose=reply/>
        <MenuItem icon="i-paperclip" label="Attach a file" on_choose=attach/>
        <MenuItem icon="i-copy" label="Copy text" on_choose=copy_text/>
        <MenuItem icon="i-link" label="Copy link" on_choose=copy_link/>
        {may_delete.then(|| view! { <MenuItem icon="i-trash-2" label="Delete…" on_choose=delete/> })}
    }
    .into_any()
}

#[component]
fn TileEntries(tile: ShownTile) -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    let open = shelf::open_request(&tile, room.id).map(|request| {
        let open = Callback::new(move |()| actions::open_target(request.clone()));
        view! { <MenuItem icon="i-panel-right" label="Open" on_choose=open/> }
    });
    let fetchable = tile.glance.query_url.is_some();
    let refresh = Callback::new(move |()| actions::refresh_tile(room.id, tile.id.clone()));
    view! {
        {open}
        {fetchable.then(|| view! { <MenuItem icon="i-refresh-cw" label="Refresh" on_choose=refresh/> })}
    }
    .into_any()
}
