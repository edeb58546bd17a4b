//! The frame of a signed-in page: rail, page, and what lies over both.

use leptos::{ev, prelude::*};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_navigate},
};

use super::{
    calls::show_calls,
    icon::Icon,
    panel::ContentDialog,
    phone::close_panel_on_back,
    provider::ProviderNames,
    rail::{Rail, create::create_room},
    toasts::Toasts,
    viewer::view_files,
};
use crate::components::live::{effect, follow, memo, on, part};
use crate::state::{Asked, Store};

/// What the parts of the frame share; provided by context.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Whether the rail is drawn out where there is no room for it beside the page.
    pub rail_open: RwSignal<bool>,
}

impl Frame {
    /// The button that draws out the rail.
    pub fn rail_button(self) -> AnyView {
        view! {
            <button class="iconbtn only-narrow not-phone" type="button" aria-label="Rooms" data-rail=""
                aria-expanded=follow(move || self.rail_open.get().to_string())
                on:click=on(move |_| self.rail_open.update(|open| *open = !*open))>
                <Icon name="i-panel-left" class="icon icon--flip"/>
            </button>
        }
        .into_any()
    }
}

/// Whether the panel belongs to the room in view. Reactive.
pub fn panel_in_view(store: Store) -> bool {
    let room = store.active.get();
    store.panel.with(|panel| panel.as_ref().is_some_and(|open| Some(open.request.room) == room))
}

/// Rail beside the page that the address names.
#[component]
pub fn WorkspaceFrame() -> impl IntoView {
    let store = expect_context::<Store>();
    let frame = Frame { rail_open: RwSignal::new(false) };
    provide_context(frame);
    provide_context(ProviderNames::new());
    close_panel_on_back(store);

    let path = use_location().pathname;
    // Whoever followed a link in the drawer wants to see where it led.
    effect(move || {
        path.track();
        frame.rail_open.set(false);
    });
    let navigate = use_navigate();
    effect(move || {
        if let Some(path) = store.visit.get() {
            store.visit.set(None);
            navigate(&path, Default::default());
        }
    });
    let screen = move || match (panel_in_view(store), path.with(|path| path == "/rooms")) {
        (true, _) => "panel",
        (false, true) => "list",
        (false, false) => "room",
    };
    let not_asked = Callback::new(move |()| store.asked.set(None));
    let is_written_in = memo(move || {
        let room = store.active.get();
        room.is_some_and(|room| store.membership(room).is_none_or(|membership| membership.room.is_open()))
    });
    let any_call = memo(move || store.calls.get() > 0);
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && frame.rail_open.get_untracked() {
            frame.rail_open.set(false);
        }
    };
    view! {
        <nav class="skiplinks" aria-label="Skip">
            <a href="#main" rel="external">"Skip to content"</a>
            {part(move || is_written_in.get().then(|| view! { <a href="#composer-text" rel="external">"Skip to composer"</a> }))}
        </nav>
        <div class="app" data-screen=follow(screen) data-rail=follow(move || frame.rail_open.get().then_some("open")) on:keydown=on_key>
            <Rail/>
            <Outlet/>
        </div>
        <ContentDialog/>
        {part(move || store.asked.get().and_then(|asked| match asked {
            Asked::Room(suggested) => Some(create_room(suggested, not_asked)),
            Asked::Files(files, first) => Some(view_files(files, first, not_asked)),
            // The room's to show.
            Asked::People(_) => None,
        }))}
        {part(move || any_call.get().then(show_calls))}
        <Toasts/>
    }
    .into_any()
}
