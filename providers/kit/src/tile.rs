//! What a tile shows, put together from parts that cannot go wrong on the wire.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use roomglass_protocol::integration::{Element, Label, Lozenge, LozengeKind, Status, TileData};
use serde_json::{Map, Value};

use crate::Html;

/// Most characters in a lozenge (HCC-09).
const MAX_LOZENGE_CHARS: usize = 20;
/// Most characters in the tooltip of one.
const MAX_TOOLTIP_CHARS: usize = 200;

/// Data of a tile in the making (Table M).
#[derive(Debug, Clone, PartialEq)]
pub struct Tile(TileData);

impl Tile {
    /// A tile with this text; of markup `b`, `strong`, `i` and `em` are drawn.
    pub fn new(label: Html) -> Self {
        let label = Label { format: "html".to_owned(), value: label.into_string() };
        Self(TileData { label, status: None, metadata: None, elements: Vec::new(), other: Map::new() })
    }

    /// With words on a coloured ground beside it; only the first 20 characters travel.
    #[must_use]
    pub fn lozenge(mut self, kind: LozengeKind, label: &str) -> Self {
        let label = label.chars().take(MAX_LOZENGE_CHARS).collect();
        self.0.status = Some(Status::Lozenge(Lozenge { label, kind, tooltip: None }));
        self
    }

    /// With more to say about the lozenge that stands beside it (ELEM-04); only the first 200 characters travel.
    #[must_use]
    pub fn tooltip(mut self, text: &str) -> Self {
        if let Some(Status::Lozenge(lozenge)) = &mut self.0.status {
            lozenge.tooltip = Some(text.chars().take(MAX_TOOLTIP_CHARS).collect());
        }
        self
    }

    /// With a button, chart, badge or pictures of people (ELEM-08 … ELEM-11); a tile has at most five.
    #[must_use]
    pub fn element(mut self, element: &Element) -> Self {
        self.0.elements.extend(serde_json::to_value(element));
        self
    }

    /// With values that conditions test (COND-12).
    #[must_use]
    pub fn metadata(mut self, metadata: Value) -> Self {
        self.0.metadata = Some(metadata);
        self
    }
}

impl From<Tile> for TileData {
    fn from(tile: Tile) -> Self {
        tile.0
    }
}

impl From<TileData> for Tile {
    fn from(data: TileData) -> Self {
        Self(data)
    }
}

impl IntoResponse for Tile {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}
