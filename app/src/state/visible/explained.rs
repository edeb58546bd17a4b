//! Why a tile or control is shown or not, for those who look after a room's integrations.

use roomglass_protocol::{
    Person, Room,
    integration::{ConditionContext, ElementContext, Explanation, ExtensionRef},
    sync::InstalledState,
};

use super::{ControlElement, TileState, TileStatus, controls_on, tile_shown, tiles};

/// A tile or control with what came of its conditions.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedExtension {
    /// Names it.
    pub id: ExtensionRef,
    /// What people read.
    pub name: String,
    /// Whether it is shown.
    pub shown: bool,
    /// What came of each condition.
    pub explanation: Explanation,
    /// What decides instead of the conditions: that a tile's data has not come (HCC-14).
    pub instead: Option<TileStatus>,
}

/// Every tile of a room, shown or not.
pub fn explained_tiles(
    installed: &InstalledState,
    user: &Person,
    room: &Room,
    tile: impl Fn(&ExtensionRef) -> TileState,
) -> Vec<ExplainedExtension> {
    let mut explained: Vec<_> = tiles(installed, room)
        .map(|(id, glance)| {
            let state = tile(&id);
            let metadata = state.data.as_ref().and_then(|data| data.metadata.as_ref());
            let context = ConditionContext { user, room, element: ElementContext::Tile(metadata) };
            let shown = tile_shown(&glance.conditions, state.status, &context).is_some();
            let explanation = glance.conditions.explain(&context);
            let instead = (shown != explanation.holds).then_some(state.status);
            ExplainedExtension { name: glance.name.value, id, shown, explanation, instead }
        })
        .collect();
    explained.sort_by(|a, b| a.id.cmp(&b.id));
    explained
}

/// Every control for an element, offered on it or not.
pub fn explained_controls(
    installed: &InstalledState,
    user: &Person,
    room: &Room,
    element: ControlElement<'_>,
) -> Vec<ExplainedExtension> {
    let context = ConditionContext { user, room, element: element.context() };
    let mut explained: Vec<_> = controls_on(installed, room, element)
        .map(|(integration, _, action)| {
            let explanation = action.conditions.explain(&context);
            ExplainedExtension {
                id: ExtensionRef { integration: integration.clone(), key: action.key },
                name: action.name.value,
                shown: explanation.holds,
                explanation,
                instead: None,
            }
        })
        .collect();
    explained.sort_by(|a, b| a.id.cmp(&b.id));
    explained
}
