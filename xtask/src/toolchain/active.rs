//! The toolchain that started us.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{TARGET, has_std, sysroot};
use crate::process;
use crate::shell::Shell;

/// A sysroot with a small standard library, if the source of the library is there or rustup can fetch it.
pub fn sysroot(shell: &Shell) -> Option<PathBuf> {
    let version = print(&["-vV"])?;
    if let Some(ready) = sysroot::ready(&shell.workspace, &version) {
        return Some(ready);
    }
    let rustlib = Path::new(print(&["--print", "sysroot"])?.trim()).join("lib/rustlib");
    if !sysroot::has_source(&rustlib) && !rustup(shell, &["component", "add", "rust-src"]) {
        return None;
    }
    let built = sysroot::build(shell, &version, &rustlib, shell.workspace.cargo());
    built.map_err(|problem| shell.say(&format!("that failed, so the client will be larger: {problem}"))).ok()
}

/// Whether the active compiler has a standard library for Wasm, whoever packaged it.
pub fn has_target() -> bool {
    print(&["--print", "target-libdir", "--target", TARGET]).is_some_and(|folder| has_std(Path::new(folder.trim())))
}

/// Lets rustup fetch the standard library for Wasm.
pub fn add_target(shell: &Shell) -> bool {
    rustup(shell, &["target", "add", TARGET]) && has_target()
}

fn print(args: &[&str]) -> Option<String> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")));
    command.args(args);
    process::read(command).ok()
}

fn rustup(shell: &Shell, args: &[&str]) -> bool {
    if process::find(&["rustup"]).is_none() {
        return false;
    }
    shell.say(&format!("rustup {}: needed to compile for browsers", args.join(" ")));
    let mut rustup = Command::new("rustup");
    rustup.args(args).env_remove("RUST_BACKTRACE");
    match process::read(rustup) {
        Ok(_) => true,
        Err(problem) => {
            shell.say(&format!("that failed, so another way has to do: {problem}"));
            false
        }
    }
}
