//! Puts the browser's files into the binary, so that one file is all an operator needs.
//!
//! `ROOMGLASS_SITE` names the folder `cargo xtask site` wrote. Without it (plain `cargo check`, unit tests) the table is
//! empty: pages are still rendered, but no script or style is served.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-env-changed=ROOMGLASS_SITE");
    let generated = match env::var_os("ROOMGLASS_SITE") {
        Some(site) => table_of(Path::new(&site)),
        None => "pub static FILES: &[Asset] = &[];\npub static NAMES: &[(&str, &str)] = &[];\n".to_owned(),
    };
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("site.rs");
    fs::write(target, generated).expect("the build folder can be written");
}

fn table_of(site: &Path) -> String {
    let manifest_path = site.join("manifest.json");
    println!("cargo::rerun-if-changed={}", manifest_path.display());
    let manifest = fs::read_to_string(&manifest_path)
        .unwrap_or_else(|error| panic!("{} cannot be read ({error}); run `cargo xtask site`", manifest_path.display()));
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("the manifest is JSON");

    let mut source = "pub static FILES: &[Asset] = &[\n".to_owned();
    for file in manifest["files"].as_array().into_iter().flatten() {
        let stored = site.join(file["file"].as_str().expect("every file has a place"));
        let has =
            |encoding: &str| file["encodings"].as_array().is_some_and(|all| all.iter().any(|one| one == encoding));
        let _ = writeln!(
            source,
            "    Asset {{ path: {path:?}, content_type: {kind:?}, immutable: {immutable}, identity: include_bytes!({plain:?}), \
             brotli: {brotli}, gzip: {gzip} }},",
            path = file["path"].as_str().expect("every file has a path"),
            kind = file["type"].as_str().unwrap_or("application/octet-stream"),
            immutable = file["immutable"].as_bool().unwrap_or(false),
            plain = stored.display().to_string(),
            brotli = compressed(&stored, has("br"), "br"),
            gzip = compressed(&stored, has("gzip"), "gz"),
        );
    }
    source.push_str("];\npub static NAMES: &[(&str, &str)] = &[\n");
    for (name, path) in manifest["names"].as_object().into_iter().flatten() {
        let _ = writeln!(source, "    ({name:?}, {:?}),", path.as_str().unwrap_or_default());
    }
    source.push_str("];\n");
    source
}

fn compressed(stored: &Path, present: bool, suffix: &str) -> String {
    if present {
        format!("Some(include_bytes!({:?}))", format!("{}.{suffix}", stored.display()))
    } else {
        "None".to_owned()
    }
}
