//! What a tile shows, put together from parts that cannot go wrong on the wire.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use roomglass_protocol::integration::{Label, Lozenge, LozengeKind, Status, TileData};
use serde_json::{Map, Value};

use crate::Html;

/// Most characters in a lozenge (HCC-09).
const MAX_LOZENGE_CHARS: usize = 20;

/// Data of a tile in the making (Table M).
#[derive(Debug, Clone, PartialEq)]
pub struct Tile(TileData);

impl Tile {
    /// A tile with this text; of markup `b`, `strong`, `i` and `em` are drawn.
    pub fn new(label: Html) -> Self {
        let label = Label { format: "html".to_owned(), value: label.into_string() };
        Self(TileData { label, status: None, metadata: None, other: Map::new() })
    }

    /// With words on a coloured ground beside it; only the first 20 characters travel.
    #[must_use]
    pub fn lozenge(mut self, kind: LozengeKind, label: &str) -> Self {
        let label = label.chars().take(MAX_LOZENGE_CHARS).collect();
        self.0.status = Some(Status::Lozenge(Lozenge { label, kind }));
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
