//! Where things are: the checkout, the build folder, the cargo that started us.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::problem::{Problem, Result, While};
use crate::process;

#[derive(Clone, Debug)]
pub struct Workspace {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` or a configuration file put it.
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        let mut command = tidy(own_cargo());
        command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(own_folder());
        let metadata: Value =
            serde_json::from_str(&process::read(command)?).when(|| "reading cargo metadata".into())?;
        let folder = |key: &str| metadata[key].as_str().map(PathBuf::from);
        match (folder("workspace_root"), folder("target_directory")) {
            (Some(root), Some(target)) => Ok(Self { root, target }),
            _ => Err(Problem::new("cargo metadata names no workspace_root and target_directory")),
        }
    }

    /// The active toolchain's cargo, in the checkout, with our own tools on its path.
    pub fn cargo(&self) -> Command {
        self.cargo_at(own_cargo())
    }

    /// Another cargo, run the same way.
    pub fn cargo_at(&self, cargo: impl AsRef<OsStr>) -> Command {
        let mut command = tidy(cargo);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).env("PATH", self.path_with_tools());
        command
    }

    /// Where tools written in Rust are installed: in the build folder, so that nothing of the user's is changed.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The version of a package in `Cargo.lock`.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).when(|| "reading Cargo.lock".into())?;
        version_in(&lock, package).ok_or_else(|| Problem::new(format!("Cargo.lock has no package {package}")))
    }

    fn path_with_tools(&self) -> OsString {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.tools().join("bin")).chain(env::split_paths(&path));
        env::join_paths(folders).unwrap_or(path)
    }
}

/// The folder of this package, as cargo tells it when it runs us: a build folder that several checkouts share may hold a
/// program that was compiled in another one.
fn own_folder() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

fn own_cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A command without the variables that `cargo run` gave to us. Build scripts watch some of them (ring's does), so a cargo that
/// inherited them would build again what a cargo in a terminal has built.
fn tidy(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_PACKAGE"];
    for (name, _) in env::vars_os() {
        if ours.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "wasm-opt"), None);
    }
}
