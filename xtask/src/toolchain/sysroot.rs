//! A sysroot in the build folder: the compiler's own, by links, and beside it a standard library for Wasm, built from the
//! compiler's source to be small. A client with it is a twentieth smaller than one with the library that is delivered ready.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{TARGET, has_std};
use crate::problem::{Problem, Result, While};
use crate::shell::Shell;
use crate::site::digest;
use crate::workspace::Workspace;

/// Optimised for size, with small sorting and formatting.
const SETTINGS: &str = "optimize_for_size z";

/// The package whose build brings the standard library with it.
const EMPTY: &str = "roomglass-empty";

/// Where the sysroot for a compiler of this version is, if it was built.
pub fn ready(workspace: &Workspace, version: &str) -> Option<PathBuf> {
    let sysroot = place(workspace, version);
    has_std(&wasm_folder(&sysroot)).then_some(sysroot)
}

/// Whether the source of the standard library is there, in a compiler's `lib/rustlib`.
pub fn has_source(rustlib: &Path) -> bool {
    rustlib.join("src/rust/library/std").exists()
}

/// Where the sysroots are. A compiler's own ones are told from them by this.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("wasm-sysroot")
}

/// Builds the standard library (some 40 seconds) and lays the sysroot out. `cargo` and `version` belong to the compiler
/// of `rustlib`.
pub fn build(shell: &Shell, version: &str, rustlib: &Path, cargo: Command) -> Result<PathBuf> {
    let sysroot = place(&shell.workspace, version);
    shell.say("building Rust's standard library for Wasm, made to be small (about a minute, once)");
    let work = folder(&shell.workspace).join("build");
    write_empty_package(&work).when(|| format!("writing {}", work.display()))?;
    shell.run(build_std(cargo, &work))?;
    lay_out(&work.join("target").join(TARGET).join("release/deps"), rustlib, &sysroot)
        .when(|| format!("writing {}", sysroot.display()))?;
    fs::remove_dir_all(&work).when(|| format!("removing {}", work.display()))?;
    ready(&shell.workspace, version).ok_or_else(|| Problem::new(format!("{} has no libstd", sysroot.display())))
}

/// Lets a cargo of the same compiler compile for Wasm with this sysroot.
pub fn used_by(mut cargo: Command, sysroot: &Path) -> Command {
    // The variable of the target, not RUSTFLAGS: build scripts and macros are compiled for this machine and keep the
    // compiler's own sysroot. It replaces `build.rustflags` of `.cargo/config.toml`, so what stands there is repeated.
    let flags = format!("--sysroot={} --cfg erase_components", sysroot.display());
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags);
    // These would replace the variable.
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo
}

fn place(workspace: &Workspace, version: &str) -> PathBuf {
    folder(workspace).join(&digest(format!("{version}\n{SETTINGS}").as_bytes())[..16])
}

fn wasm_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn write_empty_package(work: &Path) -> std::io::Result<()> {
    fs::create_dir_all(work.join("src"))?;
    // Its own `[workspace]`, because the build folder may lie inside the checkout.
    let manifest = format!("[package]\nname = \"{EMPTY}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n");
    fs::write(work.join("Cargo.toml"), manifest)?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n")
}

fn build_std(mut cargo: Command, work: &Path) -> Command {
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.args(["build", "--release", "-Zbuild-std=std,panic_abort,proc_macro,test", "--target", TARGET]);
    cargo.args(["-Zbuild-std-features=optimize_for_size"]);
    cargo.current_dir(work).env("CARGO_TARGET_DIR", work.join("target"));
    // A stable compiler builds its own standard library only when it is told that it is doing just that.
    cargo.env("RUSTC_BOOTSTRAP", "1");
    // The client is linked with fat LTO, which needs the bitcode.
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Cembed-bitcode=yes");
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "z");
    cargo
}

/// Everything is put beside the final name and renamed, so that an interrupted run leaves no half of a sysroot.
fn lay_out(built: &Path, rustlib: &Path, sysroot: &Path) -> std::io::Result<()> {
    let draft = sysroot.with_extension("draft");
    remove(&draft)?;
    let wasm = wasm_folder(&draft);
    fs::create_dir_all(&wasm)?;
    for entry in fs::read_dir(built)? {
        let file = entry?.path();
        if is_library(&file) {
            fs::copy(&file, wasm.join(file.file_name().unwrap_or_default()))?;
        }
    }
    link_own(rustlib, &draft.join("lib/rustlib"))?;
    remove(sysroot)?;
    fs::rename(draft, sysroot)
}

fn is_library(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".rlib") && !name.contains(&EMPTY.replace('-', "_"))
}

/// The linker and this machine's own libraries.
#[cfg(unix)]
fn link_own(own: &Path, rustlib: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(own)? {
        let entry = entry?;
        if entry.file_name() != TARGET {
            std::os::unix::fs::symlink(entry.path(), rustlib.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn link_own(own: &Path, _rustlib: &Path) -> std::io::Result<()> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        format!("{} cannot be linked to on this system", own.display()),
    ))
}

fn remove(folder: &Path) -> std::io::Result<()> {
    if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_package_stays_out_of_the_sysroot() {
        assert!(is_library(Path::new("deps/libstd-3a8a.rlib")));
        assert!(!is_library(Path::new("deps/libroomglass_empty-cc34.rlib")));
        assert!(!is_library(Path::new("deps/std-3a8a.d")));
    }

    #[test]
    fn another_compiler_gets_another_sysroot() {
        let workspace = Workspace { root: "/w".into(), target: "/w/target".into() };
        assert_ne!(place(&workspace, "rustc 1.96.0"), place(&workspace, "rustc 1.96.1"));
    }
}
