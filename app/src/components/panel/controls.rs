//! The '…' of related content (CC-04), wherever that is shown.

use leptos::prelude::*;

use super::provider_name;
use crate::components::live::{follow, memo, on, part};
use crate::{
    components::{
        controls::{ControlsMenu, ControlsOn, OpenControls, show_why},
        icon::Icon,
        room::OpenRoom,
    },
    state::{OpenContent, OpenRequest, OpenedFrom, Store},
};

/// The button; the menu it opens is drawn by whatever it is part of.
pub fn more_button(id: &'static str, room: OpenRoom, request: &OpenRequest, provider: Memo<String>) -> AnyView {
    let (integration, target) = (request.integration.clone(), request.target.clone());
    let menu_open = memo(move || room.controls.with(|open| matches!(open, Some(open) if open.is_on_panel())));
    let toggle = move |_: leptos::ev::MouseEvent| {
        let open = (!menu_open.get_untracked()).then(|| OpenControls {
            anchor: id.to_owned(),
            opener: None,
            on: ControlsOn::Panel(integration.clone(), target.clone()),
        });
        room.controls.set(open);
    };
    view! {
        <button class="iconbtn iconbtn--sm" id=id type="button" aria-haspopup="menu"
            aria-label=follow(move || format!("View controls for {}", provider.get()))
            aria-expanded=follow(move || menu_open.get().to_string()) on:click=on(toggle)>
            <Icon name="i-ellipsis"/>
        </button>
    }
    .into_any()
}

/// Button and menu of a dialog, inside it: while it is open nothing around it can be reached. A page on which an integration is set up
/// belongs to no message or tile, and has none.
pub fn dialog_controls(content: &OpenContent) -> Option<AnyView> {
    let store = expect_context::<Store>();
    let request = &content.request;
    if request.element == OpenedFrom::Installed || store.membership_untracked(request.room).is_none() {
        return None;
    }
    let room = OpenRoom::new(store, request.room);
    provide_context(room);
    let button = more_button("dialog-controls", room, request, provider_name(request.integration.clone()));
    let on_explained = Callback::new(move |()| room.why.set(None));
    let why = part(move || room.why.get().map(|why| show_why(why, on_explained)));
    Some(view! { {button}<ControlsMenu/>{why} }.into_any())
}
