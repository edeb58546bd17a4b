//! The whole product, optimised, in a browser.

use std::fs;

use super::{Count, Group, Session, count, left};
use crate::browser;
use crate::node;
use crate::problem::{Problem, Result, While};
use crate::server;
use crate::shell::Shell;
use crate::site;

pub fn site(shell: &Shell, session: &Session) -> Result<Count> {
    let _ = session.site.set(site::build(shell)?);
    Ok(Count::default())
}

/// The optimised programs, with the site in the server.
pub fn release(shell: &Shell, session: &Session) -> Result<Count> {
    let _ = session.programs.set(server::build_programs(shell, left(&session.site, "site")?)?);
    Ok(Count::default())
}

pub fn playwright(shell: &Shell, session: &Session) -> Result<Count> {
    let programs = left(&session.programs, "release")?;
    let chromium = browser::chromium(shell)?;
    let report = shell.workspace.target.join("logs/e2e.json");
    // What an earlier run reported must not be counted for one that crashed.
    let _ = fs::remove_file(&report);
    let mut playwright = node::packages(shell)?.program("playwright");
    playwright
        .args(["test", "--reporter=list,json"])
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report)
        .env("FORCE_COLOR", "0");
    playwright
        .env("ROOMGLASS_BIN", &programs.server)
        .env("ROOMGLASS_SAMPLE_BIN", &programs.sample)
        .env("CHROMIUM", chromium);
    playwright.args(session.choice.args_for(Group::E2e));
    let finished = shell.finish(playwright)?;
    let text = fs::read_to_string(&report)
        .map_err(|_| Problem::new(format!("Playwright ended without a report ({})", finished.status)))?;
    let report = serde_json::from_str(&text).when(|| "reading Playwright's report".into())?;
    Ok(count::playwright(&report).of_runner(finished.status.success()))
}
