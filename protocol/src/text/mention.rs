//! `@mentions` in plain text.

use std::ops::Range;

/// Byte ranges and handles of the mentions in a text: `@` at the start or after a character that is not part of a
/// word, then letters, digits, `.`, `-`, `_`; a final `.` or `-` belongs to the sentence. Handles are lower-cased.
pub fn mentions(text: &str) -> Vec<(Range<usize>, String)> {
    let _ = text;
    todo!("written by the protocol author")
}

/// The handle made from a person's name: lower-case ASCII letters and digits, `.` between words; `fallback` when
/// nothing remains. Uniqueness is the caller's affair.
pub fn handle_for(name: &str, fallback: &str) -> String {
    let _ = (name, fallback);
    todo!("written by the protocol author")
}
