//! Cargo's helpers: rustfmt and Clippy from rustup, the test runners from crates.io.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result, While};
use crate::process;
use crate::shell::Shell;

/// Checks for rustfmt and Clippy, which rustup's smallest profile leaves out.
pub fn formatter_and_linter(shell: &Shell) -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !has_subcommand(shell, subcommand) {
            add_component(shell, component)?;
        }
    }
    Ok(())
}

/// Installs cargo-nextest into the build folder, unless there is one on the path.
pub fn nextest(shell: &Shell) -> Result<()> {
    if has_subcommand(shell, "nextest") {
        return Ok(());
    }
    shell.say("cargo install cargo-nextest: the test runner (a few minutes, once)");
    let install = |extra: &[&str]| {
        let mut command = install(shell, &shell.workspace.tools());
        // Without its self-update, which would only be built to stay unused.
        command.args(["cargo-nextest", "--no-default-features", "--features", "default-no-update"]).args(extra);
        command
    };
    shell.run(install(&["--locked"])).or_else(|_| shell.run(install(&[])))?;
    remove_leftovers(shell)
}

/// wasm-bindgen's test runner of exactly the locked version; it refuses modules made for any other.
pub fn wasm_test_runner(shell: &Shell) -> Result<PathBuf> {
    let version = shell.workspace.locked_version("wasm-bindgen")?;
    let folder = shell.workspace.tools().join(format!("wasm-bindgen-{version}"));
    let runner = folder.join("bin/wasm-bindgen-test-runner");
    if !runner.exists() {
        shell.say(&format!(
            "cargo install wasm-bindgen-cli {version}: runs Wasm tests in a browser (a few minutes, once)"
        ));
        let mut command = install(shell, &folder);
        // TLS is there to reach browsers on other machines; ours is on loopback.
        command.args([
            "wasm-bindgen-cli",
            "--version",
            &version,
            "--bin",
            "wasm-bindgen-test-runner",
            "--no-default-features",
        ]);
        shell.run(command)?;
        remove_leftovers(shell)?;
    }
    Ok(runner)
}

fn has_subcommand(shell: &Shell, subcommand: &str) -> bool {
    let mut command = shell.workspace.cargo();
    command.args([subcommand, "--version"]);
    process::succeeds(command)
}

fn add_component(shell: &Shell, component: &str) -> Result<()> {
    if process::find(&["rustup"]).is_none() {
        return Err(Problem::new(format!(
            "{component} is needed; install it from where your Rust comes from, then run this again"
        )));
    }
    shell.say(&format!("rustup component add {component}"));
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", component]);
    shell.run(rustup)
}

/// `cargo install` into a folder of ours. The tools run for seconds and are compiled once on two cores, so they are optimised
/// for being compiled.
fn install(shell: &Shell, root: &Path) -> Command {
    let mut command = shell.workspace.cargo();
    command.arg("install").arg("--root").arg(root).env("CARGO_TARGET_DIR", build_folder(shell));
    let profile = [("OPT_LEVEL", "1"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "0")];
    command.envs(profile.map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value)));
    command
}

fn build_folder(shell: &Shell) -> PathBuf {
    shell.workspace.tools().join("build")
}

fn remove_leftovers(shell: &Shell) -> Result<()> {
    let folder = build_folder(shell);
    std::fs::remove_dir_all(&folder).when(|| format!("removing {}", folder.display()))
}
