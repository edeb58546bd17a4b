//! `cargo xtask requirements`: which entries of the catalogue are proven by a test that names them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::problem::{Problem, Result, While};
use crate::process;
use crate::workspace::Workspace;

const CATALOGUE: &str = "docs/spec/requirements.md";
/// Entries of §§1–22 are to be built; later sections are other documents and options.
const LAST_SECTION: u32 = 22;

/// Prints, for each section, the MUST entries with and without a test, and refuses ids that are not in the catalogue.
/// That the tests pass is what `cargo xtask test` tells.
pub fn report(workspace: &Workspace) -> Result<()> {
    let catalogue = fs::read_to_string(workspace.root.join(CATALOGUE)).when(|| format!("reading {CATALOGUE}"))?;
    let entries = entries(&catalogue);
    let named = named_by_tests(workspace)?;
    for (title, section) in by_section(&entries) {
        let (with, without): (Vec<_>, Vec<_>) = section.iter().partition(|id| named.contains_key(*id));
        println!("{title}: {} of {} proven", with.len(), section.len());
        if !without.is_empty() {
            println!("    without: {}", without.into_iter().cloned().collect::<Vec<_>>().join(" "));
        }
    }
    let known: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let unknown = named.iter().filter(|(id, _)| !known.contains(id.as_str()) && is_of_catalogue(id, &known));
    let unknown: Vec<String> = unknown.map(|(id, file)| format!("{id} in {file}")).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Problem::new(format!("tests name entries that the catalogue does not have: {}", unknown.join(", "))))
}

#[derive(Debug, PartialEq)]
struct Entry {
    section: String,
    number: u32,
    id: String,
    must: bool,
}

fn entries(catalogue: &str) -> Vec<Entry> {
    let mut section = (String::new(), 0);
    let mut entries = Vec::new();
    for line in catalogue.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            let number = title.split_once('.').and_then(|(number, _)| number.parse().ok()).unwrap_or(0);
            section = (title.to_owned(), number);
        } else if let Some((id, rest)) = line.strip_prefix("- **").and_then(|rest| rest.split_once("** · ")) {
            let must = rest.starts_with("MUST");
            entries.push(Entry { section: section.0.clone(), number: section.1, id: id.to_owned(), must });
        }
    }
    entries
}

fn by_section(entries: &[Entry]) -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.must && (1..=LAST_SECTION).contains(&entry.number)) {
        match sections.last_mut() {
            Some((title, ids)) if *title == entry.section => ids.push(entry.id.clone()),
            _ => sections.push((entry.section.clone(), vec![entry.id.clone()])),
        }
    }
    sections
}

/// `SHA-1` and `UTF-8` look like ids and are none.
fn is_of_catalogue(id: &str, known: &BTreeSet<&str>) -> bool {
    let family = id.split('-').next().unwrap_or_default();
    known.iter().any(|known| known.split('-').next() == Some(family))
}

/// Ids and the first test file that names each.
fn named_by_tests(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let mut git = std::process::Command::new("git");
    git.args(["ls-files", "*.rs", "*.ts", "*.mjs"]).current_dir(&workspace.root);
    let mut named = BTreeMap::new();
    // The ids in xtask's own tests are examples.
    for file in process::read(git)?.lines().filter(|file| !file.starts_with("xtask/")) {
        let path = workspace.root.join(file);
        if !path.exists() {
            continue;
        }
        let text = fs::read_to_string(&path).when(|| format!("reading {file}"))?;
        let tests = test_part(file, &text);
        for id in ids(tests).chain(ids_in_names(tests)) {
            named.entry(id).or_insert_with(|| file.to_owned());
        }
    }
    Ok(named)
}

/// What of a file is a test: all of it in a folder of tests, else what follows `#[cfg(test)]`.
fn test_part<'t>(file: &str, text: &'t str) -> &'t str {
    let path = Path::new(file);
    let in_tests = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
    if in_tests { text } else { text.find("#[cfg(test)]\nmod tests {").map_or("", |start| &text[start..]) }
}

/// Words of the form `COND-16`.
fn ids(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|character: char| !(character.is_ascii_alphanumeric() || character == '-'));
    words.filter(|word| is_id(word)).map(str::to_owned)
}

/// Ids in the names of tests, as in `fn cld_11_cld_13_the_last_removal_takes_descriptors_and_token`.
fn ids_in_names(text: &str) -> impl Iterator<Item = String> {
    text.split("fn ").skip(1).flat_map(|rest| {
        let is_end = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
        let words: Vec<&str> = rest.split(is_end).next().unwrap_or_default().split('_').collect();
        let pairs = words.windows(2).map(|pair| pair.join("-").to_ascii_uppercase());
        pairs.filter(|id| is_id(id)).collect::<Vec<_>>()
    })
}

fn is_id(word: &str) -> bool {
    word.split_once('-').is_some_and(|(family, number)| {
        family.len() >= 2
            && family.bytes().all(|byte| byte.is_ascii_uppercase())
            && matches!(number.len(), 2 | 3)
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_a_section_and_a_level() {
        let catalogue = "## 8. Conditions (COND)\n\n- **COND-16** · MUST · `001.txt` — Content matches.\n- **COND-28** · WISH · x\n";
        let entries = entries(catalogue);
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].number, entries[0].id.as_str(), entries[0].must), (8, "COND-16", true));
        assert_eq!(by_section(&entries), [("8. Conditions (COND)".to_owned(), vec!["COND-16".to_owned()])]);
    }

    #[test]
    fn only_tests_prove() {
        let source = "//! COND-01\nfn a() {}\n#[cfg(test)]\nmod tests {\n    // COND-02, and SHA-1 is no id\n}\n";
        assert_eq!(ids(test_part("protocol/src/a.rs", source)).collect::<Vec<_>>(), ["COND-02"]);
        assert_eq!(ids(test_part("protocol/tests/it/a.rs", source)).count(), 2);
    }

    #[test]
    fn names_of_tests_prove_too() {
        let source = "fn cld_11_cld_13_the_last_removal() {} let cld_01_is_no_test = 1; fn push_to_room_push_02() {}";
        assert_eq!(ids_in_names(source).collect::<Vec<_>>(), ["CLD-11", "CLD-13", "PUSH-02"]);
    }
}
