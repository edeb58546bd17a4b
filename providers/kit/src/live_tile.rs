//! A tile that shows the same to everybody and is pushed when it changes.

use roomglass_protocol::integration::TileData;
use tokio::sync::watch;

use crate::Tile;

/// Holds what a tile shows now; cheap to clone, all clones are the same tile.
///
/// Every change is pushed to every installation, and the present state to each new one; setting what is shown
/// already does nothing (PUSH-17). So a tile whose content is made from a threshold is pushed when the value
/// crosses it, and at no other time (PUSH-16).
#[derive(Debug, Clone)]
pub struct LiveTile {
    key: &'static str,
    content: watch::Sender<Option<TileData>>,
}

impl LiveTile {
    /// A tile that has nothing to show yet: clients show its static name.
    pub fn new(key: &'static str) -> Self {
        Self { key, content: watch::Sender::new(None) }
    }

    /// Its key in the descriptor.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// Shows something else; returns whether it was different.
    pub fn set(&self, tile: Tile) -> bool {
        let next = Some(TileData::from(tile));
        self.content.send_if_modified(|content| {
            let changed = *content != next;
            *content = next;
            changed
        })
    }

    /// What it shows now.
    pub fn get(&self) -> Option<TileData> {
        self.content.borrow().clone()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<Option<TileData>> {
        let mut changes = self.content.subscribe();
        changes.mark_changed();
        changes
    }
}
