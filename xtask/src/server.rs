//! The optimised programs, and `serve`.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::shell::Shell;
use crate::site::{self, Site};

/// The programs that tests and measurements run.
pub struct Programs {
    pub server: PathBuf,
    pub sample: PathBuf,
}

/// Builds the browser's files and the server that embeds them, and becomes that server.
pub fn serve(shell: &Shell, args: &[String]) -> Result<()> {
    let site = site::build(shell)?;
    shell.say("compiling the server");
    build(shell, &site, &["roomglass-server"])?;
    let mut server = Command::new(program(shell, "roomglass"));
    server.args(["serve", "--demo"]);
    if !names_data(args, env::var_os("ROOMGLASS_DATA").is_some()) {
        server.args(["--data", "./data"]);
    }
    server.args(args);
    become_program(server)
}

/// What tests run: the server, and the sample providers it is tried with.
pub fn build_programs(shell: &Shell, site: &Site) -> Result<Programs> {
    build(shell, site, &["roomglass-server", "roomglass-samples"])?;
    Ok(Programs { server: program(shell, "roomglass"), sample: program(shell, "roomglass-sample") })
}

/// The load generator. It is compiled apart, so that its dependencies' features never change the server that is measured.
pub fn build_bench(shell: &Shell, site: &Site) -> Result<PathBuf> {
    build(shell, site, &["roomglass-bench"])?;
    Ok(program(shell, "roomglass-bench"))
}

fn build(shell: &Shell, site: &Site, packages: &[&str]) -> Result<()> {
    let mut cargo = shell.workspace.cargo();
    cargo.args(["build", "--release", "--bins"]).env("ROOMGLASS_SITE", &site.folder);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    shell.run(cargo)
}

fn program(shell: &Shell, name: &str) -> PathBuf {
    shell.workspace.target.join("release").join(name).with_extension(env::consts::EXE_EXTENSION)
}

fn names_data(args: &[String], in_environment: bool) -> bool {
    in_environment || args.iter().any(|arg| arg == "--data" || arg.starts_with("--data="))
}

/// Replaces this process, so that Ctrl-C and every other signal reach the server itself, and its exit code is ours.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Problem::new(format!("starting {}: {error}", command.get_program().display())))
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Problem::new(format!("the server ended: {status}"))),
        Err(error) => Err(Problem::new(format!("starting {}: {error}", command.get_program().display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_goes_where_it_is_told_to() {
        let args = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(names_data(&args(&["--data", "/srv/chat"]), false));
        assert!(names_data(&args(&["--data=/srv/chat"]), false));
        assert!(names_data(&[], true));
        assert!(!names_data(&args(&["--database", "postgres://chat"]), false));
    }
}
