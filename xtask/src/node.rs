//! Node.js and the npm packages of `end2end/`: Playwright, the tools that shrink Wasm and CSS, and the frameworks of
//! real add-ons.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::{Problem, Result, While};
use crate::process;
use crate::shell::Shell;
use crate::site::digest;

const OLDEST_NODE: u32 = 20;

/// The npm packages, installed.
pub struct NodePackages {
    /// `end2end/`, where `package.json` is.
    pub folder: PathBuf,
}

impl NodePackages {
    /// One of the packages' programs.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join("node_modules/.bin").join(name));
        command.current_dir(&self.folder);
        command
    }

    /// The installed version of a package.
    pub fn version(&self, package: &str) -> Result<String> {
        let file = self.folder.join("node_modules").join(package).join("package.json");
        let text = fs::read_to_string(&file).when(|| format!("reading {}", file.display()))?;
        let description: serde_json::Value =
            serde_json::from_str(&text).when(|| format!("reading {}", file.display()))?;
        Ok(description["version"].as_str().unwrap_or_default().to_owned())
    }
}

/// Installs the packages, unless they are there and nothing that decides them has changed.
pub fn packages(shell: &Shell) -> Result<NodePackages> {
    let folder = shell.workspace.root.join("end2end");
    let purpose = "shrink the browser's files and to test in a browser";
    install(shell, &folder, &[], purpose, || put_lightningcss_in_place(shell, &folder))?;
    Ok(NodePackages { folder })
}

/// Installs the frameworks of Atlassian's that the add-ons in `end2end/addons/` are built on. Without scripts: those of
/// their time compile native parts that have replacements in JavaScript, or fetch programs.
pub fn add_ons(shell: &Shell) -> Result<()> {
    for name in ["express", "koa"] {
        let folder = shell.workspace.root.join("end2end/addons").join(name);
        install(shell, &folder, &["--ignore-scripts"], "test with add-ons of HipChat's time", || Ok(()))?;
    }
    Ok(())
}

/// `npm ci`, and what is to be done after it, unless that was done already; `purpose` completes "needed to …".
fn install(
    shell: &Shell,
    folder: &Path,
    args: &[&str],
    purpose: &str,
    finish: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = folder.join("node_modules/.roomglass-installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted(folder)) {
        return Ok(());
    }
    check_node()?;
    let install = if folder.join("package-lock.json").exists() { "ci" } else { "install" };
    let place = folder.strip_prefix(&shell.workspace.root).unwrap_or(folder);
    shell.say(&format!("npm {install} in {}/: needed to {purpose}", place.display()));
    let mut npm = Command::new("npm");
    npm.args([install, "--no-audit", "--no-fund"]).args(args).current_dir(folder);
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    shell.run(npm)?;
    finish()?;
    fs::write(&stamp, wanted(folder)).when(|| format!("writing {}", stamp.display()))
}

/// Read after installing as well, because `npm install` may write the lock file.
fn wanted(folder: &Path) -> String {
    let read = |name: &str| fs::read(folder.join(name)).unwrap_or_default();
    digest(&[read("package.json"), read("package-lock.json")].concat())
}

fn check_node() -> Result<()> {
    let mut node = Command::new("node");
    node.arg("--version");
    let advice = || {
        Problem::new(format!(
            "Node.js {OLDEST_NODE} or newer with npm is needed on the path: install it, then run this again"
        ))
    };
    let version = process::read(node).map_err(|_| advice())?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|number| number.parse().ok());
    match major {
        Some(major) if OLDEST_NODE <= major && process::find(&["npm"]).is_some() => Ok(()),
        _ => Err(advice()),
    }
}

/// Its program is moved into place by an install script, which npm may be told not to run.
fn put_lightningcss_in_place(shell: &Shell, folder: &Path) -> Result<()> {
    let package = folder.join("node_modules/lightningcss-cli");
    if package.join("lightningcss").exists() || !package.exists() {
        return Ok(());
    }
    let mut script = Command::new("node");
    script.arg("postinstall.js").current_dir(package);
    shell.run(script)
}
