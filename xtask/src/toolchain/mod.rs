//! A Rust that compiles for `wasm32-unknown-unknown`: the active toolchain, or Debian's.

mod debian;
mod sysroot;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Result;
use crate::process;
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
    /// The toolchain that started us has the target.
    Active,
    /// Debian's Rust, with a standard library that we built for it.
    Debian { sysroot: PathBuf },
}

/// Finds a toolchain for Wasm, or makes one. What costs nothing comes first.
pub fn wasm(shell: &Shell) -> Result<WasmToolchain> {
    if active_has_target() {
        return Ok(WasmToolchain { kind: Kind::Active });
    }
    if let Some(sysroot) = debian::ready_sysroot(&shell.workspace) {
        return Ok(WasmToolchain { kind: Kind::Debian { sysroot } });
    }
    if rustup_adds_target(shell) {
        return Ok(WasmToolchain { kind: Kind::Active });
    }
    Ok(WasmToolchain { kind: Kind::Debian { sysroot: debian::install(shell)? } })
}

impl WasmToolchain {
    /// `cargo SUBCOMMAND … --target wasm32-unknown-unknown`.
    pub fn cargo(&self, workspace: &Workspace, subcommand: &str, args: &[&str]) -> Command {
        let mut command = match &self.kind {
            Kind::Active => workspace.cargo(),
            Kind::Debian { sysroot } => debian::cargo(workspace, sysroot),
        };
        command.arg(subcommand).args(args).args(["--target", TARGET]);
        command
    }

    /// `cargo clippy …`, where this toolchain has it.
    pub fn clippy(&self, workspace: &Workspace, args: &[&str]) -> Option<Command> {
        match &self.kind {
            Kind::Active => Some(self.cargo(workspace, "clippy", args)),
            Kind::Debian { sysroot } => {
                let mut command = debian::clippy(workspace, sysroot)?;
                command.arg("clippy").args(args).args(["--target", TARGET]);
                Some(command)
            }
        }
    }
}

/// Whether the active compiler has a standard library for Wasm, whoever packaged it.
fn active_has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir", "--target", TARGET]);
    process::read(command).is_ok_and(|folder| has_std(Path::new(&folder)))
}

fn has_std(folder: &Path) -> bool {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

fn rustup_adds_target(shell: &Shell) -> bool {
    if process::find(&["rustup"]).is_none() {
        return false;
    }
    shell.say(&format!("rustup target add {TARGET}: needed to compile for browsers"));
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).env_remove("RUST_BACKTRACE");
    if let Err(problem) = process::read(rustup) {
        shell.say(&format!("that failed, so Debian's Rust has to do it: {problem}"));
    }
    active_has_target()
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
