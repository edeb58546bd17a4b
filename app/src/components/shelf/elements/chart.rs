//! Charts of tiles (ELEM-09). Time runs from left to right in every language.

use std::fmt::Write as _;

use leptos::prelude::*;
use roomglass_protocol::integration::element::{Chart, ChartStyle};

/// Width of one value in the units of the picture, which is stretched to its place.
const STEP: usize = 10;
/// Height of the picture, in the units of [`Chart::heights`].
const HEIGHT: u16 = 1000;
/// A bar of the least value can still be seen.
const LEAST_BAR: u16 = 40;

/// The picture, with the same in words.
pub fn draw(chart: &Chart) -> AnyView {
    let heights = chart.heights();
    let (width, shapes) = match chart.style {
        ChartStyle::Line => ((heights.len() - 1) * STEP, line(&heights)),
        ChartStyle::Bars => (heights.len() * STEP, vec![("chart__bars", bars(&heights))]),
    };
    let shapes = shapes
        .into_iter()
        .map(|(class, path)| view! { <path class=class d=path vector-effect="non-scaling-stroke"></path> });
    view! {
        <svg class="chart" role="img" aria-label=chart.words() viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none">
            {shapes.collect_view()}
        </svg>
    }
    .into_any()
}

/// The line, and the ground below it.
fn line(heights: &[u16]) -> Vec<(&'static str, String)> {
    let mut line = String::new();
    for (index, height) in heights.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _ = write!(line, "{command}{} {}", index * STEP, HEIGHT - height);
    }
    let end = heights.len().saturating_sub(1) * STEP;
    let ground = format!("{line}L{end} {HEIGHT}L0 {HEIGHT}Z");
    vec![("chart__ground", ground), ("chart__line", line)]
}

fn bars(heights: &[u16]) -> String {
    let mut bars = String::new();
    for (index, height) in heights.iter().enumerate() {
        let (left, right) = (index * STEP + 1, (index + 1) * STEP - 1);
        let _ = write!(bars, "M{left} {HEIGHT}V{}H{right}V{HEIGHT}Z", HEIGHT - (*height).max(LEAST_BAR));
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elem_09_a_line_ends_where_its_last_value_is_and_every_bar_can_be_seen() {
        let drawn = line(&[0, 1000, 500]);
        assert_eq!(drawn[1].1, "M0 1000L10 0L20 500");
        assert_eq!(drawn[0].1, "M0 1000L10 0L20 500L20 1000L0 1000Z");
        assert_eq!(bars(&[0, 1000]), "M1 1000V960H9V1000ZM11 1000V0H19V1000Z");
    }
}
