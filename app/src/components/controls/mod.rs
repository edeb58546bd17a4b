//! The menu behind every '…': our own actions, then the controls integrations offer on the element. Conditions are
//! evaluated when it opens (CC-13), from what the client holds.

mod entries;
mod fixed;
mod why;

use leptos::prelude::*;
use roomglass_protocol::{Author, ExtensionKey, IntegrationKey, Message, integration::ExtensionRef};
use serde_json::Value;

use super::{menu::MenuSurface, provider::ProviderNames, room::OpenRoom};
use crate::components::live::part;
use crate::state::{ControlElement, ExplainedExtension, OpenedFrom, ShownControl, ShownTile, Store, tile_behind};
use entries::{IntegrationEntries, Reasons};
use fixed::FixedEntries;
use why::WhyItem;
pub use why::{ExplainedList, Why, show_why};

/// The menu that is open.
#[derive(Debug, Clone)]
pub struct OpenControls {
    /// Id of the element it stands beside.
    pub anchor: String,
    /// Id of the element that gets the focus back, where that is not the anchor.
    pub opener: Option<String>,
    /// What it is about.
    pub on: ControlsOn,
}

/// The element a menu belongs to (CC-07).
#[derive(Debug, Clone)]
pub enum ControlsOn {
    /// A message or notification.
    Message(Message),
    /// A tile.
    Tile(ShownTile),
    /// Related content, by the extension that is shown.
    Panel(IntegrationKey, ExtensionKey),
    /// The input field.
    Input,
}

impl ControlsOn {
    /// The controls to offer now.
    fn offered(&self, store: Store, room: OpenRoom) -> Vec<ShownControl> {
        self.with_element(store, room, |element| store.controls_for(room.id, element))
    }

    /// Those and all others, with what came of their conditions.
    pub fn explained(&self, store: Store, room: OpenRoom) -> Vec<ExplainedExtension> {
        self.with_element(store, room, |element| store.explained_controls(room.id, element))
    }

    fn with_element<T>(&self, store: Store, room: OpenRoom, read: impl FnOnce(ControlElement<'_>) -> T) -> T {
        match self {
            Self::Message(message) => {
                let sender = store.workspace.with_untracked(|known| {
                    known.as_ref().and_then(|known| known.people.get(&message.sender()?).cloned())
                });
                read(ControlElement::Message(message, sender.as_ref()))
            }
            Self::Tile(tile) => {
                let metadata = metadata_of(store, room, &tile.id);
                read(ControlElement::Tile(&tile.id.integration, metadata.as_ref()))
            }
            Self::Panel(integration, target) => {
                let tile = store.installed.with_untracked(|installed| tile_behind(installed, integration, target));
                let metadata = tile.and_then(|tile| metadata_of(store, room, &tile));
                read(ControlElement::Panel(integration, metadata.as_ref()))
            }
            Self::Input => read(ControlElement::Input),
        }
    }

    /// What the target is told the control was chosen on (CC-25).
    fn opened_from(&self) -> OpenedFrom {
        match self {
            Self::Message(message) => OpenedFrom::Message(message.id),
            Self::Tile(_) => OpenedFrom::Tile,
            Self::Panel(..) => OpenedFrom::Panel,
            Self::Input => OpenedFrom::Input,
        }
    }

    /// Accessible name of the menu.
    fn label(&self, names: ProviderNames) -> String {
        match self {
            Self::Message(message) => {
                let (Author::User { name, .. } | Author::Integration { name, .. }) = &message.from;
                format!("Controls for the message from {name}")
            }
            Self::Tile(tile) => format!("Controls for {}", names.of(&tile.id.integration)),
            Self::Panel(integration, _) => format!("Controls for {}", names.of(integration)),
            Self::Input => "Controls for the message you write".to_owned(),
        }
    }
}

/// Metadata a tile received last, as it is now.
fn metadata_of(store: Store, room: OpenRoom, tile: &ExtensionRef) -> Option<Value> {
    store.shared_tile(room.id, tile).with_untracked(|state| state.data.as_ref()?.metadata.clone())
}

impl OpenControls {
    /// Whether this is the menu of a tile.
    pub fn is_on_tile(&self, id: &ExtensionRef) -> bool {
        matches!(&self.on, ControlsOn::Tile(tile) if tile.id == *id)
    }

    /// Whether this is the menu of the panel.
    pub fn is_on_panel(&self) -> bool {
        matches!(self.on, ControlsOn::Panel(..))
    }

    /// Whether this is the menu of the input field.
    pub fn is_on_input(&self) -> bool {
        matches!(self.on, ControlsOn::Input)
    }
}

/// The one menu of controls of a room; on a phone a sheet at the lower edge.
#[component]
pub fn ControlsMenu() -> impl IntoView {
    let room = expect_context::<OpenRoom>();
    part(move || room.controls.get().map(|open| view! { <ControlsSurface open/> }))
}

#[component]
fn ControlsSurface(open: OpenControls) -> impl IntoView {
    let store = expect_context::<Store>();
    let room = expect_context::<OpenRoom>();
    let names = expect_context::<ProviderNames>();
    let OpenControls { anchor, opener, on } = open;
    let opener = opener.unwrap_or_else(|| anchor.clone());
    let offered = on.offered(store, room);
    let from = on.opened_from();
    let label = untrack(|| on.label(names));
    let nothing = offered.is_empty();
    let reasons = Reasons::default();
    let explained = untrack(|| store.may_install_in(room.id)).then(|| on.clone());
    let on_close = Callback::new(move |()| room.controls.set(None));
    view! {
        <MenuSurface anchor opener label on_close>
            <FixedEntries on/>
            {explained.map(|on| view! { <WhyItem on/> })}
            <IntegrationEntries controls=offered from reasons/>
            {nothing.then(|| view! { <p class="menu__none">"No controls available"</p> })}
        </MenuSurface>
    }
    .into_any()
}
