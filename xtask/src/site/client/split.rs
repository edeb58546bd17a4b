//! Takes the module apart: what a page needs at once, and what is fetched when it is first shown.
//!
//! `app` says where, with `#[wasm_split]`. A function, and whatever only it needs, goes into a module that carries its name; what
//! several of those share goes into further ones.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_split_cli_support::{Options, transform};

use crate::problem::{Problem, Result, While};

/// The script that fetches the modules, made beside them. The main module's script imports it.
pub const LOADER: &str = "__wasm_split.js";

/// Fills a folder with the modules for later and the script that fetches them, and gives the main module. Of the module, function
/// names and relocations must have been kept; `name` is what the main module's script will be called.
pub fn split(module: &[u8], name: &str, folder: &Path) -> Result<Vec<u8>> {
    if folder.exists() {
        fs::remove_dir_all(folder).when(|| format!("removing {}", folder.display()))?;
    }
    let (main, script) = (folder.join("main.wasm"), format!("./{name}.js"));
    let mut options = Options::new(module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &script;
    transform(options).map_err(|error| Problem::new(format!("taking the client's module apart: {error:#}")))?;
    let bytes = fs::read(&main).when(|| format!("reading {}", main.display()))?;
    fs::remove_file(&main).when(|| format!("removing {}", main.display()))?;
    Ok(bytes)
}

/// The modules for later in a folder, in the order of their names.
pub fn later(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).when(|| format!("reading {}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| is_later(path)).collect();
    files.sort();
    Ok(files)
}

fn is_later(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (name.starts_with("split_") || name.starts_with("chunk_")) && name.ends_with(".wasm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_modules_for_later_are_found() {
        assert!(is_later(Path::new("made/split_people.wasm")));
        assert!(is_later(Path::new("made/chunk_3.wasm")));
        assert!(!is_later(Path::new("made/roomglass_bg.wasm")));
        assert!(!is_later(Path::new("made/__wasm_split.js")));
    }
}
