//! Debian's Rust, for machines where rustup cannot download the Wasm target.
//!
//! Debian ships a recent compiler with the standard library's source, but no standard library for Wasm. We call it by its path
//! and give it a sysroot of our own, so neither rustup's toolchains nor `/usr/lib/rustlib` are changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::sysroot;
use crate::packages;
use crate::problem::{Problem, Result};
use crate::process;
use crate::shell::Shell;
use crate::workspace::Workspace;

const BIN: &str = "/usr/bin";
const RUSTLIB: &str = "/usr/lib/rustlib";
const PURPOSE: &str = "compile for browsers, because the active Rust cannot and rustup could not download the target";

/// The sysroot of an earlier run, if it is for the compiler that is installed now.
pub fn ready_sysroot(workspace: &Workspace) -> Option<PathBuf> {
    sysroot::ready(workspace, &version()?)
}

/// Installs Debian's Rust where it is missing and builds its sysroot.
pub fn install(shell: &Shell) -> Result<PathBuf> {
    if !is_installed() {
        packages::install(
            shell,
            &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"],
            PURPOSE,
        )?;
    }
    install_linker(shell)?;
    let version = version().ok_or_else(|| Problem::new("/usr/bin/rustc does not say its version; is it damaged?"))?;
    sysroot::build(shell, &version, Path::new(RUSTLIB), bare_cargo(&shell.workspace))
}

/// Debian's cargo with its own compiler and our sysroot.
pub fn cargo(workspace: &Workspace, sysroot: &Path) -> Command {
    sysroot::used_by(bare_cargo(workspace), sysroot)
}

/// `cargo-clippy` of the same version, if its package is there.
pub fn clippy(workspace: &Workspace, sysroot: &Path) -> Option<Command> {
    let program = Path::new(BIN).join("cargo-clippy");
    process::is_program(&program).then(|| sysroot::used_by(at(workspace, &program), sysroot))
}

fn bare_cargo(workspace: &Workspace) -> Command {
    at(workspace, &Path::new(BIN).join("cargo"))
}

fn at(workspace: &Workspace, program: &Path) -> Command {
    let mut command = workspace.cargo_at(program);
    let bin = Path::new(BIN);
    command.env("CARGO", bin.join("cargo")).env("RUSTC", bin.join("rustc")).env("RUSTDOC", bin.join("rustdoc"));
    // The library path is rustup's and leads to another compiler's libraries.
    for name in ["RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    command
}

fn is_installed() -> bool {
    let bin = Path::new(BIN);
    let programs = ["rustc", "cargo", "cargo-clippy"].iter().all(|name| process::is_program(&bin.join(name)));
    programs && sysroot::has_source(Path::new(RUSTLIB))
}

/// `rust-lld` is a link into a package that is only suggested; the link's target tells which one it is today.
fn install_linker(shell: &Shell) -> Result<()> {
    let linker = Path::new(BIN).join("rust-lld");
    match fs::read_link(&linker) {
        Ok(target) if !linker.exists() => packages::install(shell, &[&target.to_string_lossy()], PURPOSE),
        _ => Ok(()),
    }
}

/// All that the compiler says of itself, since Debian's package moves with security updates.
fn version() -> Option<String> {
    let mut rustc = Command::new(Path::new(BIN).join("rustc"));
    rustc.arg("-vV").env_remove("LD_LIBRARY_PATH");
    process::read(rustc).ok()
}
