//! Writes the site's folder: every file, its encodings, and the manifest.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::asset::Asset;
use super::compress::{Compressor, Encoding};
use super::digest;
use super::manifest::{Entry, Manifest};
use crate::problem::{Result, While};

/// Writes what changed and removes what is no longer part of the site. An unchanged site keeps its modification times, so that
/// cargo does not build the server again.
pub fn site(assets: &[Asset], folder: &Path, compressor: &mut Compressor) -> Result<Manifest> {
    let mut manifest = Manifest::default();
    let mut kept = BTreeSet::new();
    for asset in assets {
        let entry = write_asset(asset, folder, compressor, &mut kept)?;
        if let Some(name) = &asset.name {
            manifest.names.insert(name.clone(), entry.path.clone());
        }
        manifest.files.push(entry);
    }
    let file = folder.join("manifest.json");
    let text = serde_json::to_vec_pretty(&manifest).when(|| "writing the manifest".into())?;
    put(&file, &text)?;
    kept.insert(file);
    remove_others(folder, &kept)?;
    compressor.forget_unused()?;
    Ok(manifest)
}

fn write_asset(
    asset: &Asset,
    folder: &Path,
    compressor: &mut Compressor,
    kept: &mut BTreeSet<PathBuf>,
) -> Result<Entry> {
    let relative = asset.path.trim_start_matches('/').to_owned();
    let kind = asset.kind();
    let mut entry = Entry {
        path: asset.path.clone(),
        file: relative.clone(),
        mime: kind.mime,
        immutable: asset.immutable,
        encodings: vec!["identity"],
        sha256: digest(&asset.bytes),
        lengths: vec![asset.bytes.len()],
    };
    let mut write = |file: PathBuf, bytes: &[u8]| put(&file, bytes).map(|()| kept.insert(file));
    write(folder.join(&relative), &asset.bytes)?;
    for encoding in Encoding::ALL.into_iter().filter(|_| kind.compressible) {
        if let Some(encoded) = compressor.encode(&asset.bytes, encoding)? {
            write(folder.join(relative.clone() + encoding.extension()), &encoded)?;
            entry.encodings.push(encoding.name());
            entry.lengths.push(encoded.len());
        }
    }
    Ok(entry)
}

fn put(file: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(file, bytes)).when(|| format!("writing {}", file.display()))
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).when(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(assets: &[Asset], folder: &Path) -> Manifest {
        site(assets, &folder.join("site"), &mut Compressor::new(folder.join("cache"))).unwrap()
    }

    #[test]
    fn a_site_holds_its_files_encodings_and_manifest_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("roomglass-xtask-{}-write", std::process::id()));
        let css = |text: &str| Asset::hashed(Some("css".into()), "roomglass.css", text.repeat(50).into_bytes());
        let font = Asset::hashed(Some("font_latin".into()), "inter-latin.woff2", vec![7; 200]);
        let first = written(&[css("a{color:red}"), font.clone(), Asset::fixed("robots.txt", b"x".to_vec())], &folder);
        assert_eq!(first.named("css").unwrap().encodings, ["identity", "br", "gzip"]);
        assert_eq!(first.named("font_latin").unwrap().encodings, ["identity"]);
        assert_eq!(first.files[2].encodings, ["identity"], "an encoding that is not smaller is left out");

        let second = written(&[css("b{color:red}"), font], &folder);
        let old = folder.join("site").join(&first.named("css").unwrap().file);
        assert!(!old.exists() && !folder.join("site/robots.txt").exists());
        let new = folder.join("site").join(&second.named("css").unwrap().file);
        assert!(new.exists() && new.with_extension("css.br").exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_unchanged_site_keeps_its_times() {
        let folder = std::env::temp_dir().join(format!("roomglass-xtask-{}-times", std::process::id()));
        let assets = [Asset::fixed("sw.js", b"self".to_vec())];
        let modified = || fs::metadata(folder.join("site/manifest.json")).unwrap().modified().unwrap();
        written(&assets, &folder);
        let before = modified();
        written(&assets, &folder);
        assert_eq!(modified(), before);
        fs::remove_dir_all(folder).unwrap();
    }
}
