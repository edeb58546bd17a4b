//! Tests that need no browser.

use super::{Count, Group, Session, count};
use crate::problem::Result;
use crate::shell::Shell;

pub fn nextest(shell: &Shell, session: &Session) -> Result<Count> {
    let mut cargo = shell.workspace.cargo();
    cargo.args([
        "nextest",
        "run",
        "--workspace",
        "--exclude",
        "roomglass-frontend",
        "--no-fail-fast",
        "--color",
        "never",
    ]);
    cargo.args(session.choice.args_for(Group::Unit));
    let finished = shell.finish(cargo)?;
    Ok(count::nextest(&finished.text).of_runner(finished.status.success()))
}

/// Examples in the documentation; nextest does not run these. The same packages as above, so that nothing is compiled twice.
pub fn doc(shell: &Shell) -> Result<Count> {
    let mut cargo = shell.workspace.cargo();
    cargo.args(["test", "--doc", "--workspace", "--exclude", "roomglass-frontend", "--no-fail-fast"]);
    let finished = shell.finish(cargo)?;
    Ok(count::libtest(&finished.text).of_runner(finished.status.success()))
}
