//! The style sheet: `style/[0-9]*.css`, joined in the order of their names and minified.

use std::fs;
use std::path::{Path, PathBuf};

use super::asset::Asset;
use crate::node::NodePackages;
use crate::problem::{Problem, Result, While};
use crate::process;
use crate::workspace::Workspace;

/// Browsers that understand all we write, so that nothing is rewritten for older ones: they have `light-dark()`, nesting and
/// `@layer`.
const BROWSERS: &str = "chrome 125, edge 125, firefox 128, safari 17.5, ios_saf 17.5";

pub fn build(workspace: &Workspace, node: &NodePackages, public: &[Asset]) -> Result<Asset> {
    let mut source = String::new();
    for file in parts(&workspace.root.join("style"))? {
        source += &fs::read_to_string(&file).when(|| format!("reading {}", file.display()))?;
        source.push('\n');
    }
    let joined = workspace.target.join("site-cache/style.css");
    fs::create_dir_all(workspace.target.join("site-cache")).when(|| "creating the site cache".into())?;
    fs::write(&joined, source).when(|| format!("writing {}", joined.display()))?;
    let mut lightningcss = node.program("lightningcss");
    lightningcss.args(["--minify", "--targets", BROWSERS]).arg(&joined);
    let minified = process::read(lightningcss)?;
    Ok(Asset::hashed(Some("css".into()), "roomglass.css", with_hashed_names(&minified, public)?.into_bytes()))
}

fn parts(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).when(|| format!("reading {}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|file| is_part(file)).collect();
    files.sort();
    if files.is_empty() {
        return Err(Problem::new(format!("{} has no file such as 10-tokens.css", folder.display())));
    }
    Ok(files)
}

fn is_part(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(|first: char| first.is_ascii_digit()) && name.ends_with(".css")
}

/// Replaces `url(/assets/NAME)` by the address with the hash. A name that is not in `public/` is a mistake that would otherwise
/// show as a missing font on somebody's screen.
fn with_hashed_names(css: &str, public: &[Asset]) -> Result<String> {
    let mut changed = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("url(") {
        let (before, after) = rest.split_at(start + "url(".len());
        changed += before;
        let quote = after.chars().next().filter(|first| "\"'".contains(*first));
        let end = quote.map_or(")".to_owned(), |quote| format!("{quote})"));
        let length = after.find(&end).ok_or_else(|| Problem::new("the style sheet has a url( without its end"))?;
        let (address, remains) = after.split_at(length);
        changed += &hashed(address, public)?;
        rest = remains;
    }
    Ok(changed + rest)
}

fn hashed(address: &str, public: &[Asset]) -> Result<String> {
    let Some(name) = address.trim_start_matches(['"', '\'']).strip_prefix("/assets/") else {
        return Ok(address.to_owned());
    };
    let asset = public.iter().find(|asset| asset.immutable && asset.source == name);
    let asset = asset
        .ok_or_else(|| Problem::new(format!("the style sheet refers to /assets/{name}, but public/ has no {name}")))?;
    Ok(address.replace(&format!("/assets/{name}"), &asset.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public() -> Vec<Asset> {
        vec![Asset::hashed(None, "inter-latin.woff2", b"font".to_vec())]
    }

    #[test]
    fn fonts_are_found_by_their_hashed_name() {
        let path = &public()[0].path;
        for (before, after) in [
            (
                "a{src:url(/assets/inter-latin.woff2)format(\"woff2\")}",
                format!("a{{src:url({path})format(\"woff2\")}}"),
            ),
            ("a{src:url(\"/assets/inter-latin.woff2\")}", format!("a{{src:url(\"{path}\")}}")),
        ] {
            assert_eq!(with_hashed_names(before, &public()).unwrap(), after);
        }
    }

    #[test]
    fn pictures_within_the_sheet_stay_as_they_are() {
        let css = "a{mask:url(\"data:image/svg+xml,%3Cpath d='M0 0' transform='scale(2)'/%3E\")}b{color:red}";
        assert_eq!(with_hashed_names(css, &public()).unwrap(), css);
    }

    #[test]
    fn a_missing_file_is_named() {
        let problem = with_hashed_names("a{src:url(/assets/none.woff2)}", &public()).unwrap_err().to_string();
        assert!(problem.contains("none.woff2"), "{problem}");
    }

    #[test]
    fn only_numbered_files_are_parts() {
        assert!(is_part(Path::new("style/10-tokens.css")));
        assert!(!is_part(Path::new("style/main.css")));
    }
}
