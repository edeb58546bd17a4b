//! How many descriptors are read, checked and brought to normal form.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use roomglass_protocol::integration::{Descriptor, MAX_DESCRIPTOR_BYTES, MAX_EXTENSIONS};
use serde_json::{Value, json};

use crate::{Outcome, report::Report};

const SCENARIO: &str = "parse";
const SPAN: Duration = Duration::from_secs(2);
/// The one with the most extensions of those that were in use.
const RICHEST: &str = include_str!("../../protocol/tests/descriptors/sentry.json");

/// Measures a real descriptor, and the largest that is accepted.
pub fn measure(report: &mut Report) -> Outcome<()> {
    for (name, text) in [("a rich real one", RICHEST.to_owned()), ("of the largest size, 1,000 tiles", largest())] {
        let rate = rate(text.as_bytes())?;
        let megabytes = rate * text.len() as f64 / 1_000_000.0;
        report.add(SCENARIO, format!("descriptors per second, {name}"), rate.round(), "descriptors/s", None);
        report.add(SCENARIO, format!("bytes per second, {name}"), megabytes, "MB/s", None);
    }
    Ok(())
}

fn rate(text: &[u8]) -> Outcome<f64> {
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < SPAN {
        black_box(Descriptor::parse(black_box(text)).map_err(|faults| format!("{faults:?}"))?);
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

fn largest() -> String {
    let tile = |number: usize| {
        json!({ "key": format!("tile-{number}"), "name": { "value": format!("Tile {number}") },
            "queryUrl": "https://bench.example.com/a/tile/at/an/address/of/ordinary/length", "target": "panel" })
    };
    let tiles: Value = (0..MAX_EXTENSIONS).map(tile).collect();
    let document = json!({ "key": "com.example.largest", "name": "Largest", "description": "",
        "links": { "self": "https://bench.example.com/descriptor" }, "capabilities": { "glance": tiles } });
    let text = document.to_string();
    // Filled up with what every reader passes over.
    format!("{text}{}", " ".repeat(MAX_DESCRIPTOR_BYTES - text.len()))
}
