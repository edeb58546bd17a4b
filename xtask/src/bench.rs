//! `cargo xtask bench`: the load generator on the optimised server, the client in a browser, and the bytes it downloads.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::browser;
use crate::node;
use crate::problem::{Result, While};
use crate::server::{self, Programs};
use crate::shell::Shell;
use crate::site::{self, Manifest};

/// Measures, prints, and writes everything to `bench.json` in the build folder.
pub fn bench(shell: &Shell, args: &[String]) -> Result<()> {
    let site = site::build(shell)?;
    shell.say("compiling the server and the load generator");
    let programs = server::build_programs(shell, &site)?;
    let generator = server::build_bench(shell, &site)?;
    let bytes = Bytes::of(&site.manifest);
    bytes.print();
    let load = load(shell, &programs, &generator, args)?;
    // Arguments choose among the load generator's scenarios.
    let client = if args.is_empty() { client(shell, &programs)? } else { Value::Null };
    let text = serde_json::to_string_pretty(&json!({ "bytes": bytes.json(), "load": load, "client": client }));
    let file = shell.workspace.target.join("bench.json");
    fs::write(&file, text.when(|| "writing the results".into())?).when(|| format!("writing {}", file.display()))?;
    println!("\n{}", file.display());
    Ok(())
}

/// Runs the load generator, which prints its own tables, and reads its figures.
fn load(shell: &Shell, programs: &Programs, generator: &Path, args: &[String]) -> Result<Value> {
    let figures = shell.workspace.target.join("bench-load.json");
    let mut load = Command::new(generator);
    load.arg("--server-bin").arg(&programs.server).arg("--json").arg(&figures).args(args);
    shell.run(load)?;
    read(&figures)
}

/// Runs the measurements in a browser, and prints their figures as the load generator prints its own.
fn client(shell: &Shell, programs: &Programs) -> Result<Value> {
    let figures = shell.workspace.target.join("bench-client.json");
    let chromium = browser::chromium(shell)?;
    let mut playwright = node::packages(shell)?.program("playwright");
    playwright.args(["test", "--config", "bench.config.ts", "--reporter", "dot"]);
    playwright.env("ROOMGLASS_BIN", &programs.server).env("ROOMGLASS_SAMPLE_BIN", &programs.sample);
    playwright.env("ROOMGLASS_BENCH_JSON", &figures).env("CHROMIUM", chromium);
    shell.run(playwright)?;
    let figures = read(&figures)?;
    for figure in figures.as_array().into_iter().flatten() {
        println!("{}", row(figure));
    }
    Ok(json!({ "figures": figures }))
}

fn row(figure: &Value) -> String {
    let text = |member: &str| figure[member].as_str().unwrap_or_default();
    let value = figure["value"].as_f64().unwrap_or_default();
    format!("{:<9} {:<58} {value:>14.2} {:<16} {}", text("scenario"), text("name"), text("unit"), text("aim"))
}

fn read(figures: &Path) -> Result<Value> {
    let text = fs::read_to_string(figures).when(|| format!("reading {}", figures.display()))?;
    serde_json::from_str(&text).when(|| format!("reading {}", figures.display()))
}

/// What each part of a first visit costs over the network, compressed as a recent browser gets it. Fonts for code and for
/// letters beyond Latin are loaded when a page has them, and not counted.
struct Bytes(Vec<(&'static str, usize)>);

impl Bytes {
    fn of(manifest: &Manifest) -> Self {
        let named = |name| manifest.named(name).map_or(0, |entry| entry.downloaded());
        Self(vec![
            ("wasm", named("wasm")),
            ("js", named("js")),
            ("css", named("css")),
            ("sprite", named("sprite")),
            ("font", named("font_latin")),
        ])
    }

    fn total(&self) -> usize {
        self.0.iter().map(|(_, bytes)| bytes).sum()
    }

    fn print(&self) {
        println!("\nBytes of a first visit, the page apart");
        for (name, bytes) in self.0.iter().chain(&[("total", self.total())]) {
            println!("  {name:<8} {bytes:>9}");
        }
        println!("  aim: a first visit to a room, page included, within 600000");
    }

    fn json(&self) -> Value {
        let mut parts: serde_json::Map<_, _> =
            self.0.iter().map(|(name, bytes)| ((*name).to_owned(), json!(bytes))).collect();
        parts.insert("total".to_owned(), json!(self.total()));
        Value::Object(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_browser_stand_in_the_columns_of_the_others() {
        let figure =
            json!({"scenario": "menu", "name": "200 controls", "value": 0.234, "unit": "ms", "aim": "below 1"});
        let row = row(&figure);
        assert_eq!(
            (row.find("200 controls"), row.find("0.23 ms"), row.find("below 1")),
            (Some(10), Some(79), Some(101))
        );
    }

    #[test]
    fn parts_are_summed() {
        let bytes = Bytes(vec![("wasm", 300), ("font", 70)]);
        assert_eq!(bytes.json(), json!({ "wasm": 300, "font": 70, "total": 370 }));
    }
}
