//! Regular expressions of providers, matched in linear time on both sides (COND-28, safety E11).

/// Longest accepted pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 1024;
/// Most text a pattern is matched against, in bytes; the rest is not looked at.
pub const MAX_INPUT_BYTES: usize = 16 * 1024;

/// A pattern that compiled within the limits.
#[derive(Debug, Clone)]
pub struct Pattern(regex::Regex);

impl Pattern {
    /// Compiles a pattern written for JavaScript as far as the two dialects agree; `\/` is read as `/`.
    /// Flags `i`, `m`, `s` count; `g`, `u`, `y` change nothing in a search.
    ///
    /// # Errors
    /// A sentence saying why it cannot be used: too long, too large when compiled, or not understood.
    pub fn new(pattern: &str, flags: &str) -> Result<Self, String> {
        let _ = (pattern, flags);
        todo!("written by the protocol author")
    }

    /// Whether it matches somewhere in the text.
    pub fn is_match(&self, text: &str) -> bool {
        let _ = (text, &self.0);
        todo!("written by the protocol author")
    }
}
