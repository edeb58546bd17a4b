//! Figures, for people and for programs.

use serde::Serialize;

/// One figure.
#[derive(Debug, Serialize)]
struct Figure {
    scenario: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    aim: Option<&'static str>,
}

/// All figures of a run, in order of measuring.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    figures: Vec<Figure>,
}

impl Report {
    /// Adds a figure; `aim` is what the product strives for, if it does.
    pub fn add(
        &mut self,
        scenario: &'static str,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        aim: Option<&'static str>,
    ) {
        self.figures.push(Figure { scenario, name: name.into(), value, unit, aim });
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("{:<9} {:<58} {:>14} {:<16} aim", "scenario", "figure", "value", "unit");
        for Figure { scenario, name, value, unit, aim } in &self.figures {
            let decimals = if value.fract() == 0.0 { 0 } else { 2 };
            println!("{scenario:<9} {name:<58} {value:>14.decimals$} {unit:<16} {}", aim.unwrap_or(""));
        }
    }

    /// The same as JSON.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}
