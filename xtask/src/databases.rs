//! The engines that tests start on loopback, in temporary folders: PostgreSQL and Redis.

use std::fs;
use std::path::Path;

use crate::packages;
use crate::problem::Result;
use crate::process;
use crate::shell::Shell;

/// Installs what is missing; a test without its engine fails, it is never skipped.
pub fn ensure(shell: &Shell) -> Result<()> {
    let mut missing = Vec::new();
    if !has_postgresql() {
        missing.push("postgresql");
    }
    if process::find(&["redis-server"]).is_none() {
        missing.push("redis-server");
    }
    if missing.is_empty() {
        Ok(())
    } else {
        packages::install(
            shell,
            &missing,
            "test against the engines that larger servers use, and that add-ons keep their data in",
        )
    }
}

/// On the path, or where Debian puts it, which is not on the path.
fn has_postgresql() -> bool {
    let debian = || {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        versions.map(|version| version.path().join("bin")).any(|bin| has_server(&bin))
    };
    process::find(&["initdb"]).is_some() && process::find(&["postgres"]).is_some() || debian()
}

fn has_server(bin: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|name| process::is_program(&bin.join(name)))
}
