//! Menus: a button, and a popover of entries that is operated by keys as well (design §4.3, §5).

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::{
    focus::{self, AtEnd, Axis},
    icon::Icon,
};
use crate::components::live::{effect, follow, on, part};

const ENTRIES: &str = "[role=menuitem]";

/// Closes the menu around an entry; provided by [`MenuSurface`].
#[derive(Clone, Copy)]
struct CloseMenu(Callback<()>);

/// A button with an icon that opens a menu.
#[component]
pub fn MenuButton(
    /// Names the button.
    #[prop(into)]
    id: String,
    /// Accessible name of the button and the menu.
    #[prop(into)]
    label: String,
    /// Class of the button.
    #[prop(default = "iconbtn")]
    class: &'static str,
    /// Where the menu stands: `block-start` for above.
    #[prop(optional)]
    place: &'static str,
    /// What the button shows.
    face: AnyView,
    /// Its entries.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let entries = StoredValue::new(children);
    let (menu_label, anchor) = (label.clone(), id.clone());
    view! {
        <button class=class id=id type="button" aria-label=label aria-haspopup="menu"
            aria-expanded=follow(move || open.get().to_string()) on:click=on(move |_| open.update(|open| *open = !*open))>
            {face}
        </button>
        {part(move || open.get().then(|| {
            let close = Callback::new(move |()| open.set(false));
            let (label, anchor) = (menu_label.clone(), anchor.clone());
            view! {
                <MenuSurface anchor label place on_close=close>
                    {entries.with_value(|entries| entries())}
                </MenuSurface>
            }
        }))}
    }
    .into_any()
}

/// The popover itself; open for as long as it is mounted. `on_close` must unmount it.
#[component]
pub fn MenuSurface(
    /// Id of the element it stands beside, which gets the focus back.
    anchor: String,
    /// Accessible name.
    #[prop(into)]
    label: String,
    /// Where it stands: `block-start` for above.
    #[prop(optional)]
    place: &'static str,
    /// Id of the element that gets the focus back, where that is not the anchor.
    #[prop(optional, into)]
    opener: Option<String>,
    /// The person wants it closed.
    on_close: Callback<()>,
    /// Entries, and what stands below them.
    children: Children,
) -> impl IntoView {
    let surface = NodeRef::<html::Div>::new();
    let anchor = StoredValue::new(anchor);
    let opener = StoredValue::new(opener);
    let close = Callback::new(move |()| {
        let back = opener.get_value().unwrap_or_else(|| anchor.get_value());
        if let Some(back) = focus::element(&back) {
            focus::give(&back);
        }
        on_close.run(());
    });
    provide_context(CloseMenu(close));

    effect(move || {
        if let Some(surface) = surface.get() {
            open_beside(&surface, &anchor.get_value());
        }
    });
    on_cleanup(move || {
        if let Some(element) = anchor.try_get_value().and_then(|anchor| focus::element(&anchor)) {
            let _ = element.remove_attribute("data-anchor");
        }
    });
    close_on_press_outside(surface, anchor, on_close);

    view! {
        <div class="menu" popover="manual" node_ref=surface data-place=place on:keydown=on(move |event| on_key(&event, surface, close))>
            <div role="menu" aria-label=label>{children()}</div>
        </div>
    }
    .into_any()
}

/// One entry.
#[component]
pub fn MenuItem(
    /// Its picture.
    icon: &'static str,
    /// What it does.
    #[prop(into)]
    label: String,
    /// A key that does the same.
    #[prop(optional)]
    key_hint: &'static str,
    /// `menu__item` and its modifiers.
    #[prop(default = "menu__item")]
    class: &'static str,
    /// It was chosen; the menu is closed and the focus given back by then.
    on_choose: Callback<()>,
) -> impl IntoView {
    let choose = choosing(on_choose);
    view! {
        <button class=class role="menuitem" type="button" tabindex="-1" on:click=on(move |_| choose.run(()))>
            <Icon name=icon/><span>{label}</span>
            {(!key_hint.is_empty()).then(|| view! { <small class="kbdhint">{key_hint}</small> })}
        </button>
    }
    .into_any()
}

/// Closes the menu around the caller, then does what was chosen: a dialog opened by it finds the focus in its place.
pub fn choosing(on_choose: Callback<()>) -> Callback<()> {
    let CloseMenu(close) = expect_context();
    Callback::new(move |()| {
        close.run(());
        on_choose.run(());
    })
}

fn open_beside(surface: &web_sys::HtmlDivElement, anchor: &str) {
    if let Some(anchor) = focus::element(anchor) {
        let _ = anchor.set_attribute("data-anchor", "");
        if !web_sys::css::supports("(anchor-name: --a)").unwrap_or(false) {
            place_by_hand(surface, &anchor);
        }
    }
    // Fails only where it is open already.
    let _ = surface.show_popover();
    if let Some(first) = focus::visible(surface, ENTRIES).first() {
        focus::give(first);
    }
}

/// For browsers without anchor positioning.
fn place_by_hand(surface: &web_sys::HtmlDivElement, anchor: &web_sys::HtmlElement) {
    const MENU_WIDTH: i32 = 240;
    let rect = anchor.get_bounding_client_rect();
    let style = web_sys::HtmlElement::style(surface);
    let _ = style.set_property("--x", &format!("{}px", (rect.right() as i32 - MENU_WIDTH).max(8)));
    let _ = style.set_property("--y", &format!("{}px", rect.bottom() as i32 + 4));
}

fn close_on_press_outside(surface: NodeRef<html::Div>, anchor: StoredValue<String>, on_close: Callback<()>) {
    let listener = StoredValue::new_local(None::<WindowListenerHandle>);
    effect(move || {
        let handle = window_event_listener(ev::pointerdown, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let inside =
                |element: Option<&web_sys::Node>| element.is_some_and(|element| element.contains(target.as_ref()));
            let surface = surface.get_untracked();
            let anchor = anchor.try_get_value().and_then(|anchor| focus::element(&anchor));
            if !inside(surface.as_deref().map(AsRef::as_ref)) && !inside(anchor.as_ref().map(AsRef::as_ref)) {
                on_close.run(());
            }
        });
        listener.set_value(Some(handle));
    });
    on_cleanup(move || {
        if let Some(handle) = listener.try_update_value(Option::take).flatten() {
            handle.remove();
        }
    });
}

fn on_key(event: &ev::KeyboardEvent, surface: NodeRef<html::Div>, close: Callback<()>) {
    let Some(surface) = surface.get_untracked() else { return };
    let entries = focus::visible(&surface, ENTRIES);
    let at = focus::position(&entries).unwrap_or_default();
    let key = event.key();
    if matches!(key.as_str(), "Escape" | "Tab") {
        event.prevent_default();
        event.stop_propagation();
        return close.run(());
    }
    let texts = || entries.iter().map(|entry| entry.text_content().unwrap_or_default()).collect::<Vec<_>>();
    let to = focus::step(&key, at, entries.len(), Axis::Column, AtEnd::Wrap)
        .or_else(|| focus::by_letter(&key, at, &texts()));
    if let Some(entry) = to.and_then(|to| entries.get(to)) {
        event.prevent_default();
        event.stop_propagation();
        focus::give(entry);
    }
}
