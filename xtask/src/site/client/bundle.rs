//! One small script out of wasm-bindgen's, the loader of later modules, and the snippets that crates brought along.

use std::fs;
use std::path::Path;

use super::split::LOADER;
use crate::node::NodePackages;
use crate::problem::{Problem, Result, While};
use crate::process;

/// As for the style sheet: browsers that understand all of it.
const BROWSERS: &str = "--target=chrome125,edge125,firefox128,safari17.5";

/// The script that starts the client. `addresses` are the names of the modules for later, and where the server offers them.
pub fn script(node: &NodePackages, made: &Path, name: &str, addresses: &[(String, String)]) -> Result<Vec<u8>> {
    let loader = made.join(LOADER);
    let text = fs::read_to_string(&loader).when(|| format!("reading {}", loader.display()))?;
    let folder = made.with_extension("bundle");
    copy(made, &folder).when(|| format!("writing {}", folder.display()))?;
    fs::write(folder.join(LOADER), addressed(&text, addresses)?).when(|| format!("writing {}", folder.display()))?;
    let mut esbuild = node.program("esbuild");
    esbuild.arg(folder.join(format!("{name}.js")));
    // wasm-bindgen names the loader once for each function that it takes from there.
    esbuild.args(["--bundle", "--minify", "--format=esm", "--log-override:duplicate-object-key=silent", BROWSERS]);
    let script = process::read(esbuild)?;
    fs::remove_dir_all(&folder).when(|| format!("removing {}", folder.display()))?;
    Ok(script.into_bytes())
}

/// The scripts of a folder and its folders.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to)?;
        } else if path.extension().is_some_and(|extension| extension == "js") {
            fs::copy(&path, &to)?;
        }
    }
    Ok(())
}

/// The loader with the addresses that carry a hash.
fn addressed(loader: &str, addresses: &[(String, String)]) -> Result<String> {
    let mut loader = loader.to_owned();
    for (name, address) in addresses {
        let relative = format!("\"./{name}\"");
        if !loader.contains(&relative) {
            return Err(Problem::new(format!("{LOADER} does not fetch {name} as expected; see site/client/bundle.rs")));
        }
        loader = loader.replace(&relative, &format!("\"{address}\""));
    }
    Ok(loader)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_modules_are_fetched_from_their_hashed_address() {
        let addresses = [("split_people.wasm".to_owned(), "/assets/people-00.wasm".to_owned())];
        let changed = addressed("fetch(new URL(\"./split_people.wasm\", import.meta.url))", &addresses).unwrap();
        assert_eq!(changed, "fetch(new URL(\"/assets/people-00.wasm\", import.meta.url))");
        assert!(addressed("", &addresses).is_err());
    }
}
