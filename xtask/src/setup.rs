//! What building and testing need and a bare machine lacks.

use crate::browser;
use crate::databases;
use crate::node;
use crate::problem::Result;
use crate::python;
use crate::real_clients;
use crate::rust_tools;
use crate::shell::Shell;
use crate::suite::Group;
use crate::toolchain;

/// Installs what the wanted groups of tests use. It runs by itself, before steps run side by side: two package managers at once
/// would stop at each other's locks.
pub fn install(shell: &Shell, wanted: impl Fn(Group) -> bool) -> Result<()> {
    let any = |groups: &[Group]| groups.iter().any(|group| wanted(*group));
    if any(&[Group::Fmt, Group::Clippy]) {
        rust_tools::formatter_and_linter(shell)?;
    }
    if any(&[Group::Clippy, Group::Wasm, Group::E2e]) {
        toolchain::wasm(shell)?;
    }
    if any(&[Group::Unit]) {
        python::ensure(shell)?;
        real_clients::ensure(shell)?;
        rust_tools::nextest(shell)?;
    }
    if any(&[Group::Unit, Group::E2e]) {
        databases::ensure(shell)?;
    }
    if any(&[Group::Wasm, Group::E2e]) {
        browser::chromium(shell)?;
    }
    if any(&[Group::Wasm]) {
        browser::chromedriver(shell)?;
        rust_tools::wasm_test_runner(shell)?;
    }
    if any(&[Group::E2e]) {
        node::packages(shell)?;
        node::add_ons(shell)?;
    }
    Ok(())
}
