//! The client: cargo, then the module taken apart into what every page needs and what is fetched later, wasm-bindgen, wasm-opt.
//!
//! wasm-bindgen is linked in as a library at the lock file's version, so it always fits the module it reads.

mod bundle;
mod imports;
mod snip;
mod split;

use std::fs;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};

use wasm_bindgen_cli_support::Bindgen;

use super::asset::Asset;
use super::digest;
use crate::node::NodePackages;
use crate::problem::{Problem, Result, While};
use crate::shell::Shell;
use crate::toolchain::{TARGET, WasmToolchain};

const PACKAGE: &str = "roomglass-frontend";
const PROFILE: &str = "wasm-release";
const NAME: &str = "roomglass";

/// Smallest first. The features are those that Rust's compiler uses for this target; every browser we support has them.
const WASM_OPT: [&str; 11] = [
    "-Os",
    // What the first round left shows in the second.
    "-Os",
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
    let module = compile(shell, toolchain)?;
    let made = cache.join(format!("client-{}", key(shell, node, &module)?));
    if !made.exists() {
        forget_older(cache)?;
        make(shell, node, &module, &made)?;
    }
    assets(node, &made)
}

fn compile(shell: &Shell, toolchain: &WasmToolchain) -> Result<Vec<u8>> {
    shell.say("compiling the client for browsers");
    let args = ["--package", PACKAGE, "--lib", "--profile", PROFILE];
    let mut cargo = toolchain.cargo(&shell.workspace, "rustc", &args);
    // wasm-bindgen reads in a section of the module which features it may use; wasm-opt strips the module afterwards.
    cargo.env("CARGO_PROFILE_WASM_RELEASE_STRIP", "none");
    // What is taken apart must say which function needs which.
    cargo.args(["--", "-Clink-arg=--emit-relocs"]);
    shell.run(cargo)?;
    let module = shell.workspace.target.join(TARGET).join(PROFILE).join(PACKAGE.replace('-', "_") + ".wasm");
    fs::read(&module).when(|| format!("reading {}", module.display()))
}

/// Everything that decides what is made of the module.
fn key(shell: &Shell, node: &NodePackages, module: &[u8]) -> Result<String> {
    let locked = |package: &str| shell.workspace.locked_version(package);
    let words = [
        digest(module),
        locked("wasm-bindgen-cli-support")?,
        locked("wasm_split_cli_support")?,
        node.version("binaryen")?,
        WASM_OPT.join(" "),
        env!("CARGO_PKG_VERSION").to_owned(),
    ];
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

/// Makes the scripts and the small modules beside the final folder and renames it, so that half a result is never taken for one.
fn make(shell: &Shell, node: &NodePackages, module: &[u8], made: &Path) -> Result<()> {
    let draft = made.with_extension("draft");
    let main = split::split(module, NAME, &draft)?;
    bind(snip::main(&main)?, &draft)?;
    let (script, main) = (draft.join(format!("{NAME}.js")), draft.join(format!("{NAME}_bg.wasm")));
    imports::shorten(&main, &script)?;
    let later = split::later(&draft)?;
    for part in &later {
        put(part, &snip::module(&read(part)?)?)?;
    }
    shell.say("shrinking the client with wasm-opt");
    let modules: Vec<_> = later.into_iter().chain([main]).collect();
    thread::scope(|scope| {
        let runs: Vec<_> = modules.iter().map(|module| scope.spawn(|| shrink(shell, node, module))).collect();
        runs.into_iter().try_for_each(finished)
    })?;
    fs::rename(&draft, made).when(|| format!("renaming {}", draft.display()))
}

fn shrink(shell: &Shell, node: &NodePackages, module: &Path) -> Result<()> {
    let small = module.with_extension("small");
    let mut wasm_opt = node.program("wasm-opt");
    wasm_opt.args(WASM_OPT).arg(module).arg("-o").arg(&small);
    shell.run(wasm_opt)?;
    fs::rename(&small, module).when(|| format!("renaming {}", small.display()))
}

/// A thread's result; its panic goes on here.
fn finished(run: ScopedJoinHandle<'_, Result<()>>) -> Result<()> {
    run.join().unwrap_or_else(|panic| resume_unwind(panic))
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
        // The modules that come later find the main one's memory and functions among its exports.
        .keep_lld_exports(true)
        .demangle(false)
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder));
    made.map_err(|error| Problem::new(format!("wasm-bindgen on the client: {error:#}")))
}

/// The modules, and all scripts in one.
fn assets(node: &NodePackages, made: &Path) -> Result<Vec<Asset>> {
    let main = read(&made.join(format!("{NAME}_bg.wasm")))?;
    let mut assets = vec![Asset::hashed(Some("wasm".into()), &format!("{NAME}.wasm"), main)];
    let mut addresses = Vec::new();
    for file in split::later(made)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let asset = Asset::hashed(None, &name.replace("split_", "").replace('_', "-"), read(&file)?);
        addresses.push((name, asset.path.clone()));
        assets.push(asset);
    }
    let script = bundle::script(node, made, NAME, &addresses)?;
    assets.push(Asset::hashed(Some("js".into()), &format!("{NAME}.js"), script));
    Ok(assets)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).when(|| format!("reading {}", path.display()))
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).when(|| format!("writing {}", path.display()))
}
