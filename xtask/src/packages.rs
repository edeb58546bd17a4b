//! Packages of the operating system, where it is Debian or one of its relatives.

use std::io::{self, IsTerminal};
use std::process::Command;

use crate::problem::{Problem, Result};
use crate::process;
use crate::shell::Shell;

/// Installs packages that are missing; `purpose` completes the sentence "… is needed to …".
pub fn install(shell: &Shell, packages: &[&str], purpose: &str) -> Result<()> {
    let names = packages.join(" ");
    if process::find(&["apt-get"]).is_none() {
        return Err(Problem::new(format!(
            "{names} (as Debian calls it) is needed to {purpose}, and this system has no apt-get. \
             Install it with your system's package manager, then run this again."
        )));
    }
    shell.say(&format!("installing {names} with apt-get: needed to {purpose}"));
    let install =
        || apt_get(&[&["install", "-y", "--no-install-recommends", "--no-remove"], packages].concat(), purpose);
    if shell.run(install()?).is_ok() {
        return Ok(());
    }
    shell.say("that failed; trying once more with fresh package lists");
    shell.run(apt_get(&["update"], purpose)?)?;
    shell.run(install()?)
}

/// `apt-get` as root; through `sudo` when we are someone else, because packages are installed for the whole machine.
fn apt_get(args: &[&str], purpose: &str) -> Result<Command> {
    let mut words = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    words.extend(args);
    if is_root() {
        return Ok(command_of(&words));
    }
    if process::find(&["sudo"]).is_none() {
        return Err(Problem::new(format!(
            "apt-get {} is needed to {purpose}. It changes the whole machine, so it has to run as root: run it yourself, then run \
             this again.",
            args.join(" ")
        )));
    }
    // Without a terminal nobody can type a password; then sudo has to say so instead of waiting.
    let sudo: &[&str] = if io::stdin().is_terminal() { &["sudo"] } else { &["sudo", "-n"] };
    Ok(command_of(&[sudo, &words].concat()))
}

fn command_of(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

fn is_root() -> bool {
    let mut id = Command::new("id");
    id.arg("-u");
    process::read(id).is_ok_and(|user| user == "0")
}
