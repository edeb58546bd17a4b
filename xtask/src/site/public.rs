//! `public/`: files that are served as they are.

use std::fs;
use std::path::Path;

use super::asset::Asset;
use crate::problem::{Problem, Result, While};

/// Reads the folder. Fonts and the sprite get hashed names; the rest keeps its path (`sw.js`, `favicon.svg`, licences).
pub fn read(folder: &Path) -> Result<Vec<Asset>> {
    let mut assets = Vec::new();
    read_into(&mut assets, folder, "")?;
    assets.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(assets)
}

fn read_into(assets: &mut Vec<Asset>, folder: &Path, prefix: &str) -> Result<()> {
    let entries = fs::read_dir(folder).when(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry.when(|| format!("reading {}", folder.display()))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Problem::new(format!("{} is not a name for a web address", path.display())))?;
        if path.is_dir() {
            read_into(assets, &path, &format!("{prefix}{name}/"))?;
        } else {
            let bytes = fs::read(&path).when(|| format!("reading {}", path.display()))?;
            assets.push(asset(prefix, name, bytes));
        }
    }
    Ok(())
}

fn asset(prefix: &str, name: &str, bytes: Vec<u8>) -> Asset {
    match server_name(name) {
        Some(known) => Asset::hashed(Some(known), name, bytes),
        None => Asset::fixed(&format!("{prefix}{name}"), bytes),
    }
}

/// What the server calls a file with a hashed name: `inter-latin-ext.woff2` is `font_latin_ext`, `mono-latin.woff2` is
/// `font_mono_latin`.
fn server_name(file: &str) -> Option<String> {
    if file == "icons.svg" {
        return Some("sprite".to_owned());
    }
    let font = file.strip_suffix(".woff2")?;
    Some(format!("font_{}", font.strip_prefix("inter-").unwrap_or(font).replace('-', "_")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_and_the_sprite_have_names() {
        assert_eq!(server_name("inter-latin-ext.woff2").as_deref(), Some("font_latin_ext"));
        assert_eq!(server_name("mono-latin.woff2").as_deref(), Some("font_mono_latin"));
        assert_eq!(server_name("icons.svg").as_deref(), Some("sprite"));
        assert_eq!(server_name("favicon.svg"), None);
    }

    #[test]
    fn other_files_keep_their_path() {
        assert_eq!(asset("fonts/", "inter-OFL.txt", Vec::new()).path, "/fonts/inter-OFL.txt");
        assert!(asset("fonts/", "inter-latin.woff2", Vec::new()).path.starts_with("/assets/inter-latin-"));
    }
}
