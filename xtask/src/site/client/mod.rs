//! The client: cargo, wasm-bindgen, wasm-opt.
//!
//! wasm-bindgen is linked in as a library at the lock file's version, so it always fits the module it reads.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

use super::asset::Asset;
use super::{digest, snip::snip};
use crate::node::NodePackages;
use crate::problem::{Problem, Result, While};
use crate::shell::Shell;
use crate::toolchain::{TARGET, WasmToolchain};

const PACKAGE: &str = "roomglass-frontend";
const PROFILE: &str = "wasm-release";
const NAME: &str = "roomglass";

/// Smallest first. The features are those that Rust's compiler uses for this target; every browser we support has them.
const WASM_OPT: [&str; 10] = [
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub fn build(shell: &Shell, toolchain: &WasmToolchain, node: &NodePackages, cache: &Path) -> Result<Vec<Asset>> {
    shell.say("compiling the client for browsers");
    let args = ["--package", PACKAGE, "--lib", "--profile", PROFILE];
    let mut cargo = toolchain.cargo(&shell.workspace, "build", &args);
    // wasm-bindgen reads in a section of the module which features it may use; wasm-opt strips the module afterwards.
    cargo.env("CARGO_PROFILE_WASM_RELEASE_STRIP", "none");
    shell.run(cargo)?;
    let module = shell.workspace.target.join(TARGET).join(PROFILE).join(PACKAGE.replace('-', "_") + ".wasm");
    let bytes = snip(&fs::read(&module).when(|| format!("reading {}", module.display()))?)?;
    let made = cache.join(format!("client-{}", key(shell, node, &bytes)?));
    if !made.exists() {
        forget_older(cache)?;
        make(shell, node, bytes, &made)?;
    }
    assets(&made)
}

/// Everything that decides what wasm-bindgen and wasm-opt make.
fn key(shell: &Shell, node: &NodePackages, module: &[u8]) -> Result<String> {
    let bindgen = shell.workspace.locked_version("wasm-bindgen-cli-support")?;
    let words =
        [digest(module), bindgen, node.version("binaryen")?, WASM_OPT.join(" "), env!("CARGO_PKG_VERSION").to_owned()];
    Ok(digest(words.join("\n").as_bytes())[..16].to_owned())
}

/// Only the newest client is worth its space.
fn forget_older(cache: &Path) -> Result<()> {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("client-") {
            fs::remove_dir_all(entry.path()).when(|| format!("removing {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Makes the glue and the small module beside the final folder and renames it, so that half a result is never taken for one.
fn make(shell: &Shell, node: &NodePackages, module: Vec<u8>, made: &Path) -> Result<()> {
    let draft = made.with_extension("draft");
    bind(module, &draft)?;
    shell.say("shrinking the client with wasm-opt");
    let bound = draft.join(format!("{NAME}_bg.wasm"));
    let mut wasm_opt = node.program("wasm-opt");
    wasm_opt.args(WASM_OPT).arg(&bound).arg("-o").arg(draft.join(format!("{NAME}.wasm")));
    shell.run(wasm_opt)?;
    fs::remove_file(&bound).when(|| format!("removing {}", bound.display()))?;
    fs::rename(&draft, made).when(|| format!("renaming {}", draft.display()))
}

fn bind(module: Vec<u8>, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    let made = bindgen
        .input_bytes(NAME, module)
        .out_name(NAME)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page passes the module's address to `init`, since only the server knows its hash.
        .omit_default_module_path(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder));
    made.map_err(|error| Problem::new(format!("wasm-bindgen on the client: {error:#}")))
}

/// The module and its glue, and the snippets of JavaScript that crates brought along.
fn assets(made: &Path) -> Result<Vec<Asset>> {
    let read = |path: &Path| fs::read(path).when(|| format!("reading {}", path.display()));
    let wasm = Asset::hashed(Some("wasm".into()), "roomglass.wasm", read(&made.join(format!("{NAME}.wasm")))?);
    let glue = read(&made.join(format!("{NAME}.js")))?;
    let mut glue = String::from_utf8(glue).when(|| "reading wasm-bindgen's glue".into())?;
    let mut assets = vec![wasm];
    for file in snippets(&made.join("snippets")) {
        let snippet = Asset::hashed(None, "snippet.js", read(&file)?);
        glue = import_from(&glue, &relative(made, &file), &snippet.path)?;
        assets.push(snippet);
    }
    assets.push(Asset::hashed(Some("js".into()), "roomglass.js", glue.into_bytes()));
    Ok(assets)
}

fn snippets(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(snippets(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn relative(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Lets the glue import a snippet from where the server offers it.
fn import_from(glue: &str, snippet: &str, path: &str) -> Result<String> {
    let import = format!("'./{snippet}'");
    if !glue.contains(&import) {
        return Err(Problem::new(format!(
            "wasm-bindgen's glue does not import {snippet} as expected; see site/client.rs"
        )));
    }
    Ok(glue.replace(&import, &format!("'{path}'")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_are_imported_from_their_hashed_address() {
        let glue = "import { a } from './snippets/leptos-1f/inline0.js';\n";
        let changed = import_from(glue, "snippets/leptos-1f/inline0.js", "/assets/snippet-00.js").unwrap();
        assert_eq!(changed, "import { a } from '/assets/snippet-00.js';\n");
        assert!(import_from(glue, "snippets/other/inline0.js", "/assets/x.js").is_err());
    }
}
