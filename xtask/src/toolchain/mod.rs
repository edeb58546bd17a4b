//! A Rust that compiles for `wasm32-unknown-unknown`: the active toolchain, or Debian's.

mod active;
mod debian;
mod sysroot;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Result;
use crate::shell::Shell;
use crate::workspace::Workspace;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to call cargo for the browser's half of the workspace.
#[derive(Debug)]
pub struct WasmToolchain {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The toolchain that started us, with a standard library that we built for it, or its own.
    Active { sysroot: Option<PathBuf> },
    /// Debian's Rust, with a standard library that we built for it.
    Debian { sysroot: PathBuf },
}

/// Finds a toolchain for Wasm, or makes one. What makes the smallest client comes first.
pub fn wasm(shell: &Shell) -> Result<WasmToolchain> {
    let kind = if let Some(sysroot) = active::sysroot(shell) {
        Kind::Active { sysroot: Some(sysroot) }
    } else if active::has_target() {
        Kind::Active { sysroot: None }
    } else if let Some(sysroot) = debian::ready_sysroot(&shell.workspace) {
        Kind::Debian { sysroot }
    } else if active::add_target(shell) {
        Kind::Active { sysroot: None }
    } else {
        Kind::Debian { sysroot: debian::install(shell)? }
    };
    Ok(WasmToolchain { kind })
}

impl WasmToolchain {
    /// `cargo SUBCOMMAND … --target wasm32-unknown-unknown`.
    pub fn cargo(&self, workspace: &Workspace, subcommand: &str, args: &[&str]) -> Command {
        let mut command = match &self.kind {
            Kind::Active { sysroot: Some(sysroot) } => sysroot::used_by(workspace.cargo(), sysroot),
            Kind::Active { sysroot: None } => workspace.cargo(),
            Kind::Debian { sysroot } => debian::cargo(workspace, sysroot),
        };
        command.arg(subcommand).args(args).args(["--target", TARGET]);
        command
    }

    /// `cargo clippy …`, where this toolchain has it.
    pub fn clippy(&self, workspace: &Workspace, args: &[&str]) -> Option<Command> {
        match &self.kind {
            Kind::Active { .. } => Some(self.cargo(workspace, "clippy", args)),
            Kind::Debian { sysroot } => {
                let mut command = debian::clippy(workspace, sysroot)?;
                command.arg("clippy").args(args).args(["--target", TARGET]);
                Some(command)
            }
        }
    }
}

fn has_std(folder: &Path) -> bool {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_rlibs_has_no_std() {
        assert!(!has_std(Path::new(env!("CARGO_MANIFEST_DIR"))));
        assert!(!has_std(Path::new("/no/such/folder")));
    }
}
