//! The browser that tests run in: the system's Chromium, never one downloaded by an npm package.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::packages;
use crate::problem::{Problem, Result, While};
use crate::process;
use crate::shell::Shell;

/// What a test needs from a browser: no window, no network of its own, and no sandbox, since continuous integration runs as root.
/// For calls, a microphone and a camera that are pretended, ways to others on the same machine, and sound without a click.
const FLAGS: [&str; 13] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
];

/// Chromium: `$CHROMIUM`, the one on the path, or Debian's.
pub fn chromium(shell: &Shell) -> Result<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    find_or_install(shell, "CHROMIUM", &names, "chromium", "run tests in a browser")
}

/// ChromeDriver: `$CHROMEDRIVER`, the one on the path, or Debian's.
pub fn chromedriver(shell: &Shell) -> Result<PathBuf> {
    find_or_install(shell, "CHROMEDRIVER", &["chromedriver"], "chromium-driver", "run Wasm tests in a browser")
}

/// Writes the file that tells wasm-bindgen's test runner which browser to start, and how.
pub fn webdriver_settings(shell: &Shell, chromium: &Path) -> Result<PathBuf> {
    let file = shell.workspace.target.join("webdriver.json");
    let settings = json!({ "goog:chromeOptions": { "binary": chromium, "args": FLAGS } });
    fs::write(&file, settings.to_string()).when(|| format!("writing {}", file.display()))?;
    Ok(file)
}

fn find_or_install(shell: &Shell, variable: &str, names: &[&str], package: &str, purpose: &str) -> Result<PathBuf> {
    if let Some(chosen) = env::var_os(variable) {
        return Ok(chosen.into());
    }
    if let Some(found) = process::find(names) {
        return Ok(found);
    }
    packages::install(shell, &[package], purpose)?;
    process::find(names).ok_or_else(|| {
        Problem::new(format!("{package} is installed but not on the path; set {variable} to its program"))
    })
}
