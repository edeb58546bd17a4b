//! Short names for what the module imports from its script.
//!
//! wasm-bindgen names each of hundreds of functions with a hash, which is for its own tools, cannot be compressed, and is there
//! twice: in the module and in the script.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walrus::Module;

use super::snip;
use crate::problem::{Problem, Result, While};

/// Renames the imports in the module and in the script. What the loader of later modules answers to keeps its name.
pub fn shorten(module: &Path, script: &Path) -> Result<()> {
    let bytes = fs::read(module).when(|| format!("reading {}", module.display()))?;
    let text = fs::read_to_string(script).when(|| format!("reading {}", script.display()))?;
    let mut parsed = snip::parse(&bytes)?;
    let short = short_names(&parsed);
    for import in parsed.imports.iter_mut() {
        if let Some(name) = short.get(&import.name) {
            import.name.clone_from(name);
        }
    }
    let text = renamed(&text, &short)?;
    fs::write(module, parsed.emit_wasm()).when(|| format!("writing {}", module.display()))?;
    fs::write(script, text).when(|| format!("writing {}", script.display()))
}

fn short_names(module: &Module) -> BTreeMap<String, String> {
    let names = module.imports.iter().map(|import| &import.name).filter(|name| name.starts_with("__wb"));
    names.enumerate().map(|(number, name)| (name.clone(), format!("i{number}"))).collect()
}

/// The script with the new names, which stand where the object of imports is written: `        NAME: function…`.
fn renamed(script: &str, short: &BTreeMap<String, String>) -> Result<String> {
    let mut left = short.len();
    let mut changed = String::with_capacity(script.len());
    for line in script.lines() {
        let key = line.trim_start().split_once(": ").and_then(|(key, _)| short.get_key_value(key));
        match key {
            Some((name, short)) => {
                left -= 1;
                changed += &line.replacen(name, short, 1);
            }
            None => changed += line,
        }
        changed.push('\n');
    }
    match left {
        0 => Ok(changed),
        left => Err(Problem::new(format!(
            "{left} imports of the client's module are not in its script as expected; see site/client/imports.rs"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_in_the_script() {
        let short = BTreeMap::from([("__wbg_now_81a1".to_owned(), "i0".to_owned())]);
        let script = "    const import0 = {\n        __wbg_now_81a1: function() {\n        },\n";
        assert!(renamed(script, &short).unwrap().contains("        i0: function() {"));
        assert!(renamed("nothing", &short).is_err(), "a wasm-bindgen that writes otherwise is noticed");
    }
}
