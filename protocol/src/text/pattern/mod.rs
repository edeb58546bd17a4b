//! Regular expressions of providers, matched in linear time on both sides (COND-28, safety E11).
//!
//! As in JavaScript without the flag `u`, `\d`, `\w` and `\b` know ASCII alone.

mod dialect;

use std::cell::RefCell;

use litemap::LiteMap;
use regex_lite::{Regex, RegexBuilder};

/// Longest accepted pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1024;
/// Most text a pattern is matched against, in bytes; the rest is not looked at.
pub const MAX_INPUT_BYTES: usize = 16 * 1024;

const MAX_PROGRAM_BYTES: usize = 256 * 1024;
const MAX_NESTING: u32 = 64;
const FLAGS: &str = "dgimsuy";
/// Most patterns kept; a descriptor may have fifty.
const MAX_KEPT: usize = 256;

thread_local! {
    /// By flags and pattern, with a `/` between, which is no flag.
    static KEPT: RefCell<LiteMap<String, Option<Pattern>>> = const { RefCell::new(LiteMap::new()) };
}

/// A pattern that compiled within the limits.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern written for JavaScript as far as the two dialects agree; `\/` is read as `/`.
    /// Flags `i`, `m`, `s` count, also as HipChat's webhooks had them, in front of the pattern: `(?i)`; `d`, `g`, `u`, `y`
    /// change nothing in a search.
    ///
    /// # Errors
    /// A sentence saying why it cannot be used: too long, too large when compiled, or not understood.
    pub fn new(pattern: &str, flags: &str) -> Result<Self, String> {
        let (in_front, pattern) = flags_in_front(pattern);
        if pattern.len() > MAX_PATTERN_BYTES {
            return Err(format!("the pattern is longer than {MAX_PATTERN_BYTES} bytes"));
        }
        if let Some(flag) = unknown_flag(flags) {
            return Err(format!("there is no flag {flag:?}"));
        }
        let has = |flag| flags.contains(flag) || in_front.contains(flag);
        let case_insensitive = has('i');
        let pattern = dialect::for_engine(pattern);
        let pattern = if case_insensitive { in_both_cases(pattern) } else { pattern };
        RegexBuilder::new(&pattern)
            .case_insensitive(case_insensitive)
            .multi_line(has('m'))
            .dot_matches_new_line(has('s'))
            .size_limit(MAX_PROGRAM_BYTES)
            .nest_limit(MAX_NESTING)
            .build()
            .map(Self)
            .map_err(|error| reason(&error.to_string()))
    }

    /// The same for patterns that are asked for again and again, as those of a menu are whenever it opens: compiling
    /// takes far longer than a search. `None` where it cannot be used. When too many are kept, all are let go.
    pub fn kept(pattern: &str, flags: &str) -> Option<Self> {
        if flags_in_front(pattern).1.len() > MAX_PATTERN_BYTES || unknown_flag(flags).is_some() {
            return None;
        }
        let name = format!("{flags}/{pattern}");
        KEPT.with_borrow_mut(|kept| {
            if let Some(known) = kept.get(&name) {
                return known.clone();
            }
            if kept.len() == MAX_KEPT {
                kept.clear();
            }
            let made = Self::new(pattern, flags).ok();
            kept.insert(name, made.clone());
            made
        })
    }

    /// Whether it matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(beginning(text, MAX_INPUT_BYTES))
    }

    /// What it matches first, which may be an empty text.
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.find(beginning(text, MAX_INPUT_BYTES)).map(|found| found.as_str())
    }
}

/// The flags of `(?i)…`, and what follows.
fn flags_in_front(pattern: &str) -> (&str, &str) {
    let split = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')'));
    split.filter(|(flags, _)| flags.chars().all(|flag| "ims".contains(flag))).unwrap_or(("", pattern))
}

fn unknown_flag(flags: &str) -> Option<char> {
    flags.chars().find(|flag| !FLAGS.contains(*flag))
}

fn reason(error: &str) -> String {
    if error.contains("size limit") {
        return "the pattern is too large when compiled".to_owned();
    }
    format!("the pattern is not understood: {error}")
}

/// Writes letters beyond ASCII in both cases, since the engine folds ASCII alone: `ä` becomes `[äÄ]`, `[а-я]` becomes
/// `[а-яА-Я]`.
fn in_both_cases(pattern: String) -> String {
    if pattern.is_ascii() {
        return pattern;
    }
    let mut written = String::with_capacity(pattern.len() * 2);
    let mut characters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        written.push(character);
        match character {
            '\\' => written.extend(characters.next()),
            '[' => in_class = true,
            ']' => in_class = false,
            letter if in_class => {
                let mut rest = characters.clone();
                let end = rest.next_if_eq(&'-').and_then(|_| rest.next_if(|end| !matches!(end, ']' | '\\')));
                if let Some(end) = end {
                    characters = rest;
                    written.extend(['-', end]);
                }
                written.extend(other_range(letter, end.unwrap_or(letter)).into_iter().flatten());
            }
            letter => {
                if let Some(other) = other_case(letter) {
                    written.pop();
                    written.extend(['[', letter, other, ']']);
                }
            }
        }
    }
    written
}

/// The range of the other case, if both ends have one and keep their order.
fn other_range(first: char, last: char) -> Option<[char; 3]> {
    let range = [other_case(first)?, '-', other_case(last)?];
    (range[0] <= range[2]).then_some(range)
}

/// The letter in its other case, where it is beyond ASCII and that case is one letter.
fn other_case(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return None;
    }
    let only = |mut cases: Box<dyn Iterator<Item = char>>| cases.next().filter(|_| cases.next().is_none());
    let lower = only(Box::new(letter.to_lowercase())).filter(|lower| *lower != letter);
    lower.or_else(|| only(Box::new(letter.to_uppercase())).filter(|upper| *upper != letter))
}

fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
