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

#[cfg(test)]
mod tests {
    use roomglass_protocol::integration::element::{Badge, Chart, ChartStyle};

    use super::*;

    #[test]
    fn elem_08_what_is_put_together_here_is_taken_by_the_chat() {
        let chart = Chart {
            values: vec![3.into(), 5.into()],
            style: ChartStyle::Bars,
            label: Some("Load".to_owned()),
            min: None,
            max: None,
        };
        let badge = Badge { count: Some(120), max: Some(99), label: None, kind: LozengeKind::Error };
        let tile = Tile::new(Html::text("4 open"))
            .lozenge(LozengeKind::Moved, "Busy")
            .tooltip(&"long ".repeat(100))
            .element(&Element::Chart(chart.clone()))
            .element(&Element::Badge(badge.clone()));
        let sent = serde_json::to_value(TileData::from(tile)).expect("JSON");
        let taken = TileData::parse(&sent).expect("no faults");
        assert_eq!(Element::read_all(&taken.elements), Ok(vec![Element::Chart(chart), Element::Badge(badge)]));
        assert_eq!(sent["status"]["value"]["tooltip"].as_str().map(str::len), Some(200));
    }
}
