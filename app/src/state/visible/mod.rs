//! Which tiles are shown and which controls are offered, evaluated from what the client holds (COND-01).

mod explained;
#[cfg(test)]
mod tests;

use roomglass_protocol::{
    ExtensionKey, IntegrationKey, Message, Person, Room, RoomKind, RoomRef,
    integration::{
        Action, ConditionContext, ConditionList, ElementContext, ExtensionRef, Extensions, Glance, MessageContext,
        Shown, Target,
    },
    sync::InstalledState,
};
use serde_json::Value;

use super::{TileState, TileStatus};
pub use explained::{ExplainedExtension, explained_controls, explained_tiles};

/// A tile that is to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownTile {
    /// Names it; its data is found under this.
    pub id: ExtensionRef,
    /// Its static part.
    pub glance: Glance,
    /// Why it is shown, if it has conditions.
    pub reason: Option<String>,
}

/// A control that is to be offered.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownControl {
    /// Names it.
    pub id: ExtensionRef,
    /// Its words and target.
    pub action: Action,
    /// What its target is; `None` when the descriptor has no such extension, which real ones do.
    pub target: Option<Target>,
    /// Why it is offered, if it has conditions.
    pub reason: Option<String>,
}

/// What a control can be chosen on (CC-02).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ControlElement<'a> {
    /// A message or notification, and its author as the client knows them.
    Message(&'a Message, Option<&'a Person>),
    /// A tile of this integration, with the metadata last received.
    Tile(&'a IntegrationKey, Option<&'a Value>),
    /// Related content of this integration, with the metadata of the tile it belongs to (see [`tile_behind`]).
    Panel(&'a IntegrationKey, Option<&'a Value>),
    /// The input field.
    Input,
}

impl ControlElement<'_> {
    fn context(&self) -> ElementContext<'_> {
        match self {
            Self::Message(message, sender) => ElementContext::Message(MessageContext::new(message, *sender)),
            Self::Tile(_, metadata) | Self::Panel(_, metadata) => ElementContext::Tile(*metadata),
            Self::Input => ElementContext::None,
        }
    }

    /// Whether a control with this `location` belongs to the element. A notification is a kind of message: controls
    /// for messages are offered on both, those for notifications on one (CC-07, CC-20).
    fn takes(&self, location: &str) -> bool {
        match self {
            Self::Message(message, _) => {
                location == "message" || (location == "notification" && message.is_notification())
            }
            Self::Tile(..) => location == "glance",
            Self::Panel(..) => location == "sidebar",
            Self::Input => location == "input",
        }
    }

    /// Controls on a tile or panel are those of its own integration; on messages and the input field, those of all.
    fn concerns(&self, integration: &IntegrationKey) -> bool {
        match self {
            Self::Tile(own, _) | Self::Panel(own, _) => *own == integration,
            Self::Message(..) | Self::Input => true,
        }
    }
}

/// Tiles to show in a room: by weight, then integration, then key (HCC-13). `tile` finds the present state of one.
pub fn visible_tiles(
    installed: &InstalledState,
    user: &Person,
    room: &Room,
    tile: impl Fn(&ExtensionRef) -> TileState,
) -> Vec<ShownTile> {
    let mut shown: Vec<ShownTile> = tiles(installed, room)
        .filter_map(|(id, glance)| {
            let state = tile(&id);
            let metadata = state.data.as_ref().and_then(|data| data.metadata.as_ref());
            let context = ConditionContext { user, room, element: ElementContext::Tile(metadata) };
            let shown = tile_shown(&glance.conditions, state.status, &context)?;
            Some(ShownTile { reason: shown.reason, id, glance })
        })
        .collect();
    shown.sort_by(|a, b| (a.glance.weight, &a.id).cmp(&(b.glance.weight, &b.id)));
    shown
}

/// HCC-14: while the first data is on its way, conditions on it cannot hold; when loading failed, the static form is
/// shown whatever they say.
fn tile_shown(conditions: &ConditionList, status: TileStatus, context: &ConditionContext<'_>) -> Option<Shown> {
    match status {
        TileStatus::Failed if conditions.need_metadata() => {
            Some(conditions.shown(context).unwrap_or(Shown { reason: None }))
        }
        TileStatus::Loading if conditions.need_metadata() => None,
        _ => conditions.shown(context),
    }
}

/// Tiles of a room whose data has to be fetched: those with an address, unless conditions that do not depend on data
/// hide them anyway.
pub fn fetchable_tiles(installed: &InstalledState, user: &Person, room: &Room) -> Vec<ExtensionRef> {
    let context = ConditionContext { user, room, element: ElementContext::Tile(None) };
    tiles(installed, room)
        .filter(|(_, glance)| glance.query_url.is_some())
        .filter(|(_, glance)| glance.conditions.need_metadata() || glance.conditions.hold(&context))
        .map(|(id, _)| id)
        .collect()
}

/// Controls to offer on an element: by weight, then integration, then key; each once, though its integration may be
/// installed in the room and globally (CC-08 … CC-12).
pub fn controls_for(
    installed: &InstalledState,
    user: &Person,
    room: &Room,
    element: ControlElement<'_>,
) -> Vec<ShownControl> {
    let context = ConditionContext { user, room, element: element.context() };
    let mut offered: Vec<ShownControl> = controls_on(installed, room, element)
        .filter_map(|(integration, extensions, action)| {
            Some(ShownControl {
                reason: action.conditions.shown(&context)?.reason,
                id: ExtensionRef { integration: integration.clone(), key: action.key.clone() },
                target: action.target.as_ref().and_then(|target| extensions.target(target)),
                action,
            })
        })
        .collect();
    offered.sort_by(|a, b| (a.action.weight, &a.id).cmp(&(b.action.weight, &b.id)));
    offered
}

/// Every control whose place is on an element, whatever its conditions say.
fn controls_on<'a>(
    installed: &'a InstalledState,
    room: &Room,
    element: ControlElement<'a>,
) -> impl Iterator<Item = (&'a IntegrationKey, &'a Extensions, Action)> {
    in_room(installed, room)
        .filter(move |(integration, _)| element.concerns(integration))
        .flat_map(|(integration, extensions)| {
            extensions.actions().into_iter().map(move |action| (integration, extensions, action))
        })
        .filter(move |(_, _, action)| element.takes(&action.location))
}

/// The tile that related content belongs to: the first of its integration that has it as its target. What it holds is
/// all a client knows of the content, so conditions on the content test that (COND-19, COND-24).
pub fn tile_behind(
    installed: &InstalledState,
    integration: &IntegrationKey,
    target: &ExtensionKey,
) -> Option<ExtensionRef> {
    let glances = installed.versions.get(integration)?.extensions.glances();
    let glance = glances.into_iter().find(|glance| glance.target.as_ref() == Some(target))?;
    Some(ExtensionRef { integration: integration.clone(), key: glance.key })
}

/// Conversations belong to the people in them: what is installed everywhere is not there (contract §1.8).
fn in_room<'a>(
    installed: &'a InstalledState,
    room: &Room,
) -> impl Iterator<Item = (&'a IntegrationKey, &'a Extensions)> {
    let here = if room.kind == RoomKind::Room { installed.in_room(RoomRef::Room(room.id)) } else { Vec::new() };
    here.into_iter().map(|(key, version)| (key, &version.extensions))
}

fn tiles(installed: &InstalledState, room: &Room) -> impl Iterator<Item = (ExtensionRef, Glance)> {
    in_room(installed, room).flat_map(|(integration, extensions)| {
        extensions
            .glances()
            .into_iter()
            .map(|glance| (ExtensionRef { integration: integration.clone(), key: glance.key.clone() }, glance))
    })
}
