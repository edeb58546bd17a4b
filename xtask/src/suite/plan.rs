//! What `test` runs; in each row what is quick and fails often comes first.

use super::count::Count;
use super::{Group, Session, unit, wasm, web};
use crate::problem::Result;
use crate::shell::Shell;
use crate::toolchain;

pub struct Step {
    pub group: Group,
    pub name: &'static str,
    pub kind: Kind,
    pub run: fn(&Shell, &Session) -> Result<Count>,
}

/// How a step's success is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One yes or no.
    Check,
    /// It counts its tests; a suite without any has failed, because it tested nothing.
    Suite,
    /// It prepares a suite and counts only when it fails.
    Build,
}

const fn step(group: Group, name: &'static str, kind: Kind, run: fn(&Shell, &Session) -> Result<Count>) -> Step {
    Step { group, name, kind, run }
}

/// What runs side by side. A compiler that links, optimises one large crate or waits for a browser leaves a core idle, which the
/// other row uses. The rows share no build folder of cargo's (`debug`, `wasm32…/debug` here, `wasm-release`, `release` there), so
/// neither waits for the other's lock.
pub const SIDE_BY_SIDE: [&[Step]; 2] = [
    &[
        step(Group::Fmt, "fmt", Kind::Check, |shell, _| fmt(shell)),
        step(Group::Clippy, "clippy", Kind::Check, |shell, _| clippy(shell)),
        step(Group::Clippy, "clippy-wasm", Kind::Check, |shell, _| clippy_wasm(shell)),
        step(Group::Unit, "unit", Kind::Suite, unit::nextest),
        step(Group::Unit, "doc", Kind::Suite, |shell, _| unit::doc(shell)),
        step(Group::Wasm, "wasm-build", Kind::Build, wasm::build),
        step(Group::Wasm, "wasm-protocol", Kind::Suite, |shell, session| {
            wasm::run(shell, session, "roomglass-protocol")
        }),
        step(Group::Wasm, "wasm-app", Kind::Suite, |shell, session| wasm::run(shell, session, "roomglass-app")),
    ],
    &[step(Group::E2e, "site", Kind::Build, web::site), step(Group::E2e, "release", Kind::Build, web::release)],
];

/// What runs when all of that is done. People do not share their machine with a compiler either.
pub const LAST: Step = step(Group::E2e, "e2e", Kind::Suite, web::playwright);

fn fmt(shell: &Shell) -> Result<Count> {
    let mut cargo = shell.workspace.cargo();
    cargo.args(["fmt", "--all", "--check"]);
    shell.run(cargo)?;
    Ok(Count::default())
}

/// Everything that runs on the server. The app is here in its `ssr` feature, which the server asks for.
fn clippy(shell: &Shell) -> Result<Count> {
    let mut cargo = shell.workspace.cargo();
    cargo.args(["clippy", "--workspace", "--exclude", "roomglass-frontend", "--all-targets", "--", "-D", "warnings"]);
    shell.run(cargo)?;
    Ok(Count::default())
}

/// Everything that runs in browsers, tests included.
fn clippy_wasm(shell: &Shell) -> Result<Count> {
    let toolchain = toolchain::wasm(shell)?;
    let args = [&wasm::PACKAGES[..], &["--package", "roomglass-frontend", "--all-targets"]].concat();
    if let Some(mut cargo) = toolchain.clippy(&shell.workspace, &args) {
        cargo.args(["--", "-D", "warnings"]);
        shell.run(cargo)?;
    } else {
        shell.say("this toolchain has no Clippy; checking without it");
        shell.run(toolchain.cargo(&shell.workspace, "check", &args))?;
    }
    Ok(Count::default())
}
