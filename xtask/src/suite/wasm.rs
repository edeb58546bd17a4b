//! Tests compiled to Wasm, in a headless Chromium.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Count, Session, count, left};
use crate::browser;
use crate::problem::{Problem, Result};
use crate::rust_tools;
use crate::shell::Shell;
use crate::toolchain;

/// Both packages at once: their dependencies are compiled once, with the client's features.
pub const PACKAGES: [&str; 6] =
    ["--package", "roomglass-protocol", "--package", "roomglass-app", "--features", "roomglass-app/hydrate"];

/// How long one test binary may run in the browser.
const SECONDS: &str = "180";

/// One compiled test binary.
#[derive(Debug)]
pub struct Binary {
    /// Cargo's id of its package.
    package: String,
    /// Where its package is; tests run there.
    folder: PathBuf,
    file: PathBuf,
}

/// Compiles the tests, for the steps that run them.
pub fn build(shell: &Shell, session: &Session) -> Result<Count> {
    let toolchain = toolchain::wasm(shell)?;
    let mut cargo = toolchain.cargo(&shell.workspace, "test", &PACKAGES);
    cargo.args(["--no-run", "--message-format", "json-render-diagnostics"]);
    let finished = shell.finish(cargo)?;
    if !finished.status.success() {
        return Err(Problem::new(format!("the tests did not compile for Wasm ({})", finished.status)));
    }
    let _ = session.wasm_tests.set(finished.text.lines().filter_map(binary_in).collect());
    Ok(Count::default())
}

/// Runs one package's tests.
pub fn run(shell: &Shell, session: &Session, package: &str) -> Result<Count> {
    let binaries = left(&session.wasm_tests, "wasm-build")?;
    let runner = rust_tools::wasm_test_runner(shell)?;
    let settings = browser::webdriver_settings(shell, &browser::chromium(shell)?)?;
    let driver = browser::chromedriver(shell)?;
    let mut total = Count::default();
    for binary in binaries.iter().filter(|binary| binary.is_of(package)) {
        let mut command = Command::new(&runner);
        command.arg(&binary.file).current_dir(&binary.folder).env("CHROMEDRIVER", &driver);
        command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings).env("WASM_BINDGEN_TEST_TIMEOUT", SECONDS);
        // Binaries that do not choose where they run, run in the page.
        command.env("WASM_BINDGEN_USE_BROWSER", "1");
        let finished = shell.finish(command)?;
        total = total + count::libtest(&finished.text).of_runner(finished.status.success());
    }
    Ok(total)
}

impl Binary {
    /// Package ids end in `#name@version`, or in `/name#version` where the folder has the package's name.
    fn is_of(&self, package: &str) -> bool {
        self.package.contains(&format!("#{package}@")) || self.package.contains(&format!("/{package}#"))
    }
}

/// The test binary that one of cargo's messages announces.
fn binary_in(message: &str) -> Option<Binary> {
    let message: Value = serde_json::from_str(message).ok()?;
    let manifest = Path::new(message["manifest_path"].as_str()?);
    let folder = manifest.parent()?.to_owned();
    let file = PathBuf::from(message["executable"].as_str()?);
    let package = message["package_id"].as_str()?.to_owned();
    (message["profile"]["test"] == true).then_some(Binary { package, folder, file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_binaries_are_found_by_their_package() {
        let message = |test: bool| {
            serde_json::json!({
                "reason": "compiler-artifact", "package_id": "path+file:///w/app#roomglass-app@0.1.0",
                "manifest_path": "/w/app/Cargo.toml", "profile": { "test": test }, "executable": "/t/app-1f.wasm",
            })
            .to_string()
        };
        let binary = binary_in(&message(true)).unwrap();
        assert_eq!(
            (binary.folder.as_path(), binary.file.as_path()),
            (Path::new("/w/app"), Path::new("/t/app-1f.wasm"))
        );
        assert!(binary.is_of("roomglass-app") && !binary.is_of("roomglass-protocol"));
        assert!(binary_in(&message(false)).is_none());
        assert!(binary_in(r#"{"reason":"build-finished","success":true}"#).is_none());
        assert!(binary_in("   Compiling roomglass-app v0.1.0").is_none());
    }

    #[test]
    fn packages_in_folders_of_their_own_name_are_found() {
        let package = "path+file:///w/roomglass-app#0.1.0".to_owned();
        let binary = Binary { package, folder: PathBuf::new(), file: PathBuf::new() };
        assert!(binary.is_of("roomglass-app"));
    }
}
