//! Regular expressions of providers, matched in linear time on both sides (COND-28, safety E11).

use regex::{Regex, RegexBuilder};

/// Longest accepted pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1024;
/// Most text a pattern is matched against, in bytes; the rest is not looked at.
pub const MAX_INPUT_BYTES: usize = 16 * 1024;

const MAX_PROGRAM_BYTES: usize = 256 * 1024;
const MAX_NESTING: u32 = 64;

/// A pattern that compiled within the limits.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern written for JavaScript as far as the two dialects agree; `\/` is read as `/`.
    /// Flags `i`, `m`, `s` count; `d`, `g`, `u`, `y` change nothing in a search.
    ///
    /// # Errors
    /// A sentence saying why it cannot be used: too long, too large when compiled, or not understood.
    pub fn new(pattern: &str, flags: &str) -> Result<Self, String> {
        if pattern.len() > MAX_PATTERN_BYTES {
            return Err(format!("the pattern is longer than {MAX_PATTERN_BYTES} bytes"));
        }
        if let Some(flag) = flags.chars().find(|flag| !"dgimsuy".contains(*flag)) {
            return Err(format!("there is no flag {flag:?}"));
        }
        RegexBuilder::new(pattern)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .size_limit(MAX_PROGRAM_BYTES)
            .dfa_size_limit(MAX_PROGRAM_BYTES)
            .nest_limit(MAX_NESTING)
            .build()
            .map(Self)
            .map_err(|error| reason(&error))
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

/// The last line of a message of the parser is its reason; those above draw the place, which JSON would mangle.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large when compiled".to_owned(),
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the pattern is not understood: {last}")
        }
    }
}

fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
