//! Programs of others that tests let talk to the server, unmodified: what they do nobody can imitate faithfully.

use crate::packages;
use crate::problem::Result;
use crate::process;
use crate::shell::Shell;

/// Installs what is missing; a test without its client fails, it is never skipped.
pub fn ensure(shell: &Shell) -> Result<()> {
    if process::find(&["prometheus-alertmanager", "alertmanager"]).is_some() {
        return Ok(());
    }
    packages::install(shell, &["prometheus-alertmanager"], "let a real Alertmanager post alerts to a room in a test")
}
