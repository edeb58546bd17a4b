//! Python, for the sample provider written in it.

use crate::packages;
use crate::problem::Result;
use crate::process;
use crate::shell::Shell;

/// Installs Python, unless there is one on the path.
pub fn ensure(shell: &Shell) -> Result<()> {
    if process::find(&["python3"]).is_some() {
        return Ok(());
    }
    packages::install(shell, &["python3"], "test the sample provider written in Python")
}
